/** `report [CAMPAIGN]`: what the doors of reports answer, as tables for people, or as JSON or CSV for machines. */
import { parseArgs } from 'node:util'
import type { OverviewLine } from '../flow/report.ts'
import type { Problem } from '../kit/problem.ts'
import type { Result } from '../kit/result.ts'
import { createOperator, DEFAULT_URL, findToken, readTable, wordsOf } from './operator.ts'
import { say } from './say.ts'
import { Trouble } from './trouble.ts'
import { campaignText, funnelText, overviewText, reasonsText } from './words.ts'

const OPTIONS = {
  campaign: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  view: { type: 'string' },
  correction: { type: 'string' },
  effect: { type: 'string' },
  power: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
} as const

interface Kind {
  readonly path: string
  readonly text: (answer: never) => string
}

const KINDS: Readonly<Record<string, Kind>> = {
  holdout: { path: '/reports/holdout', text: campaignText },
  funnel: { path: '/reports/funnel', text: funnelText },
  reasons: { path: '/reports/reasons', text: reasonsText },
}
const ALL: Kind = {
  path: '/reports',
  text: ({ campaigns }: { readonly campaigns: readonly OverviewLine[] }) => overviewText(campaigns),
}

export async function report(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const { campaign } = values
  const [subject, ...rest] = positionals
  if (rest.length > 0 || (campaign !== undefined && subject !== undefined)) {
    throw new Trouble('report takes one campaign, or holdout, funnel or reasons.', 2)
  }
  const { path, text } = campaign === undefined ? kindOf(subject) : campaignKind(campaign)
  const query = new URLSearchParams()
  for (const name of ['view', 'correction', 'effect', 'power', 'from', 'to'] as const) {
    if (values[name] !== undefined) query.set(name, values[name])
  }
  const url = values.url ?? DEFAULT_URL
  const token = findToken(values.token, process.env)
  if (values.csv === true) {
    query.set('format', 'csv')
    process.stdout.write(told(await readTable(url, token, `${path}?${query}`)))
    return 0
  }
  const answer = told(await createOperator(url, token)<never>('GET', `${path}?${query}`))
  say(values.json === true ? JSON.stringify(answer, null, 2) : text(answer))
  return 0
}

function told<T>(answer: Result<T, Problem>): T {
  if (answer.ok) return answer.value
  const { faults = [] } = answer.error
  throw new Trouble(
    [wordsOf(answer.error), ...faults.map((fault) => `${fault.path} ${fault.message}`)].join('\n'),
  )
}

function kindOf(subject: string | undefined): Kind {
  if (subject === undefined) return ALL
  if (Object.hasOwn(KINDS, subject)) return KINDS[subject] as Kind
  return campaignKind(subject)
}

const campaignKind = (id: string): Kind => ({
  path: `/reports/campaigns/${encodeURIComponent(id)}`,
  text: campaignText,
})
