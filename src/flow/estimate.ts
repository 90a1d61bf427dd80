/**
 * How many visitors an audience reaches, for the publisher: the newest profiles are read once and every condition of the
 * release is asked of them. Only shares and counts leave here, no profile does.
 */
import type { Attributes, Condition } from '../campaign/model.ts'
import { type EstimateAudience, estimateFrom } from '../campaign/reach.ts'
import { DAY_MS } from '../kit/time.ts'
import { profileAttributes } from '../profile/attributes.ts'
import { mergeContributions } from '../profile/merge.ts'
import type { Contribution, Snapshot } from '../profile/model.ts'
import type { VisitorSample } from '../profile/store.ts'
import { snapshotOf } from '../profile/view.ts'

export interface EstimatePorts {
  /** `since`: epoch milliseconds of the earliest last visit. */
  readonly sample: (since: number, limit: number) => Promise<VisitorSample>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Whoever came in the last 30 days is somebody whom a campaign may still meet. */
const RECENT_MS = 30 * DAY_MS
/** Profiles read for one release: a few round trips, and shares to about three percent. */
export const SAMPLE_SIZE = 1_000

/** One estimator for one release: it reads the profiles at the first question, and once. */
export function createEstimator({ sample, now }: EstimatePorts): EstimateAudience {
  let known: { readonly total: number; readonly attributes: readonly Attributes[] } | undefined

  return async (condition: Condition): Promise<number | null> => {
    const at = now()
    if (known === undefined) {
      const { total, contributions } = await sample(at - RECENT_MS, SAMPLE_SIZE)
      // Who has no contribution has no profile that anything could be asked of.
      const all = total <= SAMPLE_SIZE ? contributions.length : total
      known = { total: all, attributes: contributions.map((contribution) => attributesOf(contribution, at)) }
    }
    return estimateFrom(condition, known.attributes, known.total)
  }
}

/** As the visitor's own next page view would read them. */
function attributesOf(contribution: Contribution, now: number): Attributes {
  const view = snapshotOf(mergeContributions([contribution]), now)
  const snapshot: Snapshot = { id: contribution.visitor, createdAt: now, visits: 1, lastSeenAt: now, ...view }
  return profileAttributes(snapshot, now)
}
