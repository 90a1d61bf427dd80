/**
 * What a release document looks like: one schema, from which editors get their JSON Schema, the API its document, and
 * authors every fault at once. What a schema cannot say (selectors, templates, what fits together) is in check.ts.
 */
import * as v from 'valibot'
import { closed, dictionary, ID } from '../kit/shape.ts'
import { momentOf } from '../kit/time.ts'
import { WEEKDAYS } from '../signals/model.ts'
import { ATTRIBUTES } from './attributes.ts'
import { isRecord, OPERATOR_NAMES } from './condition.ts'
import { CONTEXT_PARTS } from './context.ts'

export const MAX_DOCUMENT_BYTES = 1024 * 1024
export const MAX_CAMPAIGNS = 10_000
export const MAX_VARIANTS = 16
export const MAX_EDITS = 32
/** In UTF-16 code units; the document is bounded in bytes. */
const MAX_VALUE_CHARS = 16 * 1024
const MAX_PAGES = 64
const MAX_PAGE_CHARS = 1_024
const MAX_SELECTOR_CHARS = 512
const MAX_NAME_CHARS = 200
const MAX_SEED_CHARS = 128
const MAX_URL_CHARS = 2_048
const MAX_SPANS = 8
const MAX_PRIORITY = 1_000_000
const MAX_IMPRESSIONS = 100_000
const MAX_REST_DAYS = 365
const MAX_REASON_CHARS = 500
const MAX_BECAUSE_CHARS = 300
const MAX_LANGUAGES = 32
const MAX_MONEY = 1_000_000
const MAX_WINDOW_DAYS = 28
const MAX_GUARDRAILS = 8
const MAX_SKU_CHARS = 64
const MAX_OFFERS = 10_000_000
const MAX_AGE_MINUTES = 10_080

const id = v.pipe(
  v.string(),
  v.regex(ID, 'an id is a lower-case letter and then up to 63 of a-z, 0-9, "_" and "-"'),
)

const text = (max: number) =>
  v.pipe(v.string(), v.nonEmpty('say something here'), v.maxLength(max, `at most ${max} characters`))
const share = v.pipe(v.number(), v.minValue(0, 'a share is 0 to 1'), v.maxValue(1, 'a share is 0 to 1'))
export const selectorSchema = text(MAX_SELECTOR_CHARS)
const selector = selectorSchema
const value = v.pipe(
  v.string(),
  v.maxLength(MAX_VALUE_CHARS, `a value has at most ${MAX_VALUE_CHARS} characters`),
)
const attributeName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z][A-Za-z0-9:_.-]{0,63}$/,
    'the name of an attribute is letters, digits, "-", "_", "." and ":"',
  ),
)
const position = v.picklist(['before', 'after', 'prepend', 'append'])

export const editSchema = v.variant('action', [
  closed({
    action: v.picklist(['text', 'html', 'replace', 'before', 'after', 'prepend', 'append']),
    selector,
    value,
  }),
  closed({ action: v.literal('remove'), selector }),
  closed({ action: v.literal('setAttribute'), selector, name: attributeName, value }),
  closed({ action: v.literal('removeAttribute'), selector, name: attributeName }),
  closed({ action: v.picklist(['addClass', 'removeClass']), selector, value }),
  closed({ action: v.literal('move'), selector, target: selector, position }),
])
export const variantSchema = closed({
  id,
  weight: v.exactOptional(share),
  edits: v.optional(v.pipe(v.array(editSchema), v.maxLength(MAX_EDITS, `at most ${MAX_EDITS} edits`)), []),
  redirect: v.exactOptional(text(MAX_URL_CHARS)),
})

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/
/** ISO 8601 with its offset, since a shop's "midnight" is not the server's; or epoch milliseconds as stored. */
const time = v.union(
  [
    v.pipe(
      v.string(),
      v.check((input) => ISO_TIME.test(input) && !Number.isNaN(momentOf(input))),
      v.transform((input) => Date.parse(input)),
      v.metadata({ format: 'date-time' }),
    ),
    v.pipe(v.number(), v.integer('a time as a number is whole milliseconds')),
  ],
  'a time is a day that there is, an hour and its offset, such as "2026-07-01T00:00:00+01:00"',
)
const hour = v.pipe(
  v.number(),
  v.integer('whole hours'),
  v.minValue(0, 'hours are 0 to 24'),
  v.maxValue(24, 'hours are 0 to 24'),
)
const scheduleSchema = closed({
  from: v.exactOptional(time),
  to: v.exactOptional(time),
  hours: v.exactOptional(
    v.pipe(
      v.array(v.strictTuple([hour, hour])),
      v.nonEmpty('name at least one span'),
      v.maxLength(MAX_SPANS, `at most ${MAX_SPANS} spans`),
    ),
  ),
  weekdays: v.exactOptional(v.pipe(v.array(v.picklist(WEEKDAYS)), v.nonEmpty('name at least one weekday'))),
})

const language = v.pipe(v.string(), v.regex(/^[a-z]{2}$/, 'name languages by two letters, such as "en"'))

const wholeUpTo = (max: number) =>
  v.pipe(
    v.number(),
    v.integer('a whole number'),
    v.minValue(1, `from 1 to ${max}`),
    v.maxValue(max, `from 1 to ${max}`),
  )
const impressions = v.exactOptional(wholeUpTo(MAX_IMPRESSIONS))
const limits = { hour: impressions, day: impressions, week: impressions, lifetime: impressions }
const capsSchema = closed({
  ...limits,
  group: v.exactOptional(closed(limits)),
  rest: v.exactOptional(closed({ ignored: wholeUpTo(MAX_IMPRESSIONS), days: wholeUpTo(MAX_REST_DAYS) })),
  retargeting: impressions,
})
const overrideSchema = closed({ reason: text(MAX_REASON_CHARS), by: text(MAX_NAME_CHARS) })

const money = v.pipe(v.number(), v.minValue(0, 'at least 0'), v.maxValue(MAX_MONEY, `at most ${MAX_MONEY}`))
const objectiveSchema = closed({
  metric: v.picklist(['conversion', 'revenue', 'margin', 'average_order', 'add_to_cart', 'engagement']),
  windowDays: v.exactOptional(wholeUpTo(MAX_WINDOW_DAYS)),
  cost: v.exactOptional(closed({ exposure: v.exactOptional(money), order: v.exactOptional(money) })),
})
const guardrailSchema = closed({
  metric: v.picklist([
    'opt_out',
    'erasure',
    'withdrawal',
    'not_relevant',
    'too_personal',
    'bounce',
    'margin',
  ]),
  tolerance: money,
})
const allocationSchema = closed({
  kind: v.picklist(['fixed', 'adaptive']),
  floor: v.exactOptional(
    v.pipe(v.number(), v.minValue(0.01, 'from 0.01 to 0.5'), v.maxValue(0.5, 'from 0.01 to 0.5')),
  ),
  by: v.exactOptional(
    v.pipe(
      v.array(v.picklist(CONTEXT_PARTS)),
      v.maxLength(3, 'contexts by more than three things learn too slowly'),
    ),
  ),
})
const supplySchema = closed({
  sku: v.exactOptional(text(MAX_SKU_CHARS)),
  capacity: v.exactOptional(id),
  at: v.picklist(['online', 'store', 'region']),
  atLeast: v.exactOptional(wholeUpTo(MAX_OFFERS)),
  maxAge: v.exactOptional(wholeUpTo(MAX_AGE_MINUTES)),
})
const limitSchema = closed({
  total: v.exactOptional(wholeUpTo(MAX_OFFERS)),
  day: v.exactOptional(wholeUpTo(MAX_OFFERS)),
})

/** Kept as it is, keys such as `constructor` included: leaving one out would widen an audience. */
const openObject = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isRecord, 'this has to be an object'),
  v.metadata({ type: 'object' }),
)
/** With words for editors: what there is to ask about, and by what. What a condition may be is judged in audience.ts. */
const audience = v.pipe(
  openObject,
  v.metadata({
    description: `Who sees it: {attribute: value} or {attribute: {operator: value}}, by ${OPERATOR_NAMES.join(' ')}`,
    properties: Object.fromEntries([
      ...['$or', '$and', '$nor'].map((name) => [name, { type: 'array', items: { type: 'object' } }]),
      ['$not', { type: 'object' }],
      ...ATTRIBUTES.filter(({ path }) => !path.endsWith('*')).map(({ path, label, values }) => [
        path,
        { description: label, ...(values && { examples: values }) },
      ]),
    ]),
  }),
)

export const campaignSchema = closed({
  id,
  name: v.exactOptional(text(MAX_NAME_CHARS)),
  status: v.optional(v.picklist(['live', 'paused']), 'live'),
  pages: v.pipe(
    v.array(text(MAX_PAGE_CHARS)),
    v.nonEmpty('name at least one page, such as "/*"'),
    v.maxLength(MAX_PAGES, `at most ${MAX_PAGES} pages`),
  ),
  audience: v.optional(audience, {}),
  schedule: v.exactOptional(scheduleSchema),
  priority: v.optional(
    v.pipe(
      v.number(),
      v.minValue(-MAX_PRIORITY, `at least ${-MAX_PRIORITY}`),
      v.maxValue(MAX_PRIORITY, `at most ${MAX_PRIORITY}`),
    ),
    0,
  ),
  group: v.exactOptional(id),
  coverage: v.optional(share, 1),
  holdout: v.optional(share, 0),
  seed: v.exactOptional(text(MAX_SEED_CHARS)),
  hashVersion: v.optional(v.picklist([1, 2]), 2),
  variants: v.pipe(
    v.array(variantSchema),
    v.nonEmpty('a campaign has at least one variant'),
    v.maxLength(MAX_VARIANTS, `at most ${MAX_VARIANTS} variants`),
  ),
  withoutConsent: v.exactOptional(id),
  data: v.optional(openObject, {}),
  caps: v.exactOptional(capsSchema),
  override: v.exactOptional(overrideSchema),
  objective: v.exactOptional(objectiveSchema),
  guardrails: v.exactOptional(
    v.pipe(v.array(guardrailSchema), v.maxLength(MAX_GUARDRAILS, `at most ${MAX_GUARDRAILS} guardrails`)),
  ),
  allocation: v.exactOptional(allocationSchema),
  supply: v.exactOptional(supplySchema),
  limit: v.exactOptional(limitSchema),
  explain: v.exactOptional(v.boolean()),
  because: v.exactOptional(
    v.pipe(
      dictionary(language, text(MAX_BECAUSE_CHARS)),
      v.maxEntries(MAX_LANGUAGES, `at most ${MAX_LANGUAGES} languages`),
    ),
  ),
})
export type CampaignInput = v.InferOutput<typeof campaignSchema>

const envelope = {
  $schema: v.exactOptional(v.string()),
  holdout: v.optional(share, 0),
  caps: v.exactOptional(closed({ pageView: impressions })),
}
const tooMany = `at most ${MAX_CAMPAIGNS} campaigns`

export const releaseSchema = closed({
  ...envelope,
  campaigns: v.pipe(v.array(campaignSchema), v.maxLength(MAX_CAMPAIGNS, tooMany)),
})

/** The same without looking into campaigns, so that each of them is judged by itself. */
export const envelopeSchema = closed({
  ...envelope,
  campaigns: v.pipe(v.array(v.unknown()), v.maxLength(MAX_CAMPAIGNS, tooMany)),
})
