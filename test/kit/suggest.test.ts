import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hint, suggest } from '../../src/kit/suggest.ts'

/** The distance by its definition. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const [restA, restB] = [a.slice(1), b.slice(1)]
  if (a[0] === b[0]) return distance(restA, restB)
  return 1 + Math.min(distance(restA, restB), distance(restA, b), distance(a, restB))
}

describe('suggest', () => {
  it('gives the first of the nearest words, and none that is too far away', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 8 }), (wrong, known) => {
        const most = Math.max(1, Math.floor(wrong.length * 0.4))
        const near = known
          .map((candidate) => ({ candidate, away: distance(wrong, candidate) }))
          .filter(({ away }) => away <= most)
          .sort((one, other) => one.away - other.away)
        expect(suggest(wrong, known)).toBe(near[0]?.candidate)
      }),
    )
  })

  it('is not particular about capitals', () => {
    expect(suggest('setattribute', ['remove', 'setAttribute'])).toBe('setAttribute')
    expect(hint('Prioritty', ['priority'])).toBe('; did you mean "priority"?')
  })

  it('looks at so many words, and at none that is much longer or shorter', () => {
    const reads = { count: 0 }
    const watched = (word: string): string =>
      Object.assign(Object(word), {
        toLowerCase() {
          reads.count++
          return word.toLowerCase()
        },
      })
    expect(
      suggest(
        'k',
        Array.from({ length: 10_000 }, () => watched('kkk')),
      ),
    ).toBeUndefined()
    expect(reads.count).toBe(0)
    expect(
      suggest(
        'kkkkkk',
        Array.from({ length: 10_000 }, () => watched('zzzzzz')),
      ),
    ).toBeUndefined()
    expect(reads.count).toBe(256)
    expect(suggest('k'.repeat(65), ['k'.repeat(65)])).toBeUndefined()
  })
})
