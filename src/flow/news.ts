/**
 * What is told of a visitor at once: evidence for their profile and measures of what was shown to them. They travel
 * together and are written one after the other; either is written only where its own purpose was agreed to, which is
 * for whoever makes them to see to.
 */
import { SelvedgeError } from '../kit/errors.ts'
import { sum } from '../kit/sum.ts'
import type { MeasureStore, VisitorMeasures } from '../measure/model.ts'
import type { ProfileStore, VisitorEvidence } from '../profile/model.ts'
import { VISITOR_ID } from '../profile/text.ts'

/** One message of the queue: what one page view says. */
export interface VisitorNews extends VisitorEvidence, VisitorMeasures {
  /** Measurement was refused: what was measured until now goes. */
  readonly unmeasured?: true
}

/** What somebody else has put into the queue is not for the store, nor what has more in it than this version knows. */
export function isNews(body: unknown): body is VisitorNews {
  if (visitorIn(body) === null) return false
  const news = body as VisitorNews
  const { visitor, unmeasured, evidence, exposures = [], outcomes = [], sightings = [], ...foreign } = news
  const lists = [evidence, exposures, outcomes, sightings]
  return Object.keys(foreign).length === 0 && lists.every((list) => Array.isArray(list))
}

/** Whom a message is about, whatever else is in it; null where nobody can tell. */
export function visitorIn(body: unknown): string | null {
  const { visitor } = (body ?? {}) as { readonly visitor?: unknown }
  return typeof visitor === 'string' && VISITOR_ID.test(visitor) ? visitor : null
}

export interface NewsPorts {
  readonly profiles: Pick<ProfileStore, 'applyMany'>
  readonly measures: Pick<MeasureStore, 'record' | 'leave'>
}

export interface Written {
  /** Visitors of whom not all could be counted now: the same is good to be written again, and counts once. */
  readonly unsettled: ReadonlySet<string>
  /** Visitors whose evidence was refused because they were erased. */
  readonly erased: ReadonlySet<string>
  /** Pieces of evidence that were counted before. */
  readonly known: number
}

/** Writes all of it, evidence first. Throws as the stores do. */
export async function writeNews(
  { profiles, measures }: NewsPorts,
  batch: readonly VisitorNews[],
  now: number,
): Promise<Written> {
  const evidence = batch.filter((news) => news.evidence.length > 0)
  const measured = batch.filter(isMeasured)
  const applied = evidence.length === 0 ? [] : await profiles.applyMany(evidence, now)
  const recorded = measured.length === 0 ? [] : await measures.record(measured, now)
  const leaving = batch.flatMap(({ visitor, unmeasured }) => (unmeasured ? [visitor] : []))
  if (leaving.length > 0) await measures.leave(leaving, 'withdrawal', now)
  const unsettled = [...applied, ...recorded].filter(({ settled }) => !settled)
  const erased = applied.filter((each) => each.erased)
  const known = sum(applied.map((each) => each.known))
  return { unsettled: visitorsOf(unsettled), erased: visitorsOf(erased), known }
}

/** The same for who answers for it: throws where some of it could not be counted now. */
export async function writeAll(
  ports: NewsPorts,
  batch: readonly VisitorNews[],
  now: number,
): Promise<Written> {
  const written = await writeNews(ports, batch, now)
  if (written.unsettled.size > 0)
    throw new SelvedgeError('store_unavailable', 'some events could not be counted now')
  return written
}

const visitorsOf = (all: readonly { readonly visitor: string }[]): ReadonlySet<string> =>
  new Set(all.map(({ visitor }) => visitor))

const isMeasured = ({ exposures, outcomes, sightings }: VisitorMeasures): boolean =>
  (exposures?.length ?? 0) + (outcomes?.length ?? 0) + (sightings?.length ?? 0) > 0
