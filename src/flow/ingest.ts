/**
 * Events become part of a profile: what may be kept is kept, durably, before anybody is told that it was accepted, and a
 * visitor's next page already knows it. Counting twice is impossible by the store's own key, so whoever hears nothing
 * may simply send again.
 */
import { sensitiveTopic } from '../consent/sensitive.ts'
import { countRefusal, countResponse } from '../decide/caps.ts'
import { type Listed, skusOf, withListed } from '../events/listed.ts'
import type { BeaconEvent, ShopEvent, SkipReason } from '../events/model.ts'
import { visitEvidence } from '../events/page.ts'
import { categoryOfQuery } from '../events/search.ts'
import type { IdentityStore } from '../identity/model.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import type { MeasureStore, Outcome, Sighting } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import { engagedOutcome, isComplaint, outcomeOf, visitOutcome, visitStart } from '../measure/outcomes.ts'
import { allowedEvidence } from '../profile/allowed.ts'
import { mergeContributions } from '../profile/merge.ts'
import type { CapCounts, Evidence, ProfileStore, ProfileView, Snapshot } from '../profile/model.ts'
import { snapshotOf } from '../profile/view.ts'
import { adopt } from './adopt.ts'
import type { Bearer } from './bearer.ts'
import { type NewsPorts, writeAll } from './news.ts'
import { NO_CAMPAIGN, type StrangePorts, strangeCampaigns, strangeFaults } from './strange.ts'

export interface IngestPorts extends NewsPorts, StrangePorts {
  readonly measures: Pick<MeasureStore, 'record' | 'leave' | 'campaigns'>
  readonly profiles: Pick<ProfileStore, 'read' | 'applyMany'>
  readonly identities: Pick<IdentityStore, 'groupOf'>
  /** Category keys that a search may name. */
  readonly categories: () => ReadonlySet<string>
  /** Under which category the catalog lists these products. */
  readonly listed: (skus: readonly string[]) => Promise<Listed>
  /** The shop's own. */
  readonly money: Money
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface Ingested {
  /** Events that are kept, those known before among them. */
  readonly accepted: number
  /** Good events that are not kept, because the visitor does not want it. */
  readonly skipped: number
  readonly why?: SkipReason
  /** Events that nothing can be made of after all. */
  readonly faults: readonly Fault[]
  /** The bearer's snapshot afterwards; null where nothing has to be set, or may be. */
  readonly snapshot: Snapshot | null
}

/** What a browser tells at once. */
export interface Told {
  readonly events: readonly ShopEvent[]
  readonly beacons?: readonly BeaconEvent[]
}

const NOTHING_LISTED: Listed = new Map()

/**
 * Counts a browser's own events, and gives its snapshot as the store now knows it. What may be kept for the profile and
 * what may be measured are two questions: an event that the visitor does not want in their profile still counts where
 * they agreed to measurement, and the other way round.
 */
export async function ingestShopper(
  ports: IngestPorts,
  bearer: Bearer,
  { events, beacons = [] }: Told,
): Promise<Ingested> {
  const { snapshot, off, consent } = bearer
  const all = events.length + beacons.length
  const nothing = { accepted: 0, skipped: all, faults: [], snapshot: null }
  if (snapshot === null) return { ...nothing, why: whyNobody(bearer) }
  const now = ports.now()
  const isMeasured = consent.measurement.granted
  const heard = isMeasured ? beacons : beacons.filter(({ kind }) => kind === 'click')
  const skus = events.flatMap(({ evidence }) => skusOf(evidence))
  const [campaigns, listed] = await Promise.all([
    strangeCampaigns([...events, ...heard], ports),
    skus.length === 0 ? NOTHING_LISTED : ports.listed(skus),
  ])
  const strange = { campaigns, stores: NO_STORES }
  const refused = events.map((event) => strangeFaults(event, strange, ports.money))
  const good = events.filter((_, index) => refused[index]?.length === 0)
  const kept = keptOf(ports, listed, good, off, isMeasured)
  const seen = seenOf(heard, snapshot, campaigns)
  const outcomes = [...kept.outcomes, ...seen.outcomes]
  const news = {
    visitor: snapshot.id,
    // Whoever looks at one page and leaves is nobody that had to be written down.
    evidence: good.length === 0 ? [] : withVisit(kept.evidence, snapshot, bearer),
    outcomes: outcomes.length === 0 ? [] : [...outcomes, visitOutcome(snapshot)],
    sightings: seen.sightings,
  }
  const [group, { erased }] = await Promise.all([
    good.length === 0 ? [] : ports.identities.groupOf(snapshot.id),
    writeAll(ports, [news], now),
  ])
  if (erased.size > 0) return { ...nothing, why: 'erased' }
  const accepted = kept.accepted + seen.accepted
  const skipped = good.length + beacons.length - accepted - seen.faults.length
  return {
    accepted,
    skipped,
    ...(skipped === 0 ? {} : { why: 'switched_off' as const }),
    faults: [...refused.flat(), ...seen.faults],
    snapshot: await snapshotAfter(ports, snapshot, group, { events: good, clicked: seen.clicked }, now),
  }
}

/** Browsers tell of none. */
const NO_STORES: ReadonlySet<string> = new Set()

/** Null where there is nothing that the cookie should say from now on. */
async function snapshotAfter(
  ports: Pick<IngestPorts, 'profiles'>,
  snapshot: Snapshot,
  group: readonly string[],
  said: { readonly events: readonly ShopEvent[]; readonly clicked: readonly string[] },
  now: number,
): Promise<Snapshot | null> {
  const known = said.events.length === 0 ? snapshot : adopt(snapshot, await viewOf(ports, group, now))
  const caps = answered(known.caps, said, now)
  if (said.events.length === 0 && caps === snapshot.caps) return null
  return caps === undefined ? known : { ...known, caps }
}

interface Kept {
  readonly evidence: readonly Evidence[]
  readonly outcomes: readonly Outcome[]
  readonly accepted: number
}

function keptOf(
  ports: Pick<IngestPorts, 'categories' | 'money'>,
  listed: Listed,
  events: readonly ShopEvent[],
  off: readonly string[],
  isMeasured: boolean,
): Kept {
  const evidence: Evidence[] = []
  const outcomes: Outcome[] = []
  let accepted = 0
  const categories = ports.categories()
  for (const event of events) {
    const own = keepable(withListed(event.evidence, listed), off, categories)
    const outcome = isMeasured ? outcomeOf(event.evidence, event.campaign, ports.money) : null
    if (own !== null) evidence.push(own)
    if (outcome !== null) outcomes.push(outcome)
    if (own !== null || outcome !== null) accepted += 1
  }
  return { evidence, outcomes, accepted }
}

function withVisit(
  evidence: readonly Evidence[],
  snapshot: Snapshot,
  { off, timezone }: Bearer,
): readonly Evidence[] {
  const visit = allowedEvidence(visitEvidence(snapshot, timezone), off)
  return visit === null ? evidence : [...evidence, visit]
}

interface Seen {
  /** Campaigns whose piece was clicked. */
  readonly clicked: readonly string[]
  readonly outcomes: readonly Outcome[]
  readonly sightings: readonly Sighting[]
  readonly accepted: number
  readonly faults: readonly Fault[]
}

/** What the beacon tells is for measuring alone; but for clicks, which say that a piece is not ignored. */
function seenOf(beacons: readonly BeaconEvent[], snapshot: Snapshot, strange: ReadonlySet<string>): Seen {
  const outcomes: Outcome[] = []
  const sightings: Sighting[] = []
  const clicked: string[] = []
  const faults: Fault[] = []
  const start = visitStart(snapshot)
  for (const { index, kind, at, visit = start, campaign = '' } of beacons) {
    // What was kept while the browser was offline may be of a visit before this one.
    if (kind === 'engaged') outcomes.push(engagedOutcome(visit <= at ? visit : start, at))
    else if (!strange.has(campaign)) {
      if (kind === 'click') clicked.push(campaign)
      else sightings.push({ campaign, at })
    } else {
      const path = pointer('events', index, 'campaign')
      faults.push({ path, code: 'unknown_campaign', message: NO_CAMPAIGN })
    }
  }
  const accepted = outcomes.length + sightings.length + clicked.length
  return { clicked, outcomes, sightings, accepted, faults }
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

/**
 * A piece that was called not relevant, or too personal, is not shown to this browser again; one that was clicked, or led
 * to something, is not being ignored.
 */
function answered(
  counts: CapCounts | undefined,
  { events, clicked }: { readonly events: readonly ShopEvent[]; readonly clicked: readonly string[] },
  now: number,
): CapCounts | undefined {
  let caps = counts
  for (const campaign of clicked) caps = countResponse(caps, campaign)
  for (const { campaign, evidence } of events) {
    if (campaign === undefined) continue
    caps = isComplaint(evidence.kind) ? countRefusal(caps, campaign, now) : countResponse(caps, campaign)
  }
  return caps
}

/** Without what was switched off; of a search, its category alone. What touches a sensitive topic teaches nothing. */
export function keepable(
  evidence: Evidence,
  off: readonly string[],
  categories: ReadonlySet<string>,
): Evidence | null {
  const { query, ...rest } = evidence
  const category = rest.category ?? (query === undefined ? undefined : categoryOfQuery(query, categories))
  if ([query, category].some((text) => text !== undefined && sensitiveTopic(text) !== undefined)) {
    const { category: _, brand: __, sku: ___, ...bare } = rest
    return allowedEvidence(bare, off)
  }
  return allowedEvidence(category === undefined ? rest : { ...rest, category }, off)
}
