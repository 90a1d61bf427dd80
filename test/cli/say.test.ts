import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shown } from '../../src/cli/say.ts'

describe('shown', () => {
  it('writes out what a terminal would obey, and leaves lines, tabs and all other text', () => {
    expect(shown('a\tb\nc é 茶 €')).toBe('a\tb\nc é 茶 €')
    expect(shown('\u001b[2J\u009b31m\r\u007f\u202e')).toBe('\\u001b[2J\\u009b31m\\u000d\\u007f\\u202e')
  })

  it('changes nothing that JSON means', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const json = JSON.stringify(JSON.parse(text), null, 2)
        expect(JSON.parse(shown(json))).toEqual(JSON.parse(text))
      }),
    )
  })
})
