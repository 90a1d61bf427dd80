/**
 * What is told of a visitor at once: evidence for their profile and measures of what was shown to them. They travel
 * together and are written one after the other; either is written only where its own purpose was agreed to, which is
 * for whoever makes them to see to.
 */
import type { MeasureStore, VisitorMeasures } from '../measure/model.ts'
import type { ProfileStore, VisitorEvidence } from '../profile/model.ts'

/** One message of the queue: what one page view says. */
export interface VisitorNews extends VisitorEvidence, VisitorMeasures {}

export interface NewsPorts {
  readonly profiles: Pick<ProfileStore, 'applyMany'>
  readonly measures: Pick<MeasureStore, 'record'>
}

/**
 * Writes all of it, each visitor's together. Gives those of whom not all could be counted now: what was told of them
 * is good to be written again, and counts once. Throws as the stores do.
 */
export async function writeNews(
  { profiles, measures }: NewsPorts,
  batch: readonly VisitorNews[],
  now: number,
): Promise<ReadonlySet<string>> {
  const evidence = batch.filter((news) => news.evidence.length > 0)
  const measured = batch.filter(isMeasured)
  const applied = evidence.length === 0 ? [] : await profiles.applyMany(evidence, now)
  const recorded = measured.length === 0 ? [] : await measures.record(measured, now)
  return new Set([...applied, ...recorded].filter(({ settled }) => !settled).map(({ visitor }) => visitor))
}

export const isMeasured = ({ exposures, outcomes, sightings }: VisitorMeasures): boolean =>
  (exposures?.length ?? 0) + (outcomes?.length ?? 0) + (sightings?.length ?? 0) > 0
