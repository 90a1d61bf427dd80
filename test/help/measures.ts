/**
 * Measures for tests, and what they must come to: every cell worked out from scratch, by the definitions and in the
 * slowest way, from all that was ever told of everybody.
 */
import fc from 'fast-check'
import { DAY_MS, HOUR_MS } from '../../src/kit/time.ts'
import {
  EVERYTHING,
  type Exposure,
  OUTCOME_KINDS,
  type Outcome,
  type OutcomeKind,
  type VisitorMeasures,
} from '../../src/measure/model.ts'

/** 2026-05-28, a Thursday. */
export const NOW = 1_780_000_000_000

let made = 0

export const exposure = (more: Partial<Exposure> = {}): Exposure => ({
  campaign: 'hero',
  arm: 'a',
  at: NOW,
  release: 1,
  windowDays: 14,
  segments: { device: 'mobile' },
  ...more,
})

/** Of a fresh id, `days` after `NOW`. */
export const outcome = (kind: OutcomeKind, days = 0, more: Partial<Outcome> = {}): Outcome => ({
  id: `o${++made}`,
  kind,
  at: NOW + days * DAY_MS,
  ...more,
})

/** Most are first exposed here, 40 days ago, so that laws find what lies on the edges of its windows. */
const HUB = NOW - 40 * DAY_MS
const EDGES = [-28 * 24, -24, -1, 0, 1, 24, 7 * 24, 14 * 24, 28 * 24, 35 * 24].map(
  (hours) => HUB + hours * HOUR_MS,
)
const within = (days: number) =>
  fc.integer({ min: 1 - days * 24, max: 0 }).map((hours) => NOW + hours * HOUR_MS)
const exposedAt = fc.oneof(fc.constantFrom(HUB, HUB, HUB - HOUR_MS, HUB + DAY_MS), within(62))
const at = fc.oneof(fc.constantFrom(...EDGES), within(90))
const campaign = fc.constantFrom('hero', 'ship', EVERYTHING)

const anyExposure: fc.Arbitrary<Exposure> = fc
  .record({
    campaign,
    arm: fc.constantFrom('a', 'b', 'control'),
    at: exposedAt,
    release: fc.constantFrom(1, 2),
    windowDays: fc.constantFrom(1, 14, 28),
    device: fc.constantFrom('mobile', 'desktop'),
    costly: fc.boolean(),
    split: fc.option(fc.constantFrom('a=0.5,b=0.5', 'a=0.3333,b=0.6667', 'a=1'), { nil: undefined }),
  })
  .map(({ device, costly, split, ...rest }) => ({
    ...rest,
    segments: { device, country: 'PT' },
    ...(split === undefined ? {} : { split }),
    ...(costly && rest.arm !== 'control' ? { cost: { exposure: 5, order: 120 } } : {}),
  }))

const anyOutcome: fc.Arbitrary<Outcome> = fc
  .record({
    id: fc.nat().map((n) => `id-${n}`),
    kind: fc.constantFrom(...OUTCOME_KINDS),
    at,
    value: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
    margin: fc.option(fc.integer({ min: -900, max: 20_000 }), { nil: undefined }),
    campaign: fc.option(campaign, { nil: undefined }),
  })
  .map(({ value, margin, campaign: about, ...rest }) => ({
    ...rest,
    ...(value === undefined ? {} : { value }),
    ...(margin === undefined ? {} : { margin }),
    ...(about === undefined || !/not_relevant|too_personal/.test(rest.kind) ? {} : { campaign: about }),
  }))

/** What one visitor did: single facts, each a measure of its own, so that they can be told in any order. */
const anyFact = fc.oneof(
  { weight: 3, arbitrary: anyExposure.map((each) => ({ exposures: [each] })) },
  { weight: 6, arbitrary: anyOutcome.map((each) => ({ outcomes: [each] })) },
  { weight: 1, arbitrary: fc.record({ campaign, at }).map((each) => ({ sightings: [each] })) },
)

/** Facts about a few visitors; no id is told with two meanings. */
export const anyFacts: fc.Arbitrary<readonly VisitorMeasures[]> = fc
  .array(fc.tuple(fc.constantFrom('ana', 'rui', 'eva'), anyFact), { maxLength: 30 })
  .map((facts) => {
    const ids = new Set<string>()
    return facts.flatMap(([visitor, fact]): VisitorMeasures[] => {
      const id = `${visitor} ${'outcomes' in fact ? fact.outcomes[0]?.id : `#${ids.size}`}`
      if (ids.has(id)) return []
      ids.add(id)
      return [{ visitor, ...fact }]
    })
  })

/** The same facts once more or not, in any order, cut into batches anywhere. */
export const tellings = (facts: readonly VisitorMeasures[]): fc.Arbitrary<readonly VisitorMeasures[][]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...facts], { minLength: facts.length }),
      fc.shuffledSubarray([...facts]),
      fc.infiniteStream(fc.boolean()),
    )
    .map(([once, again, cuts]) => {
      const batches: VisitorMeasures[][] = [[]]
      for (const fact of [...once, ...again]) {
        if (cuts.next().value === true) batches.push([])
        batches.at(-1)?.push(fact)
      }
      return batches
    })

/** `campaign|segment|day|arm|metric` → [n, y, yy, x, xx, xy]; cells of zeros are left out. */
export type Table = Readonly<Record<string, readonly number[]>>

export function recompute(facts: readonly VisitorMeasures[]): Table {
  const table: Record<string, number[]> = {}
  const add = (key: string, sums: readonly number[]): void => {
    table[key] = (table[key] ?? [0, 0, 0, 0, 0, 0]).map((sum, index) => sum + (sums[index] as number))
  }
  for (const visitor of new Set(facts.map((fact) => fact.visitor))) {
    const own = facts.filter((fact) => fact.visitor === visitor)
    const outcomes = own.flatMap((fact) => fact.outcomes ?? [])
    const exposures = own.flatMap((fact) => fact.exposures ?? [])
    const sightings = own.flatMap((fact) => fact.sightings ?? [])
    const metBy = Map.groupBy(exposures, (each) => each.campaign)
    const firsts = [...metBy.values()].map(firstOf)
    for (const [name, met] of metBy) {
      const first = firstOf(met)
      const day = new Date(first.at).toISOString().slice(0, 10)
      const isSeen = sightings.some((each) => each.campaign === name && each.at >= first.at - DAY_MS)
      const counts = [
        'exposed',
        ...(isSeen ? ['seen'] : []),
        ...(new Set(met.map(({ arm }) => arm)).size > 1 ? ['crossed'] : []),
      ]
      const count = (segment: string, metric: string): void =>
        add(`${name}|${segment}|${day}|${first.arm}|${metric}`, [1, 0, 0, 0, 0, 0])
      for (const segment of [
        'all',
        ...Object.entries(first.segments).map(([name, value]) => `${name}:${value}`),
      ]) {
        for (const each of counts) count(segment, each)
        if (hasUnknownMargin(first, outcomes)) count(segment, 'unknown_margin')
        for (const [metric, [y, x]] of Object.entries(numbers(first, outcomes, firsts)))
          add(`${name}|${segment}|${day}|${first.arm}|${metric}`, [0, y, y * y, x, x * x, x * y])
      }
      for (const each of counts.filter((metric) => metric !== 'crossed'))
        count(`release:${first.release}`, each)
      if (first.split !== undefined) count('split:drawn', 'exposed')
      for (const part of first.split?.split(',') ?? []) {
        const [arm, share] = part.split('=')
        add(`${name}|split:meant|${day}|${arm}|exposed`, [Number(share) * 10_000, 0, 0, 0, 0, 0])
      }
    }
  }
  return Object.fromEntries(Object.entries(table).filter(([, sums]) => sums.some((sum) => sum !== 0)))
}

/** Of several at the same moment, the one that is written first in an alphabet. */
function firstOf(met: readonly Exposure[]): Exposure {
  const text = ({
    campaign,
    arm,
    at,
    release,
    windowDays,
    segments: { device, country },
    split,
    cost,
  }: Exposure) =>
    JSON.stringify({ campaign, arm, at, release, windowDays, segments: { device, country }, split, cost })
  const earliest = Math.min(...met.map((each) => each.at))
  return met
    .filter((each) => each.at === earliest)
    .toSorted((a, b) => (text(a) < text(b) ? -1 : 1))[0] as Exposure
}

const isPurchase = ({ kind }: Outcome): boolean => kind === 'purchase' || kind === 'store_purchase'
const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0)

const between = (outcomes: readonly Outcome[], from: number, to: number): readonly Outcome[] =>
  outcomes.filter((each) => each.at >= from && each.at < to)
const during = (first: Exposure, outcomes: readonly Outcome[]) =>
  between(outcomes, first.at, first.at + first.windowDays * DAY_MS)

const hasUnknownMargin = (first: Exposure, outcomes: readonly Outcome[]): boolean =>
  during(first, outcomes).some((each) => isPurchase(each) && each.margin === undefined)

function numbers(
  first: Exposure,
  outcomes: readonly Outcome[],
  firsts: readonly Exposure[],
): Record<string, readonly [number, number]> {
  const inWindow = during(first, outcomes)
  const before = between(outcomes, first.at - 28 * DAY_MS, first.at)
  const orders = (list: readonly Outcome[]) => list.filter(isPurchase)
  const inStore = (list: readonly Outcome[]) => list.filter(({ kind }) => kind === 'store_purchase')
  const has = (list: readonly Outcome[], ...kinds: readonly OutcomeKind[]): number =>
    list.some(({ kind }) => kinds.includes(kind)) ? 1 : 0
  const worth = (list: readonly Outcome[]): number => sum(list.map(({ value = 0 }) => value))
  const margins = (list: readonly Outcome[]): number => sum(list.map(({ margin = 0 }) => margin))
  const count = (list: readonly Outcome[], ...kinds: readonly OutcomeKind[]): number =>
    list.filter(({ kind }) => kinds.includes(kind)).length
  const back = (day: number): number =>
    has(between(outcomes, first.at + day * DAY_MS, first.at + (day + 7) * DAY_MS), 'visit', 'store_visit')
  const complaint = (kind: OutcomeKind): number =>
    inWindow.some(
      (each) =>
        each.kind === kind &&
        (each.campaign === undefined || first.campaign === EVERYTHING || each.campaign === first.campaign),
    )
      ? 1
      : 0
  const paying = first.campaign === EVERYTHING ? firsts : [first]
  const cost = sum(
    paying.map((each) => {
      const isMetInWindow = each.at >= first.at && each.at < first.at + first.windowDays * DAY_MS
      const both = orders(inWindow).filter((order) => during(each, outcomes).includes(order))
      return (isMetInWindow ? (each.cost?.exposure ?? 0) : 0) + (each.cost?.order ?? 0) * both.length
    }),
  )
  const cameBefore = has(before, 'visit', 'store_visit')
  return {
    conversion: [has(inWindow, 'purchase', 'store_purchase'), has(before, 'purchase', 'store_purchase')],
    orders: [orders(inWindow).length, orders(before).length],
    revenue: [worth(orders(inWindow)), worth(orders(before))],
    margin: [margins(orders(inWindow)) - cost, margins(orders(before))],
    average_order: [worth(orders(inWindow)), orders(inWindow).length],
    add_to_cart: [has(inWindow, 'add_to_cart'), has(before, 'add_to_cart')],
    engagement: [count(inWindow, 'engaged'), count(before, 'engaged')],
    retention_7: [back(7), cameBefore],
    retention_28: [back(28), cameBefore],
    store_conversion: [has(inWindow, 'store_purchase'), has(before, 'store_purchase')],
    store_revenue: [worth(inStore(inWindow)), worth(inStore(before))],
    opt_out: [complaint('opt_out'), 0],
    erasure: [complaint('erasure'), 0],
    withdrawal: [complaint('withdrawal'), 0],
    not_relevant: [complaint('not_relevant'), 0],
    too_personal: [complaint('too_personal'), 0],
    bounce: [bounced(first.at, outcomes), 0],
  }
}

function bounced(start: number, outcomes: readonly Outcome[]): number {
  const visits = outcomes.filter(({ kind }) => kind === 'visit').map(({ at: moment }) => moment)
  const begun = visits.filter((each) => each <= start && each > start - DAY_MS).toSorted((a, b) => b - a)[0]
  const next = visits.filter((each) => each > start).toSorted((a, b) => a - b)[0]
  const from = begun ?? start - HOUR_MS / 2
  const until = Math.min(next ?? Number.POSITIVE_INFINITY, start + DAY_MS)
  return between(outcomes, from, until).some(({ kind }) => kind === 'engaged') ? 0 : 1
}
