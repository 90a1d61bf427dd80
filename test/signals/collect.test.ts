import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectSignals, type SignalsInput } from '../../src/signals/collect.ts'
import { geoOf } from '../../src/signals/geo.ts'

const CANARIES = {
  address: '203.0.113.77',
  agent: 'Canary/7.7 (Android; Mobile)',
  postcode: '1000-139',
  latitude: '38.716671',
  longitude: '-9.133333',
  referrer: 'secret-inbox',
  session: 's3cret-session',
}

const input = (changes: Partial<SignalsInput> = {}): SignalsInput => ({
  url: new URL('https://shop.example/tea?size=2'),
  headers: new Headers({
    'user-agent': CANARIES.agent,
    'cf-connecting-ip': CANARIES.address,
    'x-forwarded-for': CANARIES.address,
    'x-real-ip': CANARIES.address,
    referer: `https://mail.example/${CANARIES.referrer}`,
    cookie: `session=${CANARIES.session}; tier=gold`,
    'accept-language': 'pt-PT',
  }),
  geo: geoOf({
    country: 'PT',
    region: 'Lisbon',
    city: 'Lisbon',
    timezone: 'Europe/Lisbon',
    latitude: CANARIES.latitude,
    longitude: CANARIES.longitude,
    postalCode: CANARIES.postcode,
    asn: 64_496,
    clientTcpRtt: 7,
  }),
  now: Date.parse('2026-07-04T12:00:00Z'),
  personal: true,
  visit: { count: 3, returning: true, daysSince: 2 },
  cookieNames: ['tier'],
  ...changes,
})

const anything = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.double())
const anyCf = fc.oneof(
  anything,
  fc.record({
    country: anything,
    region: anything,
    regionCode: anything,
    city: anything,
    continent: anything,
    timezone: fc.oneof(anything, fc.constantFrom('Europe/Lisbon', 'Nowhere/Land')),
    isEUCountry: anything,
    latitude: anything,
    longitude: anything,
  }),
)
/** Whatever a header may carry: printable Latin-1. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
})
const anyHeaders = fc
  .dictionary(
    fc.constantFrom(
      'user-agent',
      'accept-language',
      'referer',
      'cookie',
      'save-data',
      'sec-ch-ua-mobile',
      'sec-ch-ua-platform',
    ),
    headerText,
  )
  .map((entries) => new Headers(entries))

describe('collectSignals', () => {
  it('tells the whole moment of one who agreed', () => {
    expect(collectSignals(input())).toEqual({
      geo: {
        country: 'PT',
        isEU: true,
        region: 'Lisbon',
        city: 'Lisbon',
        timezone: 'Europe/Lisbon',
        latitude: 38.7,
        longitude: -9.1,
      },
      clock: {
        hour: 13,
        minute: 0,
        weekday: 'sat',
        isWeekend: true,
        daypart: 'midday',
        date: '2026-07-04',
        timezone: 'Europe/Lisbon',
        season: 'summer',
      },
      device: { type: 'mobile', os: 'android', saveData: false, isBot: false, language: 'pt-pt' },
      page: {
        host: 'shop.example',
        path: '/tea',
        query: { size: '2' },
        referrer: 'https://mail.example',
        utm: {},
      },
      visit: { count: 3, returning: true, daysSince: 2 },
      weather: {},
      store: {},
      cookie: { tier: 'gold' },
    })
  })

  it('leaves out what needs an agreement that was not given, and keeps the rest', () => {
    const { geo, visit, cookie, store, clock, device } = collectSignals(input({ personal: false }))
    expect([geo.city, geo.latitude, geo.longitude]).toEqual([undefined, undefined, undefined])
    expect([{ ...visit }, { ...cookie }, { ...store }]).toEqual([{}, {}, {}])
    expect([geo.region, clock.season, device.type]).toEqual(['Lisbon', 'summer', 'mobile'])
  })

  it.each([true, false])('lets no canary through, personal: %s', (personal) => {
    const text = JSON.stringify(collectSignals(input({ personal })))
    expect(Object.entries(CANARIES).filter(([, canary]) => text.includes(canary))).toEqual([])
    expect(text).not.toContain('38.71')
    expect(text).not.toContain('64496')
  })

  it('never throws, and gives plain data, whatever comes', () => {
    fc.assert(
      fc.property(
        anyCf,
        anyHeaders,
        fc.webUrl({ withQueryParameters: true }),
        anything,
        fc.boolean(),
        (cf, headers, url, now, personal) => {
          const signals = collectSignals(
            input({ geo: geoOf(cf), headers, url: new URL(url), now: now as number, personal }),
          )
          expect(JSON.parse(JSON.stringify(signals))).toEqual(signals)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
