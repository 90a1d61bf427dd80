/**
 * A body of events, read one by one: each is good or has its faults named, and the good ones are kept whatever the
 * others are. Shapes and bounds of an event are the profile's (`parseEvidence`); what may come through a door at all is
 * settled here. Pure; `now` in epoch milliseconds.
 */
import { sensitiveTopic } from '../consent/sensitive.ts'
import { mapBreathing } from '../kit/breathe.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { ID } from '../kit/shape.ts'
import { DAY_MS } from '../kit/time.ts'
import { parseEvidence } from '../profile/evidence.ts'
import { EVENT_ID } from '../profile/text.ts'
import { AHEAD_MAX_MS } from '../supply/parse.ts'
import { withoutSensitive } from './listed.ts'
import {
  BEACON_KINDS,
  type BeaconEvent,
  BROWSER_KINDS,
  OWN_ID,
  type ParsedEvents,
  type ParsedShopEvents,
  type ServerEvent,
  SHOP_KINDS,
  type ShopEvent,
  type ShopKind,
  type Subject,
} from './model.ts'
import { ORDER_FIELDS, parseOrder } from './order.ts'
import { looksLikePhone, looksPersonal } from './personal.ts'

/** In one call of a browser, and of a server. */
export const EVENTS_MAX = 50
export const SERVER_EVENTS_MAX = 500
/** In about a millisecond. */
const PARSED_AT_ONCE = 96
/** A browser's clock is wrong by minutes or by years. What is off by more than a day is not believed. */
const BROWSER_CLOCK_MAX_MS = DAY_MS
const SUBJECT_MAX_CHARS = 512
/** What the beacon calls `engaged`: by the visit's start, so that it counts once and for the right one. */
const VISIT_NAME = /^engaged:([0-9a-z]{1,9})$/

/** What may come through a door. */
interface Door {
  readonly fields: ReadonlySet<string>
  readonly kinds: readonly ShopKind[]
  /** How far a sender's clock may be ahead of ours. */
  readonly aheadMs: number
}

const FIELDS = 'id kind at category brand sku query value currency quantity trait campaign'.split(' ')
const BROWSER: Door = { fields: new Set(FIELDS), kinds: BROWSER_KINDS, aheadMs: BROWSER_CLOCK_MAX_MS }
const SERVER: Door = {
  fields: new Set([...FIELDS, ...ORDER_FIELDS, 'store', 'visitor', 'customer']),
  kinds: SHOP_KINDS,
  aheadMs: AHEAD_MAX_MS,
}
const BEACON_FIELDS: ReadonlySet<string> = new Set(['id', 'kind', 'at', 'campaign'])
/** Texts of the shop's, where a person's data has no business to be. */
const PLAIN_FIELDS = ['category', 'brand', 'sku', 'store'] as const

type Fields = Readonly<Record<string, unknown>>
type Parsed<P> = Result<P, readonly Fault[]>

/** `{"events": […]}` of a browser; a time may be left out, and is then `now`. */
export function parseShopEvents(body: unknown, now: number): Parsed<ParsedShopEvents> {
  const list = listOf(body, EVENTS_MAX)
  if (!list.ok) return list
  const parsed = list.value.map((input, index): Parsed<ShopEvent | BeaconEvent> => {
    const fields = isFields(input) && input.at === undefined ? { ...input, at: now } : input
    const isBeacon = isFields(fields) && (BEACON_KINDS as readonly unknown[]).includes(fields.kind)
    const event = isBeacon ? parseBeacon(fields, index) : parseEvent(fields, index, now, BROWSER)
    if (!event.ok || Math.abs(timeOf(event.value) - now) <= BROWSER_CLOCK_MAX_MS) return event
    return err([{ path: '/at', code: 'time', message: 'Write a time within a day of now.' }])
  })
  const { events, faults } = gathered(parsed)
  return ok({
    events: events.filter((event): event is ShopEvent => 'evidence' in event),
    beacons: events.filter((event): event is BeaconEvent => 'kind' in event),
    faults,
  })
}

const timeOf = (event: ShopEvent | BeaconEvent): number =>
  'evidence' in event ? event.evidence.at : event.at

/** `{id?, kind, at, campaign}`; `seen` and `click` name their campaign, and the id of `engaged` the visit, where it is known. */
function parseBeacon(fields: Fields, index: number): Parsed<BeaconEvent> {
  const { id, kind, at, campaign } = fields
  const faults: Fault[] = []
  const fault = (field: string, code: string, message: string): void => {
    faults.push({ path: pointer(field), code, message })
  }
  for (const field of Object.keys(fields)) {
    if (!BEACON_FIELDS.has(field)) fault(field, 'unknown_field', 'There is no such field.')
  }
  if (!Number.isSafeInteger(at)) fault('at', 'time', 'Write a time in epoch milliseconds.')
  const isNamed = typeof campaign === 'string' && ID.test(campaign)
  if (!isNamed && (kind !== 'engaged' || campaign !== undefined)) {
    fault('campaign', 'value', 'A campaign is its id.')
  }
  if (id !== undefined && !(typeof id === 'string' && EVENT_ID.test(id))) {
    fault('id', 'id', 'An id has 1 to 64 letters, digits and _.:-')
  }
  if (faults.length > 0) return err(faults)
  const visit = VISIT_NAME.exec(String(id))?.[1]
  return ok({
    index,
    kind: kind as BeaconEvent['kind'],
    at: at as number,
    ...(visit === undefined ? {} : { visit: Number.parseInt(visit, 36) }),
    ...(isNamed ? { campaign } : {}),
  })
}

/**
 * `{"events": […]}` of a server: each names its `visitor` or its `customer`, and when it was. There may be many, so
 * others have their turn meanwhile.
 */
export async function parseServerEvents(
  body: unknown,
  now: number,
): Promise<Parsed<ParsedEvents<ServerEvent>>> {
  const list = listOf(body, SERVER_EVENTS_MAX)
  if (!list.ok) return list
  const parsed = await mapBreathing(list.value, PARSED_AT_ONCE, (input, index): Parsed<ServerEvent> => {
    const subject = parseSubject(isFields(input) ? input : {})
    const order = parseOrder(isFields(input) ? input : {})
    const told = isFields(input) && order.ok ? { ...input, ...order.value.told } : input
    const event = parseEvent(told, index, now, SERVER)
    if (subject.ok && order.ok && event.ok) {
      const { order: found } = order.value
      return ok({
        ...event.value,
        subject: subject.value,
        ...(found === undefined ? {} : { order: found }),
      })
    }
    return err([subject, order, event].flatMap((part) => (part.ok ? [] : part.error)))
  })
  return ok(gathered(parsed))
}

/** Faults of the whole body end it; those of one event only that event. */
function listOf(body: unknown, max: number): Parsed<readonly unknown[]> {
  const list = isFields(body) ? body.events : undefined
  if (!Array.isArray(list)) return err([{ path: '/events', code: 'type', message: 'Send {"events": […]}.' }])
  if (list.length > max) {
    return err([{ path: '/events', code: 'too_many', message: `Send at most ${max} events at once.` }])
  }
  return ok(list)
}

function gathered<E>(parsed: readonly Parsed<E>[]): {
  readonly events: readonly E[]
  readonly faults: readonly Fault[]
} {
  const events: E[] = []
  const faults: Fault[] = []
  for (const [index, event] of parsed.entries()) {
    if (event.ok) events.push(event.value)
    else
      faults.push(...event.error.map((fault) => ({ ...fault, path: pointer('events', index) + fault.path })))
  }
  return { events, faults }
}

function parseEvent(
  input: unknown,
  index: number,
  now: number,
  door: Door,
): Result<ShopEvent, readonly Fault[]> {
  const parsed = parseEvidence(input, now)
  const faults = [
    ...(parsed.ok ? [] : parsed.error),
    ...(isFields(input) ? doorFaults(input, now, door) : []),
  ]
  if (!parsed.ok || faults.length > 0) return err(unique(faults))
  const { campaign } = input as Fields
  return ok({
    index,
    evidence: withoutSensitive(parsed.value),
    ...(campaign === undefined ? {} : { campaign: campaign as string }),
  })
}

/** What the door refuses, beyond what an event may be. */
function doorFaults(input: Fields, now: number, { fields, kinds, aheadMs }: Door): readonly Fault[] {
  const faults: Fault[] = []
  const fault = (field: string, code: string, message: string): void => {
    faults.push({ path: pointer(field), code, message })
  }
  for (const field of Object.keys(input)) {
    if (!fields.has(field)) fault(field, 'unknown_field', 'There is no such field.')
  }
  const { id, kind, at, campaign, trait, value } = input
  if (!kinds.includes(kind as ShopKind)) fault('kind', 'kind', `A kind is one of ${kinds.join(', ')}.`)
  // What is no number is no time; the evidence says so.
  if (typeof at === 'number' && at > now + aheadMs) fault('at', 'time', 'This has not happened yet.')
  if (typeof id === 'string' && id.startsWith(OWN_ID)) fault('id', 'id', `Begin no id with ${OWN_ID}`)
  if (campaign !== undefined && !(typeof campaign === 'string' && ID.test(campaign))) {
    fault('campaign', 'value', 'A campaign is its id.')
  }
  for (const field of PLAIN_FIELDS) {
    if (looksPersonal(input[field])) fault(field, 'personal_data', PERSONAL)
  }
  for (const field of ['category', 'brand']) {
    const name = input[field]
    if (looksLikePhone(name)) fault(field, 'personal_data', PERSONAL)
    if (typeof name === 'string' && name.includes('<')) fault(field, 'markup', 'Write it without markup.')
  }
  if (kind === 'declare') {
    const words = [value].flat()
    if (words.some(looksPersonal)) fault('value', 'personal_data', PERSONAL)
    // A name may be anything; Christian and Jude are names.
    if (
      trait !== 'name' &&
      words.some((word) => typeof word === 'string' && sensitiveTopic(word) !== undefined)
    ) {
      fault('value', 'sensitive', 'This is too sensitive to be kept.')
    }
  }
  return faults
}

const PERSONAL = 'This looks like an address, a number or a place of a person; those are not kept.'

function parseSubject({ visitor, customer }: Fields): Result<Subject, readonly Fault[]> {
  if ((visitor === undefined) === (customer === undefined)) {
    return err([{ path: '', code: 'subject', message: 'Name the visitor or the customer, one of both.' }])
  }
  const [field, value] = visitor === undefined ? ['customer', customer] : ['visitor', visitor]
  if (typeof value === 'string' && value !== '' && value.length <= SUBJECT_MAX_CHARS) {
    return ok({ [field as string]: value } as unknown as Subject)
  }
  const message = `A ${field} is a text of up to ${SUBJECT_MAX_CHARS} characters.`
  return err([{ path: pointer(field as string), code: 'subject', message }])
}

/** The profile and the door may both find fault with one thing; once is enough. */
function unique(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Map(faults.map((fault) => [`${fault.path} ${fault.code}`, fault]))
  return [...seen.values()]
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
