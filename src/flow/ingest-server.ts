/**
 * What the shop's servers tell of people becomes part of their profiles: of visitors whom we know, and of customers with a
 * browser that agreed to be known. Of anybody else nothing is kept, and the sender is told of whom.
 */
import type { ConsentLog } from '../consent/log.ts'
import type { ServerEvent, Subject } from '../events/model.ts'
import { cardOf, isCard } from '../identity/link.ts'
import type { IdentityStore } from '../identity/model.ts'
import { personOf } from '../identity/person.ts'
import { openReference } from '../identity/token.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import type { Keyring } from '../kit/seal.ts'
import type { ProfileStore, VisitorEvidence } from '../profile/model.ts'
import { VISITOR_ID } from '../profile/text.ts'
import { applyAll, type IngestPorts, keepable } from './ingest.ts'

export interface ServerIngestPorts extends IngestPorts {
  readonly identities: Pick<IdentityStore, 'groupOf' | 'tie' | 'tiesOf'>
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
    const evidence = keepable(event.evidence, wishes, ports.categories())
    if (evidence === null) skipped++
    else {
      batch.push({ visitor: target.visitor, evidence: [evidence] })
      good.push({ event, visitor: target.visitor })
    }
  }
  const erased = new Set(
    (await applyAll(ports, batch, now)).filter((each) => each.erased).map(({ visitor }) => visitor),
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
