/**
 * `campaigns <verb>`: releases from the shell. `check` needs nothing that runs; everything else calls the operators'
 * API, so that the shell can do no more and no less than any other client.
 *
 * Exit codes: 0 done, 1 refused or faulty, 2 asked for wrongly.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ReleaseInfo, StoredRelease } from '../campaign/release.ts'
import type { Published } from '../flow/publish.ts'
import type { Fault } from '../kit/fault.ts'
import { locate, type Offsets, type Place, placeOf, scanJson } from '../kit/jsontext.ts'
import type { Problem } from '../kit/problem.ts'
import type { Result } from '../kit/result.ts'
import { type CheckSummary, checkOffline } from './checker.ts'
import { createOperator, DEFAULT_URL, findToken, type Operator, wordsOf } from './operator.ts'
import { say } from './say.ts'
import { messageOf, Trouble } from './trouble.ts'

export const USAGE = `campaigns check FILE [--url URL] [--redirect-hosts HOST,…]
campaigns publish FILE [--note WHY]
campaigns list [--limit N] [--before N]
campaigns show N
campaigns activate N [--note WHY]
campaigns rollback [--note WHY]
campaigns status
campaigns pause | resume [ID] [--note WHY]   one campaign; all of personalization without ID
  --url URL      where Selvedge runs (${DEFAULT_URL})
  --token TOKEN  operator's token (SELVEDGE_TOKEN, or the local stack's)`

const OPTIONS = {
  url: { type: 'string' },
  token: { type: 'string' },
  note: { type: 'string' },
  limit: { type: 'string' },
  before: { type: 'string' },
  'redirect-hosts': { type: 'string' },
} as const

interface Asked {
  /** What stands after the verb: a file, a number or an id. */
  readonly subject: string | undefined
  readonly options: { readonly [Name in keyof typeof OPTIONS]?: string | undefined }
  /** Made at the first call, since `check` needs no token. */
  readonly api: () => Operator
}

/** A verb; gives the exit code. */
type Verb = (asked: Asked) => Promise<number>

/** What stands after a verb; an ID may be left out. */
type Takes = 'FILE' | 'N' | 'ID' | null

const VERBS: Readonly<Record<string, { readonly takes: Takes; readonly run: Verb }>> = {
  check: { takes: 'FILE', run: check },
  publish: { takes: 'FILE', run: publish },
  list: { takes: null, run: list },
  show: { takes: 'N', run: show },
  activate: { takes: 'N', run: activate },
  rollback: { takes: null, run: rollback },
  status: { takes: null, run: status },
  pause: { takes: 'ID', run: (asked) => turn(asked, false) },
  resume: { takes: 'ID', run: (asked) => turn(asked, true) },
}

/** Runs one verb. Answers go to stdout; what a person can mend is thrown as `Trouble`. */
export async function campaigns(args: string[]): Promise<number> {
  const { values: options, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [name = '', subject, ...rest] = positionals
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (verb === undefined) throw new Trouble(USAGE, 2)
  const isFit = verb.takes === 'ID' || (subject === undefined) === (verb.takes === null)
  if (rest.length > 0 || !isFit) {
    throw new Trouble(`campaigns ${name} takes ${verb.takes ?? 'nothing more'}.\n${USAGE}`, 2)
  }
  if (verb.takes === 'N' && !/^[1-9]\d*$/.test(subject ?? '')) {
    throw new Trouble(`campaigns ${name} takes the number of a release, not "${subject}".`, 2)
  }
  const api = () => createOperator(options.url ?? DEFAULT_URL, findToken(options.token, process.env))
  return verb.run({ subject, options, api })
}

async function check({ subject: file = '', options, api }: Asked): Promise<number> {
  const text = readRelease(file)
  if (options.url !== undefined) {
    const checked = await api()<CheckSummary>('POST', '/releases?dryRun=1', text)
    return checked.ok ? tellChecked(file, text, checked.value) : tellProblem(checked.error, file, text)
  }
  const hosts = options['redirect-hosts'] ?? process.env.REDIRECT_HOSTS ?? ''
  const checked = await checkOffline(
    text,
    hosts
      .split(',')
      .map((host) => host.trim())
      .filter(Boolean),
  )
  return checked.ok ? tellChecked(file, text, checked.value) : tellFaults(checked.error, file, text)
}

async function publish({ subject: file = '', options, api }: Asked): Promise<number> {
  const text = readRelease(file)
  const published = await api()<Published>('POST', `/releases${query({ note: options.note })}`, text)
  if (!published.ok) return tellProblem(published.error, file, text)
  const { number, created, campaigns, warnings } = published.value
  const has = `${campaigns.length} campaign${campaigns.length === 1 ? '' : 's'}`
  say(
    created
      ? `Release ${number} is live, with ${has}.`
      : `Release ${number} is this very one, and live already.`,
  )
  tellWarnings(warnings, file, text)
  return 0
}

interface Listed {
  readonly live: number
  readonly enabled: boolean
  readonly releases: readonly ReleaseInfo[]
  readonly next: number | null
}

async function list({ options: { limit, before }, api }: Asked): Promise<number> {
  const listed = await api()<Listed>('GET', `/releases${query({ limit, before })}`)
  return answer(listed, ({ live, enabled, releases, next }) => {
    if (releases.length === 0) return 'No releases.'
    const lines = releases.map((release) => `${release.number === live ? '*' : ' '} ${describe(release)}`)
    if (!enabled) lines.push('Personalization is paused: no page is changed until "campaigns resume".')
    if (next !== null) lines.push(`More: campaigns list --before ${next}`)
    return lines.join('\n')
  })
}

async function show({ subject, api }: Asked): Promise<number> {
  const stored = await api()<Omit<StoredRelease, 'document'> & { document: unknown }>(
    'GET',
    `/releases/${subject}`,
  )
  return answer(stored, ({ document }) => JSON.stringify(document, null, 2))
}

async function activate({ subject, options: { note }, api }: Asked): Promise<number> {
  const path = `/releases/${subject}/activate${query({ note })}`
  const activated = await api()<{ readonly number: number; readonly changed: boolean }>('POST', path)
  return answer(activated, ({ number, changed }) => `Release ${number} is live${changed ? '' : ' already'}.`)
}

async function rollback({ options: { note }, api }: Asked): Promise<number> {
  const back = await api()<{ readonly number: number; readonly from: number }>(
    'POST',
    `/releases/rollback${query({ note })}`,
  )
  return answer(back, ({ number, from }) => `Release ${number} is live again, in place of ${from}.`)
}

interface Status {
  readonly release: number
  readonly enabled: boolean
  readonly campaigns: readonly {
    readonly id: string
    readonly state: 'live' | 'paused'
    readonly by?: string
    readonly why?: string
    readonly since?: number
    readonly allocation: 'fixed' | 'adaptive'
    readonly weights: Readonly<Record<string, number>>
    readonly contexts?: number
    readonly out: readonly string[]
  }[]
}

async function status({ api }: Asked): Promise<number> {
  return answer(await api()<Status>('GET', '/campaigns'), ({ release, enabled, campaigns }) => {
    const lines = campaigns.map(({ id, state, by, why, since, allocation, weights, contexts, out }) => {
      const paused = `paused by ${by}${since === undefined ? '' : `, ${day(since)}`}${why ? `: ${why}` : ''}`
      const split = Object.entries(weights).map(
        ([arm, share]) => `${arm} ${Number((100 * share).toFixed(2))} %`,
      )
      const own = contexts === undefined ? [] : [`${contexts} contexts by themselves`]
      const gone = out.map((arm) => `${arm} taken out`)
      return `${id}  ${[state === 'live' ? 'live' : paused, allocation, ...split, ...own, ...gone].join(', ')}`
    })
    if (!enabled) lines.push('Personalization is paused: no page is changed until "campaigns resume".')
    return [`Release ${release}`, ...lines].join('\n')
  })
}

async function turn({ subject, options: { note = '' }, api }: Asked, enabled: boolean): Promise<number> {
  if (subject !== undefined) {
    const verb = enabled ? 'resume' : 'pause'
    const path = `/campaigns/${encodeURIComponent(subject)}/${verb}${query({ note: note || undefined })}`
    const state = enabled ? 'runs' : 'is paused'
    return answer(
      await api()<{ readonly changed: boolean }>('POST', path),
      ({ changed }) => `${subject} ${state}${changed ? '' : ' already'}.`,
    )
  }
  const body = JSON.stringify({ enabled, reason: note })
  const turned = await api()<{ readonly changed: boolean }>('PUT', '/switch', body)
  const state = enabled ? 'on' : 'paused'
  return answer(turned, ({ changed }) => `Personalization is ${state}${changed ? '' : ' already'}.`)
}

function answer<T>(result: Result<T, Problem>, tell: (value: T) => string): number {
  if (!result.ok) return tellProblem(result.error)
  say(tell(result.value))
  return 0
}

function tellChecked(file: string, text: string, { campaigns, checksum, warnings }: CheckSummary): number {
  say(`${file}: no faults, ${campaigns.length} campaign${campaigns.length === 1 ? '' : 's'}, ${checksum}`)
  for (const { id, status, variants, reads, personal } of campaigns) {
    const knows = reads.length === 0 ? 'reads nothing' : `reads ${reads.join(', ')}`
    const paused = status === 'paused' ? ', paused' : ''
    say(`  ${id}${paused}: ${variants.join(', ')}; ${knows}${personal ? '; needs consent' : ''}`)
  }
  tellWarnings(warnings, file, text)
  return 0
}

/** What the API answered instead; faults with their places in the file, where there is one. */
function tellProblem(problem: Problem, file = '', text = ''): number {
  const { faults = [] } = problem
  if (faults.length === 0 || file === '') say(wordsOf(problem))
  return faults.length === 0 ? 1 : tellFaults(faults, file, text)
}

/** What does not stand in the way and should be looked at; what is not about the file has no place in it. */
function tellWarnings(warnings: readonly Fault[], file: string, text: string): void {
  const own = warnings.filter(({ path }) => path.startsWith('/campaigns/'))
  tellFaults(
    own.map((fault) => ({ ...fault, message: `warning: ${fault.message}` })),
    file,
    text,
  )
}

/** `FILE:line:column path message`, in the order of the file, as editors and terminals make links of. */
function tellFaults(faults: readonly Fault[], file: string, text: string): number {
  for (const { place, path, message } of placed(faults, text)) {
    const where = file === '' ? '' : `${file}:${place.line}:${place.column} `
    say(`${where}${path === '' ? '' : `${path} `}${message}`)
  }
  return 1
}

/** Faults of syntax say their place themselves; those of meaning have a path, which is looked up in the text. */
export function placed(
  faults: readonly Fault[],
  text: string,
): readonly (Fault & { readonly place: Place })[] {
  const offsets: Offsets = new Map()
  scanJson(text, offsets)
  return faults
    .map((fault) => {
      const said = /^(.*) \(line (\d+), column (\d+)\)$/s.exec(fault.message)
      if (said === null) return { ...fault, place: placeOf(text, locate(offsets, fault.path)) }
      return { ...fault, message: said[1] ?? '', place: { line: Number(said[2]), column: Number(said[3]) } }
    })
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
}

function readRelease(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Trouble(`${file} cannot be read: ${messageOf(error)}.`, 2)
  }
}

/** `2026-07-01 09:30 UTC`. */
const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const describe = ({ number, createdAt, author, note }: ReleaseInfo): string =>
  [String(number).padStart(4), day(createdAt), author, note].filter((part) => part !== '').join('  ')

function query(parameters: Readonly<Record<string, string | undefined>>): string {
  const told = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return told.length === 0 ? '' : `?${new URLSearchParams(told)}`
}
