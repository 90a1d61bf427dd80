import { describe, expect, it } from 'vitest'
import { EU_COUNTRIES, type OptOutRegions, parseOptOut, presumesConsent } from '../../src/consent/region.ts'

const regions = (...entries: string[]): OptOutRegions => {
  const parsed = parseOptOut(entries)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

describe('presumesConsent', () => {
  const optOut = regions('US', '-US-WA', 'CA-AB', 'AU', '-NZ')

  it.each([
    ['a listed country', { country: 'AU' }, true],
    ['a part of a listed country', { country: 'US', regionCode: 'TX' }, true],
    ['a part that was taken out', { country: 'US', regionCode: 'WA' }, false],
    ['a country with a part taken out, part unknown', { country: 'US' }, false],
    ['a listed part', { country: 'CA', regionCode: 'AB' }, true],
    ['another part of its country', { country: 'CA', regionCode: 'QC' }, false],
    ['a country nobody listed', { country: 'BR' }, false],
    ['a country taken out whole', { country: 'NZ' }, false],
    ['an unknown place', {}, false],
    ['a part without a country', { regionCode: 'TX' }, false],
    ['a place the edge calls EU', { country: 'US', regionCode: 'TX', isEU: true }, false],
  ])('answers for %s', (_, place, presumed) => {
    expect(presumesConsent(place, optOut)).toBe(presumed)
  })

  it('presumes nothing in the EU, the EEA and the UK, even if listed behind the parser', () => {
    for (const country of [...EU_COUNTRIES, 'NO', 'IS', 'LI', 'GB']) {
      expect(presumesConsent({ country }, new Map([[country, true]]))).toBe(false)
    }
  })

  it('presumes nothing anywhere without a list', () => {
    expect(presumesConsent({ country: 'US', regionCode: 'TX' }, regions())).toBe(false)
  })
})

describe('parseOptOut', () => {
  it('takes a part out whatever the order, and reads lower case', () => {
    expect(parseOptOut(['-us-wa', 'us', 'us-wa'])).toEqual({
      ok: true,
      value: new Map([
        ['US-WA', false],
        ['US', true],
      ]),
    })
  })

  it('collects every fault with its place in the list', () => {
    const parsed = parseOptOut(['US', 'USA', 'DE', '', 'GB-SCT'])
    expect(parsed.ok ? [] : parsed.error.map(({ path, code }) => [path, code])).toEqual([
      ['/1', 'bad_region'],
      ['/2', 'opt_in_by_law'],
      ['/3', 'bad_region'],
      ['/4', 'opt_in_by_law'],
    ])
  })
})
