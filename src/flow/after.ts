/**
 * What goes on after the response: the page that was looked at becomes part of the profile, and what was shown is counted.
 * The visitor waits for none of it, and none of it can fail them.
 */
import { redirectOf } from '../decide/decide.ts'
import type { Decision } from '../decide/model.ts'
import { isPersonal } from '../decide/personal.ts'
import { OWN_ID } from '../events/model.ts'
import { viewEvidence, visitEvidence } from '../events/page.ts'
import { DAY_MS } from '../kit/time.ts'
import type { IsOnPage } from '../measure/expose.ts'
import { visitStart } from '../measure/outcomes.ts'
import type { PageSource } from '../page/source.ts'
import { hasSlot } from '../page/template.ts'
import { allowedEvidence } from '../profile/allowed.ts'
import type { Evidence, Snapshot } from '../profile/model.ts'
import type { Ask } from './ask.ts'
import { type Measured, mayMeasure, measure, reachedOn, reachedOnTheWay, unmeasured } from './measured.ts'
import type { PersonalizePorts } from './ports.ts'
import type { View } from './view.ts'

const NOTHING_REACHED: readonly Decision[] = Object.freeze([])
const NO_EVIDENCE: readonly Evidence[] = Object.freeze([])

/** Starts what has to be done; nothing for previews, bots, and most of those who come back within a visit. */
export function afterView(
  { request, url }: Ask,
  view: View,
  page: PageSource,
  ports: PersonalizePorts,
): void {
  flush(ports)
  if (!isTold(request, view)) return
  const isKept = page.kind === 'template'
  // What a stream has on it is known when it has ended; see `afterStream`.
  const reached = isKept ? reachedOn(view, (slot) => hasSlot(page.template, slot)) : NOTHING_REACHED
  tell(view, evidenceOf(view, page, url.pathname), reached, ports)
}

/** The same where the visitor was sent elsewhere: there was a visit, and no page. */
export function afterRedirect({ request }: Ask, view: View, ports: PersonalizePorts): void {
  flush(ports)
  const by = redirectOf(view.decisions)
  if (by === undefined || !isTold(request, view)) return
  tell(view, evidenceOf(view, null, ''), reachedOnTheWay(view, by), ports)
}

/** A streamed page has ended, and with it is known what was on it. */
export function afterStream(request: Request, view: View, isOnPage: IsOnPage, ports: PersonalizePorts): void {
  if (isTold(request, view)) tell(view, NO_EVIDENCE, reachedOn(view, isOnPage), ports)
}

/** Is this somebody's own page view, of whom something may be known? */
const isTold = ({ method }: Request, { visitor, isNobodys }: View): boolean =>
  !isNobodys && visitor.snapshot !== undefined && method === 'GET'

const NOTHING_MEASURED: Measured = { exposures: [], outcomes: [], keys: [] }

function tell(
  view: View,
  found: readonly Evidence[],
  reached: readonly Decision[],
  ports: PersonalizePorts,
): void {
  const { visitor } = view
  const { id } = visitor.snapshot as Snapshot
  const evidence =
    found.length === 0 ? found : found.flatMap((one) => allowedEvidence(one, visitor.off) ?? [])
  const measured = mayMeasure(view)
    ? measure(view, reached, ports)
    : (unmeasured(view, ports.recent) ?? NOTHING_MEASURED)
  const { exposures, outcomes } = measured
  if (evidence.length + exposures.length + outcomes.length === 0 && !measured.unmeasured) return
  const { keys, ...told } = measured
  const { recent } = ports
  for (const key of keys) recent.add(key)
  const sending = ports.remember({ visitor: id, evidence, ...told }).catch((cause: unknown) => {
    for (const key of keys) recent.forget(key)
    throw cause
  })
  ports.waitUntil(quiet(sending, ports))
}

function evidenceOf(
  { visitor, decisions, signals, now }: View,
  page: PageSource | null,
  path: string,
): readonly Evidence[] {
  const snapshot = visitor.snapshot as Snapshot
  const { carried } = visitor
  const evidence: Evidence[] = []
  const seen = page?.kind === 'template' ? viewEvidence(page.facts, path, snapshot, now) : null
  if (seen !== null) evidence.push(seen)
  // Whoever looks at one page and leaves is nobody that had to be written down; who comes back is.
  const isBack = carried !== undefined && visitStart(carried) !== visitStart(snapshot)
  if (seen !== null || isBack) evidence.push(visitEvidence(snapshot, signals.geo.timezone))
  // With other news only: that somebody was served is worth knowing, but no write of its own.
  if (evidence.length > 0 && snapshot.stage !== 'personalized' && decisions.some(isPersonal)) {
    evidence.push(servedEvidence(now))
  }
  return evidence
}

/** That a decision from the visitor's own profile reached them: once a day is often enough to know. */
const servedEvidence = (now: number): Evidence => ({
  id: `${OWN_ID}served:${Math.floor(now / DAY_MS)}`,
  kind: 'served',
  at: now,
})

/** Writes how pages came out, now and then. */
function flush(ports: PersonalizePorts): void {
  const counts = ports.tally.due()
  if (counts !== null) ports.waitUntil(quiet(ports.keepCounts(counts), ports))
}

async function quiet(work: Promise<unknown>, { counters }: PersonalizePorts): Promise<void> {
  try {
    await work
  } catch (cause) {
    counters.add('after_failed', cause)
  }
}
