/**
 * Adaptive allocation against a split that never changes: `npx node test/bench/allocation.ts` (`--visitors N`, `--seeds N`).
 * Five arms, one 20 % better; 28 days; weights by what is known every six hours; conversions take days to arrive; what
 * a visitor is worth changes with the weekday and over the weeks, as it does in shops.
 *
 * Regret is what was lost because not everybody had the best arm, in expected conversions of those assigned. Of weights
 * with a floor a part is the price of going on learning: with five arms and 5 % each a quarter of the equal split's.
 */
import { parseArgs } from 'node:util'
import { nextWeights } from '../../src/measure/allocate.ts'
import type { Cell } from '../../src/measure/model.ts'
import { binomial, seeded } from '../help/sampling.ts'

const { values } = parseArgs({
  options: {
    /** New visitors a day of the row that the bar is held to. */
    visitors: { type: 'string', default: '10000' },
    seeds: { type: 'string', default: '100' },
  },
})

const DAYS = 28
const RUNS_A_DAY = 4
const WINDOW_DAYS = 14
/** Half of all conversions come after the first day. */
const MEAN_DELAY_DAYS = 1.5
const CONVERSION = 0.03
const LIFT = 0.2
const ARMS = ['a', 'b', 'c', 'd', 'e']
const WEEKDAY = [1, 0.95, 0.95, 1, 1.1, 1.3, 1.25]
const TRAFFIC = [1, 1, 1, 1, 1.2, 1.5, 1.3]
/** Parts of the day: share of traffic, and of the usual conversion. */
const PART = [
  [0.08, 0.7],
  [0.27, 1],
  [0.35, 0.95],
  [0.3, 1.2],
] as const

interface World {
  /** Contexts: share of visitors, usual conversion, and what each arm multiplies it by. */
  readonly contexts: readonly {
    readonly name: string
    readonly share: number
    readonly rate: number
    readonly arms: readonly number[]
  }[]
  /** New visitors on an ordinary day. */
  readonly visitors: number
}

const better = (best: number): readonly number[] => ARMS.map((_, arm) => (arm === best ? 1 + LIFT : 1))

/** What everybody is told of the day: the same for all arms. */
const seasonOf = (day: number, part: number): number =>
  (WEEKDAY[day % 7] as number) * (PART[part]?.[1] ?? 1) * (1 + 0.3 * Math.sin(day / 4))

type Policy = 'adaptive' | 'contextual' | 'equal'

interface Outcome {
  readonly regret: number
  readonly conversions: number
  /** Of the last week's visitors, those who had the best arm of their context. */
  readonly served: number
}

/** One shop over four weeks; regret in conversions. */
function simulate(world: World, policy: Policy, seed: number): Outcome {
  const random = seeded(seed)
  const arrivals: { at: number; cell: { y: number; yy: number } }[] = []
  const cells = new Map<string, Cell & { n: number; y: number; yy: number }>()
  const cellOf = (day: number, arm: string, segment: string) => {
    const key = `${segment} ${day} ${arm}`
    const known = cells.get(key)
    if (known !== undefined) return known
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
    const made = { campaign: 'x', day: date, arm, segment, metric: 'conversion' as const }
    const cell = { ...made, n: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 }
    cells.set(key, cell)
    return cell
  }
  const campaign = {
    variants: ARMS.map((id) => ({ id, weight: 1 / ARMS.length, edits: [] })),
    objective: { metric: 'conversion' as const },
    allocation: {
      kind: 'adaptive' as const,
      ...(policy === 'contextual' ? { by: ['device' as const] } : {}),
    },
  }
  const equal = ARMS.map(() => 1 / ARMS.length)
  let weights = nextWeights(campaign, [], 0, [], random)
  let [regret, conversions, served, late] = [0, 0, 0, 0]
  for (let run = 0; run < DAYS * RUNS_A_DAY; run++) {
    const day = Math.floor(run / RUNS_A_DAY)
    const now = run / RUNS_A_DAY
    const part = run % RUNS_A_DAY
    for (const context of world.contexts) {
      const segment = policy === 'contextual' ? `context:${context.name}` : 'all'
      const shares = policy === 'equal' ? equal : (weights.contexts?.[context.name] ?? weights.shares)
      const expected = world.visitors * (TRAFFIC[day % 7] as number) * (PART[part]?.[0] ?? 0) * context.share
      const best = Math.max(...context.arms)
      for (const [arm, id] of ARMS.entries()) {
        const n = poisson(expected * (shares[arm] ?? 0), random)
        const rate = context.rate * seasonOf(day, part)
        const chance = rate * (context.arms[arm] ?? 1)
        regret += n * (rate * best - chance)
        conversions += n * chance
        if (day >= DAYS - 7) {
          late += n
          if (context.arms[arm] === best) served += n
        }
        const cell = cellOf(day, id, segment)
        cell.n += n
        for (let left = binomial(n, chance, random); left > 0; left--) {
          const delay = -MEAN_DELAY_DAYS * Math.log(1 - random())
          const start = now + random() / RUNS_A_DAY
          if (delay < WINDOW_DAYS) arrivals.push({ at: start + delay, cell })
        }
      }
    }
    const until = now + 1 / RUNS_A_DAY
    for (let index = arrivals.length - 1; index >= 0; index--) {
      const arrival = arrivals[index] as (typeof arrivals)[number]
      if (arrival.at > until) continue
      arrival.cell.y += 1
      arrival.cell.yy += 1
      arrivals[index] = arrivals.at(-1) as (typeof arrivals)[number]
      arrivals.pop()
    }
    if (policy !== 'equal') weights = nextWeights(campaign, [...cells.values()], 0, [], random)
  }
  return { regret, conversions, served: served / late }
}

/** Knuth's, and beyond it the normal distribution. */
function poisson(mean: number, random: () => number): number {
  if (mean > 50) {
    const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z))
  }
  const least = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > least; product *= random()) count++
  return count
}

const one = (visitors: number, best: number): World => ({
  visitors,
  contexts: [{ name: 'all', share: 1, rate: CONVERSION, arms: better(best) }],
})
const devices = (visitors: number): World => ({
  visitors,
  contexts: [
    { name: 'mobile', share: 0.6, rate: 0.02, arms: better(1) },
    { name: 'desktop', share: 0.35, rate: 0.045, arms: better(3) },
    { name: 'tablet', share: 0.05, rate: 0.03, arms: better(1) },
  ],
})

/** Regret against the equal split's, seed by seed. */
function compare(worldOf: (seed: number) => World, policy: Policy, seeds: number) {
  const runs = Array.from({ length: seeds }, (_, index) => {
    const seed = index + 1
    const world = worldOf(seed)
    const own = simulate(world, policy, seed)
    return { ...own, ratio: own.regret / simulate(world, 'equal', seed + 1_000_000).regret }
  })
  const ratios = runs.map(({ ratio }) => ratio).sort((a, b) => a - b)
  const mean = (of: (run: Outcome) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length
  return {
    median: ratios[Math.floor(ratios.length / 2)] ?? Number.NaN,
    p95: ratios[Math.ceil(ratios.length * 0.95) - 1] ?? Number.NaN,
    held: ratios.filter((ratio) => ratio <= 0.5).length,
    lost: mean(({ regret, conversions }) => regret / (regret + conversions)),
    served: mean(({ served }) => served),
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function report(name: string, worldOf: (seed: number) => World, policy: Policy, seeds = FEW_SEEDS): number {
  const { median, p95, held, lost, served } = compare(worldOf, policy, seeds)
  console.log(
    `${name.padEnd(34)} ${median.toFixed(3).padStart(7)} ${p95.toFixed(3).padStart(7)} ` +
      `${`${held}/${seeds}`.padStart(9)} ${percent(lost).padStart(9)} ${percent(served).padStart(11)}`,
  )
  return held / seeds
}

const BAR = 0.95
const FEW_SEEDS = 20
const visitors = Number(values.visitors)
const adaptive = (size: number, seeds?: number): number =>
  report(`adaptive, ${size} visitors a day`, (seed) => one(size, seed % ARMS.length), 'adaptive', seeds)

const started = performance.now()
console.log(`${''.padEnd(34)} regret / equal split   <= 0.5     lost to   last week on`)
console.log(`${''.padEnd(34)}  median     p95      of seeds  best arm       best arm`)
for (const size of [visitors / 4, visitors / 2, visitors * 2]) adaptive(size)
const held = adaptive(visitors, Number(values.seeds))
for (const policy of ['equal', 'adaptive', 'contextual'] as const) {
  report(`contexts differ, ${policy}`, () => devices(visitors * 2), policy)
}
const verdict = held >= BAR ? 'held' : 'MISSED'
console.log(
  `bar, ${visitors} visitors a day: regret <= 0.5 of the equal split's in >= 95 % of seeds: ${verdict}`,
)
console.log(`took ${((performance.now() - started) / 1_000).toFixed(0)} s`)
process.exitCode = held >= BAR ? 0 : 1
