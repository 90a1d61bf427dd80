/**
 * The hot path. One request, in order:
 *
 *   classify → release → visitor → signals → decide → page → render → stitch → respond → after
 *
 * The page is asked for before the visitor is read, so that both run side by side. Nothing waits for anything but the
 * origin beyond the budget, and whatever fails on the way, the storefront's own page is what the visitor gets.
 */
import { explainCampaign } from '../campaign/explain.ts'
import type { CompiledCampaign, CompiledRelease, PagePlan } from '../campaign/model.ts'
import { ofAlike } from '../decide/alike.ts'
import { formatDecisions, type Why } from '../decide/headers.ts'
import type { Decision } from '../decide/model.ts'
import { sealReference, VISITOR_HEADER } from '../identity/token.ts'
import { type Deadline, startDeadline } from '../kit/deadline.ts'
import { IV_BYTES } from '../kit/seal.ts'
import { type Soon, soon } from '../kit/soon.ts'
import { addressOf } from '../page/address.ts'
import type { RequestClass } from '../page/classify.ts'
import { discard } from '../page/deliver.ts'
import type { PageSource } from '../page/source.ts'
import { stageIn } from '../profile/stage.ts'
import { geoOf } from '../signals/geo.ts'
import { afterRedirect, afterView } from './after.ts'
import type { Ask } from './ask.ts'
import { finish, type Reporting } from './finish.ts'
import { isLettingGo, letGo } from './letgo.ts'
import type { PersonalizePorts } from './ports.ts'
import { respondApart, respondLater, respondRedirect, respondUntouched } from './respond.ts'
import { todayCookies } from './today.ts'
import { decideView, findRedirect, leaving, snapshotAfter, staying, type View } from './view.ts'
import { readVisitor, visitorCookies } from './visitor.ts'

/** Answers one request of the storefront. May throw; `failOpen` in the app then serves the origin's own answer. */
export async function personalize(request: Request, ports: PersonalizePorts): Promise<Response> {
  const now = ports.now()
  const url = addressOf(request.url)
  const kind = ports.classify(request, url)
  const carriesArms =
    kind.kind === 'dynamic' || (kind.kind === 'other' && (kind.why === 'method' || kind.why === 'script'))
  if (!ports.settings.enabled) return ports.pages.pass(request, url)
  if (kind.kind !== 'page' && !carriesArms) return apart(kind, request, ports.pages.pass(request, url))
  const deadline = startDeadline(ports.settings.budgetMs, ports.now)
  const release = await liveRelease(ports, deadline)
  if (release === null) {
    // Said now, for while the page is on its way a release may arrive.
    const why = ports.releases.why()
    ports.counters.add(why)
    return respondUntouched(await ports.pages.pass(request, url), why)
  }
  const ask: Ask = { request, headers: request.headers, url, geo: geoOf(request.cf), now, deadline }
  if (kind.kind === 'dynamic' && kind.why !== 'excluded' && ports.settings.dynamicPages === 'stream') {
    return streamOwn(ask, release, ports)
  }
  if (kind.kind !== 'page') return apart(kind, request, passWithArms(ask, release, ports))

  const plan = release.plan(url)
  const loading = ports.pages.load(request, url, plan.selectors, deadline)
  // Should reading the visitor throw, the page's own fault must not become an unhandled one beside it.
  if (loading instanceof Promise) loading.catch(() => {})
  const view = await decideView(ask, await readVisitor(ask, ports.visitor), plan, release, ports)
  const reporting = await reportingOf(ask, view, ports)
  const redirect = await findRedirect(ask, view, release, ports)
  if (redirect !== null) {
    // Nobody waits for the page, which may be late or never come.
    ports.waitUntil(Promise.resolve(loading).then(leave, () => {}))
    return sendOn(redirect, ask, view, ports, reporting)
  }
  const page = await loading
  const response = finish(request, page, staying(view), ports, reporting)
  afterView(ask, view, page, ports)
  return response
}

/** A campaign sends the visitor elsewhere, before there was any page. */
function sendOn(
  target: string,
  ask: Ask,
  view: View,
  ports: PersonalizePorts,
  reporting: Reporting,
): Response {
  if (view.isAhead) return respondLater()
  const response = respondRedirect(target, reporting('redirect', leaving(view)))
  afterRedirect(ask, view, ports)
  return response
}

/** The compiled release in memory; an isolate's first requests wait for it within the deadline. */
function liveRelease(ports: PersonalizePorts, deadline: Deadline): Soon<CompiledRelease | null> {
  const { releases, visitor, waitUntil } = ports
  const ready = releases.ready(deadline, waitUntil)
  // Side by side at an isolate's start: one look-up after the other would be late for whoever comes back.
  const known = visitor.tombstones.isKnown() ? undefined : visitor.tombstones.ready(deadline, waitUntil)
  return soon(known, () => soon(ready, () => releases.current()))
}

/** `DYNAMIC_PAGES=stream`: the page that the shop makes for this visitor gets the edits too, and is never kept. */
async function streamOwn(ask: Ask, release: CompiledRelease, ports: PersonalizePorts): Promise<Response> {
  const { request, url } = ask
  const plan = release.plan(url)
  // Where it came from says nothing about what to change here.
  if (plan.campaigns.length === 0) return respondApart(await passWithArms(ask, release, ports), request)
  const view = await decideView(ask, await readVisitor(ask, ports.visitor), plan, release, ports)
  const reporting = await reportingOf(ask, view, ports)
  const redirect = await findRedirect(ask, view, release, ports)
  if (redirect !== null) return sendOn(redirect, ask, view, ports, reporting)
  const page = await ports.pages.loadOwn(request, url, await tellings(view, ports))
  const response = finish(request, page, staying(view), ports, reporting)
  afterView(ask, view, page, ports)
  return response
}

/**
 * A dynamic request goes to the origin as it came, with the arms of the page it is or comes from, so that the shop's
 * own analytics can tell them apart. Nothing of the page is changed, so a visitor without an id stays without.
 */
async function passWithArms(ask: Ask, release: CompiledRelease, ports: PersonalizePorts): Promise<Response> {
  const { request, url } = ask
  const visitor = await readVisitor(ask, ports.visitor)
  const enrolled = visitor.isNew ? { ...visitor, unit: undefined, snapshot: undefined } : visitor
  const own = release.plan(url)
  const view = await decideView(ask, enrolled, planOf(own, ask, release), release, ports)
  return ports.pages.pass(request, url, await tellings(view, ports), own.selectors)
}

/** What was passed on, and is a page, must not be taken for what browsers get at its address. */
async function apart(
  { ofAddress }: Exclude<RequestClass, { readonly kind: 'page' }>,
  request: Request,
  answer: Promise<Response>,
): Promise<Response> {
  return ofAddress ? answer : respondApart(await answer, request)
}

/** What the shop's own servers are told: the arms, and a sealed reference by which they may speak of the visitor. */
async function tellings(view: View, ports: PersonalizePorts): Promise<Record<string, string>> {
  const { decisions, visitor, now } = view
  // The shop's analytics keep them beside what they know of the visitor, who has to have agreed to be measured.
  const arms = visitor.consent.measurement.granted ? formatDecisions(decisions, 'applied') : ''
  const { keyring, random } = ports.visitor
  const id = visitor.preview === undefined ? visitor.carried?.id : undefined
  return {
    ...(arms === '' ? {} : { 'Selvedge-Decision': arms }),
    ...(id === undefined
      ? {}
      : { [VISITOR_HEADER]: await sealReference(keyring, id, now, random(IV_BYTES)) }),
  }
}

/** The plan of this page, its `own`, or of the page of the same site that the request comes from. */
function planOf(own: PagePlan, { headers, url }: Ask, release: CompiledRelease): PagePlan {
  const referer = headers.get('Referer')
  if (own.campaigns.length > 0 || referer === null || !URL.canParse(referer)) return own
  const from = new URL(referer)
  return from.host === url.host ? release.plan(from) : own
}

/** Seals what the visitor's cookie should say from now on, and gives what makes the answer's headers. */
const reportingOf = (ask: Ask, view: View, ports: PersonalizePorts): Soon<Reporting> =>
  soon(cookiesOf(ask, view, ports), (setCookies) => reportingWith(setCookies, ask, view, ports))

function cookiesOf(
  { url, now, deadline }: Ask,
  view: View,
  ports: PersonalizePorts,
): Soon<readonly string[]> {
  const { visitor } = view
  const own = visitorCookies(visitor, snapshotAfter(view), url, now, ports.visitor)
  const today = todayCookies(view)
  const isGoing = isLettingGo(visitor)
  if (!isGoing && today.length === 0) return own
  const notes = isGoing ? letGo(visitor.leaving, url, deadline, ports.visitor, ports) : []
  return Promise.all([own, notes, today]).then((all) => all.flat())
}

function reportingWith(
  setCookies: readonly string[],
  { now, deadline }: Ask,
  view: View,
  ports: PersonalizePorts,
): Reporting {
  const { decisionHeader } = ports.settings
  const { visitor } = view
  return (source: string, decisions: readonly Decision[]) => {
    count(view, decisions, deadline, ports)
    return {
      decision:
        decisionHeader === 'off'
          ? ''
          : formatDecisions(decisions, decisionHeader, visitor.rejected, whyOf(view)),
      decisions,
      source,
      tookMs: ports.now() - now,
      setCookies,
    }
  }
}

function count(
  { visitor, isNobodys }: View,
  decisions: readonly Decision[],
  deadline: Deadline,
  { tally }: PersonalizePorts,
): void {
  if (!isNobodys) tally.page(decisions, deadline.isMissed(), stageIn(visitor.snapshot))
}

/**
 * Which attribute kept a visitor out: of campaigns that explain themselves or read personal data, and of every one in a
 * preview. Asking a condition where it failed costs more than asking whether, so the rest of the pages do without.
 */
function whyOf({ visitor, attributes, decisions }: View): Why | undefined {
  const isPreview = visitor.preview !== undefined
  if (!isPreview && !isExplained(decisions)) return undefined
  return ({ campaign }) =>
    isPreview || tellsWhy(campaign) ? explainCampaign(campaign, attributes) : undefined
}

const isExplained = ofAlike((decisions) =>
  decisions.some(({ campaign, reason }) => reason === 'audience' && tellsWhy(campaign)),
)

const tellsWhy = ({ personal, source }: CompiledCampaign): boolean => personal || source.explain === true

function leave(page: PageSource): void {
  if (page.kind === 'stream' || page.kind === 'bypass') discard(page.response)
}
