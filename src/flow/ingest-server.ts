/**
 * What the shop's servers tell of people becomes part of their profiles, and is counted: of visitors whom we know, and of
 * customers with a browser that agreed to be known. Of anybody else nothing is kept, and the sender is told of whom.
 *
 * Exposures are of browsers, orders in a store are of people. So what a customer did counts for each of their browsers
 * that is measured, under one id: whichever of them met a campaign first cannot be known while exposures come late, and
 * to choose one would let the choice depend on what was shown. Arms are drawn for each browser by itself, so comparing
 * them stays fair; the sums of two arms may hold the same order twice, where one person is in both.
 */
import { skusOf, withListed } from '../events/listed.ts'
import type { Known, Lookup } from '../events/lookup.ts'
import type { ServerEvent, Subject } from '../events/model.ts'
import { cardOf } from '../identity/link.ts'
import { personOf } from '../identity/person.ts'
import { mapBreathing } from '../kit/breathe.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import type { Keyring } from '../kit/seal.ts'
import { marginOf } from '../measure/margin.ts'
import type { MeasureStore, Outcome } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import { outcomeOf } from '../measure/outcomes.ts'
import { readVisitorText } from './identify.ts'
import { keepable } from './ingest.ts'
import { type NewsPorts, type VisitorNews, writeAll } from './news.ts'
import { type StrangePorts, strangeCampaigns, strangeFaults } from './strange.ts'

export interface ServerIngestPorts extends NewsPorts, StrangePorts {
  readonly measures: Pick<MeasureStore, 'record' | 'leave' | 'campaigns'>
  readonly lookup: Lookup
  /** Category keys that a search may name. */
  readonly categories: () => ReadonlySet<string>
  /** The shop's own. */
  readonly money: Money
  readonly keyring: Keyring
  readonly personKey: CryptoKey
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface ServerIngested {
  readonly accepted: number
  /** How many of them their owners' profiles had before; of what is kept for measuring alone nobody tells. */
  readonly known: number
  readonly skipped: number
  /** Of events that were refused, and of orders whose margin stays unknown. */
  readonly faults: readonly Fault[]
}

/** In about a millisecond. */
const NAMED_AT_ONCE = 64
const WEIGHED_AT_ONCE = 128

/** Whom an event is about, as far as it says by itself. */
type Named =
  | { readonly visitor: string; readonly proven: boolean }
  | { readonly person: string }
  | { readonly nobody: true }

/** An id that evidence is kept for, the ids whose wishes hold for it, and those it is measured for. */
interface Target {
  readonly visitor: string
  readonly wishers: readonly string[]
  readonly measured: readonly string[]
}
type Found = Target | 'unknown' | 'erased'

/** Counts what the shop's servers tell, in a few round trips however many events there are. */
export async function ingestServer(
  ports: ServerIngestPorts,
  events: readonly ServerEvent[],
): Promise<ServerIngested> {
  const now = ports.now()
  const named = await namesOf(ports, events, now)
  const [known, campaigns] = await Promise.all([
    askAll(ports, [...named.values()], events),
    strangeCampaigns(events, ports),
  ])
  const strange = { campaigns, stores: known.strangeStores }
  const categories = ports.categories()
  await tieCards(ports, [...named.values()], known, now)
  const faults: Fault[] = []
  const batch: VisitorNews[] = []
  const good: { readonly event: ServerEvent; readonly visitor: string }[] = []
  let skipped = 0
  await mapBreathing(events, WEIGHED_AT_ONCE, (event) => {
    const target = findTarget(named.get(keyOf(event.subject)) ?? { nobody: true }, known)
    if (typeof target === 'string') {
      faults.push(faultOf(event, target))
      return
    }
    const wrong = strangeFaults(event, strange, ports.money)
    if (wrong.length > 0) {
      faults.push(...wrong)
      return
    }
    const counted = countedOf(event, known, ports)
    faults.push(...counted.faults)
    const news = newsOf(event, target, counted.outcome, known, categories)
    if (news.length === 0) skipped += 1
    else {
      batch.push(...news)
      good.push({ event, visitor: target.visitor })
    }
  })
  const { erased, known: before } = await writeAll(ports, batch, now)
  const late = good.filter(({ visitor }) => erased.has(visitor))
  faults.push(...late.map(({ event }) => faultOf(event, 'erased')))
  return { accepted: good.length - late.length, known: before, skipped, faults }
}

const keyOf = (subject: Subject): string =>
  'visitor' in subject ? `v ${subject.visitor}` : `c ${subject.customer}`

/** Whom the events name, each subject once. No I/O but WebCrypto. */
async function namesOf(
  ports: Pick<ServerIngestPorts, 'keyring' | 'personKey'>,
  events: readonly ServerEvent[],
  now: number,
): Promise<ReadonlyMap<string, Named>> {
  const subjects = [...new Map(events.map(({ subject }) => [keyOf(subject), subject]))]
  const naming = await mapBreathing(
    subjects,
    NAMED_AT_ONCE,
    async ([key, subject]) => [key, await nameOf(ports, subject, now)] as const,
  )
  return new Map(await Promise.all(naming))
}

async function nameOf(
  ports: Pick<ServerIngestPorts, 'keyring' | 'personKey'>,
  subject: Subject,
  now: number,
): Promise<Named> {
  if ('customer' in subject) return { person: await personOf(ports.personKey, subject.customer) }
  return (await readVisitorText(ports, subject.visitor, now)) ?? { nobody: true }
}

const askAll = (
  { lookup }: Pick<ServerIngestPorts, 'lookup'>,
  named: readonly Named[],
  events: readonly ServerEvent[],
): Promise<Known> =>
  lookup.ask({
    visitors: named.flatMap((name) => ('visitor' in name ? [name.visitor] : [])),
    persons: named.flatMap((name) => ('person' in name ? [name.person] : [])),
    stores: [...new Set(events.flatMap(({ evidence }) => evidence.store ?? []))],
    skus: [...new Set(events.flatMap(({ evidence, order }) => skusOf(evidence, order?.items)))],
  })

/** What a customer did goes to their card, which is made where a browser of theirs agreed to personalization. */
async function tieCards(
  { lookup }: Pick<ServerIngestPorts, 'lookup'>,
  named: readonly Named[],
  { browsers, carded, erased }: Known,
  now: number,
): Promise<void> {
  const fresh = named.flatMap((name) =>
    'person' in name &&
    browsers.has(name.person) &&
    !carded.has(name.person) &&
    !erased.has(cardOf(name.person))
      ? [name.person]
      : [],
  )
  if (fresh.length > 0) await lookup.tieCards(fresh, now)
}

function findTarget(name: Named, { erased, visitors, browsers, measured }: Known): Found {
  if ('nobody' in name) return 'unknown'
  if ('visitor' in name) {
    const { visitor, proven } = name
    if (erased.has(visitor)) return 'erased'
    if (!proven && !visitors.has(visitor)) return 'unknown'
    return { visitor, wishers: [visitor], measured: measured.has(visitor) ? [visitor] : [] }
  }
  const card = cardOf(name.person)
  if (erased.has(card)) return 'erased'
  const own = browsers.get(name.person)
  if (own === undefined) return 'unknown'
  return { visitor: card, wishers: own, measured: own.filter((visitor) => measured.has(visitor)) }
}

/** What it counts as, its margin included; an order whose margin nobody knows counts without. */
function countedOf(
  { evidence, campaign, order, index }: ServerEvent,
  { costs }: Known,
  { money }: Pick<ServerIngestPorts, 'money'>,
): { readonly outcome: Outcome | null; readonly faults: readonly Fault[] } {
  const outcome = outcomeOf(evidence, campaign, money)
  if (outcome === null || order === undefined) return { outcome, faults: [] }
  const { margin, faults } = marginOf(order, outcome.value, costs, money)
  return {
    outcome: margin === undefined ? outcome : { ...outcome, margin },
    faults: faults.map((fault) => ({ ...fault, path: pointer('events', index) + fault.path })),
  }
}

/** Evidence for the profile as its owner wishes it, and measures for each browser that is measured; none for neither. */
function newsOf(
  { evidence, order }: ServerEvent,
  { visitor, wishers, measured }: Target,
  outcome: Outcome | null,
  { off, listed }: Known,
  categories: ReadonlySet<string>,
): readonly VisitorNews[] {
  const wishes = wishers.flatMap((wisher) => off.get(wisher) ?? [])
  const own = keepable(withListed(evidence, listed, order?.items), wishes, categories)
  return [
    ...(own === null ? [] : [{ visitor, evidence: [own] }]),
    ...(outcome === null
      ? []
      : measured.map((each) => ({ visitor: each, evidence: [], outcomes: [outcome] }))),
  ]
}

const faultOf = ({ index, subject }: ServerEvent, code: 'unknown' | 'erased'): Fault => ({
  path: pointer('events', index, 'visitor' in subject ? 'visitor' : 'customer'),
  code,
  message:
    code === 'erased' ? 'This person asked to be forgotten.' : 'Nobody who agreed to be known is this.',
})
