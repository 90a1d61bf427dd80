/**
 * From the profile to what the cookie carries of it. Numbers are rounded here to what the cookie's encoding keeps, so
 * that a snapshot reads the same before and after it travelled. Pure; `now` in epoch milliseconds.
 */
import { affinitiesAt } from './affinity.ts'
import { habitsAt, storesAt } from './habit.ts'
import { isLater } from './latest.ts'
import type { Profile, ProfileView, Snapshot } from './model.ts'
import { orderSummary } from './orders.ts'
import { stageOf } from './stage.ts'
import { traitsOf } from './traits.ts'

export const VIEW_AFFINITIES_MAX = 12
export const VIEW_HABITS_MAX = 10
export const VIEW_STORES_MAX = 6
export const VIEW_FOLLOWS_MAX = 24

/** What deciding needs of a profile, as it stands at `now`; the strongest, the most and the latest of each kind. */
export function snapshotOf(profile: Profile, now: number): ProfileView {
  const { facts } = profile
  const follows = facts.follows
    .filter(([, on]) => on === 1)
    .sort((a, b) => (isLater(a, b) ? -1 : 1))
    .slice(0, VIEW_FOLLOWS_MAX)
    .map(([brand]) => brand)
  const traits = traitsOf(facts.traits)
  return {
    asOf: now,
    stage: stageOf(profile, now),
    ...some('affinities', rounded(affinitiesAt(facts.affinity, now), VIEW_AFFINITIES_MAX)),
    ...some('habits', rounded(habitsAt(facts, now), VIEW_HABITS_MAX)),
    ...some('stores', storesAt(facts.stores, now).slice(0, VIEW_STORES_MAX)),
    ...some('follows', follows),
    ...(traits === undefined ? {} : { traits }),
    ...(facts.recent[0] === undefined ? {} : { recent: facts.recent[0][1] }),
    ...(facts.orders === 0 ? {} : { orders: orderSummary(facts) }),
    ...(profile.linked && { tied: true }),
  }
}

/**
 * The snapshot with a view of the store's in place of the one it had. Visits and caps stay the cookie's own. The very
 * same object comes back where the view is no newer: then no cookie has to be sealed.
 */
export function adoptView(snapshot: Snapshot, view: Partial<ProfileView>): Snapshot {
  if (view.asOf === undefined || (snapshot.asOf ?? Number.NEGATIVE_INFINITY) >= view.asOf) return snapshot
  return withView(snapshot, view)
}

/**
 * The snapshot without a view in which others may speak: visits, caps and the view's date are left. `isTied`: it is, whether
 * its cookie knows or not.
 */
export const withoutOthers = (snapshot: Snapshot, isTied = false): Snapshot =>
  isTied || snapshot.tied ? withView(snapshot, { asOf: snapshot.asOf }) : snapshot

/** What `view` holds, and the cookie's own, which no view has a say in. */
function withView(snapshot: Snapshot, view: object): Snapshot {
  const { id, createdAt, visits, lastSeenAt, visitStartedAt, previousVisitAt, caps } = snapshot
  return present({
    ...view,
    id,
    createdAt,
    visits,
    lastSeenAt,
    visitStartedAt,
    previousVisitAt,
    caps,
  }) as unknown as Snapshot
}

const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

function some<N extends string, T>(name: N, list: readonly T[]): { [K in N]?: readonly T[] } {
  return (list.length === 0 ? {} : { [name]: list }) as { [K in N]?: readonly T[] }
}

/** One decimal; what rounds to nothing is nothing. */
function rounded<K>(
  pairs: readonly (readonly [K, number])[],
  max: number,
): readonly (readonly [K, number])[] {
  return pairs
    .slice(0, max)
    .map(([key, value]) => [key, Math.round(value * 10) / 10] as const)
    .filter(([, value]) => value > 0)
}
