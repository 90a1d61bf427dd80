/** Which decisions come out of a visitor's own profile, as against their place, their device or the hour. Pure. */
import { someRead } from '../campaign/datause.ts'
import type { CompiledCampaign } from '../campaign/model.ts'
import type { Decision } from './model.ts'

const PROFILE_ROOTS = ['affinity', 'habit', 'follows', 'traits', 'orders', 'recent', 'stage']

/** The same for every page view; weak, so it goes with its release. */
const byCampaign = new WeakMap<CompiledCampaign, boolean>()

function readsProfile(campaign: CompiledCampaign): boolean {
  const known = byCampaign.get(campaign)
  if (known !== undefined) return known
  const reads = PROFILE_ROOTS.some((root) => someRead([campaign], root))
  byCampaign.set(campaign, reads)
  return reads
}

/** Was something shown to this visitor because of who they are? */
export const isPersonal = ({ campaign, variant, reason }: Decision): boolean =>
  variant !== undefined && reason === 'match' && readsProfile(campaign)
