/**
 * What neither door of events takes, however well it is formed: amounts that cannot be added to the shop's, campaigns that
 * never were, stores that the shop does not have. Each would count, silently, as something else.
 */
import type { ShopEvent } from '../events/model.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import type { MeasureStore } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'

export interface StrangePorts {
  /** The live release's; none where nothing is live. */
  readonly campaigns: () => Promise<readonly { readonly id: string }[]>
  readonly measures: Pick<MeasureStore, 'campaigns'>
}

/** Names that nobody here knows. */
export interface Strange {
  readonly campaigns: ReadonlySet<string>
  readonly stores: ReadonlySet<string>
}

/**
 * Ids among those told that are neither live nor were ever counted. A campaign that has left the release stays known as long
 * as its numbers: its pieces stand on pages that are still open, and complaints come late.
 */
export async function strangeCampaigns(
  told: readonly { readonly campaign?: string }[],
  ports: StrangePorts,
): Promise<ReadonlySet<string>> {
  const ids = new Set(told.flatMap(({ campaign }) => campaign ?? []))
  if (ids.size === 0) return ids
  const live = await ports.campaigns()
  for (const { id } of live) ids.delete(id)
  if (ids.size > 0) for (const id of await ports.measures.campaigns()) ids.delete(id)
  return ids
}

/** Every fault of one event. */
export function strangeFaults(
  { evidence: { currency, store }, campaign, index }: ShopEvent,
  { campaigns, stores }: Strange,
  money: Money,
): readonly Fault[] {
  const faults: Fault[] = []
  const fault = (field: string, code: string, message: string): void => {
    faults.push({ path: pointer('events', index, field), code, message })
  }
  // There is no rate that both sides would agree on, and sums of two currencies are none.
  if (currency !== undefined && currency !== money.currency) {
    fault(
      'currency',
      'currency',
      `Write amounts in ${money.currency}, the currency that this shop is measured in.`,
    )
  }
  if (campaign !== undefined && campaigns.has(campaign)) fault('campaign', 'unknown_campaign', NO_CAMPAIGN)
  if (store !== undefined && stores.has(store)) {
    fault('store', 'unknown_store', 'The shop lists no store of this id.')
  }
  return faults
}

export const NO_CAMPAIGN = 'There is no campaign of this id.'
