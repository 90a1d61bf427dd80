import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idsApart } from '../../src/cli/apart.ts'

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

describe('idsApart', () => {
  it('finds every id that comes again after another', async () => {
    expect(await idsApart(each(['a', 'a', 'b', 'a', undefined, 'c', 'c', 'b']))).toEqual(new Set(['a', 'b']))
    expect(await idsApart(each(['a', undefined, 'a']))).toEqual(new Set(['a']))
  })

  it('misses none, whatever their order', async () => {
    const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd', undefined), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(ids, async (list) => {
        const again = list.filter(
          (id, at) => id !== undefined && list[at - 1] !== id && list.slice(0, at).includes(id),
        )
        expect(await idsApart(each(list))).toEqual(new Set(again))
      }),
      { numRuns: 30 },
    )
  })

  it('gives up on more than it may hold', async () => {
    const ids = Array.from({ length: 100_001 }, (_, n) => `o${n}`)
    expect(await idsApart(each([...ids, ...ids]))).toBeNull()
  })
})
