/**
 * The doors that are for shoppers themselves. They need no script, take nothing from other sites, are kept by no cache,
 * and make nobody: who has no cookie of ours leaves without one.
 *
 *   GET  /privacy            the page                 GET  /me         the same as JSON
 *   GET  /privacy/download   everything, one file     DELETE /me       erase, answered as JSON
 *   GET  /privacy/erase      what would go            GET  /why        why a campaign is shown; page or JSON
 *   POST /privacy/erase      erase; gives the receipt POST /feedback   "not relevant", "too personal"
 */
import type { Context } from 'hono'
import type { Attributes, CompiledRelease } from '../campaign/model.ts'
import { CHOICE_COOKIE } from '../consent/choice.ts'
import type { Consent } from '../consent/model.ts'
import { overruling } from '../consent/resolve.ts'
import { TODAY_COOKIE } from '../consent/today.ts'
import { plainAttributes } from '../flow/attributes.ts'
import { type Bearer, type BearerPorts, bearerCookies, readBearer } from '../flow/bearer.ts'
import { giveFeedback } from '../flow/feedback.ts'
import type { IngestPorts } from '../flow/ingest.ts'
import type { WaitUntil } from '../flow/releases.ts'
import {
  type Erasure,
  eraseBearer,
  type Held,
  type LaterPorts,
  planErasure,
  type RightsPorts,
  readHeld,
} from '../flow/rights.ts'
import { isForm, readForm } from '../kit/body.ts'
import * as doors from '../kit/doors.ts'
import { Hono } from '../kit/hono.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { isSameSite } from '../kit/samesite.ts'
import { COOKIE_NAME, readCookie } from '../profile/cookie.ts'
import { FORGET_COOKIE } from '../profile/forget.ts'
import { NEAR_COOKIE } from '../signals/near.ts'
import { frameOf, PRIVATE_HEADERS, page, seeOther, sorry, styleSheet, withCookies } from './answers.tsx'
import { ErasePage, ReceiptPage, WhyPage } from './confirm.tsx'
import { explain } from './explain.ts'
import { type ExportInput, exportOf, summaryOf } from './export.ts'
import { itemsOf, visitLines } from './items.ts'
import { chooseLanguage } from './language.ts'
import { type PageData, PrivacyPage } from './page.tsx'
import { parseSaid, type Said, wayBack } from './said.ts'
import { PAGE_CSS, WHY_CSS } from './style.ts'
import { campaignOf, shownOf, usesOf } from './view.ts'

export interface PrivacyDeps extends Pick<LaterPorts, 'later'>, doors.Limits {
  readonly visitor: BearerPorts
  /** Both opened once a request: clients of the store cannot be shared between them. */
  readonly rights: () => RightsPorts
  readonly ingest: () => IngestPorts
  /** The live release; null where none is known. */
  readonly release: (waitUntil: WaitUntil) => Promise<CompiledRelease | null>
  /** Names of the shop's stores by their ids, as far as they are known. */
  readonly stores: (waitUntil: WaitUntil) => Promise<ReadonlyMap<string, string>>
  /** Cookies that campaigns may read. */
  readonly readCookies: readonly string[]
  /** Epoch milliseconds. */
  readonly now: () => number
}

const MAX_FORM_BYTES = 8_192
/** Mounted at the root of our own doors, `/_selvedge`. Holds nothing of any request. */
export function privacyRoutes(deps: PrivacyDeps): Hono {
  const app = new Hono()
  app.onError((cause, c) => failed(c, cause, deps))
  app.get('/privacy.css', () => styleSheet(PAGE_CSS))
  app.get('/why.css', () => styleSheet(WHY_CSS))
  for (const path of ['/privacy/*', '/me', '/why', '/feedback']) {
    app.use(path, async (c, next) => {
      await next()
      for (const [name, value] of Object.entries(PRIVATE_HEADERS)) c.res.headers.set(name, value)
    })
    app.use(path, doors.limited('privacy', deps))
  }
  app.get('/privacy', async (c) => privacyPage(c, await see(c, deps), deps))
  app.get('/privacy/download', async (c) => download(c, await see(c, deps), deps))
  app.get('/privacy/erase', (c) => erasePage(c, deps))
  app.post('/privacy/erase', (c) => eraseByForm(c, deps))
  app.get('/me', async (c) => c.json(summaryOf(exportInput(c, await see(c, deps)), deps.now())))
  app.delete('/me', (c) => eraseByScript(c, deps))
  app.get('/why', (c) => why(c, deps))
  app.post('/feedback', (c) => feedback(c, deps))
  return app
}

/** Everything that the telling doors tell from. */
interface Seen {
  readonly held: Held
  readonly release: CompiledRelease | null
  readonly attributes: Attributes
}

async function see(c: Context, deps: PrivacyDeps): Promise<Seen> {
  const ports = deps.rights()
  const bearer = await bearerOf(c, ports, deps)
  const [held, release] = await Promise.all([
    readHeld(ports, bearer, deps.report),
    deps.release(waitUntilOf(c)),
  ])
  // What the store knows newer explains better than what the cookie remembers.
  const known = bearer.snapshot === null ? bearer : { ...bearer, snapshot: held.snapshot }
  return { held, release, attributes: plainAttributes(c.req.raw, known, deps.now(), deps.readCookies) }
}

/**
 * Who asks. Here the store has the first word on erasures, since an isolate that does not know the list yet takes every
 * cookie for void; it has the last where the store is away.
 */
function bearerOf(c: Context, { store }: Pick<RightsPorts, 'store'>, deps: PrivacyDeps): Promise<Bearer> {
  const request = c.req.raw
  const isErased = (visitor: string): Promise<boolean> =>
    store.isErased(visitor).catch(() => deps.visitor.isErased(visitor))
  return readBearer(request, new URL(request.url), deps.now(), { ...deps.visitor, isErased })
}

async function privacyPage(
  c: Context,
  { held, release, attributes }: Seen,
  deps: PrivacyDeps,
): Promise<Response> {
  const { bearer, rows, snapshot, scope } = held
  const { consent, off } = bearer
  const frame = { ...frameOf(c.req.raw), clears: !isMeasured(consent) }
  const { language } = frame
  const done = c.req.query('done')
  const uses = usesOf(release)
  const stores = await deps.stores(waitUntilOf(c))
  const knowledge = { rows, scope, off, uses, stores, now: deps.now() }
  const data: PageData = {
    frame,
    consent,
    overruled: overruling(c.req.raw.headers),
    off,
    hasId: snapshot !== null,
    isLeaving: bearer.leaving.noted.length > 0,
    storeAway: rows === null,
    hasToday: readCookie(c.req.header('Cookie') ?? null, TODAY_COOKIE) !== undefined,
    items: snapshot === null ? [] : itemsOf({ ...knowledge, snapshot }, language),
    visit: visitLines(attributes, language),
    shown: shownOf(snapshot, release, attributes, language),
    done: done === 'saved' || done === 'thanks' ? done : undefined,
  }
  const response = page(<PrivacyPage data={data} />)
  if (!bearer.isVoid || snapshot !== null) return response
  return withCookies(
    response,
    await bearerCookies(bearer, null, new URL(c.req.url), deps.now(), deps.visitor),
  )
}

/** What personalization shows is measured, and nothing else. */
const isMeasured = ({ personalization, measurement }: Consent): boolean =>
  personalization.granted && measurement.granted

function download(c: Context, seen: Seen, deps: PrivacyDeps): Response {
  if (seen.held.rows === null) return sorry(c.req.raw, 'failed', 503)
  const now = deps.now()
  const day = new Date(now).toISOString().slice(0, 10)
  return new Response(JSON.stringify(exportOf(exportInput(c, seen), now), null, 2), {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="privacy-${day}.json"`,
    },
  })
}

function exportInput(c: Context, { held, release, attributes }: Seen): ExportInput {
  const { bearer, scope, rows, snapshot } = held
  const cookies = c.req.header('Cookie') ?? null
  const open = [CHOICE_COOKIE, NEAR_COOKIE, TODAY_COOKIE].flatMap((name) => {
    const value = readCookie(cookies, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const { noted } = bearer.leaving
  return {
    consent: bearer.consent,
    off: bearer.off,
    openCookies: Object.fromEntries(open),
    ...(noted.length > 0 && { noted: { [FORGET_COOKIE]: noted } }),
    carried: bearer.isErased ? null : bearer.carried,
    scope,
    rows,
    snapshot,
    shown: shownOf(snapshot, release, attributes, frameOf(c.req.raw).language),
    uses: usesOf(release),
    choiceCookie: CHOICE_COOKIE,
    snapshotCookie: COOKIE_NAME,
  }
}

async function erasePage(c: Context, deps: PrivacyDeps): Promise<Response> {
  const ports = deps.rights()
  const bearer = await bearerOf(c, ports, deps)
  // Whoever wants to go need not wait for the store to say what of.
  const plan = bearer.isErased
    ? null
    : await planErasure(ports, bearer).catch((cause: unknown) => {
        deps.report(cause)
        return 'away' as const
      })
  return page(<ErasePage data={{ frame: frameOf(c.req.raw), plan }} />)
}

async function eraseByForm(c: Context, deps: PrivacyDeps): Promise<Response> {
  if (!isOurs(c)) return sorry(c.req.raw, 'notFromHere', 403)
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  if (!form.ok) return form.error
  if (form.value.get('confirm') !== 'yes') return erasePage(c, deps)
  const { receipt, pending, setCookies } = await erase(c, deps)
  const frame = frameOf(c.req.raw)
  const language = chooseLanguage(form.value.get('lang') ?? frame.language, null)
  const told = { ...frame, language, path: null, clears: true }
  return withCookies(
    pending
      ? sorry(c.req.raw, 'eraseLater', 202, told)
      : page(<ReceiptPage frame={told} receipt={receipt} />),
    setCookies,
  )
}

async function eraseByScript(c: Context, deps: PrivacyDeps): Promise<Response> {
  if (!isOurs(c)) return doors.foreign()
  const { receipt, pending, setCookies } = await erase(c, deps)
  return withCookies(c.json({ receipt, pending }, pending ? 202 : 200), setCookies)
}

async function erase(c: Context, deps: PrivacyDeps): Promise<Erasure> {
  const ports = deps.rights()
  return eraseBearer(ports, await bearerOf(c, ports, deps), new URL(c.req.url), deps)
}

async function why(c: Context, deps: PrivacyDeps): Promise<Response> {
  const id = c.req.query('campaign') ?? ''
  const frame = { ...frameOf(c.req.raw), query: { campaign: id } }
  const { language } = frame
  const { held, release, attributes } = await see(c, deps)
  const campaign = campaignOf(release, id)
  const wantsPage = isPage(c)
  if (campaign === undefined) {
    const nothing = { frame, piece: undefined, canAnswer: false }
    return wantsPage
      ? page(<WhyPage data={nothing} />, 404)
      : doors.notFound('there is no live campaign of this id')
  }
  const answer = explain(campaign, attributes, language)
  const name = campaign.source.name ?? id
  if (!wantsPage) {
    const shown = shownOf(held.snapshot, release, attributes, language).find((each) => each.campaign === id)
    const { times = 0, refused = false, comparison = false } = shown ?? {}
    return c.json({
      campaign: id,
      name,
      ...answer,
      reads: campaign.reads,
      shown: { times, refused, comparison },
    })
  }
  const canAnswer = held.bearer.snapshot !== null
  return page(<WhyPage data={{ frame, piece: { campaign: id, name, why: answer }, canAnswer }} />)
}

async function feedback(c: Context, deps: PrivacyDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  const byForm = isForm(request.headers)
  if (!isOurs(c)) {
    return byForm ? sorry(c.req.raw, 'notFromHere', 403) : doors.foreign()
  }
  const said = byForm ? await readSaidForm(request, url) : await readSaidJson(request)
  if (!said.ok) return said.error
  const campaign = campaignOf(await deps.release(waitUntilOf(c)), said.value.campaign)
  if (campaign === undefined) {
    return byForm ? seeOther(said.value.to) : doors.notFound('there is no live campaign of this id')
  }
  const bearer = await bearerOf(c, deps.rights(), deps)
  const given = await giveFeedback(deps.ingest(), bearer, campaign, said.value.verdict)
  if (given.failure !== undefined) deps.report(given.failure)
  const cookies = await bearerCookies(bearer, given.snapshot, url, deps.now(), deps.visitor)
  const { hidden, why: reason } = given
  const counted = hidden && given.failure === undefined
  if (!byForm) return withCookies(c.json({ hidden, counted, ...(reason && { why: reason }) }), cookies)
  const response = hidden ? seeOther(said.value.to) : sorry(c.req.raw, 'notCounted', 200)
  return withCookies(response, cookies)
}

interface Sent extends Said {
  /** Where a form's browser goes on to. */
  readonly to: string
}

async function readSaidForm(request: Request, url: URL): Promise<Result<Sent, Response>> {
  const form = await readForm(request, MAX_FORM_BYTES)
  if (!form.ok) return form
  const said = parseSaid(Object.fromEntries(form.value))
  const to = wayBack(form.value.get('to'), request.headers.get('Referer'), url)
  return said.ok ? ok({ ...said.value, to }) : err(doors.invalid(said.error))
}

async function readSaidJson(request: Request): Promise<Result<Sent, Response>> {
  const body = await doors.readSmallJson(request)
  if (!body.ok) return body
  const said = parseSaid(body.value)
  return said.ok ? ok({ ...said.value, to: '/' }) : err(doors.invalid(said.error))
}

/** Sent from a page of this shop. */
const isOurs = (c: Context): boolean => isSameSite(c.req.raw.headers, new URL(c.req.url))

/** A browser asks, for somebody who reads. */
const isPage = (c: Context): boolean => (c.req.header('Accept') ?? '').includes('text/html')

/** A page that was meant to be read is answered by one; the rest by a problem document. */
function failed(c: Context, cause: unknown, deps: PrivacyDeps): Response {
  const answer = doors.failed(cause, deps.report)
  if (!isPage(c) || !/\/(?:privacy|feedback|why)\b/.test(c.req.path)) return answer
  return sorry(c.req.raw, 'failed', answer.status)
}

/** Outside of a Worker there is no execution context, and nothing ends early. */
function waitUntilOf(c: Context): WaitUntil {
  return (work) => {
    try {
      c.executionCtx.waitUntil(work)
    } catch {
      work.catch(() => {})
    }
  }
}
