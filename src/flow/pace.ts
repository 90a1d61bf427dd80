/**
 * Limited offers, paced: what was promised so far decides to how many visitors each of them is made until the next
 * look. What a look learnt is noted beside the stock, under the offer's own name, because an offer is a stock too.
 */
import type { Campaign, Variant } from '../campaign/model.ts'
import { sum } from '../kit/sum.ts'
import { nextAdmitted, type PacedBefore } from '../measure/pacing.ts'
import { dayOf } from '../measure/windows.ts'
import { type Level, promisedKey, type SupplyStore } from '../supply/model.ts'

export interface PacePorts {
  readonly supply: Pick<SupplyStore, 'exposed' | 'levels' | 'putStock'>
  /** Lays the share over the live release. `at`: epoch milliseconds. */
  readonly admit: (campaign: string, share: number, at: number) => Promise<void>
  readonly now: () => number
}

export interface PacedOffer {
  readonly campaign: string
  readonly promised: number
  readonly today: number
  readonly admitted: number
}

/** What is noted of a look: places of the offer's stock. Shares and runs in billionths, since quantities are whole. */
const NOTES = ['promised', 'admitted', 'count', 'runs', 'quiet'] as const
type Note = (typeof NOTES)[number]
const UNITS: Readonly<Record<Note, number>> = {
  promised: 1,
  admitted: 1e9,
  count: 1e9,
  runs: 1e9,
  quiet: 1e9,
}

/** One look at the limited offers among these campaigns of the live release. */
export async function paceOffers(
  campaigns: readonly Campaign[],
  { supply, admit, now }: PacePorts,
): Promise<readonly PacedOffer[]> {
  const offers = campaigns.filter(({ limit }) => limit !== undefined)
  if (offers.length === 0) return []
  const at = now()
  const ids = offers.map(({ id }) => id)
  const exposed = await supply.exposed(ids, dayOf(at))
  const notes = notesOf(await supply.levels(ids.map(promisedKey), ids.length * NOTES.length))
  const paced: PacedOffer[] = []
  for (const { id, limit = {}, variants } of offers) {
    const shown = new Set(variants.filter(showsSomething).map((variant) => variant.id))
    const treated = exposed.filter(({ campaign, arm }) => campaign === id && shown.has(arm))
    const promised = sum(treated.map(({ ever }) => ever))
    const today = sum(treated.map(({ today: news }) => news))
    const next = nextAdmitted({ limit, promised, today, now: at, before: notes.get(promisedKey(id)) })
    await admit(id, next.admitted, at)
    await supply.putStock(rowsOf(id, { ...next, promised, at }))
    paced.push({ campaign: id, promised, today, admitted: next.admitted })
  }
  return paced
}

/** Whoever is shown nothing was promised nothing. */
const showsSomething = ({ edits, redirect }: Variant): boolean => edits.length > 0 || redirect !== undefined

const rowsOf = (campaign: string, found: PacedBefore) =>
  NOTES.map((place) => ({
    sku: promisedKey(campaign),
    place,
    quantity: Math.round(found[place] * UNITS[place]),
    reportedAt: found.at,
  }))

/** What the look before noted, by the offer's key. */
function notesOf(
  rows: readonly (Level & { readonly sku: string; readonly place: string })[],
): ReadonlyMap<string, PacedBefore> {
  const notes = new Map<string, PacedBefore>()
  for (const { sku, place, quantity, reportedAt } of rows) {
    const known = notes.get(sku) ?? { at: reportedAt, promised: 0, admitted: 0, count: 0, runs: 0, quiet: 0 }
    notes.set(sku, { ...known, [place]: quantity / (UNITS[place as Note] ?? 1) })
  }
  return notes
}
