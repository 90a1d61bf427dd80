/**
 * How often somebody may see something, and when a piece that nobody looks at rests. Pure; `now` in epoch milliseconds.
 *
 * Impressions are counted for every enrolled visitor, whatever the arm: somebody of the control or of a holdout counts
 * those that they would have had. So caps take visitors out of all arms alike, and those who are compared stay alike.
 * Responses exist only where something was shown. That is why a resting campaign keeps its group while a capped one
 * frees it (see decide.ts): whom the next campaign of the group gets must not depend on how this one was received.
 *
 * What goes unanswered is what nothing was heard about: a click on the piece, an event of the shop's that names its
 * campaign, or an order within a day (`countResponse`, `countOrder`). Where no beacon may run clicks are not heard.
 *
 * Days and weeks are UTC's, and weeks begin on Mondays (ISO 8601). Counts ride in the visitor's cookie alone: where there
 * is no cookie there is no unit either, and two browsers are two visitors.
 */
import { retargetedProduct } from '../campaign/datause.ts'
import type { Attributes, Campaign, CompiledCampaign, Limits } from '../campaign/model.ts'
import { HOUR_MS } from '../kit/time.ts'
import { byUse, CAPS_MAX, COUNT_MAX, capKey, isRefused } from '../profile/caps.ts'
import type { CapCount, CapCounts } from '../profile/model.ts'
import { ofAlike } from './alike.ts'

/** Impressions for which the product that was looked at last may follow somebody. */
export const RETARGETING_CAP = 3

const HOURS_PER_DAY = 24
const HOURS_PER_WEEK = 168
/** The epoch began on a Thursday, three days into its week. */
const HOURS_BEFORE_EPOCH = 72

/** Why a campaign is not shown again, and which limit says so. */
export interface Capped {
  readonly reason: 'cap' | 'fatigue'
  /** `day`, `group.week`, `retargeting`, `rest`, `refused` … */
  readonly why: string
}

const NONE: CapCounts = Object.freeze({})

/** The limit that this visitor has reached for this campaign, or undefined. */
export function findCap(
  campaign: CompiledCampaign,
  counts: CapCounts | undefined,
  now: number,
  attributes: Attributes,
): Capped | undefined {
  if (counts === undefined) return undefined
  const { caps, group, id } = campaign.source
  const hour = Math.floor(now / HOUR_MS)
  const own = counts[capKey('campaign', id)]
  if (own !== undefined) {
    if (isRefused(own)) return REFUSAL
    if (caps?.rest !== undefined && isResting(own, caps.rest, hour)) return RESTING
    const reached = caps === undefined ? undefined : limitReached(caps, own, hour)
    if (reached !== undefined) return { reason: 'cap', why: reached }
  }
  if (group !== undefined && caps?.group !== undefined) {
    const reached = limitReached(caps.group, counts[capKey('group', group)], hour)
    if (reached !== undefined) return { reason: 'cap', why: `group.${reached}` }
  }
  const product = campaign.personal ? retargetedProduct(campaign, attributes) : undefined
  if (product === undefined) return undefined
  const followed = counts[capKey('product', product)]?.total ?? 0
  return followed >= (caps?.retargeting ?? RETARGETING_CAP) ? RETARGETED : undefined
}

const REFUSAL: Capped = Object.freeze({ reason: 'fatigue', why: 'refused' })
const RESTING: Capped = Object.freeze({ reason: 'fatigue', why: 'rest' })
const RETARGETED: Capped = Object.freeze({ reason: 'cap', why: 'retargeting' })

type Rest = { readonly ignored: number; readonly days: number }

const isResting = (count: CapCount, { ignored, days }: Rest, hour: number): boolean =>
  count.ignored >= ignored && hour < count.hour + days * HOURS_PER_DAY

function limitReached(limits: Limits, count: CapCount | undefined, hour: number): keyof Limits | undefined {
  if (count === undefined) return undefined
  const { inHour, inDay, inWeek, total } = countsAt(count, hour)
  if (isReached(limits.hour, inHour)) return 'hour'
  if (isReached(limits.day, inDay)) return 'day'
  if (isReached(limits.week, inWeek)) return 'week'
  return isReached(limits.lifetime, total) ? 'lifetime' : undefined
}

const isReached = (limit: number | undefined, count: number): boolean => limit !== undefined && count >= limit

const windowAt = (hour: number, hours: number): number => Math.floor((hour + HOURS_BEFORE_EPOCH) / hours)

/** The counts as they stand in this hour. A clock that ran backwards counts on in the later window. */
function countsAt(count: CapCount, hour: number): CapCount {
  if (hour <= count.hour) return count
  const same = (hours: number): boolean => windowAt(hour, hours) === windowAt(count.hour, hours)
  return {
    ...count,
    hour,
    inHour: 0,
    inDay: same(HOURS_PER_DAY) ? count.inDay : 0,
    inWeek: same(HOURS_PER_WEEK) ? count.inWeek : 0,
  }
}

const REACHED: ReadonlySet<string> = new Set(['match', 'control', 'holdout', 'global_holdout'])
/**
 * The campaigns that this page view counts an impression of: all that enrolled the visitor, in whatever arm. Take the
 * decisions as they were decided, not as the page settled them, or arms would count differently.
 */
export const impressionsOf = ofAlike((decisions): readonly CompiledCampaign[] =>
  decisions.filter(({ reason }) => REACHED.has(reason)).map(({ campaign }) => campaign),
)

/**
 * The counts after these impressions. The very same object comes back where nothing has to be counted: campaigns
 * without caps cost no byte of the cookie, but those that use something personal, explain themselves or are limited are
 * noted once an hour, so that the visitor can look up what was shown to them, and few page views have to seal a cookie
 * for it.
 */
export function countImpressions(
  counts: CapCounts | undefined,
  campaigns: readonly CompiledCampaign[],
  now: number,
  attributes: Attributes,
): CapCounts | undefined {
  const hour = Math.floor(now / HOUR_MS)
  const keys = new Set<string>()
  for (const campaign of campaigns) {
    const { counted, told } = keysOf(campaign)
    for (const key of counted) keys.add(key)
    if (told !== undefined && counts?.[told]?.hour !== hour) keys.add(told)
    const product = campaign.personal ? retargetedProduct(campaign, attributes) : undefined
    if (product !== undefined) keys.add(capKey('product', product))
  }
  if (keys.size === 0) return counts
  const rests = restsByKey(campaigns)
  const next: Record<string, CapCount> = { ...counts }
  for (const key of keys) next[key] = counted(next[key], hour, rests.get(key))
  return bounded(next)
}

/** Under what a campaign's impressions are kept. */
interface Keys {
  /** Each of them counts. */
  readonly counted: readonly string[]
  /** For the visitor to look up only. */
  readonly told?: string
}

/** The same for every page view; weak, so it goes with its release. */
const keysByCampaign = new WeakMap<CompiledCampaign, Keys>()

function keysOf(campaign: CompiledCampaign): Keys {
  const known = keysByCampaign.get(campaign)
  if (known !== undefined) return known
  const { id, group, caps } = campaign.source
  const own = capKey('campaign', id)
  const counts = countsImpressions(campaign)
  const shared = caps?.group !== undefined && group !== undefined ? [capKey('group', group)] : []
  const made: Keys = {
    counted: counts ? [own, ...shared] : shared,
    ...(!counts && isTold(campaign) ? { told: own } : {}),
  }
  keysByCampaign.set(campaign, made)
  return made
}

/** Does every impression of this campaign count? Of the others only the hours are noted in which it was shown. */
export const countsImpressions = ({ source: { caps } }: Pick<CompiledCampaign, 'source'>): boolean =>
  caps !== undefined && countsItself(caps)

/** Of a limited offer the note is what keeps it for whoever was offered it; see supply.ts. */
const isTold = ({ personal, source }: CompiledCampaign): boolean =>
  personal || source.explain === true || source.limit !== undefined

const countsItself = ({ hour, day, week, lifetime, rest }: NonNullable<Campaign['caps']>): boolean =>
  (hour ?? day ?? week ?? lifetime ?? rest) !== undefined

const restsByKey = (campaigns: readonly CompiledCampaign[]): ReadonlyMap<string, Rest> =>
  new Map(
    campaigns.flatMap(({ source: { id, caps } }) =>
      caps?.rest === undefined ? [] : [[capKey('campaign', id), caps.rest] as const],
    ),
  )

function counted(count: CapCount | undefined, hour: number, rest: Rest | undefined): CapCount {
  if (count === undefined) return { hour, inHour: 1, inDay: 1, inWeek: 1, total: 1, ignored: 1 }
  const now = countsAt(count, hour)
  // After its rest it gets as many chances as it had before.
  const hasRested = rest !== undefined && count.ignored >= rest.ignored && !isRefused(count)
  return {
    hour: now.hour,
    inHour: now.inHour + 1,
    inDay: now.inDay + 1,
    inWeek: now.inWeek + 1,
    total: now.total + 1,
    ignored: hasRested ? 1 : count.ignored + 1,
  }
}

/**
 * The visitor responded to a campaign: what was ignored is forgiven. By a click where its piece is, which the beacon
 * tells; or by an event of the shop's that names it.
 */
export function countResponse(counts: CapCounts | undefined, campaign: string): CapCounts | undefined {
  const key = capKey('campaign', campaign)
  const count = counts?.[key]
  if (count === undefined || count.ignored === 0 || isRefused(count)) return counts
  return { ...counts, [key]: { ...count, ignored: 0 } }
}

/**
 * An order answers whatever was shown in the day before it and not since. To ask twice is to ask once, so the order may be
 * told by a till, an hour later and again.
 */
export function countOrder(counts: CapCounts | undefined, at: number): CapCounts | undefined {
  const hour = Math.floor(at / HOUR_MS)
  const answered = Object.entries(counts ?? NONE).filter(
    ([, count]) =>
      count.ignored > 0 && !isRefused(count) && count.hour <= hour && count.hour >= hour - HOURS_PER_DAY,
  )
  if (answered.length === 0) return counts
  return { ...counts, ...Object.fromEntries(answered.map(([key, count]) => [key, { ...count, ignored: 0 }])) }
}

/** "Not relevant" or "too personal": the campaign is not shown to this visitor again. */
export function countRefusal(counts: CapCounts | undefined, campaign: string, now: number): CapCounts {
  const key = capKey('campaign', campaign)
  const count = counts?.[key] ?? {
    hour: Math.floor(now / HOUR_MS),
    inHour: 0,
    inDay: 0,
    inWeek: 0,
    total: 0,
    ignored: 0,
  }
  return bounded({ ...counts, [key]: { ...count, ignored: COUNT_MAX } })
}

/** What was shown longest ago is forgotten first; what was refused, last. */
function bounded(counts: Readonly<Record<string, CapCount>>): CapCounts {
  const entries = Object.entries(counts)
  if (entries.length <= CAPS_MAX) return entries.length === 0 ? NONE : counts
  return Object.fromEntries(entries.sort(byUse).slice(0, CAPS_MAX))
}
