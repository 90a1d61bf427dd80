/**
 * What the system itself changes about a live release: campaigns that it paused, weights that follow what was measured,
 * and the share of visitors to whom a limited offer is still made. None of it is a release, so it is laid over the
 * compiled one. Everything that costs is done here, once a change; a campaign without an overlay costs nothing more,
 * and a page's template is the same with and without, since what a page could show has not changed. Pure.
 *
 * Weights are kept in versions, each with the time from which it holds, and a visit goes by the version that held when
 * it began: nobody's page changes under them, and nothing has to be remembered for it. Visits from before the oldest
 * version that is kept go by that one.
 */
import { sum } from '../kit/sum.ts'
import { getBucketRange } from './bucket.ts'
import { type ContextPart, contextAt } from './context.ts'
import type { CompiledCampaign, CompiledRelease, PagePlan } from './model.ts'

/** Weights of a campaign's arms, from a time on. */
export interface Weights {
  /** Visits that begin from then on, epoch milliseconds; 0: since ever. */
  readonly from: number
  /** Ids of all variants, in the order of the release; each share is of the arm at its place. */
  readonly arms: readonly string[]
  readonly shares: readonly number[]
  /** What contexts are told apart by. */
  readonly by?: readonly ContextPart[]
  /** Shares in contexts that have learnt by themselves (`contextOf`); everywhere else `shares` hold. */
  readonly contexts?: Readonly<Record<string, readonly number[]>>
  /** Arms taken out because they were proven to do harm; their share is 0. */
  readonly out?: readonly string[]
}

/** One campaign's overlay as the store has it, and as isolates pass it on: `weights` is JSON text of `Weights[]`. */
export interface OverlayRow {
  readonly campaign: string
  readonly paused: boolean
  readonly weights: string
  readonly admitted: number
}

/** All overlays, and the number of the last change to any of them; 0: there was none. */
export interface Overlay {
  readonly version: number
  readonly rows: readonly OverlayRow[]
}

export const NO_OVERLAY: Overlay = Object.freeze({ version: 0, rows: [] })

/** Versions that are kept: with one every six hours, a day of them. */
export const MAX_VERSIONS = 5
/** Contexts with weights of their own; all others go by those of all together. */
export const MAX_CONTEXTS = 64
/** How far from 1 shares may add up: they are written with four decimals. */
const SUM_TOLERANCE = 1e-6

type Ranges = CompiledCampaign['ranges']
const NOBODY = [0, 0] as const
type RangesAt = NonNullable<CompiledCampaign['rangesAt']>

/**
 * The release with its overlays. What cannot be used of a row (`broken` is told) is left out, and the rest of it holds: a
 * pause above all. Never throws.
 */
export function applyOverlay(
  release: CompiledRelease,
  { rows }: Overlay,
  broken: () => void,
): CompiledRelease {
  if (rows.length === 0) return release
  const known = new Map(release.campaigns.map((campaign) => [campaign.id, campaign]))
  const laid = new Map<CompiledCampaign, CompiledCampaign | null>()
  for (const row of rows) {
    const campaign = known.get(row.campaign)
    if (campaign !== undefined) laid.set(campaign, row.paused ? null : layOver(campaign, row, broken))
  }
  if (laid.size === 0) return release
  const { number, checksum, holdout, pageViewCap } = release
  return {
    number,
    checksum,
    holdout,
    ...(pageViewCap === undefined ? {} : { pageViewCap }),
    campaigns: release.campaigns.map((campaign) => laid.get(campaign) ?? campaign),
    plan: createPlanner(release, laid),
  }
}

/** Plans of the release, each laid over once; weak, so they go with the release's own. */
function createPlanner(
  release: CompiledRelease,
  laid: ReadonlyMap<CompiledCampaign, CompiledCampaign | null>,
): CompiledRelease['plan'] {
  const plans = new WeakMap<PagePlan, PagePlan>()
  const replace = (campaign: CompiledCampaign): readonly CompiledCampaign[] => {
    const found = laid.get(campaign)
    return found === null ? [] : [found ?? campaign]
  }
  return (url) => {
    const plan = release.plan(url)
    const ready = plans.get(plan)
    if (ready !== undefined) return ready
    const isTouched = plan.campaigns.some((campaign) => laid.has(campaign))
    const made = isTouched ? { ...plan, campaigns: plan.campaigns.flatMap(replace) } : plan
    plans.set(plan, made)
    return made
  }
}

/** The campaign's own parts, made on first use as before, beside what is laid over it. */
function layOver(base: CompiledCampaign, row: OverlayRow, broken: () => void): CompiledCampaign {
  const { admitted } = row
  const isShare = Number.isFinite(admitted) && admitted >= 0 && admitted <= 1
  const versions = tryWeights(row.weights)
  if (!isShare || versions === null) broken()
  const rangesAt = rangesOf(base, versions ?? [])
  return {
    id: base.id,
    source: base.source,
    get audience() {
      return base.audience
    },
    get variants() {
      return base.variants
    },
    get ranges() {
      return base.ranges
    },
    get reads() {
      return base.reads
    },
    get personal() {
      return base.personal
    },
    ...(isShare ? { admitted } : {}),
    ...(rangesAt === undefined ? {} : { rangesAt }),
  }
}

/**
 * The ranges of every version, or undefined where the release does not want them, or has other variants by now. An arm
 * that was taken out stays out also among others, until weights are made for those.
 */
function rangesOf({ source }: CompiledCampaign, versions: readonly Weights[]): RangesAt | undefined {
  if (source.allocation?.kind !== 'adaptive') return undefined
  const arms = source.variants.map(({ id }) => id)
  const out = versions.at(-1)?.out ?? []
  const own = versions.filter((weights) => sameArms(arms, weights.arms))
  if (own.length === 0 && arms.some((arm) => out.includes(arm))) {
    own.push({ from: 0, arms, shares: source.variants.map(({ weight }) => weight) })
  }
  const tables = own.map((weights) => tableOf(weights, source.coverage, out))
  const [oldest] = tables
  if (oldest === undefined) return undefined
  return (visitAt, attributes) => {
    const { pooled, by, contexts } = tables.findLast(({ from }) => from <= visitAt) ?? oldest
    if (contexts === undefined) return pooled
    return contexts.get(contextAt(by, visitAt, attributes, source.pages)) ?? pooled
  }
}

/** The very same variants, in the same order? */
export const sameArms = (arms: readonly string[], others: readonly string[]): boolean =>
  arms.length === others.length && arms.every((arm, index) => arm === others[index])

/** An arm that was taken `out` goes at once: who had it sees the page as it is until their visit ends. */
function tableOf(
  { from, arms, shares, by = [], contexts }: Weights,
  coverage: number,
  out: readonly string[],
) {
  const rangesFor = (own: readonly number[]): Ranges =>
    getBucketRange(own.length, coverage, own).map((range, index) =>
      out.includes(arms[index] as string) ? NOBODY : range,
    )
  const entries = Object.entries(contexts ?? {}).map(([key, own]) => [key, rangesFor(own)] as const)
  return {
    from,
    by,
    pooled: rangesFor(shares),
    contexts: entries.length === 0 ? undefined : new Map(entries),
  }
}

/** The versions that a row's text holds, oldest first; null for anything that is not one. */
export function tryWeights(text: string): readonly Weights[] | null {
  try {
    const versions = JSON.parse(text) as readonly Weights[]
    return Array.isArray(versions) && versions.every(isWeights)
      ? versions.toSorted((a, b) => a.from - b.from)
      : null
  } catch {
    return null
  }
}

function isWeights({ from, arms, shares, by = [], contexts = {} }: Weights): boolean {
  const isSplit = (own: readonly number[]): boolean =>
    own.length === arms.length && own.every((share) => share >= 0) && Math.abs(sum(own) - 1) <= SUM_TOLERANCE
  const all = Object.values(contexts)
  return (
    Number.isFinite(from) &&
    Array.isArray(by) &&
    all.length <= MAX_CONTEXTS &&
    [shares, ...all].every(isSplit)
  )
}

/**
 * The versions after this change, bounded. `from` lies ahead, so that every isolate knows of it before the first visit
 * goes by it; what is not yet in force is replaced. The first change keeps the weights that held before it.
 */
export function addWeights(
  versions: readonly Weights[],
  before: readonly number[],
  next: Weights,
): readonly Weights[] {
  const past = versions.filter(({ from, arms }) => from < next.from && sameArms(arms, next.arms))
  const start: readonly Weights[] = past.length === 0 ? [{ from: 0, arms: next.arms, shares: before }] : past
  return [...start, next].slice(-MAX_VERSIONS)
}
