/**
 * One page view up to its decisions: visitor → signals → surroundings → attributes → decide. What it needs of the
 * outside is bounded by the deadline, and nothing here knows what page will come of it.
 */
import { rootsOf } from '../campaign/datause.ts'
import type { Attributes, CompiledRelease, PagePlan } from '../campaign/model.ts'
import { ofAlike } from '../decide/alike.ts'
import { countImpressions, impressionsOf } from '../decide/caps.ts'
import { decide, isCounted, redirectOf } from '../decide/decide.ts'
import { parseHoldout } from '../decide/headers.ts'
import { type DecideInput, type Decision, type Forced, NOTHING_FORCED } from '../decide/model.ts'
import { overlayPreview } from '../decide/overlay.ts'
import { type Soon, soon } from '../kit/soon.ts'
import { DAY_MS } from '../kit/time.ts'
import { profileAttributes } from '../profile/attributes.ts'
import type { Snapshot } from '../profile/model.ts'
import { visitSignals } from '../profile/visit.ts'
import { collectSignals } from '../signals/collect.ts'
import type { Signals } from '../signals/model.ts'
import { withhold } from '../signals/withhold.ts'
import { type Ask, isPrefetch } from './ask.ts'
import type { PersonalizePorts } from './ports.ts'
import { redirectTarget } from './redirect.ts'
import { addSurroundings, withStoreHabit } from './surroundings.ts'
import type { Visitor } from './visitor.ts'

/** Redirects of one visitor in a row; whoever needs more has made a mistake. */
const MAX_REDIRECTS = 5

/** Everything that one page view has settled before its page is at hand. */
export interface View {
  readonly visitor: Visitor
  readonly release: CompiledRelease
  readonly plan: PagePlan
  readonly signals: Signals
  readonly attributes: Attributes
  readonly decisions: readonly Decision[]
  /** Epoch milliseconds that this view goes by. */
  readonly now: number
  /** Of the page, as the visitor asked for it. */
  readonly url: URL
  /** Nobody may ever look at it; if somebody does, its beacon says so by asking for it in earnest. */
  readonly isAhead: boolean
  /** Of a bot, of a preview, or ahead of time: nobody looked, so it adds to nothing. */
  readonly isNobodys: boolean
}

/** Signals → decisions. */
export const decideView = (
  ask: Ask,
  visitor: Visitor,
  plan: PagePlan,
  release: CompiledRelease,
  ports: PersonalizePorts,
): Soon<View> =>
  soon(signalsOf(ask, visitor, plan, ports), (surrounded) =>
    decideBy(surrounded, ask, visitor, plan, release, ports),
  )

function decideBy(
  { signals, sharedPlace, now }: Surrounded,
  ask: Ask,
  visitor: Visitor,
  plan: PagePlan,
  release: CompiledRelease,
  ports: PersonalizePorts,
): View {
  const { snapshot, preview, off, consent, unit } = visitor
  const attributes = withStoreHabit({
    ...signals,
    ...profileAttributes(snapshot, now, off, rootsOf(plan)),
    ...preview?.profile,
  } as unknown as Attributes)
  const input: DecideInput = {
    plan,
    holdout: release.holdout,
    attributes,
    unit,
    consent,
    now,
    clock: signals.clock,
    visitAt: visitAt(visitor, now),
    isBot: signals.device.isBot,
    forced: forcedOf(ask.headers, visitor),
    isPreview: preview !== undefined,
    caps: snapshot?.caps,
    pageViewCap: release.pageViewCap,
    sharedPlace,
    supply: ports.supplies.view(plan, release, ports.waitUntil),
  }
  const decisions = decide(input)
  const isAhead = ports.settings.beacon && isCounted(decisions) && isPrefetch(ask.headers)
  const isNobodys = isAhead || signals.device.isBot || preview !== undefined
  return { visitor, release, plan, signals, attributes, now, url: ask.url, decisions, isAhead, isNobodys }
}

interface Surrounded {
  readonly signals: Signals
  readonly sharedPlace: boolean
  readonly now: number
}

function signalsOf(
  { headers, url, geo, now, deadline }: Ask,
  { consent, snapshot, preview, off }: Visitor,
  plan: PagePlan,
  ports: PersonalizePorts,
): Soon<Surrounded> {
  // Without a snapshot there is nobody who could have agreed for this page view.
  const personal = consent.personalization.granted && snapshot !== undefined
  const { readCookies: cookieNames } = ports.settings
  const visit = visitSignals(snapshot, now)
  const told = collectSignals({ url, headers, geo, now, personal, visit, cookieNames })
  const surroundings = addSurroundings(
    withhold(told, off),
    plan,
    { personal, off, cookies: () => headers.get('Cookie') },
    deadline,
    ports.surroundings,
  )
  return soon(surroundings, ({ signals, sharedPlace }) => {
    if (preview === undefined) return { signals, sharedPlace, now }
    const previewed = overlayPreview(signals, preview, now, personal)
    return { ...previewed, sharedPlace: sharedPlace || preview.signals?.store !== undefined }
  })
}

/**
 * The snapshot after this page view, with its impressions counted. They are taken from the decisions as they were
 * decided: what a page makes of them differs between arms.
 */
export function snapshotAfter({ visitor, decisions, attributes, now, isAhead }: View): Snapshot | undefined {
  const { snapshot, preview } = visitor
  if (isAhead) return visitor.carried
  if (snapshot === undefined || preview !== undefined) return snapshot
  const caps = countImpressions(snapshot.caps, impressionsOf(decisions), now, attributes)
  return caps === undefined || caps === snapshot.caps ? snapshot : { ...snapshot, caps }
}

/**
 * Where this visitor is sent, or null to stay. The way is looked at to its end, for several campaigns together can send
 * somebody in circles, and then everybody stays where they are.
 */
export function findRedirect(
  ask: Ask,
  view: View,
  release: CompiledRelease,
  ports: PersonalizePorts,
): Soon<string | null> {
  const first = redirectTarget(redirectOf(view.decisions), ask.url, ports.settings.redirectHosts)
  return first === null ? null : follow(first, ask, view, release, ports)
}

async function follow(
  first: string,
  ask: Ask,
  view: View,
  release: CompiledRelease,
  ports: PersonalizePorts,
): Promise<string | null> {
  const way = [ask.url.href]
  for (let next: string | null = first; next !== null; ) {
    if (way.includes(next) || way.length > MAX_REDIRECTS) return null
    way.push(next)
    const url = new URL(next)
    if (url.origin !== ask.url.origin) return first
    const there = await decideView({ ...ask, url }, view.visitor, release.plan(url), release, ports)
    next = redirectTarget(redirectOf(there.decisions), url, ports.settings.redirectHosts)
  }
  return first
}

/**
 * The same view where nobody is sent anywhere: what a redirect would have shown is not shown. It counts all the same, as
 * it does for those whom the hash spared the redirect.
 */
export function staying(view: View): View {
  if (redirectOf(view.decisions) === undefined) return view
  return { ...view, decisions: spared(view.decisions) }
}

const spared = ofAlike((decisions): readonly Decision[] =>
  decisions.map((decision) => {
    const { variant, number, ...rest } = decision
    return variant?.redirect === undefined ? decision : { ...rest, reason: 'error' }
  }),
)

/** The decisions of a view whose visitor is sent elsewhere: nothing of the page that they leave is shown or counts. */
export const leaving = ({ decisions }: View): readonly Decision[] => left(decisions)

const left = ofAlike((decisions): readonly Decision[] => {
  const by = redirectOf(decisions)
  const last = by === undefined ? decisions.length : decisions.indexOf(by)
  return decisions.map((decision, index): Decision => {
    const { campaign, arm, variant, counted } = decision
    const isOnTheWay = index <= last && campaign.variants.some(({ redirect }) => redirect !== undefined)
    return isOnTheWay || !(counted || variant !== undefined)
      ? decision
      : { campaign, arm, reason: 'page', counted: false }
  })
})

/** Whoever has a number for today has one visit, the day; a preview is one page view. */
function visitAt({ snapshot, preview, today }: Visitor, now: number): number {
  if (preview !== undefined) return now
  if (today !== undefined) return now - (now % DAY_MS)
  return snapshot?.visitStartedAt ?? snapshot?.createdAt ?? now
}

function forcedOf(headers: Headers, visitor: Visitor): Forced {
  const holdout = parseHoldout(headers.get('Selvedge-Holdout'))
  const arms = visitor.preview?.arms
  if (holdout === null && arms === undefined) return NOTHING_FORCED
  return { holdout: holdout ?? NOTHING_FORCED.holdout, arms: new Map(Object.entries(arms ?? {})) }
}
