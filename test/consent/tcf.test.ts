import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNREADABLE } from '../../src/consent/model.ts'
import { readCanadianTcf, readTcf } from '../../src/consent/tcf.ts'
import { int, packBits, purposeBits, tcfString } from '../help/consent-strings.ts'
import strings from '../spec/iab_strings.json' with { type: 'json' }

const GRANTING = [1, 5, 6, 8]
/** The encoders pad to 24 bits, so up to three characters say nothing. */
const CHARACTERS_OF_PADDING = 3

describe('readTcf', () => {
  it.each(strings.tcf as [string, string, string, string][])(
    'reads: %s',
    (_, text, personalization, measurement) => {
      expect(readTcf(text)).toEqual({ personalization, measurement })
    },
  )

  it('needs exactly its purposes, whatever else is granted', () => {
    fc.assert(
      fc.property(fc.subarray(Array.from({ length: 24 }, (_, index) => index + 1)), (purposes) => {
        expect(readTcf(tcfString(purposes))).toEqual({
          personalization: [1, 5, 6].every((purpose) => purposes.includes(purpose)) ? 'grant' : 'deny',
          measurement: [1, 8].every((purpose) => purposes.includes(purpose)) ? 'grant' : 'deny',
        })
      }),
    )
  })

  it('refuses every version but 2', () => {
    for (let version = 0; version < 64; version++) {
      if (version !== 2) expect(readTcf(tcfString(GRANTING, version))).toBe(UNREADABLE)
    }
  })

  it.each(strings.tcf as [string, string, string, string][])('refuses every truncation of: %s', (_, text) => {
    const core = text.split('.')[0] as string
    for (let length = 0; length < core.length - CHARACTERS_OF_PADDING; length++) {
      expect(readTcf(core.slice(0, length))).toBe(UNREADABLE)
    }
  })

  it.each([
    ['padding', `${tcfString(GRANTING)}=`],
    ['standard base64', `${tcfString(GRANTING)}+/`],
    ['an empty segment', `${tcfString(GRANTING)}.`],
    ['white space', ` ${tcfString(GRANTING)}`],
    ['a publisher segment cut short', `${tcfString(GRANTING)}.YAAA`],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(readTcf(text)).toBe(UNREADABLE)
  })

  it('heeds a publisher segment that has custom purposes only', () => {
    const publisher = packBits(`${int(3, 3)}${purposeBits([])}${purposeBits([])}${int(1, 6)}10`)
    expect(readTcf(`${tcfString(GRANTING)}.${publisher}`).personalization).toBe('deny')
  })
})

describe('readCanadianTcf', () => {
  it('refuses a European string', () => {
    expect(readCanadianTcf(tcfString(GRANTING))).toBe(UNREADABLE)
  })
})
