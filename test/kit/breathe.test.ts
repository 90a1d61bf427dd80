import { describe, expect, it } from 'vitest'
import { mapBreathing } from '../../src/kit/breathe.ts'

describe('mapBreathing', () => {
  it('gives what the work gives, in order', async () => {
    const list = Array.from({ length: 250 }, (_, n) => n)
    expect(await mapBreathing(list, 100, (n) => n * 2)).toEqual(list.map((n) => n * 2))
  })

  it('lets others have their turn before it has ended', async () => {
    const order: string[] = []
    setTimeout(() => order.push('page'), 0)
    await mapBreathing(
      Array.from({ length: 201 }, (_, n) => n),
      100,
      (n) => {
        if (n === 200) order.push('batch')
      },
    )
    expect(order).toEqual(['page', 'batch'])
  })

  it('ends with what the work throws', async () => {
    const work = (): void => {
      throw new RangeError('no')
    }
    await expect(mapBreathing([1], 1, work)).rejects.toThrow(RangeError)
  })
})
