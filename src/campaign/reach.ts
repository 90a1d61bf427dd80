/**
 * How many visitors an audience reaches, estimated over recent profiles, so that nobody is addressed in a crowd so
 * small that it might be one person. What picks out single people and stands in no profile is refused in narrow.ts. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { attributesAt, type DataClass } from './attributes.ts'
import { compileCondition, isRecord } from './condition.ts'
import { guardFault } from './guard.ts'
import type { Attributes, Campaign, Condition } from './model.ts'

/** Fewer visitors than this are not an audience. */
export const MIN_AUDIENCE = 50
/** With fewer profiles at hand nothing can be said about any audience. */
export const MIN_PROFILES = 500
/** Fewer of a sample say nothing of the rest: they may be the very people whom the author had in mind. */
const MIN_HITS = 10

/** Estimates how many recent visitors a condition reaches; null where that cannot be told. */
export type EstimateAudience = (condition: Condition) => Promise<number | null>

/** Classes of which stored profiles know something. Of the rest only the moment of a request knows. */
const KEPT: ReadonlySet<DataClass> = new Set<DataClass>([
  'stage',
  'affinity',
  'habit',
  'follows',
  'traits',
  'orders',
  'recent',
])

const ALWAYS: Condition = Object.freeze({})
const NEVER: Condition = Object.freeze({ $nor: [ALWAYS] })

/**
 * The part of a condition that is about profiles: whatever the moment decides (place, hour, weather, page) is taken to
 * hold. So the estimate is of everybody whom the campaign could ever reach, and never too small.
 */
export const profilePart = (condition: Condition): Condition => relax(condition, true)

/** `isWide`: what is unknown holds. Under a negation it has to be the other way round. */
function relax(condition: Condition, isWide: boolean): Condition {
  const parts = Object.entries(condition).map(([key, operand]) => relaxMember(key, operand, isWide))
  const asked = parts.filter((part) => part !== ALWAYS)
  if (asked.includes(NEVER)) return NEVER
  return asked.length === 0 ? ALWAYS : asked.length === 1 ? (asked[0] as Condition) : { $and: asked }
}

function relaxMember(key: string, operand: unknown, isWide: boolean): Condition {
  if (key === '$not') return not(isRecord(operand) ? relax(operand, !isWide) : NEVER)
  const list = Array.isArray(operand) ? operand.filter(isRecord) : []
  if (key === '$and') {
    const parts = list.map((item) => relax(item, isWide)).filter((part) => part !== ALWAYS)
    return parts.includes(NEVER) ? NEVER : parts.length === 0 ? ALWAYS : { $and: parts }
  }
  if (key === '$or') return anyOf(list.map((item) => relax(item, isWide)))
  if (key === '$nor') return not(anyOf(list.map((item) => relax(item, !isWide))))
  if (isKept(key)) return { [key]: operand }
  return isWide ? ALWAYS : NEVER
}

/** An empty `$or` holds, as in the language itself. */
function anyOf(parts: readonly Condition[]): Condition {
  if (parts.length === 0 || parts.includes(ALWAYS)) return ALWAYS
  const possible = parts.filter((part) => part !== NEVER)
  return possible.length === 0 ? NEVER : { $or: possible }
}

const not = (part: Condition): Condition =>
  part === ALWAYS ? NEVER : part === NEVER ? ALWAYS : { $not: part }

/** The store that is nearest is known at the request only, though its visits are a habit. */
const isKept = (path: string): boolean =>
  !path.startsWith('store.') && attributesAt(path).some(({ dataClass }) => KEPT.has(dataClass))

/** Does the condition pick people by their profiles at all? */
export const picksProfiles = (condition: Condition): boolean => profilePart(condition) !== ALWAYS

/**
 * The estimate out of a sample of recent profiles, of `total` recent visitors; exact where the sample is all of them.
 * Null where it says neither that there are enough nor that there are not: a sample too small, or too few hits in it.
 *
 * Hits are Poisson; the bounds are those of the variance-stabilising square root (Anscombe 1948), two deviations wide,
 * and within a few percent of the exact ones from no hit up.
 */
export function estimateFrom(
  condition: Condition,
  sample: readonly Attributes[],
  total = sample.length,
): number | null {
  if (sample.length < MIN_PROFILES) return null
  const matches = compileCondition(profilePart(condition))
  const hits = sample.filter((attributes) => matches(attributes)).length
  if (total <= sample.length) return hits
  const each = total / sample.length
  const isEnough = hits >= MIN_HITS && (Math.sqrt(hits) - 1) ** 2 * each >= MIN_AUDIENCE
  const isTooFew = (Math.sqrt(hits + 1) + 1) ** 2 * each < MIN_AUDIENCE
  return isEnough || isTooFew ? Math.round(hits * each) : null
}

/**
 * Faults of live campaigns whose audience is too small, or of unknown size with nobody answering for it. Conditions
 * that are not about profiles are not asked about.
 */
export async function audienceFaults(
  campaigns: readonly Campaign[],
  estimate: EstimateAudience,
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  const known = new Map<string, number | null>()
  for (const [index, { status, audience, override }] of campaigns.entries()) {
    if (status !== 'live' || !picksProfiles(audience)) continue
    const part = profilePart(audience)
    const key = JSON.stringify(part)
    if (!known.has(key)) known.set(key, await tryEstimate(estimate, part))
    const reached = known.get(key) ?? null
    const path = pointer('campaigns', index, 'audience')
    if (reached === null && override === undefined) {
      const message =
        'how many visitors this reaches cannot be told; widen it, wait for more, or answer for it with "override"'
      faults.push(guardFault(path, 'unknown_audience', message))
    } else if (reached !== null && reached < MIN_AUDIENCE) {
      const message = `this reaches about ${reached} visitors; an audience has at least ${MIN_AUDIENCE}`
      faults.push(guardFault(path, 'small_audience', message))
    }
  }
  return faults
}

/** A store that does not answer knows nothing. */
async function tryEstimate(estimate: EstimateAudience, condition: Condition): Promise<number | null> {
  try {
    return await estimate(condition)
  } catch {
    return null
  }
}
