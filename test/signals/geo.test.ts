import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarseGeo, geoOf, hemisphereOf } from '../../src/signals/geo.ts'

const LISBON = {
  country: 'PT',
  region: ' Lisbon ',
  regionCode: '11',
  city: 'Lisbon',
  continent: 'EU',
  timezone: 'Europe/Lisbon',
  isEUCountry: '1',
  latitude: '38.71667',
  longitude: '-9.13333',
  postalCode: '1000-139',
}

describe('geoOf', () => {
  it('names the place down to a tenth of a degree for one who agreed', () => {
    expect(geoOf(LISBON)).toEqual({
      country: 'PT',
      region: 'Lisbon',
      regionCode: '11',
      city: 'Lisbon',
      continent: 'EU',
      timezone: 'Europe/Lisbon',
      isEU: true,
      latitude: 38.7,
      longitude: -9.1,
    })
  })

  it('ends at the region for one who did not', () => {
    expect(Object.keys(coarseGeo(geoOf(LISBON))).sort()).toEqual([
      'continent',
      'country',
      'isEU',
      'region',
      'regionCode',
      'timezone',
    ])
  })

  it.each([
    ['from the table where the edge does not say', { country: 'FR' }, true],
    ['from the edge against the table', { country: 'CH', isEUCountry: '1' }, true],
    ['from the edge where the country is unknown', { country: 'XX', isEUCountry: '1' }, true],
    ['from the table for a country outside', { country: 'US' }, false],
    ['not at all where nothing is known', {}, undefined],
  ])('tells the EU %s', (_, cf, isEU) => {
    expect(geoOf(cf).isEU).toBe(isEU)
  })

  it.each(['XX', 'T1', 'P', 'PRT', '1A', '', 7, null])('takes %j for no country', (country) => {
    expect(geoOf({ country }).country).toBeUndefined()
  })

  it('writes country codes in capitals', () => {
    expect(geoOf({ country: 'pt' }).country).toBe('PT')
  })

  it.each([
    ['a latitude alone', { latitude: '38.7' }],
    ['a latitude off the globe', { latitude: '90.1', longitude: '0' }],
    ['a longitude off the globe', { latitude: '0', longitude: '-180.5' }],
    ['text', { latitude: '38.7N', longitude: '9.1W' }],
    ['empty text', { latitude: '', longitude: ' ' }],
    ['NaN', { latitude: Number.NaN, longitude: 1 }],
  ])('takes %s for no coordinates', (_, cf) => {
    expect(geoOf(cf)).toEqual({})
  })

  it('takes zero for a coordinate, without a sign', () => {
    expect(Object.is(geoOf({ latitude: '-0.01', longitude: '0' }).latitude, 0)).toBe(true)
  })

  it('cuts and cleans names', () => {
    const { city, region } = geoOf({ city: `A\u0000\nB${'c'.repeat(200)}`, region: '\ud800x' })
    expect(city).toBe(`A B${'c'.repeat(60)}`)
    expect(region).toBe('\ufffdx')
  })

  it('never gives a coordinate finer than a tenth of a degree', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        (lat, long) => {
          const { latitude = 0, longitude = 0 } = geoOf({ latitude: String(lat), longitude: long })
          expect(latitude).toBe(Number(latitude.toFixed(1)))
          expect(longitude).toBe(Number(longitude.toFixed(1)))
          expect(Math.abs(latitude - lat)).toBeLessThanOrEqual(0.05 + 1e-9)
        },
      ),
    )
  })
})

describe('hemisphereOf', () => {
  it('tells north from south and no more', () => {
    const at = (latitude: unknown) => hemisphereOf(geoOf({ latitude, longitude: '18.4' }))
    expect(['-33.9', '59.3', 'x', null].map(at)).toEqual([-1, 1, undefined, undefined])
  })
})
