import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { closed, dictionary, faultsOf } from '../../src/kit/shape.ts'

const inner = closed({ size: v.exactOptional(v.number('a number, please')) })
const schema = closed({
  name: v.string(),
  kind: v.exactOptional(v.picklist(['tea', 'coffee'])),
  inner: v.exactOptional(inner),
  edits: v.exactOptional(
    v.array(
      v.variant('action', [
        closed({ action: v.literal('text'), value: v.string() }),
        closed({ action: v.picklist(['remove', 'hide']) }),
      ]),
    ),
  ),
})
const brief = (input: unknown): readonly string[] =>
  faultsOf(v.safeParse(schema, input).issues, '/at').map(({ code, path }) => `${code} ${path}`)
const messages = (input: unknown): string =>
  faultsOf(v.safeParse(schema, input).issues)
    .map(({ message }) => message)
    .join('\n')

describe('closed', () => {
  it('reports every member it does not know, at every depth', () => {
    expect(brief({ name: 'x', a: 1, b: 2, inner: { c: 3, d: 4 } })).toEqual([
      'unknown_field /at/inner/c',
      'unknown_field /at/inner/d',
      'unknown_field /at/a',
      'unknown_field /at/b',
    ])
  })

  it('names twenty strangers of an object: of 64 KB of them it made an answer of half a megabyte', () => {
    const crowd = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`k${at}`, 1]))
    const named = brief({ name: 'x', ...crowd, inner: crowd })
    expect(named).toHaveLength(40)
    expect(new Set(named).size).toBe(40)
    expect(brief({ kind: 'tee', ...crowd })).toEqual(
      expect.arrayContaining(['required /at/name', 'wrong_type /at/kind']),
    )
  })

  it.each(['constructor', 'prototype', '__proto__', 'toString', 'hasOwnProperty'])('knows no %s', (key) => {
    const text = `{"name":"x","inner":{"${key}":{"size":1}},"edits":[{"action":"hide","${key}":1}],"${key}":5}`
    expect(brief(JSON.parse(text))).toEqual([
      `unknown_field /at/inner/${key}`,
      `unknown_field /at/edits/0/${key}`,
      `unknown_field /at/${key}`,
    ])
  })

  it('leaves what is right as it is', () => {
    const input = { name: 'x', kind: 'tea', inner: { size: 1 }, edits: [{ action: 'hide' }] }
    expect(v.parse(schema, input)).toEqual(input)
  })
})

describe('dictionary', () => {
  const colours = dictionary(v.pipe(v.string(), v.regex(/^[a-z]+$/)), v.pipe(v.string(), v.nonEmpty()))
  const briefly = (input: unknown): readonly string[] =>
    faultsOf(v.safeParse(colours, input).issues, '/at').map(({ code, path }) => `${code} ${path}`)

  it.each(['constructor', 'prototype', 'red'])('keeps and judges %s as any other key', (key) => {
    expect(v.parse(colours, { [key]: 'x' })).toEqual({ [key]: 'x' })
    expect(briefly({ [key]: '' })).toEqual([`empty /at/${key}`])
    expect(briefly({ [key]: 5 })).toEqual([`wrong_type /at/${key}`])
  })

  it('knows no __proto__, which became the prototype of what comes out', () => {
    const any = dictionary(v.string(), v.unknown())
    const read = v.safeParse(any, JSON.parse('{"red":1,"__proto__":{"stage":"known"}}'))
    expect(faultsOf(read.issues).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unknown_field /__proto__',
    ])
    expect('stage' in Object(read.output)).toBe(false)
  })

  it('names every wrong key and value', () => {
    expect(briefly({ A: 'x', b: '', C: 1, d: 'x' })).toEqual([
      'format /at/A',
      'format /at/C',
      'empty /at/b',
      'wrong_type /at/C',
    ])
    expect(briefly(JSON.parse('{"__proto__":"x"}'))).toEqual(['unknown_field /at/__proto__'])
  })

  it.each([[[]], [['x']], [null], ['x'], [5]])('takes %j for a fault', (input) => {
    expect(briefly(input)).toEqual(['wrong_type /at'])
  })
})

describe('faultsOf', () => {
  it.each<[unknown, readonly string[]]>([
    [null, ['wrong_type /at']],
    [[], ['wrong_type /at']],
    [{ name: 'x', inner: [] }, ['wrong_type /at/inner']],
    [{}, ['required /at/name']],
    [{ name: 1, kind: 'te' }, ['wrong_type /at/name', 'wrong_type /at/kind']],
    [
      { name: 'x', edits: [{ action: 'txt' }, {}] },
      ['unknown_action /at/edits/0/action', 'required /at/edits/1/action'],
    ],
    [{ name: 'x', edits: [{ action: 'text' }, 1] }, ['required /at/edits/0/value', 'wrong_type /at/edits/1']],
  ])('of %j has codes and paths', (input, faults) => {
    expect(brief(input)).toEqual(faults)
  })

  it('says what is known, or was probably meant', () => {
    expect(messages({ name: 'x', nam: 1 })).toBe('there is no field "nam"; did you mean "name"?')
    expect(messages({ name: 'x', colour: 1 })).toBe(
      'there is no field "colour"; known: name, kind, inner, edits',
    )
    expect(messages({ name: 'x', kind: 'te' })).toMatch(/did you mean "tea"\?$/)
    expect(messages({ name: 'x', edits: [{ action: 'txt' }] })).toBe(
      'there is no action "txt"; did you mean "text"?',
    )
    expect(messages({ name: 'x', edits: [{ action: 'fly' }] })).toContain('known: text, remove, hide')
    expect(messages({ name: 'x', inner: { size: 'x' } })).toBe('a number, please')
  })

  it('repeats no more of a long value or name than helps', () => {
    const long = 'x'.repeat(100_000)
    for (const input of [
      { name: 'x', kind: long },
      { name: 'x', [long]: 1 },
      { name: 'x', edits: [{ action: long }] },
    ]) {
      expect(messages(input).length).toBeLessThan(200)
    }
  })
})
