import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, checksumOf, stepBack } from '../../src/campaign/release.ts'

/** The same value with the members of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

describe('canonicalJson', () => {
  it('says the same whatever the order of members', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(reversed(value)) === canonicalJson(value)))
  })

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(canonicalJson(JSON.parse(text)))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keeps the order of lists, leaves out absent members, and keeps odd keys', () => {
    expect(canonicalJson({ b: [2, 1], a: undefined, A: null })).toBe('{"A":null,"b":[2,1]}')
    expect(canonicalJson(JSON.parse('{"__proto__": {"x": 1}}'))).toBe('{"__proto__":{"x":1}}')
  })
})

describe('checksumOf', () => {
  it('is SHA-256 over UTF-8 in base64url', async () => {
    const text = 'Olá 😀'
    expect(await checksumOf(text)).toBe(createHash('sha256').update(text).digest('base64url'))
  })
})

describe('stepBack', () => {
  const history = (...acts: readonly (readonly [string, number])[]) =>
    acts.map(([action, subject], index) => ({
      id: index + 1,
      action: `release.${action}`,
      subject: String(subject),
    }))

  it('leads to what the live release replaced', () => {
    expect(stepBack(history(['publish', 1], ['publish', 2]))).toEqual({ from: 2, to: 1, seen: 2 })
  })

  it('leads nowhere from the first release, or from none', () => {
    expect(stepBack([])).toBeNull()
    expect(stepBack(history(['publish', 1]))).toBeNull()
    expect(stepBack(history(['publish', 1], ['publish', 2], ['rollback', 1]))).toBeNull()
  })

  it('makes do with a history whose beginning is gone', () => {
    expect(stepBack(history(['rollback', 4], ['publish', 6], ['activate', 5]))).toMatchObject({
      from: 5,
      to: 6,
    })
  })
})
