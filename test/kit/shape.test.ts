import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { closed, faultsOf } from '../../src/kit/shape.ts'

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
})
