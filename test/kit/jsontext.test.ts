import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locate, MAX_JSON_DEPTH, type Offsets, placeOf, scanJson } from '../../src/kit/jsontext.ts'

const codes = (text: string): readonly string[] => scanJson(text).map((fault) => fault.code)
const offsetsOf = (text: string): Offsets => {
  const offsets: Offsets = new Map()
  scanJson(text, offsets)
  return offsets
}

describe('scanJson', () => {
  it('accepts exactly what JSON.parse accepts', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '\\', '0', '\n', '\u0001', 'x'))
      .map(
        ([text, at, char]) =>
          text.slice(0, at % (text.length + 1)) + char + text.slice((at % (text.length + 1)) + 1),
      )
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        let parses = true
        try {
          JSON.parse(text)
        } catch {
          parses = false
        }
        expect(codes(text).some((code) => code === 'json')).toBe(!parses)
      }),
      { numRuns: 2_000 },
    )
  })

  it('finds every member and item at the place where it is written', () => {
    const text = '{\n  "a": [1, {"b/c": true}]\n}'
    const offsets = offsetsOf(text)
    expect([...offsets.keys()]).toEqual(['', '/a', '/a/0', '/a/1', '/a/1/b~1c'])
    expect(placeOf(text, locate(offsets, '/a/1/b~1c'))).toEqual({ line: 2, column: 13 })
  })

  it('names line and column of a syntax error', () => {
    expect(scanJson('{\n  "a": 1,\n}')).toEqual([
      {
        path: '',
        code: 'json',
        message: 'not JSON: expected a key in double quotes, found "}" (line 3, column 1)',
      },
    ])
  })

  it('reports a key that comes twice and reads on', () => {
    expect(scanJson('{"a": {"b": 1, "b": 2}, "c": 1, "c": 2}').map((fault) => fault.path)).toEqual([
      '/a/b',
      '/c',
    ])
  })

  it('refuses a document too deep to walk, without overflowing itself', () => {
    expect(codes('['.repeat(500_000))).toEqual(['too_deep'])
    expect(codes(`${'['.repeat(MAX_JSON_DEPTH)}${']'.repeat(MAX_JSON_DEPTH)}`)).toEqual([])
  })
})

describe('scanJson on a hostile text of 64 KB', () => {
  it('keeps no pointer of all the items under one long key, which took an isolate minutes', () => {
    const text = `{"${'k'.repeat(20_000)}":[${'0,'.repeat(22_000)}`
    expect(scanJson(text)).toMatchObject([{ code: 'json' }])
  })

  it('names some of ten thousand keys that came twice, so that neither time nor answer grows with their number', () => {
    const twice = scanJson(`{${'"":0,\n'.repeat(10_000)}"":0}`)
    expect(twice.length).toBe(32)
    expect(new Set(twice.map(({ code }) => code))).toEqual(new Set(['duplicate_key']))
    // What makes it no JSON is said all the same.
    expect(codes(`{${'"":0,\n'.repeat(10_000)}`).at(-1)).toBe('json')
  })
})

describe('locate', () => {
  it('falls back to the nearest ancestor that is written', () => {
    const offsets = offsetsOf('{"campaigns": [{"id": "hero"}]}')
    expect(locate(offsets, '/campaigns/0/variants/3/weight')).toBe(offsets.get('/campaigns/0'))
  })
})
