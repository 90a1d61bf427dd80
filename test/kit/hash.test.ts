import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash, hash64, hashFnv32a } from '../../src/kit/hash.ts'

const spec = JSON.parse(readFileSync(join(import.meta.dirname, '../spec/growthbook_bucketing.json'), 'utf8'))

describe('hash', () => {
  it.each(spec.hash as [string, string, number, number | null][])(
    '(%j, %j, %j) is %j',
    (seed, value, version, expected) => {
      expect(hash(seed, value, version)).toBe(expected)
    },
  )

  it('of version 2 is of the first hash written out, however many digits that has', () => {
    const digits = new Set<number>()
    for (let n = 0; n < 100_000; n++) {
      const first = String(hashFnv32a(String(n), hashFnv32a('seed')))
      digits.add(first.length)
      expect(hash('seed', String(n), 2)).toBe((hashFnv32a(first) % 10_000) / 10_000)
    }
    expect([...digits].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10])
  })
})

describe('hashFnv32a', () => {
  it('knows the published vectors of FNV-1a', () => {
    expect(['', 'a', 'foobar'].map((text) => hashFnv32a(text))).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
  })

  it('goes on where another text ended', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(fc.property(text, text, (a, b) => hashFnv32a(b, hashFnv32a(a)) === hashFnv32a(a + b)))
  })
})

describe('hash64', () => {
  it('is the same for ever', () => {
    expect(hash64('')).toBe('c95d41c0b3dd2a15')
    expect(hash64('#hero')).toBe('b042600481f49162')
  })

  it('gives 200,000 similar texts different keys, in either half too nearly so', () => {
    const keys = Array.from({ length: 200_000 }, (_, n) => hash64(`/p/${n}`))
    expect(new Set(keys).size).toBe(200_000)
    // Birthday bound of 32 bits: 4.7 collisions expected.
    for (const half of [0, 8]) {
      expect(new Set(keys.map((key) => key.slice(half, half + 8))).size).toBeGreaterThan(199_970)
    }
  })
})
