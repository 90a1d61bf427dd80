import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locate, MAX_JSON_DEPTH, placeOf, scanJson } from '../../src/kit/jsontext.ts'

const codes = (text: string): readonly string[] => scanJson(text).faults.map((fault) => fault.code)

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
    const scan = scanJson(text)
    expect([...scan.offsets.keys()]).toEqual(['', '/a', '/a/0', '/a/1', '/a/1/b~1c'])
    expect(placeOf(text, locate(scan, '/a/1/b~1c'))).toEqual({ line: 2, column: 13 })
  })

  it('names line and column of a syntax error', () => {
    expect(scanJson('{\n  "a": 1,\n}').faults).toEqual([
      {
        path: '',
        code: 'json',
        message: 'not JSON: expected a key in double quotes, found "}" (line 3, column 1)',
      },
    ])
  })

  it('reports a key that comes twice and reads on', () => {
    expect(scanJson('{"a": {"b": 1, "b": 2}, "c": 1, "c": 2}').faults.map((fault) => fault.path)).toEqual([
      '/a/b',
      '/c',
    ])
  })

  it('refuses a document too deep to walk, without overflowing itself', () => {
    expect(codes('['.repeat(500_000))).toEqual(['too_deep'])
    expect(codes(`${'['.repeat(MAX_JSON_DEPTH)}${']'.repeat(MAX_JSON_DEPTH)}`)).toEqual([])
  })
})

describe('locate', () => {
  it('falls back to the nearest ancestor that is written', () => {
    const scan = scanJson('{"campaigns": [{"id": "hero"}]}')
    expect(locate(scan, '/campaigns/0/variants/3/weight')).toBe(scan.offsets.get('/campaigns/0'))
  })
})
