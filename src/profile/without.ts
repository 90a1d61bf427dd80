/**
 * A profile without some classes of data: what stays where somebody switches them off. Switching one on again starts from
 * nothing, since nothing of it is there any more. The very same object comes back where nothing has to go. Pure.
 */
import { EMPTY_FACTS } from './contribution.ts'
import type { Facts } from './facts.ts'
import type { Snapshot } from './model.ts'

const FACTS_OF_CLASS: Readonly<Record<string, readonly (keyof Facts)[]>> = {
  affinity: ['affinity'],
  habit: ['habit', 'stores'],
  follows: ['follows'],
  traits: ['traits'],
  orders: ['orders', 'totals', 'orderTimes'],
  recent: ['recent'],
  stage: ['days', 'servedAt'],
}

const FIELDS_OF_CLASS: Readonly<Record<string, readonly (keyof Snapshot)[]>> = {
  affinity: ['affinities'],
  habit: ['habits', 'stores'],
  follows: ['follows'],
  traits: ['traits'],
  orders: ['orders'],
  recent: ['recent'],
  stage: ['stage'],
  visit: ['previousVisitAt'],
}

/** `off`: names of data classes, as in the choice cookie. */
export function factsWithout(facts: Facts, off: readonly string[]): Facts {
  const gone = off.flatMap((name) => FACTS_OF_CLASS[name] ?? []).filter((field) => !isEmpty(facts[field]))
  if (gone.length === 0) return facts
  return { ...facts, ...Object.fromEntries(gone.map((field) => [field, EMPTY_FACTS[field]])) }
}

/** When this visit and the id began stays: without them no visit and no cookie could end. */
export function snapshotWithout(snapshot: Snapshot, off: readonly string[]): Snapshot {
  if (off.length === 0) return snapshot
  const gone = off.flatMap((name) => FIELDS_OF_CLASS[name] ?? []).filter((field) => field in snapshot)
  const isCounted = off.includes('visit') && snapshot.visits > 1
  if (gone.length === 0 && !isCounted) return snapshot
  const left = Object.entries(snapshot).filter(([field]) => !gone.includes(field as keyof Snapshot))
  return { ...(Object.fromEntries(left) as unknown as Snapshot), ...(isCounted ? { visits: 1 } : {}) }
}

const isEmpty = (value: Facts[keyof Facts]): boolean =>
  typeof value === 'number' ? value === 0 : value.length === 0
