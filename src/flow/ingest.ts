/**
 * Events become part of a profile: what may be kept is kept, durably, before anybody is told that it was accepted, and a
 * visitor's next page already knows it. Counting twice is impossible by the store's own key, so whoever hears nothing
 * may simply send again.
 */

import { countRefusal } from '../decide/caps.ts'
import type { ShopEvent, SkipReason } from '../events/model.ts'
import { visitEvidence } from '../events/page.ts'
import { categoryOfQuery } from '../events/search.ts'
import type { IdentityStore } from '../identity/model.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { allowedEvidence } from '../profile/allowed.ts'
import { mergeContributions } from '../profile/merge.ts'
import type { Evidence, ProfileStore, ProfileView, Snapshot, VisitorEvidence } from '../profile/model.ts'
import { adoptView, snapshotOf } from '../profile/view.ts'
import type { Bearer } from './bearer.ts'

export interface IngestPorts {
  readonly profiles: Pick<ProfileStore, 'read' | 'applyMany'>
  readonly identities: Pick<IdentityStore, 'groupOf'>
  /** Category keys that a search may name. */
  readonly categories: () => ReadonlySet<string>
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface Ingested {
  /** Events that are kept, those known before among them. */
  readonly accepted: number
  /** Good events that are not kept, because the visitor does not want it. */
  readonly skipped: number
  readonly why?: SkipReason
  /** The bearer's snapshot afterwards; null where nothing may be set. */
  readonly snapshot: Snapshot | null
}

/** Counts a browser's own events, and gives its snapshot as the store now knows it. */
export async function ingestShopper(
  ports: IngestPorts,
  bearer: Bearer,
  events: readonly ShopEvent[],
): Promise<Ingested> {
  const { snapshot, off } = bearer
  if (snapshot === null)
    return { accepted: 0, skipped: events.length, why: whyNobody(bearer), snapshot: null }
  const now = ports.now()
  const kept = events.flatMap(({ evidence }) => keepable(evidence, off, ports.categories()) ?? [])
  const visit = allowedEvidence(visitEvidence(snapshot, bearer.timezone), off)
  const evidence = visit === null ? kept : [...kept, visit]
  const [group, [applied]] = await Promise.all([
    ports.identities.groupOf(snapshot.id),
    applyAll(ports, [{ visitor: snapshot.id, evidence }], now),
  ])
  if (applied?.erased === true) return { accepted: 0, skipped: events.length, why: 'erased', snapshot: null }
  const skipped = events.length - kept.length
  return {
    accepted: kept.length,
    skipped,
    ...(skipped === 0 ? {} : { why: 'switched_off' as const }),
    snapshot: refusing(adoptView(snapshot, await viewOf(ports, group, now)), events, now),
  }
}

const whyNobody = ({ consent, isErased }: Bearer): SkipReason =>
  isErased ? 'erased' : consent.personalization.granted ? 'cookie' : 'consent'

/** What the store knows of the person whose ids these are. */
export async function viewOf(
  ports: { readonly profiles: Pick<ProfileStore, 'read'> },
  group: readonly string[],
  now: number,
): Promise<ProfileView> {
  return snapshotOf(mergeContributions(await ports.profiles.read(group)), now)
}

/** A piece that was called not relevant, or too personal, is not shown to this browser again. */
function refusing(snapshot: Snapshot, events: readonly ShopEvent[], now: number): Snapshot {
  let caps = snapshot.caps
  for (const { campaign, evidence } of events) {
    const isRefusal = evidence.kind === 'not_relevant' || evidence.kind === 'too_personal'
    if (campaign !== undefined && isRefusal) caps = countRefusal(caps, campaign, now)
  }
  return caps === undefined ? snapshot : { ...snapshot, caps }
}

/** Without what was switched off; of a search, its category alone. */
export function keepable(
  evidence: Evidence,
  off: readonly string[],
  categories: ReadonlySet<string>,
): Evidence | null {
  const { query, ...rest } = evidence
  const category = rest.category ?? (query === undefined ? undefined : categoryOfQuery(query, categories))
  return allowedEvidence(category === undefined ? rest : { ...rest, category }, off)
}

/** Throws where the store could not count some of it now: the same events are good to be sent again. */
export async function applyAll(
  ports: Pick<IngestPorts, 'profiles'>,
  batch: readonly VisitorEvidence[],
  now: number,
) {
  const groups = batch.filter(({ evidence }) => evidence.length > 0)
  const applied = groups.length === 0 ? [] : await ports.profiles.applyMany(groups, now)
  if (applied.some(({ settled }) => !settled)) {
    throw new SelvedgeError('store_unavailable', 'some events could not be counted now')
  }
  return applied
}
