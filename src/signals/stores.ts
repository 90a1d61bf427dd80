/**
 * The nearest of the shop's stores, by great-circle distance. From the coarse place that the edge knows (0.1°, so up to
 * 8 km off) distances are whole kilometres, 1 at least: nothing can be decided by them that needs to know a street.
 * From a position that the visitor shared for this, they are the end of a bucket, 0.1 km at the finest. Pure.
 */
import { memo } from '../kit/memo.ts'
import type { Coordinates } from './geo.ts'
import type { NearestStore } from './model.ts'

/** A place of business; its position is public. */
export interface Store extends Coordinates {
  readonly id: string
  readonly name: string
}

export interface Nearest {
  readonly store: Store
  /** Kilometres, as exact as the position is. */
  readonly km: number
}

/** Mean radius of the Earth (IUGG); the sphere is at most 0.5 % off. */
const EARTH_RADIUS_KM = 6371.0088
/** Ends of the buckets in which a shared position is told, in kilometres. Whoever is further away is near no store. */
export const NEAR_KM = [0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 25, 50] as const
/** Coarse places whose nearest store is remembered, for one list of stores. */
const MAX_PLACES = 1_024

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Kilometres along the great circle, by the haversine formula (Sinnott 1984), which stays exact for short ways. */
export function greatCircleKm(a: Coordinates, b: Coordinates): number {
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2
  const chord =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude)
  // Rounding may push antipodes past 1.
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, chord)))
}

/** The nearest store, or undefined where there is none; of two as near, the first of the list. */
export function nearestTo(stores: readonly Store[], place: Coordinates): Nearest | undefined {
  let nearest: Nearest | undefined
  for (const store of stores) {
    const km = greatCircleKm(store, place)
    if (nearest === undefined || km < nearest.km) nearest = { store, km }
  }
  return nearest
}

const NOWHERE: NearestStore = Object.freeze({})

/** Answers by list of stores: pure, so they may be remembered; weak, so they go with the list. */
const byList = new WeakMap<readonly Store[], (key: string) => NearestStore>()

/** The nearest store as a coarse place tells it; nothing without a place. */
export function coarseStore(
  stores: readonly Store[],
  { latitude, longitude }: Partial<Coordinates>,
): NearestStore {
  if (latitude === undefined || longitude === undefined || stores.length === 0) return NOWHERE
  let find = byList.get(stores)
  if (find === undefined) {
    find = memo(MAX_PLACES, (key) => {
      const [north, east] = key.split(' ').map(Number)
      return coarse(nearestTo(stores, { latitude: north as number, longitude: east as number }))
    })
    byList.set(stores, find)
  }
  return find(`${latitude} ${longitude}`)
}

function coarse(nearest: Nearest | undefined): NearestStore {
  if (nearest === undefined) return NOWHERE
  const { store, km } = nearest
  return Object.freeze({ id: store.id, name: store.name, km: Math.max(1, Math.round(km)) })
}

/** The store near a shared position, with the end of its bucket; undefined beyond the last one. */
export function storeNear(stores: readonly Store[], place: Coordinates): Nearest | undefined {
  const nearest = nearestTo(stores, place)
  const end = nearest === undefined ? undefined : NEAR_KM.find((km) => (nearest.km as number) <= km)
  return nearest === undefined || end === undefined ? undefined : { store: nearest.store, km: end }
}
