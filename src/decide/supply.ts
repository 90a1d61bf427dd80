/**
 * Nobody is promised what cannot be delivered. Two questions, asked alike for all arms and before enrolment, so that
 * those who are compared stay alike: is there enough of it where this visitor would get it, and, where there are only
 * so many, are they among those whom it is offered to? Pure.
 *
 * Who does not know does not promise: without a report that is young enough, the offer rests.
 */
import type { Attributes, Campaign, CompiledCampaign, Supply } from '../campaign/model.ts'
import { MINUTE_MS } from '../kit/time.ts'
import { capKey } from '../profile/caps.ts'
import type { CapCounts } from '../profile/model.ts'
import { capacityKey, ONLINE, type SupplyView } from '../supply/model.ts'
import { isAdmitted } from './assign.ts'

/** Minutes after which a report of stock is no longer believed, unless the campaign says otherwise. */
const MAX_AGE_DEFAULT_MINUTES = 60

/** Why an offer rests; `why` is the place that is short of it, or what is missing. */
export interface Shortage {
  readonly reason: 'stock' | 'stock_unknown' | 'capacity'
  readonly why: string
}

const short = (reason: Shortage['reason'], why: string): Shortage => Object.freeze({ reason, why })

const NO_PLACE = short('stock_unknown', 'place')
const NO_REPORT = short('stock_unknown', 'report')
const OLD_REPORT = short('stock_unknown', 'age')
const NO_ID = short('capacity', 'no_id')
const GIVEN_OUT = short('capacity', 'limit')

/** Under what a campaign's supply is reported. */
export const suppliesOf = ({ sku, capacity }: Supply): readonly string[] => [
  ...(sku === undefined ? [] : [sku]),
  ...(capacity === undefined ? [] : [capacityKey(capacity)]),
]

/** What stands in the way of promising this campaign's offer to this visitor, or undefined. */
export function findShortage(
  campaign: CompiledCampaign,
  attributes: Attributes,
  view: SupplyView | undefined,
  unit: string | undefined,
  caps: CapCounts | undefined,
): Shortage | undefined {
  const { supply, limit } = campaign.source
  const shortage = supply === undefined ? undefined : shortageAt(supply, attributes, view)
  if (shortage !== undefined || limit === undefined) return shortage
  if (unit === undefined) return NO_ID
  return wasPromised(campaign.source, caps) || isAdmitted(campaign, unit) ? undefined : GIVEN_OUT
}

/** Whoever was offered it keeps the offer, however few are left: caps.ts notes it for every arm. */
const wasPromised = ({ id }: Campaign, caps: CapCounts | undefined): boolean =>
  (caps?.[capKey('campaign', id)]?.total ?? 0) > 0

function shortageAt(
  supply: Supply,
  attributes: Attributes,
  view: SupplyView | undefined,
): Shortage | undefined {
  const { at, sku, atLeast = 1, maxAge = MAX_AGE_DEFAULT_MINUTES } = supply
  const places = placesOf(at, attributes)
  if (places.length === 0) return NO_PLACE
  for (const key of suppliesOf(supply)) {
    const level = places.map((place) => view?.level(key, place)).find((found) => found !== undefined)
    if (view === undefined || level === undefined) return NO_REPORT
    if (view.now - level.reportedAt > maxAge * MINUTE_MS) return OLD_REPORT
    if (level.quantity < atLeast) return short(key === sku ? 'stock' : 'capacity', at)
  }
  return undefined
}

/** Where this visitor would get it; of a region first its own code, then the country's. */
function placesOf(at: Supply['at'], attributes: Attributes): readonly string[] {
  if (at === 'online') return [ONLINE]
  const fields = attributes[at === 'store' ? 'store' : 'geo'] as Readonly<Record<string, unknown>> | undefined
  if (at === 'store') return typeof fields?.id === 'string' ? [fields.id] : []
  const { country, regionCode } = fields ?? {}
  if (typeof country !== 'string') return []
  return typeof regionCode === 'string' ? [`${country}-${regionCode}`, country] : [country]
}
