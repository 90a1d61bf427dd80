/**
 * Events become part of a profile: what may be kept is kept, durably, before anybody is told that it was accepted, and a
 * visitor's next page already knows it. Counting twice is impossible by the store's own key, so whoever hears nothing
 * may simply send again.
 */

import type { ConsentLog } from '../consent/log.ts'
import { countRefusal } from '../decide/caps.ts'
import { allowedEvidence } from '../events/allowed.ts'
import type { ServerEvent, ShopEvent, SkipReason, Subject } from '../events/model.ts'
import { visitEvidence } from '../events/page.ts'
import { categoryOfQuery } from '../events/search.ts'
import { cardOf, isCard } from '../identity/link.ts'
import type { IdentityStore } from '../identity/model.ts'
import { personOf } from '../identity/person.ts'
import { openReference } from '../identity/token.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import type { Keyring } from '../kit/seal.ts'
import { mergeContributions } from '../profile/merge.ts'
import type { Evidence, ProfileStore, ProfileView, Snapshot, VisitorEvidence } from '../profile/model.ts'
import { VISITOR_ID } from '../profile/text.ts'
import { adoptView, snapshotOf } from '../profile/view.ts'
import type { Bearer } from './bearer.ts'

export interface IngestPorts {
  readonly profiles: Pick<ProfileStore, 'read' | 'applyMany'>
  readonly identities: Pick<IdentityStore, 'groupOf' | 'tie' | 'tiesOf'>
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
  const kept = events.flatMap(({ evidence }) => allowed(evidence, off, ports.categories()) ?? [])
  const visit = allowedEvidence(visitEvidence(snapshot, bearer.timezone), off)
  const evidence = visit === null ? kept : [...kept, visit]
  const [group, [applied]] = await Promise.all([
    ports.identities.groupOf(snapshot.id),
    apply(ports, [{ visitor: snapshot.id, evidence }], now),
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
function allowed(
  evidence: Evidence,
  off: readonly string[],
  categories: ReadonlySet<string>,
): Evidence | null {
  const { query, ...rest } = evidence
  const category = rest.category ?? (query === undefined ? undefined : categoryOfQuery(query, categories))
  return allowedEvidence(category === undefined ? rest : { ...rest, category }, off)
}

/** Throws where the store could not count some of it now: the same events are good to be sent again. */
async function apply(ports: Pick<IngestPorts, 'profiles'>, batch: readonly VisitorEvidence[], now: number) {
  const groups = batch.filter(({ evidence }) => evidence.length > 0)
  const applied = groups.length === 0 ? [] : await ports.profiles.applyMany(groups, now)
  if (applied.some(({ settled }) => !settled)) {
    throw new SelvedgeError('store_unavailable', 'some events could not be counted now')
  }
  return applied
}

export interface ServerIngestPorts extends IngestPorts {
  readonly profiles: Pick<ProfileStore, 'read' | 'applyMany' | 'isErased'>
  readonly consents: Pick<ConsentLog, 'offOf'>
  readonly keyring: Keyring
  readonly personKey: CryptoKey
}

export interface ServerIngested {
  readonly accepted: number
  readonly skipped: number
  readonly faults: readonly Fault[]
}

/** A visitor id that events may be counted for, and the ids whose wishes hold for it. */
interface Target {
  readonly visitor: string
  readonly wishers: readonly string[]
}
type Found = Target | 'unknown' | 'erased'

/** Counts what the shop's servers tell, of people that we know and that are not erased. */
export async function ingestServer(
  ports: ServerIngestPorts,
  events: readonly ServerEvent[],
): Promise<ServerIngested> {
  const now = ports.now()
  const found = await findAll(ports, events, now)
  const targetOf = ({ subject }: ServerEvent): Found => found.get(keyOf(subject)) ?? 'unknown'
  const faults: Fault[] = []
  const targets = [...found.values()].filter((each) => typeof each !== 'string')
  const off = await ports.consents.offOf([...new Set(targets.flatMap(({ wishers }) => wishers))])
  const batch: VisitorEvidence[] = []
  const good: { readonly event: ServerEvent; readonly visitor: string }[] = []
  let skipped = 0
  for (const event of events) {
    const target = targetOf(event)
    if (typeof target === 'string') {
      faults.push(faultOf(event, target))
      continue
    }
    const wishes = target.wishers.flatMap((wisher) => off.get(wisher) ?? [])
    const evidence = allowed(event.evidence, wishes, ports.categories())
    if (evidence === null) skipped++
    else {
      batch.push({ visitor: target.visitor, evidence: [evidence] })
      good.push({ event, visitor: target.visitor })
    }
  }
  const erased = new Set(
    (await apply(ports, batch, now)).filter((each) => each.erased).map(({ visitor }) => visitor),
  )
  const late = good.filter(({ visitor }) => erased.has(visitor))
  faults.push(...late.map(({ event }) => faultOf(event, 'erased')))
  return { accepted: good.length - late.length, skipped, faults }
}

const keyOf = (subject: Subject): string =>
  'visitor' in subject ? `v ${subject.visitor}` : `c ${subject.customer}`

async function findAll(
  ports: ServerIngestPorts,
  events: readonly ServerEvent[],
  now: number,
): Promise<ReadonlyMap<string, Found>> {
  const subjects = new Map(events.map(({ subject }) => [keyOf(subject), subject]))
  const found = new Map<string, Found>()
  // One after another: a request may hold six connections, and a till sends few people at once.
  for (const [key, subject] of subjects) {
    found.set(
      key,
      'visitor' in subject
        ? await findVisitor(ports, subject.visitor, now)
        : await findCard(ports, subject.customer, now),
    )
  }
  return found
}

async function findVisitor(ports: ServerIngestPorts, text: string, now: number): Promise<Found> {
  const proven = await openReference(ports.keyring, text, now)
  const visitor = proven ?? text
  if (!VISITOR_ID.test(visitor) || isCard(visitor)) return 'unknown'
  if (await ports.profiles.isErased(visitor)) return 'erased'
  const isKnown = proven !== null || (await ports.profiles.read([visitor])).length > 0
  return isKnown ? { visitor, wishers: [visitor] } : 'unknown'
}

/** A customer's events go to their card, if a browser of theirs agreed to personalization. */
async function findCard(ports: ServerIngestPorts, customer: string, now: number): Promise<Found> {
  const person = await personOf(ports.personKey, customer)
  const visitor = cardOf(person)
  const outcome = await ports.identities.tie({ visitor, person, source: 'card', at: now, proven: true })
  if (outcome === 'erased' || outcome === 'unknown') return outcome
  const ties = await ports.identities.tiesOf(person)
  return { visitor, wishers: ties.map((tie) => tie.visitor) }
}

const faultOf = ({ index, subject }: ServerEvent, code: 'unknown' | 'erased'): Fault => ({
  path: pointer('events', index, 'visitor' in subject ? 'visitor' : 'customer'),
  code,
  message:
    code === 'erased' ? 'This person asked to be forgotten.' : 'Nobody who agreed to be known is this.',
})
