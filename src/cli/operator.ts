/** The operators' API as the shell calls it: the token found, the answer parsed, every trouble in one line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROBLEM_TYPE, type Problem } from '../kit/problem.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { messageOf, Trouble } from './trouble.ts'

/** Calls a door below the API's root. The problem that it answers, if any, is the caller's to tell. */
export type Operator = <T>(method: string, path: string, body?: string) => Promise<Result<T, Problem>>

export const DEFAULT_URL = 'http://localhost:8787'
/** Root of the operators' doors. */
export const API = '/_selvedge/api'
/** Where the local stack keeps its secrets. */
const SECRETS = join(import.meta.dirname, '../../.selvedge/secrets.json')
const TIMEOUT_MS = 30_000

/** `url` is the site that Selvedge stands in front of. */
export function createOperator(url: string, token: string): Operator {
  const root = rootOf(url)
  return async <T>(method: string, path: string, body?: string) => {
    const response = await send(`${root}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    })
    if (!response.ok) return err(await problemOf(response, root))
    const answer: unknown = await response.json().catch(() => undefined)
    if (typeof answer !== 'object' || answer === null) throw stranger(response, root)
    return ok(answer as T)
  }
}

/** What a door answers that was asked for a table. */
export async function readTable(url: string, token: string, path: string): Promise<Result<string, Problem>> {
  const root = rootOf(url)
  const response = await send(`${root}${path}`, {
    headers: { Authorization: `Bearer ${token}` },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) return err(await problemOf(response, root))
  if (!isOfType(response, 'text/csv')) throw stranger(response, root)
  return ok(await response.text())
}

/** A problem in one line. */
export const wordsOf = ({ title, detail }: Problem): string =>
  detail === undefined ? `${title}.` : `${title}: ${detail}.`

/** What our doors say of themselves; of anybody else's errors, such as a firewall's, nothing is known. */
async function problemOf(response: Response, root: string): Promise<Problem> {
  const answer = isOfType(response, PROBLEM_TYPE) ? await response.json().catch(() => null) : null
  if (answer === null) throw stranger(response, root)
  return answer as Problem
}

const isOfType = ({ headers }: Response, type: string): boolean =>
  headers.get('Content-Type')?.startsWith(type) ?? false

/** Somebody else's answer, such as a firewall's or another page's. */
export const stranger = ({ status }: Response, root: string): Trouble =>
  new Trouble(`${root} answered ${status}, and not as Selvedge does: is it there?`)

function rootOf(url: string): string {
  if (!URL.canParse(url)) throw new Trouble(`--url is not a URL: ${url}`, 2)
  return new URL(url).origin + API
}

/** The token to use: as told, else from the environment, else the local stack's own. A name in front is taken off. */
export function findToken(told: string | undefined, env: NodeJS.ProcessEnv, secrets = SECRETS): string {
  const token = told ?? env.SELVEDGE_TOKEN ?? readLocalToken(secrets)
  if (token === null || token === '') {
    throw new Trouble('No token: give --token, set SELVEDGE_TOKEN, or run "npm start" first.', 2)
  }
  return token.slice(token.indexOf(':') + 1)
}

function readLocalToken(file: string): string | null {
  try {
    const { apiToken } = JSON.parse(readFileSync(file, 'utf8')) as { apiToken?: unknown }
    return typeof apiToken === 'string' ? apiToken : null
  } catch {
    return null
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Trouble(`${new URL(url).origin} cannot be reached (${messageOf(cause)}): is it running?`)
  }
}
