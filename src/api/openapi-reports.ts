/** Reports, as the API's document tells them. */
import { count, type JsonSchema, list, type Operation, object, text } from './openapi-parts.ts'

const share = { type: ['number', 'null'] }
const words = { type: ['string', 'null'] }

const VIEWED = ['view', 'correction', 'effect', 'power'] as const

const report = (path: string, id: string, summary: string, schema: string): Operation => ({
  method: 'get',
  path: `/reports${path}`,
  id,
  tag: 'reports',
  summary,
  query: [
    'from',
    'to',
    ...(schema.startsWith('Report') ? VIEWED : []),
    ...(schema === 'Report' ? (['format'] as const) : []),
  ],
  answers: { 200: ['Out of rollups, so it costs the same whatever the number of events', schema] },
  problems: schema === 'Report' && path !== '/holdout' ? [404, 422, 501] : [422, 501],
})

export const REPORT_OPERATIONS: readonly Operation[] = [
  report(
    '',
    'listReports',
    'Every campaign in a line: its objective, and what is proven to be worse',
    'Reports',
  ),
  report('/campaigns/{id}', 'reportCampaign', 'What one campaign did, harm included', 'Report'),
  report('/holdout', 'reportHoldout', 'What personalization as a whole is worth', 'Report'),
  report(
    '/funnel',
    'reportFunnel',
    'How many visitors are known, and how much of what they get is generic',
    'Funnel',
  ),
  report('/reasons', 'reportReasons', 'Why campaigns did and did not show', 'Reasons'),
]

const day = { type: 'string', format: 'date' }
/** A number of people, null where it is a handful. */
const people = { type: ['integer', 'null'], minimum: 0 }
const withId = { identified: people, connected: people, known: people, personalized: people }
const figures = {
  pages: count,
  generic: count,
  budgetMissed: count,
  views: object({ unknown: count, identified: count, connected: count, known: count, personalized: count }),
}
const result = object({
  metric: text,
  arm: text,
  isObjective: { type: 'boolean' },
  isHarm: { type: 'boolean' },
  verdict: { type: 'object' },
  pValue: { type: 'number' },
  detectable: share,
})
const arm = object({
  arm: text,
  isBaseline: { type: 'boolean' },
  visitors: count,
  seen: count,
  crossed: count,
})
const histogram = list(object({ reason: text, n: count }))

export const REPORT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Reports: object({ campaigns: list(object({ campaign: text, status: text, results: list(result) })) }),
  Report: object(
    {
      campaign: text,
      name: words,
      state: text,
      why: words,
      status: text,
      message: text,
      objective: text,
      baseline: words,
      arms: list(arm),
      results: list(result),
      waits: list(object({ arm: text, visitors: count, days: count })),
      segments: { type: 'object' },
      worth: list({ type: 'object' }),
    },
    'name',
    'state',
    'why',
    'worth',
  ),
  Funnel: object({
    from: day,
    to: day,
    ...figures,
    genericShare: share,
    budgetMissShare: share,
    identifiedRate: share,
    knownShare: share,
    days: list(object({ day, ...figures, visitors: { oneOf: [object(withId), { type: 'null' }] } })),
  }),
  Reasons: object({
    from: text,
    to: text,
    pages: count,
    campaigns: list(object({ campaign: text, reasons: histogram, coverage: { type: 'number' } })),
    service: histogram,
  }),
}
