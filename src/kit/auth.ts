/**
 * Bearer tokens (RFC 6750) for the doors of operators and servers. A token has a name, so that the audit can say who
 * did what and one of them can be taken back without changing the others.
 */
import type { MiddlewareHandler } from 'hono'
import { timingSafeEqual } from './bytes.ts'
import { isWithin, type Limits, tooManyRequests } from './doors.ts'
import { type Fault, pointer } from './fault.ts'
import { problem } from './problem.ts'
import { err, ok, type Result } from './result.ts'
import { MINUTE_MS } from './time.ts'

export interface Token {
  /** Who acts: this is the audit's `actor`. */
  readonly name: string
  readonly secret: string
}

/** What the middleware leaves in Hono's context. */
export interface AuthVariables {
  actor: string
}

/** 16 random characters of base64 are 96 bits: beyond guessing over HTTP. */
const MIN_TOKEN_CHARS = 16
/** Longer than any token, so that nobody makes us hash a megabyte. */
const MAX_SENT_CHARS = 1_024
const MAX_TOKENS = 32
const DEFAULT_NAME = 'operator'
const NAME = /^[A-Za-z0-9_.@-]{1,64}$/
/** `b64token` (RFC 6750, section 2.1). */
const SECRET = /^[A-Za-z0-9\-._~+/]+=*$/
const CREDENTIALS = /^bearer +(\S+)$/i

/**
 * Reads `name:token,name:token`; a token alone belongs to `operator`. Faults name the token by its place and never
 * repeat it.
 */
export function parseTokens(spec: string): Result<readonly Token[], readonly Fault[]> {
  const faults: Fault[] = []
  const tokens: Token[] = []
  const fault = (index: number, code: string, message: string): void => {
    faults.push({ path: pointer(index), code, message })
  }
  for (const [index, part] of spec.split(',').entries()) {
    const text = part.trim()
    const colon = text.indexOf(':')
    const name = colon < 0 ? DEFAULT_NAME : text.slice(0, colon)
    const secret = text.slice(colon + 1)
    if (!NAME.test(name)) fault(index, 'token_name', 'Write each token as name:token.')
    if (tokens.some((token) => token.name === name))
      fault(index, 'duplicate', 'Name every token differently.')
    if (!SECRET.test(secret)) fault(index, 'token', 'A token has letters, digits and -._~+/= only.')
    else if (secret.length < MIN_TOKEN_CHARS) {
      fault(index, 'token_short', `A token has at least ${MIN_TOKEN_CHARS} characters.`)
    }
    tokens.push({ name, secret })
  }
  if (tokens.length > MAX_TOKENS) fault(MAX_TOKENS, 'too_many', `There are at most ${MAX_TOKENS} tokens.`)
  return faults.length === 0 ? ok(tokens) : err(faults)
}

/**
 * Whose token this is, or null. Every token is compared, and in constant time, so that the answer's delay says neither
 * how nearly right a guess was nor which token it came near.
 */
export async function whoseToken(sent: string, tokens: readonly Token[]): Promise<string | null> {
  if (sent.length > MAX_SENT_CHARS) return null
  const same = await Promise.all(tokens.map((token) => timingSafeEqual(sent, token.secret)))
  let name: string | null = null
  for (const [index, is] of same.entries()) if (is) name = tokens[index]?.name ?? null
  return name
}

/** `limit`: by address, of what was no token of ours. */
export interface AuthLimits extends Limits {
  /** False where this token was used too often; `limit`, where absent. */
  readonly limitSource?: (key: string) => Promise<boolean>
  /** Epoch milliseconds. */
  readonly now: () => number
}

const UNLIMITED: AuthLimits = { report: () => {}, now: () => 0 }
/** Whoever guessed too often is not even heard for as long as the limit's window. */
const LOCKED_MS = MINUTE_MS
const LOCKED_MAX = 1_000

/**
 * Middleware: lets known tokens through with their name as `actor`, answers everything else with 401. A token is limited
 * by its name, from however many machines, or however few, it is used; who has none by their address. A right guess
 * must not get by where wrong ones are too many, so such addresses are remembered, by this isolate and for a minute.
 */
export function bearerAuth(
  tokens: readonly Token[],
  { limit, limitSource = limit, report, now }: AuthLimits = UNLIMITED,
): MiddlewareHandler<{ Variables: AuthVariables }> {
  const lockedUntil = new Map<string, number>()
  const isAllowed = (key: string, by: AuthLimits['limit']): Promise<boolean> =>
    isWithin(key, { report, ...(by && { limit: by }) })
  return async function bearerAuth(c, next) {
    const caller = c.req.header('CF-Connecting-IP') ?? 'local'
    if ((lockedUntil.get(caller) ?? 0) > now()) return tooManyRequests()
    const header = c.req.header('Authorization')
    const actor = await whoseToken(CREDENTIALS.exec(header?.trim() ?? '')?.[1] ?? '', tokens)
    if (actor === null) {
      if (!(await isAllowed(`api:${caller}`, limit))) {
        if (lockedUntil.size >= LOCKED_MAX) lockedUntil.clear()
        lockedUntil.set(caller, now() + LOCKED_MS)
        return tooManyRequests()
      }
      return header === undefined
        ? refuse('send Authorization: Bearer TOKEN', 'Bearer realm="selvedge"')
        : refuse('this token is not known', 'Bearer realm="selvedge", error="invalid_token"')
    }
    if (!(await isAllowed(`source:${actor}`, limitSource))) return tooManyRequests()
    c.set('actor', actor)
    await next()
  }
}

/** RFC 6750, section 3: the challenge names an error only where a token was sent. */
function refuse(detail: string, challenge: string): Response {
  return problem(401, 'unauthorized', 'A bearer token is needed', {
    detail,
    headers: { 'WWW-Authenticate': challenge },
  })
}
