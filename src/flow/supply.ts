/**
 * What an isolate knows of the stock that the live release asks for. Page views read it from memory, and one of them
 * every quarter of a minute starts looking for newer reports; nobody waits, so an isolate's first views may find nothing
 * and offers rest. Only settled values are held, never promises or clients.
 */
import type { CompiledRelease, PagePlan } from '../campaign/model.ts'
import { suppliesOf } from '../decide/supply.ts'
import type { Counters } from '../kit/counters.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { capacityKey, type Level, type SupplyStore, type SupplyView } from '../supply/model.ts'

export interface SuppliesOptions {
  /** Opened once a look, in the request that it serves. */
  readonly store: () => Pick<SupplyStore, 'levels'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly counters: Counters
}

export interface Supplies {
  /** What this page's decisions may know; undefined where none of its campaigns asks. Starts a look where one is due. */
  readonly view: (
    plan: PagePlan,
    release: CompiledRelease,
    waitUntil: (work: Promise<unknown>) => void,
  ) => SupplyView | undefined
  /** Looks again for what was asked last, so that who has just reported sees it. Never throws. */
  readonly reload: () => Promise<void>
}

const LOOK_MS = 15_000
/** What could not be looked at again for so long may have been sold since. */
const COPY_MAX_MS = 300_000
/** Rows that an isolate holds; products and places beyond it are not known. */
const LEVELS_MAX = 20_000

type Levels = ReadonlyMap<string, Level>

export function createSupplies({ store, now, counters }: SuppliesOptions): Supplies {
  let known: Levels = new Map()
  let lookedAt = Number.NEGATIVE_INFINITY
  let dueAt = 0
  let asked: CompiledRelease | null = null

  async function look(release: CompiledRelease): Promise<void> {
    const at = now()
    asked = release
    dueAt = at + LOOK_MS
    try {
      const rows = await store().levels(suppliesIn(release), LEVELS_MAX)
      // A look that began later has seen more.
      if (at < lookedAt) return
      known = new Map(rows.map(({ sku, place, ...level }) => [keyOf(sku, place), level]))
      lookedAt = at
      if (rows.length === LEVELS_MAX) counters.add('stock_cut')
    } catch {
      counters.add('stock_unknown')
    }
  }

  return {
    view(plan, release, waitUntil) {
      if (!asksSupply(plan)) return undefined
      const at = now()
      if (at >= dueAt || asked !== release) waitUntil(look(release))
      if (at - lookedAt > COPY_MAX_MS) return undefined
      const levels = known
      return { now: at, level: (sku, place) => levels.get(keyOf(sku, place)) }
    },
    async reload() {
      if (asked !== null) await look(asked)
    },
  }
}

/** No sku has a line break. */
const keyOf = (sku: string, place: string): string => `${sku}\n${place}`

const suppliesIn = ({ campaigns }: CompiledRelease): readonly string[] => [
  ...new Set(campaigns.flatMap(({ source: { supply } }) => (supply === undefined ? [] : suppliesOf(supply)))),
]

/** The same for every view of a plan; weak, so it goes with its release. */
const asking = new WeakMap<PagePlan, boolean>()

function asksSupply(plan: PagePlan): boolean {
  let asks = asking.get(plan)
  if (asks === undefined) {
    asks = plan.campaigns.some(({ source }) => source.supply !== undefined)
    asking.set(plan, asks)
  }
  return asks
}

/**
 * What an author should know before visitors do: offers of which nothing was reported rest until something is.
 * `document`: a release that has passed its checks. Says nothing where the store does not answer.
 */
export async function supplyWarnings(
  document: unknown,
  store: () => Pick<SupplyStore, 'reported'>,
): Promise<readonly Fault[]> {
  const { campaigns } = document as { readonly campaigns: readonly { readonly supply?: Wanted }[] }
  const wanted = campaigns.flatMap(({ supply }, index) => wantedIn(supply, index))
  if (wanted.length === 0) return []
  try {
    const reported = await store().reported(wanted.map(({ key }) => key))
    return wanted.flatMap(({ key, path }) => (reported.has(key) ? [] : [unreported(path)]))
  } catch {
    return []
  }
}

interface Wanted {
  readonly sku?: string
  readonly capacity?: string
}

function wantedIn({ sku, capacity }: Wanted = {}, index: number): { key: string; path: string }[] {
  const path = (field: string): string => pointer('campaigns', index, 'supply', field)
  return [
    ...(sku === undefined ? [] : [{ key: sku, path: path('sku') }]),
    ...(capacity === undefined ? [] : [{ key: capacityKey(capacity), path: path('capacity') }]),
  ]
}

const unreported = (path: string): Fault => ({
  path,
  code: 'no_stock_report',
  message: 'nothing was reported of this yet, so the offer rests until it is',
})
