import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGpp } from '../../src/consent/gpp.ts'
import { DENY_ALL, SILENT, UNREADABLE } from '../../src/consent/model.ts'
import { gppHeader, gppString, int, packBits, tcfString, usNational } from '../help/consent-strings.ts'
import strings from '../spec/iab_strings.json' with { type: 'json' }

const TCF_ALL = tcfString([1, 5, 6, 8])
const TCF_NONE = tcfString([])
const GRANT_ALL = { personalization: 'grant', measurement: 'grant' }

describe('readGpp', () => {
  it.each(strings.gpp as [string, string, string, string][])(
    'reads: %s',
    (_, text, personalization, measurement) => {
      expect(readGpp(text, undefined)).toEqual({ personalization, measurement })
    },
  )

  it('finds the sections of any header, single or grouped', () => {
    const id = fc.integer({ min: 28, max: 300 })
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 20 }), id, fc.boolean(), (chosen, asked, grouped) => {
        const ids = chosen.toSorted((one, other) => one - other)
        const text = gppString(Object.fromEntries(ids.map((known) => [known, 'A'])), grouped)
        expect(readGpp(text, String(asked))).toEqual(ids.includes(asked) ? UNREADABLE : SILENT)
      }),
    )
  })

  it.each([
    ['in force', '2', GRANT_ALL],
    ['in force among others', '2_7', GRANT_ALL],
    ['in force among others, by commas', '7,2', GRANT_ALL],
    ['not in force', '7', SILENT],
    ['where none applies', '-1', SILENT],
    ['where nothing is settled yet', '0', SILENT],
    ['where the list is nonsense', '2;7', UNREADABLE],
    ['where the list is empty', '', UNREADABLE],
  ])('lets a TCF section speak %s', (_, sid, answer) => {
    expect(readGpp(gppString({ 2: TCF_ALL }), sid)).toEqual(answer)
  })

  it('honours a US opt-out wherever its owner is', () => {
    expect(readGpp(gppString({ 2: TCF_ALL, 7: usNational(1, 2, 2) }), '2')).toEqual(DENY_ALL)
  })

  it('takes no opt-out for no consent', () => {
    expect(readGpp(gppString({ 7: usNational(2, 2, 2) }), '7')).toEqual(SILENT)
  })

  it.each([
    ['sale', usNational(1, 2, 2)],
    ['sharing', usNational(2, 1, 2)],
    ['targeted advertising', usNational(2, 2, 1)],
    ['nothing, but GPC was seen', usNational(2, 2, 2, true)],
  ])('denies everything to one who opted out of %s', (_, section) => {
    expect(readGpp(gppString({ 7: section }), undefined)).toEqual(DENY_ALL)
  })

  it('keeps a readable denial beside an unreadable section', () => {
    expect(readGpp(gppString({ 2: TCF_NONE, 7: 'C' }), undefined)).toEqual(DENY_ALL)
  })

  it.each([
    ['a section of an unknown version', gppString({ 7: packBits(int(9, 6) + int(0, 54)) })],
    ['a value that means nothing', gppString({ 7: usNational(3, 2, 2) })],
    ['a section cut short', gppString({ 8: packBits(int(1, 6) + int(0, 12)) })],
    ['an empty section', gppString({ 7: '' })],
    ['more sections than the header names', `${gppString({ 7: usNational(2, 2, 2) })}~AAAA`],
    ['fewer sections than the header names', gppHeader([2, 7])],
    ['another type of string', TCF_ALL],
    ['another version', packBits(int(3, 6) + int(2, 6) + int(0, 12))],
    ['a header cut inside its ids', gppHeader([2, 7]).slice(0, 4)],
    [
      'a header with a boundless group',
      packBits(`${int(3, 6)}${int(1, 6)}${int(1, 12)}1011${'0'.repeat(30)}11`),
    ],
    ['a bad uspv1', gppString({ 6: '2YYY' })],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(readGpp(text, undefined)).toEqual(UNREADABLE)
  })
})
