import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OfferLimit } from '../../src/campaign/model.ts'
import { nextAdmitted, PACING_RUN_MS, type Pace, type PacedBefore } from '../../src/measure/pacing.ts'

const RUNS_A_DAY = 96
const whole = (max: number) => fc.integer({ min: 0, max })
const limits: fc.Arbitrary<OfferLimit> = fc
  .record({ total: fc.option(whole(5_000)), day: fc.option(whole(1_000)) })
  .map(({ total, day }) => ({
    ...(total === null ? {} : { total }),
    ...(day === null ? { day: 7 } : { day }),
  }))
const before: fc.Arbitrary<PacedBefore> = fc.record({
  at: whole(10 * 86_400_000),
  promised: whole(6_000),
  admitted: fc.double({ min: 0, max: 1, noNaN: true }),
  count: fc.double({ min: 0, max: 1_000, noNaN: true }),
  runs: fc.double({ min: 0, max: 500, noNaN: true }),
  quiet: fc.constant(0),
})

describe('nextAdmitted', () => {
  it('is a share, and none where nothing is left, whatever was found', () => {
    fc.assert(
      fc.property(
        limits,
        whole(6_000),
        whole(1_200),
        fc.option(before),
        whole(RUNS_A_DAY),
        (limit, promised, today, past, runs) => {
          const now = (past?.at ?? 0) + runs * PACING_RUN_MS
          const next = nextAdmitted({ limit, promised, today, now, before: past ?? undefined })
          expect(next.admitted >= 0 && next.admitted <= 1).toBe(true)
          expect(Number.isFinite(next.count) && Number.isFinite(next.runs)).toBe(true)
          if (promised >= (limit.total ?? Infinity) || today >= (limit.day ?? Infinity))
            expect(next.admitted).toBe(0)
        },
      ),
    )
  })

  it('expects no more promises before the next look than are left, by what it has learnt', () => {
    fc.assert(
      fc.property(limits, whole(6_000), before, (limit, promised, past) => {
        const pace: Pace = { limit, promised, today: promised, now: past.at + PACING_RUN_MS, before: past }
        const { admitted, count, runs } = nextAdmitted(pace)
        const left = Math.min(limit.total ?? Infinity, limit.day ?? Infinity) - promised
        if (runs > 0) expect((admitted * count) / runs).toBeLessThanOrEqual(Math.max(0, left))
      }),
    )
  })

  it('starts with next to nobody, and learns nothing while nobody is admitted', () => {
    const first = nextAdmitted({ limit: { total: 100 }, promised: 0, today: 0, now: 0 })
    expect(first).toEqual({ count: 0, runs: 0, quiet: 0, admitted: 0.001 })
    const resting = { at: 0, promised: 5, admitted: 0, count: 5, runs: 2, quiet: 0 }
    const next = nextAdmitted({
      limit: { day: 5 },
      promised: 5,
      today: 5,
      now: PACING_RUN_MS,
      before: resting,
    })
    expect(next).toEqual({ count: 5, runs: 2, quiet: 0, admitted: 0 })
  })

  it('learns nothing of a time in which it rested: few took that for no demand', () => {
    let before: PacedBefore = { at: 0, promised: 200, admitted: 0.2, count: 60, runs: 0.6, quiet: 0 }
    const limit = { total: 500 }
    const learnt = (): number => before.count / before.runs
    for (let run = 1; run <= 200; run++) {
      const now = run * PACING_RUN_MS
      before = { ...nextAdmitted({ limit, promised: 200, today: 200, now, before }), at: now, promised: 200 }
    }
    expect(learnt()).toBeGreaterThan(80)
    expect(before.admitted).toBeLessThan(0.8)
  })

  it('learns of few who come that they are few', () => {
    let before: PacedBefore = { at: 0, promised: 200, admitted: 0.2, count: 60, runs: 0.6, quiet: 0 }
    let promised = 200
    for (let run = 1; run <= 200; run++) {
      const now = run * PACING_RUN_MS
      if (run % 4 === 0) promised += 1
      const limit = { total: 1_000 }
      before = { ...nextAdmitted({ limit, promised, today: promised, now, before }), at: now, promised }
    }
    expect(before.count / before.runs).toBeLessThan(3)
    expect(before.admitted).toBe(1)
  })

  it('learns of a few runs at most where it was away between two looks', () => {
    const before: PacedBefore = { at: 0, promised: 200, admitted: 0.2, count: 60, runs: 0.6, quiet: 0 }
    const week = 7 * RUNS_A_DAY * PACING_RUN_MS
    const next = nextAdmitted({ limit: { total: 500 }, promised: 203, today: 3, now: week, before })
    expect(next.runs).toBeLessThanOrEqual(1)
    expect(next.admitted).toBeLessThan(0.9)
  })

  it('gives a day’s offers out over the day', () => {
    const known = { at: 0, promised: 0, admitted: 0.01, count: 50, runs: 0.05, quiet: 0 }
    const at = (hour: number, today: number): number => {
      const now = hour * 3_600_000
      return nextAdmitted({
        limit: { day: 960 },
        promised: today,
        today,
        now,
        before: { ...known, at: now, promised: today },
      }).admitted
    }
    expect(at(6, 251)).toBe(0)
    expect(at(6, 245)).toBeGreaterThan(0)
    expect([at(12, 600), at(18, 600) > 0]).toEqual([0, true])
  })
})

/** A shop of `rate` first visits a run at noon's mean, with a day's rise and fall; who is turned away may come back. */
function promise(
  limit: OfferLimit,
  rate: number,
  random: () => number,
  { rush, rests }: { rush?: { at: number; by: number }; rests?: { from: number; to: number } } = {},
) {
  const comeBack = Array.from({ length: 2 * RUNS_A_DAY }, () => [] as number[])
  let [promised, today, before] = [0, 0, undefined as PacedBefore | undefined]
  const perDay: number[] = []
  for (const [run, returning] of comeBack.entries()) {
    const now = run * PACING_RUN_MS
    if (run % RUNS_A_DAY === 0) today = 0
    const next = nextAdmitted({ limit, promised, today, now, before })
    before = { ...next, at: now, promised }
    const mean = rate * (1 - 0.7 * Math.cos(((run - 12) / RUNS_A_DAY) * 2 * Math.PI))
    const count = poisson(mean * (rush?.at === run ? rush.by : 1), random)
    const isResting = rests !== undefined && run >= rests.from && run < rests.to
    for (const place of [...returning, ...Array.from({ length: count }, random)]) {
      if (!isResting && place < next.admitted) {
        promised++
        today++
      } else if (random() < 0.6) comeBack[run + 1 + Math.floor(random() ** 2 * RUNS_A_DAY)]?.push(place)
    }
    returning.length = 0
    if ((run + 1) % RUNS_A_DAY === 0) perDay.push(today)
  }
  return { promised, perDay }
}

function poisson(mean: number, random: () => number): number {
  if (mean < 30) {
    let count = -1
    for (let product = 1; product > Math.exp(-mean); product *= random()) count++
    return Math.max(0, count)
  }
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('a limited offer, paced', () => {
  const seeds = Array.from({ length: 25 }, (_, seed) => randomOf(seed + 1))

  it.each([
    [10, 3],
    [10, 100],
    [100, 3],
    [100, 300],
  ])('of %d is given out, and to three more at most, where %d come a run', (total, rate) => {
    const promised = seeds.map((random) => promise({ total }, rate, random).promised)
    expect(Math.max(...promised)).toBeLessThanOrEqual(total + 3)
    expect(promised.filter((count) => count > total).length).toBeLessThanOrEqual(seeds.length * 0.3)
    expect(promised.filter((count) => count >= 0.9 * total).length).toBeGreaterThanOrEqual(seeds.length * 0.9)
  })

  it('of 100 a day is given out every day', () => {
    const days = seeds.slice(0, 10).flatMap((random) => promise({ day: 100 }, 100, random).perDay)
    expect(Math.max(...days)).toBeLessThanOrEqual(103)
    expect(Math.min(...days)).toBeGreaterThanOrEqual(85)
  })

  it('stands a rush of four times as many, in whatever run', () => {
    for (const [at, random] of seeds.entries()) {
      const { promised } = promise({ total: 500 }, 100, random, { rush: { at: 2 * at, by: 4 } })
      expect(promised).toBeLessThanOrEqual(510)
    }
  })

  it('comes back from a rest of hours as it went, and is not made to everybody at once', () => {
    for (const [at, random] of seeds.entries()) {
      for (const from of [20, 40, 60]) {
        const rests = { from: from + at, to: from + at + 40 }
        const { promised } = promise({ total: 100 }, 100, random, { rests })
        expect(promised).toBeLessThanOrEqual(110)
      }
    }
  })
})
