/**
 * The doors of identity. The shop's servers say who is signed in, take a tie back, and ask for the tokens of a
 * newsletter; `GET /link` is what such a newsletter links to, and asks its reader; `POST /link` is their yes. A customer id
 * is hashed as it comes in and kept nowhere.
 */
import type { Context } from 'hono'
import * as v from 'valibot'
import { type BearerPorts, bearerCookies, readBearer } from '../flow/bearer.ts'
import {
  canFollow,
  createLinkToken,
  followLink,
  type IdentifyPorts,
  type IdentifyRefusal,
  identify,
  unlink,
} from '../flow/identify.ts'
import { isForm, readForm } from '../kit/body.ts'
import * as doors from '../kit/doors.ts'
import { Hono } from '../kit/hono.ts'
import { problem } from '../kit/problem.ts'
import { isSameSite, ownPath } from '../kit/samesite.ts'
import { closed } from '../kit/shape.ts'
import { frameOf, PRIVATE_HEADERS, page, withCookies } from '../privacy/answers.tsx'
import { LinkPage } from '../privacy/link.tsx'
import { parseCustomer } from './person.ts'
import { TOKEN_LIFE_MAX_MS, TOKEN_LIFE_MS } from './token.ts'

export interface IdentityDeps extends doors.Limits {
  readonly visitor: BearerPorts
  /** Opened once a request. */
  readonly ports: () => IdentifyPorts
  readonly now: () => number
}

export interface IdentityApiDeps {
  /** Opened once a request. */
  readonly ports: () => IdentifyPorts
}

const VISITOR_MAX_CHARS = 512
const MAX_FORM_BYTES = 8_192
const SECOND_MS = 1_000

const visitor = v.pipe(
  v.string('A visitor is a text.'),
  v.nonEmpty('Name the visitor.'),
  v.maxLength(VISITOR_MAX_CHARS, `A visitor has at most ${VISITOR_MAX_CHARS} characters.`),
)
const customer = v.unknown()
const IdentifySchema = closed({ visitor, customer })
const UnlinkSchema = closed({ visitor })
const LinkTokenSchema = closed({
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

/**
 * `GET` and `POST /link`, below the root of the visitors' doors. Without `deps` no letter's link ties anybody; each is a
 * link.
 */
export function identityRoutes(deps: IdentityDeps | undefined): Hono {
  const app = new Hono()
  if (deps === undefined) return app.get('/link', (c) => goTo(c))
  app.onError((cause) => doors.failed(cause, deps.report))
  app.use('/link', doors.limited('link', deps))
  return app.get('/link', (c) => asked(c, deps)).post('/link', (c) => followed(c, deps))
}

/**
 * `POST /identify`, `/unlink`, `/link-tokens`. Whoever mounts it checks the caller's bearer token. Without `deps`, which
 * is without a key for customers, the doors say so.
 */
export function identityApiRoutes(deps: IdentityApiDeps | undefined): Hono {
  const app = new Hono()
  const door = <S extends v.GenericSchema>(
    path: string,
    schema: S,
    answer: (body: v.InferOutput<S>, ports: IdentifyPorts, c: Context) => Promise<Response>,
  ): void => {
    app.post(path, async (c) => {
      if (deps === undefined) return doors.notConfigured('IDENTITY_KEY')
      const body = await doors.readShaped(c.req.raw, schema)
      return body.ok ? answer(body.value, deps.ports(), c) : body.error
    })
  }

  door('/identify', IdentifySchema, async (body, ports) => {
    const who = parseCustomer(body.customer, '/customer')
    if (!who.ok) return doors.invalid([who.error])
    const done = await identify(ports, body.visitor, who.value)
    return done.ok ? plain(done.value) : refused(done.error)
  })

  door('/unlink', UnlinkSchema, async (body, ports) => {
    const done = await unlink(ports, body.visitor)
    return done.ok ? plain(done.value) : refused(done.error)
  })

  door('/link-tokens', LinkTokenSchema, async (body, ports, c) => {
    const who = parseCustomer(body.customer, '/customer')
    if (!who.ok) return doors.invalid([who.error])
    const made = await createLinkToken(ports, who.value, body.ttl * SECOND_MS)
    if (!made.ok) return refused(made.error)
    const root = c.req.path.replace(/\/api\/link-tokens$/, '')
    return plain({ ...made.value, path: `${root}/link?token=${made.value.token}&to=/` }, 201)
  })
  return app
}

/** To the page that the letter's reader wanted, if it is one of this shop's. */
function goTo(c: Context, to = c.req.query('to')): Response {
  return new Response(null, {
    status: c.req.method === 'POST' ? 303 : 302,
    headers: {
      Location: wanted(c, to),
      'Cache-Control': 'private, no-store',
      'Referrer-Policy': 'no-referrer',
    },
  })
}

const wanted = (c: Context, to: string | null | undefined): string =>
  ownPath(to ?? '/', new URL('/', c.req.url)) ?? '/'

/**
 * What a letter links to. It asks and does nothing, because mail scanners open links as well, and readers pass letters
 * on. Where there is nothing to ask, its reader is on the page that they wanted.
 */
async function asked(c: Context, deps: IdentityDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  const token = c.req.query('token') ?? ''
  if (token === '' || !isVisit(request)) return goTo(c)
  const bearer = await readBearer(request, url, deps.now(), deps.visitor)
  try {
    if (!(await canFollow(deps.ports(), bearer, token))) return goTo(c)
  } catch (cause) {
    // The letter's link still works another day; today it is a link.
    deps.report(cause)
    return goTo(c)
  }
  const response = page(
    <LinkPage frame={frameOf(c.req.raw)} token={token} to={wanted(c, c.req.query('to'))} />,
  )
  for (const [name, value] of Object.entries(PRIVATE_HEADERS)) response.headers.set(name, value)
  // The address has the token in it, which is nobody else's.
  response.headers.set('Referrer-Policy', 'strict-origin')
  return response
}

/** A reader's yes. Whatever comes of it, they end on the page that they wanted. */
async function followed(c: Context, deps: IdentityDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  if (!isForm(request.headers) || !isSameSite(request.headers, url)) return doors.foreign()
  const form = await readForm(request, MAX_FORM_BYTES)
  if (!form.ok) return form.error
  const response = goTo(c, form.value.get('to') ?? undefined)
  const now = deps.now()
  const bearer = await readBearer(request, url, now, deps.visitor)
  try {
    const { snapshot } = await followLink(deps.ports(), bearer, form.value.get('token') ?? '')
    return withCookies(response, await bearerCookies(bearer, snapshot, url, now, deps.visitor))
  } catch (cause) {
    // The token was not used up.
    deps.report(cause)
    return response
  }
}

function isVisit({ method, headers }: Request): boolean {
  const purpose = `${headers.get('Sec-Purpose') ?? ''} ${headers.get('Purpose') ?? ''}`
  return method === 'GET' && !/prefetch|prerender|preview/i.test(purpose)
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
