import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { applyAll, combine, EMPTY_FACTS, emptyContribution, factsOf } from '../../src/profile/contribution.ts'
import { addCells, cellOf } from '../../src/profile/decay.ts'
import { formatFacts } from '../../src/profile/document.ts'
import type { Cell, Facts } from '../../src/profile/facts.ts'
import { addStores } from '../../src/profile/habit.ts'
import { joinWords, type Word } from '../../src/profile/latest.ts'
import { mergeContributions, uniteContributions } from '../../src/profile/merge.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { anyEvidence, NOW } from '../help/evidence.ts'

const events = fc.uniqueArray(anyEvidence, { selector: ({ id }) => id, minLength: 10, maxLength: 60 })
const total = (list: readonly Evidence[]): Facts => list.map(factsOf).reduce(combine, EMPTY_FACTS)
const facts = events.map(total)
const shuffled = <T>(list: fc.Arbitrary<T[]>) =>
  list.chain((items) =>
    fc.tuple(
      fc.constant(items),
      fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
    ),
  )

/** A list of parts adds up to one thing, however it is ordered and grouped. */
function expectSameInAnyOrder<T>(parts: fc.Arbitrary<T[]>, add: (a: T, b: T) => T, zero: T): void {
  fc.assert(
    fc.property(shuffled(parts), fc.nat(60), ([inOrder, otherwise], cut) => {
      const left = otherwise.slice(0, cut).reduce(add, zero)
      const right = otherwise.slice(cut).reduceRight((sum, part) => add(part, sum), zero)
      expect(add(left, right)).toEqual(inOrder.reduce(add, zero))
    }),
  )
}

describe('combine', () => {
  it('is associative and commutative, and nothing changes it', () => {
    fc.assert(
      fc.property(facts, facts, facts, (a, b, c) => {
        expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)))
        expect(combine(a, b)).toEqual(combine(b, a))
        expect(combine(a, EMPTY_FACTS)).toEqual(a)
      }),
    )
  })

  it('gives one text for one set of events, in every order and grouping', () => {
    fc.assert(
      fc.property(shuffled(events), fc.nat(60), ([inOrder, otherwise], cut) => {
        const oneByOne = otherwise.reduce((now, one) => applyAll(now, [one]), emptyContribution('v')).facts
        const inTwo = applyAll(
          applyAll(emptyContribution('v'), inOrder.slice(cut)),
          inOrder.slice(0, cut),
        ).facts
        expect(formatFacts(oneByOne)).toBe(formatFacts(total(inOrder)))
        expect(formatFacts(inTwo)).toBe(formatFacts(total(inOrder)))
      }),
    )
  })

  it('stays within 32 KB for a visitor who touches everything', () => {
    const list = Array.from({ length: 4_000 }, (_, n): Evidence => {
      const at = NOW - (n % 27) * DAY_MS
      const fields = {
        brand: `brand of number ${n % 900}`.padEnd(48, 'x'),
        category: `category-${n % 3_000}`.padEnd(48, 'x'),
      }
      const kind = n % 3 === 0 ? 'follow' : n % 3 === 1 ? 'visit' : 'store_visit'
      return { id: `e${n}`, kind, at, ...fields, store: `store-${n % 50}`, cell: 'fri.evening' }
    })
    expect(formatFacts(total(list)).length).toBeLessThan(32_768)
  })
})

describe('addCells', () => {
  const bounds = { periods: 3, cells: 6 }
  const cells = fc.array(
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'),
        fc.integer({ min: -6, max: 8 }),
        fc.nat(200),
      )
      .map(([key, strength, daysAgo]): readonly Cell<string>[] => [
        cellOf(key, strength, NOW - daysAgo * DAY_MS),
      ]),
    { minLength: 20, maxLength: 60 },
  )

  it('forgets the same cells in any order, although it forgets at every step', () => {
    expectSameInAnyOrder(cells, (a, b) => addCells(a, b, bounds), [] as readonly Cell<string>[])
  })

  it('keeps the latest periods and no more cells than its bound', () => {
    fc.assert(
      fc.property(cells, (parts) => {
        const kept = parts.reduce((a, b) => addCells(a, b, bounds), [])
        expect(kept.length).toBeLessThanOrEqual(bounds.cells)
        const latest = Math.max(...parts.map(([cell]) => cell?.[0] ?? 0))
        expect(kept.every(([period]) => period > latest - bounds.periods)).toBe(true)
      }),
    )
  })
})

describe('addStores', () => {
  const visits = fc.array(
    fc.tuple(fc.nat(60), fc.nat(9)).map(([day, store]): Facts['stores'] => [[20_000 + day, `s${store}`]]),
    { minLength: 100, maxLength: 300 },
  )

  it('keeps the same days in any order', () => {
    expectSameInAnyOrder(visits, addStores, [] as Facts['stores'])
  })
})

describe('joinWords', () => {
  const words = fc.array(
    fc
      .tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.nat(1), fc.nat(20), fc.constantFrom('x', 'y'))
      .map((word): readonly Word<string, number>[] => [word]),
    { minLength: 10, maxLength: 40 },
  )
  const join = (a: readonly Word<string, number>[], b: readonly Word<string, number>[]) => joinWords(a, b, 3)

  it('lets the same word be the last in any order, although it forgets at every step', () => {
    expectSameInAnyOrder(words, join, [] as readonly Word<string, number>[])
  })

  it('is idempotent: the same words again change nothing', () => {
    fc.assert(
      fc.property(words, (parts) => {
        const all = parts.reduce(join, [])
        expect(parts.reduce(join, all)).toEqual(all)
      }),
    )
  })
})

describe('mergeContributions', () => {
  const contribution = fc
    .tuple(fc.constantFrom('ana', 'rui', 'eva'), fc.boolean(), events)
    .map(([visitor, linked, list]) => ({ visitor, linked, facts: total(list) }))
  const people = fc.array(contribution, { maxLength: 4 })

  it('is a union of ids: associative, commutative and idempotent', () => {
    fc.assert(
      fc.property(people, people, people, (a, b, c) => {
        const merged = mergeContributions([...a, ...b, ...c])
        expect(mergeContributions([...c, ...a, ...b])).toEqual(merged)
        expect(mergeContributions(uniteContributions(uniteContributions(a, b), c))).toEqual(merged)
        expect(mergeContributions(uniteContributions(a, uniteContributions(c, b)))).toEqual(merged)
        expect(mergeContributions([...a, ...b, ...c, ...a, ...b])).toEqual(merged)
      }),
    )
  })

  it('leaves what it merges as it was, so that a merge can be undone', () => {
    fc.assert(
      fc.property(contribution, contribution, (a, b) => {
        const before = structuredClone([a, b])
        mergeContributions([a, b])
        expect([a, b]).toEqual(before)
      }),
    )
  })
})
