/**
 * Weather and the nearest store, laid over the signals of a page view. Only where a campaign of the page reads them, and
 * never for longer than the budget: what is not there in time is absent.
 */
import { rootsOf } from '../campaign/datause.ts'
import type { Attributes, PagePlan } from '../campaign/model.ts'
import type { Deadline } from '../kit/deadline.ts'
import type { Soon } from '../kit/soon.ts'
import type { Coordinates } from '../signals/geo.ts'
import type { NearestStore, Signals, Weather } from '../signals/model.ts'
import { sharedStore } from '../signals/near.ts'
import { coarseStore } from '../signals/stores.ts'
import type { WeatherSource } from '../signals/weather.ts'
import type { Stores } from './stores.ts'

export interface SurroundingsPorts {
  /** Null where no weather service is configured. Made when it is asked for. */
  readonly weather: () => WeatherSource | null
  readonly stores: Stores
  readonly waitUntil: (work: Promise<unknown>) => void
}

export interface SurroundedVisitor {
  readonly personal: boolean
  readonly off: readonly string[]
  readonly cookies: () => string | null
}

export interface Surroundings {
  readonly signals: Signals
  /** `signals.store` comes from a position that the visitor shared. */
  readonly sharedPlace: boolean
}

/**
 * `personal`: the visitor agreed to personalization; without it there is neither a place to ask about nor a store.
 * `off`: data classes that they switched off. `cookies`: reads the request's Cookie header. At once where no campaign of
 * the page asks for either, which is nearly always.
 */
export function addSurroundings(
  signals: Signals,
  plan: PagePlan,
  visitor: SurroundedVisitor,
  deadline: Deadline,
  ports: SurroundingsPorts,
): Soon<Surroundings> {
  const may = (name: string): boolean => visitor.personal && !visitor.off.includes(name)
  const roots = rootsOf(plan)
  // What nobody reads is not fetched.
  const wantsWeather = roots.has('weather') && may('place')
  const wantsStore = roots.has('store') && may('place') && may('store')
  if (!wantsWeather && !wantsStore) return { signals, sharedPlace: false }
  return Promise.all([
    wantsWeather ? weatherAt(signals, deadline, ports) : signals.weather,
    wantsStore
      ? storeAt(signals, visitor.cookies(), deadline, ports)
      : { store: signals.store, isShared: false },
  ]).then(([weather, near]) => ({
    signals: { ...signals, weather, store: near.store },
    sharedPlace: near.isShared,
  }))
}

async function weatherAt(
  { geo, weather }: Signals,
  deadline: Deadline,
  ports: SurroundingsPorts,
): Promise<Weather> {
  const { latitude, longitude } = geo
  const source = latitude === undefined || longitude === undefined ? null : ports.weather()
  return source === null ? weather : source.at({ latitude, longitude } as Coordinates, deadline)
}

async function storeAt(
  { geo }: Signals,
  cookies: string | null,
  deadline: Deadline,
  { stores, waitUntil }: SurroundingsPorts,
): Promise<{ readonly store: NearestStore; readonly isShared: boolean }> {
  await stores.ready(deadline, waitUntil)
  const list = stores.current()
  const shared = sharedStore(cookies, list)
  return shared === undefined
    ? { store: coarseStore(list, geo), isShared: false }
    : { store: shared, isShared: true }
}

/**
 * Attributes with `store.visitsPerWeek`: the visitor's habit at the very store that is nearest now. 0 where they have
 * habits and this store is none of them; absent where nothing is known of habits.
 */
export function withStoreHabit(attributes: Attributes): Attributes {
  const store = attributes.store as NearestStore | undefined
  const habit = attributes.habit as { readonly stores?: Readonly<Record<string, number>> } | undefined
  if (store?.id === undefined || habit === undefined) return attributes
  const visits =
    habit.stores !== undefined && Object.hasOwn(habit.stores, store.id) ? habit.stores[store.id] : 0
  return { ...attributes, store: { ...store, visitsPerWeek: visits } }
}
