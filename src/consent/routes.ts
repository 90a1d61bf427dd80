/**
 * Where visitors say what they agree to: `POST /consent`, by a plain form or by a script, from a page of the shop.
 *
 * A form has `choice=all` or `choice=none`, or check boxes `personalization` and `measurement`: one that is not sent was
 * not ticked. Data classes come as `off` (each one switched off), or as `use` (each one ticked) beside `shown` (all that
 * the form showed, with commas between). `to` is the path that the browser goes on to.
 */
import type { Context } from 'hono'
import * as v from 'valibot'
import { DATA_CLASSES } from '../campaign/attributes.ts'
import { type ConsentPorts, chooseConsent, type Wish } from '../flow/consent.ts'
import { isForm, readForm } from '../kit/body.ts'
import * as doors from '../kit/doors.ts'
import { Hono } from '../kit/hono.ts'
import { ok, type Result } from '../kit/result.ts'
import { isSameSite, ownPath } from '../kit/samesite.ts'
import { closed } from '../kit/shape.ts'
import { frameOf, PRIVATE_HEADERS, sorry } from '../privacy/answers.tsx'
import { chooseLanguage } from '../privacy/language.ts'
import { OFF_MAX } from './choice.ts'
import { CONSENT_SOURCES } from './log.ts'

export interface ConsentDeps extends doors.Limits {
  /** Opened once a request: clients of the store cannot be shared between them. */
  readonly ports: () => ConsentPorts
}

const MAX_FORM_BYTES = 4_096
const TRUE = /^(?:1|on|true|yes)$/i

const DataClass = v.picklist(DATA_CLASSES, `A data class is one of ${DATA_CLASSES.join(', ')}.`)
const WishSchema = closed({
  personalization: v.boolean('Say true or false.'),
  measurement: v.boolean('Say true or false.'),
  off: v.optional(
    // Too many are not looked at one by one: each would be told all the names that there are.
    v.pipe(
      v.array(v.unknown(), 'List data classes.'),
      v.maxLength(OFF_MAX, `List at most ${OFF_MAX}.`),
      v.array(DataClass),
    ),
    [],
  ),
  source: v.optional(v.picklist(CONSENT_SOURCES, `Say one of ${CONSENT_SOURCES.join(', ')}.`), 'api'),
})

/** Mounted at the root of our own doors, such as `/_selvedge`. Holds nothing of any request. */
export function consentRoutes(deps: ConsentDeps): Hono {
  const app = new Hono()
  app.onError((cause) => doors.failed(cause, deps.report))
  app.post('/consent', doors.limited('consent', deps), (c) => choose(c, deps))
  return app
}

async function choose(c: Context, deps: ConsentDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  if (!isSameSite(request.headers, url)) return doors.foreign()
  const byForm = isForm(request.headers)
  const sent = byForm ? await readFormWish(request, url) : await readJsonWish(request)
  if (!sent.ok) return sent.error
  const { consent, setCookies, failure } = await chooseConsent(request, url, sent.value.wish, deps.ports())
  const response =
    failure === undefined
      ? done(sent.value, consent)
      : unfinished(failure, byForm ? request : null, sent.value, deps)
  for (const cookie of setCookies) response.headers.append('Set-Cookie', cookie)
  return response
}

interface Sent {
  readonly wish: Wish
  /** Where a form's browser goes on to. */
  readonly to?: string
}

function done({ wish, to }: Sent, consent: object): Response {
  const headers = { 'Cache-Control': 'no-store' }
  if (to !== undefined) return new Response(null, { status: 303, headers: { ...headers, Location: to } })
  const { personalization, measurement, off } = wish
  return Response.json({ choice: { personalization, measurement, off }, consent }, { headers })
}

/** The choice holds, since it is in the cookie; who sends it again gets the rest done. */
function unfinished(failure: unknown, form: Request | null, { to = '' }: Sent, deps: ConsentDeps): Response {
  const answer = doors.failed(failure, deps.report)
  if (form === null) return answer
  // In the language of the page that it was said on, where that has one.
  const language = chooseLanguage(
    new URL(to, form.url).searchParams.get('lang'),
    form.headers.get('Accept-Language'),
  )
  const frame = { ...frameOf(form), language, path: null }
  const told = sorry(form, 'unrecorded', answer.status, frame)
  for (const [name, value] of [...answer.headers, ...Object.entries(PRIVATE_HEADERS)]) {
    if (name !== 'content-type') told.headers.set(name, value)
  }
  return told
}

async function readJsonWish(request: Request): Promise<Result<Sent, Response>> {
  const wish = await doors.readShaped(request, WishSchema)
  return wish.ok ? ok({ wish: wish.value }) : wish
}

async function readFormWish(request: Request, url: URL): Promise<Result<Sent, Response>> {
  const form = await readForm(request, MAX_FORM_BYTES)
  if (!form.ok) return form
  const fields = form.value
  const all = fields.get('choice')
  const ticked = (name: string): boolean => (all === null ? TRUE.test(fields.get(name) ?? '') : all === 'all')
  const used = new Set(fields.getAll('use'))
  const shown = (fields.get('shown') ?? '').split(',').filter((name) => name !== '' && !used.has(name))
  const wish = doors.shaped(
    {
      personalization: ticked('personalization'),
      measurement: ticked('measurement'),
      off: [...new Set([...fields.getAll('off'), ...shown])],
      source: fields.get('source') ?? 'privacy',
    },
    WishSchema,
  )
  if (!wish.ok) return wish
  const referrer = URL.parse(request.headers.get('Referer') ?? '')
  const back = referrer?.host === url.host ? referrer.pathname + referrer.search : '/'
  const root = new URL('/', url)
  return ok({ wish: wish.value, to: ownPath(fields.get('to'), root) ?? ownPath(back, root) ?? '/' })
}
