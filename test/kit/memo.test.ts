import { describe, expect, it } from 'vitest'
import { memo } from '../../src/kit/memo.ts'

function counting(limit: number) {
  const computed: number[] = []
  const double = memo<number, number>(limit, (key) => {
    computed.push(key)
    return key * 2
  })
  return { computed, double }
}

describe('memo', () => {
  it('computes a key once', () => {
    const { computed, double } = counting(4)
    expect([double(1), double(2), double(1)]).toEqual([2, 4, 2])
    expect(computed).toEqual([1, 2])
  })

  it('keeps what is asked for again, and forgets the rest', () => {
    const { computed, double } = counting(4)
    for (let key = 0; key < 100; key++) {
      double(key)
      double(-1)
    }
    expect(computed.filter((key) => key === -1)).toHaveLength(1)
    double(0)
    expect(computed.filter((key) => key === 0)).toHaveLength(2)
  })
})
