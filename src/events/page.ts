/**
 * Evidence that needs no script: that a visitor came, and what the page that they looked at was about. Ids are made so
 * that a visit counts once however many requests tell of it, and a page once a visit. Pure.
 */
import { sensitiveTopic } from '../consent/sensitive.ts'
import { hash64 } from '../kit/hash.ts'
import type { PageFacts } from '../page/facts.ts'
import type { Evidence, Snapshot } from '../profile/model.ts'
import { brandKey, categoryKey, SKU } from '../profile/text.ts'
import { clockAt } from '../signals/clock.ts'
import { OWN_ID } from './model.ts'

const startOf = (snapshot: Snapshot): number => snapshot.visitStartedAt ?? snapshot.createdAt

/** The visit that the snapshot is in, in the visitor's own week; `timezone` is IANA's. */
export function visitEvidence(snapshot: Snapshot, timezone: string | undefined): Evidence {
  const at = startOf(snapshot)
  const { weekday, daypart } = clockAt(at, timezone)
  return { id: `${OWN_ID}visit:${at.toString(36)}`, kind: 'visit', at, cell: `${weekday}.${daypart}` }
}

/** A look at this page, or null where the page does not say what it is about, or is about what nobody is profiled by. */
export function viewEvidence(
  facts: PageFacts,
  path: string,
  snapshot: Snapshot,
  now: number,
): Evidence | null {
  const category = categoryKey(facts.categories.at(-1))
  const isSensitive = facts.categories.some((name) => sensitiveTopic(name) !== undefined)
  if (category === undefined || isSensitive) return null
  const brand = brandKey(facts.brand)
  const sku = facts.sku !== undefined && SKU.test(facts.sku) ? facts.sku : undefined
  return {
    id: `${OWN_ID}view:${hash64(path)}:${startOf(snapshot).toString(36)}`,
    kind: 'view',
    at: now,
    category,
    ...(brand === undefined ? {} : { brand }),
    ...(sku === undefined ? {} : { sku }),
  }
}
