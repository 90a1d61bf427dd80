/**
 * The hot path. One request, in order:
 *
 *   classify → release → visitor → signals → decide → page → render → stitch → respond
 *
 * The page is asked for before the visitor is read, so that both run side by side. Nothing waits for anything but the
 * origin beyond the budget, and whatever fails on the way, the storefront's own page is what the visitor gets.
 */
import type { Attributes, CompiledRelease, PagePlan } from '../campaign/model.ts'
import { decide, redirectOf } from '../decide/decide.ts'
import { formatDecisions, parseHoldout } from '../decide/headers.ts'
import { type DecideInput, type Decision, type Forced, NOTHING_FORCED } from '../decide/model.ts'
import { overlayPreview } from '../decide/overlay.ts'
import { freeBytes } from '../kit/bytes.ts'
import type { Counters } from '../kit/counters.ts'
import { type Deadline, startDeadline } from '../kit/deadline.ts'
import type { Outcome } from '../page/model.ts'
import type { PageSource } from '../page/source.ts'
import { stitch } from '../page/stitch.ts'
import { stitchStream } from '../page/stream.ts'
import { gather } from '../page/tap.ts'
import type { Template } from '../page/template.ts'
import { visitSignals } from '../profile/visit.ts'
import { collectSignals } from '../signals/collect.ts'
import type { PersonalizePorts } from './ports.ts'
import { redirectTarget } from './redirect.ts'
import { render, settle } from './render.ts'
import {
  type Report,
  respondFailed,
  respondKept,
  respondRedirect,
  respondStreamed,
  respondUntouched,
} from './respond.ts'
import { readVisitor, type Visitor } from './visitor.ts'

/** Redirects of one visitor in a row; whoever needs more has made a mistake. */
const MAX_REDIRECTS = 5

/** One request, with what is looked at often at hand. */
interface Ask {
  readonly request: Request
  readonly headers: Headers
  readonly url: URL
}

/** Everything that one page view has settled before its page is at hand. */
interface View {
  readonly visitor: Visitor
  readonly plan: PagePlan
  readonly attributes: Attributes
  readonly decisions: readonly Decision[]
}

/** Answers one request of the storefront. May throw; `failOpen` in the app then serves the origin's own answer. */
export async function personalize(request: Request, ports: PersonalizePorts): Promise<Response> {
  const startedAt = ports.now()
  const url = new URL(request.url)
  const ask: Ask = { request, headers: request.headers, url }
  const kind = ports.classify(request, url)
  const carriesArms = kind.kind === 'dynamic' || (kind.kind === 'other' && kind.why === 'method')
  if (!ports.settings.enabled || (kind.kind !== 'page' && !carriesArms)) return ports.pages.pass(request, url)
  const deadline = startDeadline(ports.settings.budgetMs, ports.now)
  const release = await liveRelease(ports, deadline)
  if (release === null) {
    // Said now, for while the page is on its way a release may arrive.
    const why = ports.releases.why()
    ports.counters.add(why)
    return respondUntouched(await ports.pages.pass(request, url), why)
  }
  if (kind.kind === 'dynamic' && kind.why !== 'excluded' && ports.settings.dynamicPages === 'stream') {
    return streamOwn(ask, release, ports, startedAt)
  }
  if (carriesArms) return passWithArms(ask, release, ports)

  const plan = release.plan(url)
  const loading = ports.pages.load(request, url, plan.selectors, deadline)
  // Should reading the visitor throw, the page's own fault must not become an unhandled one beside it.
  loading.catch(() => {})
  const view = decideView(ask, await visitorOf(ask, ports), plan, release, ports)
  const report = (source: string, decisions: readonly Decision[]): Report =>
    reportOf(view, decisions, source, ports, startedAt)

  const redirect = findRedirect(ask, view, release, ports)
  if (redirect !== null) {
    // Nobody waits for the page, which may be late or never come.
    ports.waitUntil(loading.then(discard, () => {}))
    return respondRedirect(redirect, report('redirect', view.decisions))
  }
  return finish(request, await loading, staying(view), ports, report)
}

/** The compiled release in memory; an isolate's first requests wait for it within the deadline. */
async function liveRelease(ports: PersonalizePorts, deadline: Deadline): Promise<CompiledRelease | null> {
  await ports.releases.ready(deadline, ports.waitUntil)
  return ports.releases.current()
}

const visitorOf = ({ request, headers, url }: Ask, ports: PersonalizePorts): Promise<Visitor> =>
  readVisitor(headers, request.cf, url, ports.now(), ports.visitor)

/** Signals → decisions. */
function decideView(
  { request, headers, url }: Ask,
  visitor: Visitor,
  plan: PagePlan,
  release: CompiledRelease,
  ports: PersonalizePorts,
): View {
  const at = ports.now()
  const { cf } = request
  const personal = visitor.consent.personalization.granted
  const visit = visitSignals(visitor.snapshot, at)
  const { readCookies } = ports.settings
  const own = collectSignals({ url, headers, cf, now: at, personal, visit, cookieNames: readCookies })
  const { signals, now } =
    visitor.preview === undefined
      ? { signals: own, now: at }
      : overlayPreview(own, visitor.preview, at, personal)
  const attributes = { ...signals, ...visitor.preview?.profile } as unknown as Attributes
  const input: DecideInput = {
    plan,
    holdout: release.holdout,
    attributes,
    unit: visitor.unit,
    consent: visitor.consent,
    now,
    clock: signals.clock,
    isBot: signals.device.isBot,
    forced: forcedOf(headers, visitor),
    isPreview: visitor.preview !== undefined,
  }
  return { visitor, plan, attributes, decisions: decide(input) }
}

/**
 * Where this visitor is sent, or null to stay. The way is looked at to its end, for several campaigns together can send
 * somebody in circles, and then everybody stays where they are.
 */
function findRedirect(
  ask: Ask,
  view: View,
  release: CompiledRelease,
  ports: PersonalizePorts,
): string | null {
  const { redirectHosts } = ports.settings
  const first = redirectTarget(redirectOf(view.decisions), ask.url, redirectHosts)
  const way = [ask.url.href]
  for (let next = first; next !== null; ) {
    if (way.includes(next) || way.length > MAX_REDIRECTS) return null
    way.push(next)
    const url = new URL(next)
    if (url.origin !== ask.url.origin) return first
    const there = decideView({ ...ask, url }, view.visitor, release.plan(url), release, ports)
    next = redirectTarget(redirectOf(there.decisions), url, redirectHosts)
  }
  return first
}

/** The same view where nobody is sent anywhere: what a redirect would have shown is not shown. */
function staying(view: View): View {
  if (redirectOf(view.decisions) === undefined) return view
  const decisions = view.decisions.map((decision): Decision => {
    const { variant, ...rest } = decision
    return variant?.redirect === undefined ? decision : { ...rest, reason: 'error', counted: false }
  })
  return { ...view, decisions }
}

function forcedOf(headers: Headers, visitor: Visitor): Forced {
  const holdout = parseHoldout(headers.get('Selvedge-Holdout'))
  const arms = visitor.preview?.arms
  if (holdout === null && arms === undefined) return NOTHING_FORCED
  return { holdout: holdout ?? NOTHING_FORCED.holdout, arms: new Map(Object.entries(arms ?? {})) }
}

/** The page at hand, finished. */
function finish(
  request: Request,
  page: PageSource,
  view: View,
  ports: PersonalizePorts,
  report: (source: string, decisions: readonly Decision[]) => Report,
): Response | Promise<Response> {
  const { counters } = ports
  switch (page.kind) {
    case 'failed':
      counters.add(`origin_${page.why}`)
      return respondFailed(page.status, page.why)
    case 'bypass':
      counters.add(`bypass_${page.why}`)
      return respondUntouched(page.response, page.why)
    case 'template': {
      const { body, decisions } = finishTemplate(page.template, view, ports)
      const response = respondKept(page.head, bodyFor(request, body), report(page.state, decisions))
      // A Response copies the bytes it is made from (Fetch Standard, "extract a body"). Giving ours back at once spares
      // the collector a page's worth of memory a request, which is a fifth of the CPU of it all.
      if (body.buffer !== page.template.buffer) freeBytes(body)
      return response
    }
    case 'stream':
      return finishStream(page.response, view, ports, report)
  }
}

interface Finished {
  readonly body: Uint8Array
  readonly decisions: readonly Decision[]
}

function finishTemplate(template: Template, view: View, ports: PersonalizePorts): Finished {
  const rendered = render(view.decisions, view.attributes, view.plan)
  const { bytes, outcomes } = stitch(template, rendered.fills)
  countSkipped(outcomes, ports.counters)
  return { body: bytes, decisions: settle(view.decisions, rendered, outcomes) }
}

/** First fills, oversize pages and those that may not be kept: the same edits on the bytes as they pass. */
async function finishStream(
  response: Response,
  view: View,
  ports: PersonalizePorts,
  report: (source: string, decisions: readonly Decision[]) => Report,
): Promise<Response> {
  const rendered = render(view.decisions, view.attributes, view.plan)
  const { fills } = rendered
  // What the page makes of the edits shows when the headers are long gone.
  const hoped = settle(
    view.decisions,
    rendered,
    fills.map(() => 'applied'),
  )
  const answer = (body: BodyInit | null, decisions = hoped): Response =>
    respondStreamed(response, body, report('stream', decisions))
  let { body } = response
  if (body === null || fills.length === 0) return answer(body)
  if (fills.some(({ action }) => action === 'move')) {
    // What moves up the page has to be known before what it moves to goes out.
    const gathered = await gather(body, ports.settings.pageMaxBytes)
    if ('whole' in gathered) {
      const template = await ports.compile(gathered.whole, view.plan.selectors)
      if (template === null) return answer(gathered.whole)
      const finished = finishTemplate(template, view, ports)
      return answer(finished.body, finished.decisions)
    }
    body = gathered.body
  }
  const streamed = stitchStream(new Response(body), view.plan.selectors, fills, ports.nonce())
  ports.waitUntil(streamed.outcomes.then((outcomes) => countSkipped(outcomes, ports.counters)))
  return answer(streamed.body)
}

function countSkipped(outcomes: readonly Outcome[], counters: Counters): void {
  for (const outcome of outcomes) if (outcome !== 'applied') counters.add(`edit_${outcome}`)
}

const bodyFor = (request: Request, body: Uint8Array): BodyInit | null =>
  request.method === 'HEAD' ? null : (body as BufferSource)

/** `DYNAMIC_PAGES=stream`: the page that the shop makes for this visitor gets the edits too, and is never kept. */
async function streamOwn(
  ask: Ask,
  release: CompiledRelease,
  ports: PersonalizePorts,
  startedAt: number,
): Promise<Response> {
  const { request, url } = ask
  const plan = release.plan(url)
  // Where it came from says nothing about what to change here.
  if (plan.campaigns.length === 0) return passWithArms(ask, release, ports)
  const decided = decideView(ask, await visitorOf(ask, ports), plan, release, ports)
  const redirect = findRedirect(ask, decided, release, ports)
  const view = redirect === null ? staying(decided) : decided
  const report = (source: string, decisions: readonly Decision[]): Report =>
    reportOf(view, decisions, source, ports, startedAt)
  if (redirect !== null) return respondRedirect(redirect, report('redirect', view.decisions))
  return finish(request, await ports.pages.loadOwn(request, url, armsOf(view)), view, ports, report)
}

/**
 * A dynamic request goes to the origin as it came, with the arms of the page it is or comes from, so that the shop's
 * own analytics can tell them apart. Nothing of the answer is changed, so a visitor without an id stays without.
 */
async function passWithArms(ask: Ask, release: CompiledRelease, ports: PersonalizePorts): Promise<Response> {
  const { request, url } = ask
  const plan = planOf(ask, release)
  if (plan.campaigns.length === 0) return ports.pages.pass(request, url)
  const visitor = await visitorOf(ask, ports)
  const enrolled = visitor.isNew ? { ...visitor, unit: undefined } : visitor
  return ports.pages.pass(request, url, armsOf(decideView(ask, enrolled, plan, release, ports)))
}

function armsOf({ decisions }: View): Record<string, string> {
  const arms = formatDecisions(decisions, 'applied')
  return arms === '' ? {} : { 'Selvedge-Decision': arms }
}

/** The plan of this page, or of the page of the same site that the request comes from. */
function planOf({ headers, url }: Ask, release: CompiledRelease): PagePlan {
  const own = release.plan(url)
  const referer = headers.get('Referer')
  if (own.campaigns.length > 0 || referer === null || !URL.canParse(referer)) return own
  const from = new URL(referer)
  return from.host === url.host ? release.plan(from) : own
}

function reportOf(
  view: View,
  decisions: readonly Decision[],
  source: string,
  ports: PersonalizePorts,
  startedAt: number,
): Report {
  const { decisionHeader } = ports.settings
  const { rejected, setCookies } = view.visitor
  return {
    decision: decisionHeader === 'off' ? '' : formatDecisions(decisions, decisionHeader, rejected),
    decisions,
    source,
    tookMs: ports.now() - startedAt,
    setCookies,
  }
}

function discard(page: PageSource): void {
  if (page.kind === 'stream' || page.kind === 'bypass') void page.response.body?.cancel()
}
