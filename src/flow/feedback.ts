/**
 * "Not relevant" and "too personal": counted as events about the campaign's categories, and the piece is not shown to this
 * browser again. The second part holds whatever the store does, because it stands in the visitor's own cookie.
 */
import type { CompiledCampaign } from '../campaign/model.ts'
import { countRefusal } from '../decide/caps.ts'
import { OWN_ID, type ShopEvent, type SkipReason } from '../events/model.ts'
import { hash64 } from '../kit/hash.ts'
import { DAY_MS } from '../kit/time.ts'
import type { Verdict } from '../privacy/said.ts'
import { categoriesOf } from '../privacy/view.ts'
import type { Snapshot } from '../profile/model.ts'
import { categoryKey } from '../profile/text.ts'
import type { Bearer } from './bearer.ts'
import { type IngestPorts, ingestShopper } from './ingest.ts'

export interface FeedbackGiven {
  /** It is hidden from now on. */
  readonly hidden: boolean
  /** Why it is not: there is nobody to hide it from. */
  readonly why?: SkipReason
  /** The snapshot afterwards; null where nothing may be set. */
  readonly snapshot: Snapshot | null
  /** Thrown by the store: it is hidden, but not counted. */
  readonly failure?: unknown
}

export async function giveFeedback(
  ports: IngestPorts,
  bearer: Bearer,
  campaign: CompiledCampaign,
  verdict: Verdict,
): Promise<FeedbackGiven> {
  const { snapshot } = bearer
  const now = ports.now()
  if (snapshot === null) {
    const { why, snapshot: nobody } = await ingestShopper(ports, bearer, { events: [] })
    return { hidden: false, ...(why === undefined ? {} : { why }), snapshot: nobody }
  }
  try {
    const events = feedbackEvents(campaign, verdict, now)
    const { why, snapshot: after } = await ingestShopper(ports, bearer, { events })
    return after === null
      ? { hidden: false, ...(why === undefined ? {} : { why }), snapshot: null }
      : { hidden: true, snapshot: after }
  } catch (failure) {
    return {
      hidden: true,
      snapshot: { ...snapshot, caps: countRefusal(snapshot.caps, campaign.id, now) },
      failure,
    }
  }
}

/** One event for each category that the campaign reads, or one without; the same on one day is the same event. */
function feedbackEvents(
  campaign: Pick<CompiledCampaign, 'id' | 'source'>,
  kind: Verdict,
  at: number,
): readonly ShopEvent[] {
  const categories = categoriesOf(campaign).flatMap((name) => categoryKey(name) ?? [])
  const about = hash64(`${kind} ${campaign.id}`)
  const day = Math.floor(at / DAY_MS)
  return (categories.length === 0 ? [undefined] : categories).map((category, index) => ({
    index,
    campaign: campaign.id,
    evidence: {
      id: `${OWN_ID}feedback:${about}:${day}:${index}`,
      kind,
      at,
      ...(category === undefined ? {} : { category }),
    },
  }))
}
