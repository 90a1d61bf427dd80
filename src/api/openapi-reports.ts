/** Reports, as the API's document tells them. */
import type { JsonSchema } from '../kit/json-schema.ts'
import { count, list, nullable, type Operation, object, text } from './openapi-parts.ts'

const number = { type: 'number' }
const maybe = { type: ['number', 'null'] }
const words = { type: ['string', 'null'] }
const flag = { type: 'boolean' }
const day = { type: 'string', format: 'date' }
const oneOf = (...names: readonly (string | null)[]): JsonSchema => ({ enum: names })
/** A number of people. */
const people = { type: ['integer', 'null'], minimum: 0, description: 'null: a handful, which is not told' }

const VIEWED = ['view', 'correction', 'effect', 'power'] as const

/** `isBySpan`: of page views in a span of days, and no view on how sure one may be. */
const report = (path: string, id: string, summary: string, schema: string, isBySpan: boolean): Operation => ({
  method: 'get',
  path: `/reports${path}`,
  id,
  tag: 'reports',
  summary,
  query: ['from', 'to', ...(isBySpan ? [] : VIEWED), 'format'],
  csv: true,
  answers: { 200: ['Out of rollups, so it costs the same whatever the number of events', schema] },
  problems: path.includes('{id}') ? [404, 422, 501] : [422, 501],
})

export const REPORT_OPERATIONS: readonly Operation[] = [
  report(
    '',
    'listReports',
    'Every campaign in a line: its objective, and what is proven to be worse',
    'Reports',
    false,
  ),
  report('/campaigns/{id}', 'reportCampaign', 'What one campaign did, harm included', 'Report', false),
  report('/holdout', 'reportHoldout', 'What personalization as a whole is worth', 'HoldoutReport', false),
  report(
    '/funnel',
    'reportFunnel',
    'How many visitors are identified and known, and how much of what they get is generic',
    'Funnel',
    true,
  ),
  report('/reasons', 'reportReasons', 'Why campaigns did and did not show', 'Reasons', true),
]

const view = oneOf('sequential', 'fixed', 'bayes')
const interval = { type: 'array', items: maybe, minItems: 2, maxItems: 2, description: 'null: an open end' }
const side = object({ n: { ...people, type: maybe.type }, mean: maybe })
const verdict = object({
  status: oneOf('ok', 'no_data', 'too_few', 'degenerate', 'srm', 'unknown_margin'),
  message: text,
  view,
  difference: oneOf('relative', 'absolute'),
  alpha: number,
  control: side,
  arm: side,
  lift: maybe,
  interval: nullable(interval),
  standardError: maybe,
  pValue: number,
  chance: number,
  risk: nullable(object({ control: number, arm: number })),
  proven: oneOf('better', 'worse', null),
  varianceReduction: number,
  measured: nullable({ type: 'object', description: 'The lift before any view was taken of it' }),
})
const pValue = { ...number, description: 'Corrected for being one of many' }
const result = object({
  metric: text,
  arm: text,
  isObjective: flag,
  isHarm: flag,
  verdict,
  pValue,
  detectable: maybe,
})
const arm = object({ arm: text, isBaseline: flag, visitors: people, seen: people, crossed: people })
const days = nullable(object({ from: day, to: day }))
const standing = { name: words, state: oneOf('live', 'paused', 'off', 'gone'), why: words }
const overview = {
  campaign: text,
  status: oneOf('ok', 'no_data', 'no_baseline'),
  message: text,
  days,
  objective: text,
  arms: list(arm),
  results: list(result),
}
const whole = {
  ...overview,
  view,
  windowDays: count,
  baseline: words,
  split: nullable(
    object({
      cause: oneOf('none', 'selection', 'capture'),
      pValue: number,
      selection: number,
      capture: maybe,
    }),
  ),
  byDay: { ...flag, description: 'Days are compared with themselves' },
  effect: number,
  power: number,
  waits: list(object({ arm: text, visitors: count, days: count })),
  unknownMargin: { ...number, description: 'Share of buyers whose margin nobody knows' },
  money: object({ currency: text, decimals: count }),
  segments: object({
    rows: list(
      object({
        segment: text,
        value: text,
        arm: text,
        visitors: count,
        baselineVisitors: count,
        verdict,
        pValue,
      }),
    ),
    suppressed: {
      type: 'object',
      additionalProperties: count,
      description: 'How many values of a segment are of a handful, or would give one away',
    },
  }),
}

const withId = { identified: people, connected: people, known: people, personalized: people }
const figures = {
  pages: count,
  generic: count,
  budgetMissed: count,
  views: object({ unknown: count, identified: count, connected: count, known: count, personalized: count }),
}
const histogram = list(object({ reason: text, n: count }))

export const REPORT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Reports: object({ campaigns: list(object({ ...overview, ...standing })) }),
  Report: object({ ...whole, ...standing }),
  HoldoutReport: object({
    ...whole,
    worth: list(object({ metric: oneOf('revenue', 'margin'), verdict, visitors: people })),
  }),
  Funnel: object({
    from: day,
    to: day,
    ...figures,
    genericShare: maybe,
    budgetMissShare: maybe,
    identifiedRate: maybe,
    knownShare: maybe,
    days: list(object({ day, ...figures, visitors: nullable(object(withId)) })),
  }),
  Reasons: object({
    from: day,
    to: day,
    pages: count,
    campaigns: list(object({ campaign: text, reasons: histogram, coverage: number })),
    service: histogram,
  }),
}
