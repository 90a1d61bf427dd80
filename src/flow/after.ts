/**
 * What goes on after the response: the page that was looked at becomes part of the profile. The visitor waits for none of
 * it, and none of it can fail them.
 */
import { someRead } from '../campaign/datause.ts'
import type { Decision } from '../decide/model.ts'
import { allowedEvidence } from '../events/allowed.ts'
import { OWN_ID } from '../events/model.ts'
import { viewEvidence, visitEvidence } from '../events/page.ts'
import type { PageSource } from '../page/source.ts'
import type { Evidence, Snapshot } from '../profile/model.ts'
import type { PersonalizePorts } from './ports.ts'
import type { Ask, View } from './view.ts'

const DAY_MS = 86_400_000

/** Starts what has to be done; nothing for previews, bots, and most of those who come back within a visit. */
export function afterView(
  { request, url }: Ask,
  view: View,
  page: PageSource,
  ports: PersonalizePorts,
): void {
  const { visitor, signals } = view
  if (visitor.preview !== undefined) return
  const { snapshot } = visitor
  if (snapshot === undefined || signals.device.isBot || request.method !== 'GET') return
  const found = evidenceOf(view, snapshot, page, url.pathname)
  const evidence = found.flatMap((one) => allowedEvidence(one, visitor.off) ?? [])
  if (evidence.length > 0) ports.waitUntil(quiet(ports.remember(snapshot.id, evidence), ports))
}

function evidenceOf(
  { visitor, decisions, signals, now }: View,
  snapshot: Snapshot,
  page: PageSource,
  path: string,
): readonly Evidence[] {
  const evidence: Evidence[] = []
  const seen = page.kind === 'template' ? viewEvidence(page.facts, path, snapshot, now) : null
  if (seen !== null) evidence.push(seen)
  // Whoever looks at one page and leaves is nobody that had to be written down; who comes back is.
  const isBack = visitor.carried !== undefined && snapshot.visitStartedAt === now
  if (seen !== null || isBack) evidence.push(visitEvidence(snapshot, signals.geo.timezone))
  // With other news only: that somebody was served is worth knowing, but no write of its own.
  if (evidence.length > 0 && snapshot.stage !== 'personalized' && decisions.some(isPersonal)) {
    evidence.push(servedEvidence(now))
  }
  return evidence
}

/** What comes out of a visitor's profile, as against their place or device. */
const PROFILE_ROOTS = ['affinity', 'habit', 'follows', 'traits', 'orders', 'recent', 'stage']

const isPersonal = ({ campaign, variant, reason }: Decision): boolean =>
  variant !== undefined && reason === 'match' && PROFILE_ROOTS.some((root) => someRead([campaign], root))

/** That a decision from the visitor's own profile reached them: once a day is often enough to know. */
const servedEvidence = (now: number): Evidence => ({
  id: `${OWN_ID}served:${Math.floor(now / DAY_MS)}`,
  kind: 'served',
  at: now,
})

async function quiet(work: Promise<unknown>, { counters }: PersonalizePorts): Promise<void> {
  try {
    await work
  } catch {
    counters.add('after_failed')
  }
}
