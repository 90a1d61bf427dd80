/**
 * A body of events, read one by one: each is good or has its faults named, and the good ones are kept whatever the
 * others are. Shapes and bounds of an event are the profile's (`parseEvidence`); what may come through a door at all is
 * settled here. Pure; `now` in epoch milliseconds.
 */
import { sensitiveTopic } from '../consent/sensitive.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { parseEvidence } from '../profile/evidence.ts'
import type { Evidence } from '../profile/model.ts'
import {
  OWN_ID,
  type ParsedEvents,
  type ServerEvent,
  SHOP_KINDS,
  type ShopEvent,
  type ShopKind,
  type Subject,
} from './model.ts'
import { looksPersonal } from './personal.ts'

export const EVENTS_MAX = 50
/** A browser's clock is wrong by minutes or by years. What is off by more than a day is not believed. */
export const BROWSER_CLOCK_MAX_MS = 86_400_000
const CAMPAIGN = /^[a-z][a-z0-9_-]{0,63}$/
const SUBJECT_MAX_CHARS = 512

const SHOPPER_FIELDS: ReadonlySet<string> = new Set(
  'id kind at category brand sku query value currency quantity store trait campaign'.split(' '),
)
const SERVER_FIELDS: ReadonlySet<string> = new Set([...SHOPPER_FIELDS, 'visitor', 'customer'])
/** Texts of the shop's, where a person's data has no business to be. */
const PLAIN_FIELDS = ['category', 'brand', 'sku', 'store'] as const

type Fields = Readonly<Record<string, unknown>>
type Parsed<E extends ShopEvent> = Result<ParsedEvents<E>, readonly Fault[]>

/** `{"events": […]}` of a browser; a time may be left out, and is then `now`. */
export function parseShopEvents(body: unknown, now: number): Parsed<ShopEvent> {
  return parseAll(body, (input, index) => {
    const fields = isFields(input) && input.at === undefined ? { ...input, at: now } : input
    const event = parseEvent(fields, index, now, SHOPPER_FIELDS)
    if (!event.ok || Math.abs(event.value.evidence.at - now) <= BROWSER_CLOCK_MAX_MS) return event
    return err([{ path: '/at', code: 'time', message: 'Write a time within a day of now.' }])
  })
}

/** `{"events": […]}` of a server: each names its `visitor` or its `customer`, and when it was. */
export function parseServerEvents(body: unknown, now: number): Parsed<ServerEvent> {
  return parseAll(body, (input, index) => {
    const subject = parseSubject(isFields(input) ? input : {})
    const event = parseEvent(input, index, now, SERVER_FIELDS)
    if (subject.ok && event.ok) return ok({ ...event.value, subject: subject.value })
    return err([...(subject.ok ? [] : subject.error), ...(event.ok ? [] : event.error)])
  })
}

/** Faults of the whole body end it; those of one event only that event. */
function parseAll<E extends ShopEvent>(
  body: unknown,
  parse: (input: unknown, index: number) => Result<E, readonly Fault[]>,
): Parsed<E> {
  const list = isFields(body) ? body.events : undefined
  if (!Array.isArray(list)) return err([{ path: '/events', code: 'type', message: 'Send {"events": […]}.' }])
  if (list.length > EVENTS_MAX) {
    return err([{ path: '/events', code: 'too_many', message: `Send at most ${EVENTS_MAX} events at once.` }])
  }
  const events: E[] = []
  const faults: Fault[] = []
  for (const [index, input] of list.entries()) {
    const event = parse(input, index)
    if (event.ok) events.push(event.value)
    else
      faults.push(...event.error.map((fault) => ({ ...fault, path: pointer('events', index) + fault.path })))
  }
  return ok({ events, faults })
}

function parseEvent(
  input: unknown,
  index: number,
  now: number,
  known: ReadonlySet<string>,
): Result<ShopEvent, readonly Fault[]> {
  const parsed = parseEvidence(input, now)
  const faults = [...(parsed.ok ? [] : parsed.error), ...(isFields(input) ? doorFaults(input, known) : [])]
  if (!parsed.ok || faults.length > 0) return err(unique(faults))
  const { campaign } = input as Fields
  return ok({
    index,
    evidence: withoutSensitive(parsed.value),
    ...(campaign === undefined ? {} : { campaign: campaign as string }),
  })
}

/** What the door refuses, beyond what an event may be. */
function doorFaults(input: Fields, known: ReadonlySet<string>): readonly Fault[] {
  const faults: Fault[] = []
  const fault = (field: string, code: string, message: string): void => {
    faults.push({ path: pointer(field), code, message })
  }
  for (const field of Object.keys(input)) {
    if (!known.has(field)) fault(field, 'unknown_field', 'There is no such field.')
  }
  const { id, kind, campaign, trait, value } = input
  if (!SHOP_KINDS.includes(kind as ShopKind))
    fault('kind', 'kind', `A kind is one of ${SHOP_KINDS.join(', ')}.`)
  if (typeof id === 'string' && id.startsWith(OWN_ID)) fault('id', 'id', `Begin no id with ${OWN_ID}`)
  if (campaign !== undefined && !(typeof campaign === 'string' && CAMPAIGN.test(campaign))) {
    fault('campaign', 'value', 'A campaign is its id.')
  }
  for (const field of PLAIN_FIELDS) {
    if (looksPersonal(input[field])) fault(field, 'personal_data', PERSONAL)
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

const PERSONAL = 'This looks like an address or a place of a person; those are not kept.'

/** Nothing is learned from a sensitive category: the event counts as one without a category. */
function withoutSensitive(evidence: Evidence): Evidence {
  const { category, brand: _, sku: __, query: ___, ...rest } = evidence
  return category === undefined || sensitiveTopic(category) === undefined ? evidence : rest
}

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
