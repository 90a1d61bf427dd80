/**
 * The doors of identity. The shop's servers say who is signed in, take a tie back, and ask for the tokens of a
 * newsletter; `GET /link` is what such a newsletter links to. A customer id is hashed as it comes in and kept nowhere.
 */
import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { type BearerPorts, bearerCookies, readBearer } from '../flow/bearer.ts'
import {
  createLinkToken,
  followLink,
  type IdentifyPorts,
  type IdentifyRefusal,
  identify,
  unlink,
} from '../flow/identify.ts'
import { bearerAuth, type Token } from '../kit/auth.ts'
import * as doors from '../kit/doors.ts'
import type { Fault } from '../kit/fault.ts'
import { problem } from '../kit/problem.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { ownPath } from '../kit/samesite.ts'
import { parseCustomer } from './person.ts'
import { TOKEN_LIFE_MAX_MS, TOKEN_LIFE_MS } from './token.ts'

export interface IdentityDeps {
  readonly tokens: readonly Token[]
  readonly visitor: BearerPorts
  /** Opened once a request. Null where no key for customers is configured. */
  readonly ports: () => IdentifyPorts | null
  readonly now: () => number
  /** Told what was thrown and is nobody's input: a bug. */
  readonly report: (cause: unknown) => void
  /** False where this caller has asked too often. */
  readonly limit?: (key: string) => Promise<boolean>
}

const VISITOR_MAX_CHARS = 512
const SECOND_MS = 1_000

const visitor = v.pipe(
  v.string('A visitor is a text.'),
  v.nonEmpty('Name the visitor.'),
  v.maxLength(VISITOR_MAX_CHARS, `A visitor has at most ${VISITOR_MAX_CHARS} characters.`),
)
const customer = v.unknown()
const IdentifySchema = v.strictObject({ visitor, customer })
const UnlinkSchema = v.strictObject({ visitor })
const LinkTokenSchema = v.strictObject({
  customer,
  optIn: v.literal(
    true,
    'Ask for tokens only for people who asked for this newsletter, and say "optIn": true.',
  ),
  ttl: v.optional(
    v.pipe(
      v.number('Say seconds.'),
      v.integer('Say whole seconds.'),
      v.minValue(60, 'A token lives for a minute at least.'),
      v.maxValue(
        TOKEN_LIFE_MAX_MS / SECOND_MS,
        `A token lives for at most ${TOKEN_LIFE_MAX_MS / SECOND_MS} seconds.`,
      ),
    ),
    TOKEN_LIFE_MS / SECOND_MS,
  ),
})

/** Mounted at the root of our own doors, such as `/_selvedge`. Holds nothing of any request. */
export function identityRoutes(deps: IdentityDeps): Hono {
  const app = new Hono()
  app.onError((cause) => doors.failed(cause, deps.report))
  app.get('/link', doors.limited('link', deps), (c) => followed(c, deps))
  serverDoors(app, deps)
  return app
}

function serverDoors(app: Hono, deps: IdentityDeps): void {
  const guard = [doors.limited('api', deps), bearerAuth(deps.tokens)] as const

  app.post('/api/identify', ...guard, async (c) => {
    const body = await readBody(c, IdentifySchema)
    if (!body.ok) return body.error
    const who = parseCustomer(body.value.customer, '/customer')
    if (!who.ok) return doors.invalid([who.error])
    const ports = deps.ports()
    if (ports === null) return doors.notConfigured('IDENTITY_KEY')
    const done = await identify(ports, body.value.visitor, who.value)
    return done.ok ? plain(done.value) : refused(done.error)
  })

  app.post('/api/unlink', ...guard, async (c) => {
    const body = await readBody(c, UnlinkSchema)
    if (!body.ok) return body.error
    const ports = deps.ports()
    if (ports === null) return doors.notConfigured('IDENTITY_KEY')
    const done = await unlink(ports, body.value.visitor)
    return done.ok ? plain(done.value) : refused(done.error)
  })

  app.post('/api/link-tokens', ...guard, async (c) => {
    const body = await readBody(c, LinkTokenSchema)
    if (!body.ok) return body.error
    const who = parseCustomer(body.value.customer, '/customer')
    if (!who.ok) return doors.invalid([who.error])
    const ports = deps.ports()
    if (ports === null) return doors.notConfigured('IDENTITY_KEY')
    const made = await createLinkToken(ports, who.value, body.value.ttl * SECOND_MS)
    if (!made.ok) return refused(made.error)
    const path = `${c.req.path.replace(/\/api\/link-tokens$/, '')}/link?token=${made.value.token}&to=/`
    return plain({ ...made.value, path }, 201)
  })
}

/**
 * What a letter links to. Whatever comes of the token, its reader ends on the page that they wanted. Only a browser that
 * really goes there uses it up: neither HEAD nor a prefetch does.
 */
async function followed(c: Context, deps: IdentityDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  const to = ownPath(c.req.query('to') ?? '/', new URL('/', url)) ?? '/'
  const response = new Response(null, {
    status: 302,
    headers: { Location: to, 'Cache-Control': 'private, no-store', 'Referrer-Policy': 'no-referrer' },
  })
  const token = c.req.query('token') ?? ''
  const ports = deps.ports()
  if (ports === null || token === '' || !isVisit(request)) return response
  const now = deps.now()
  const bearer = await readBearer(request, url, now, deps.visitor)
  try {
    const { snapshot } = await followLink(ports, bearer, token)
    const cookies = await bearerCookies(bearer, snapshot, url, now, deps.visitor)
    for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  } catch (cause) {
    // The token was not used up, so the letter's link still works another day; today it is a link.
    deps.report(cause)
  }
  return response
}

function isVisit({ method, headers }: Request): boolean {
  const purpose = `${headers.get('Sec-Purpose') ?? ''} ${headers.get('Purpose') ?? ''}`
  return method === 'GET' && !/prefetch|prerender|preview/i.test(purpose)
}

async function readBody<S extends v.GenericSchema>(
  c: Context,
  schema: S,
): Promise<Result<v.InferOutput<S>, Response>> {
  const body = await doors.readSmallJson(c.req.raw)
  if (!body.ok) return body
  const parsed = v.safeParse(schema, body.value)
  if (parsed.success) return ok(parsed.output)
  const faults: readonly Fault[] = parsed.issues.map(doors.faultOf)
  return err(doors.invalid(faults))
}

const plain = (body: object, status = 200): Response =>
  Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })

function refused(refusal: IdentifyRefusal): Response {
  switch (refusal) {
    case 'stale':
      return doors.invalid([
        { path: '/visitor', code: 'stale', message: 'Send a visitor as it was passed to you, within a day.' },
      ])
    case 'unknown':
      return doors.notFound('nobody who agreed to be known has this id')
    case 'taken':
      return problem(409, 'taken', 'This visitor is another customer', { detail: 'unlink them first' })
    case 'erased':
      return problem(410, 'erased', 'This person asked to be forgotten')
  }
}
