import { describe, expect, it } from 'vitest'
import { parseOptOut } from '../../src/consent/region.ts'
import { resolveConsent } from '../../src/consent/resolve.ts'
import { collectSignals } from '../../src/signals/collect.ts'
import { geoOf } from '../../src/signals/geo.ts'

describe('collectSignals in workerd', () => {
  const request = new Request('https://shop.example/tea?size=2', {
    headers: {
      referer: 'https://user@Mail.example:443/x',
      'user-agent': 'Mozilla/5.0 (iPhone) Mobile',
      'sec-gpc': '0',
    },
  })

  it('knows the timezones and their changes', () => {
    const at = (now: string) =>
      collectSignals({
        url: new URL(request.url),
        headers: request.headers,
        geo: geoOf({ timezone: 'Australia/Lord_Howe', latitude: '-31.5', longitude: '159.1' }),
        now: Date.parse(now),
        personal: false,
        cookieNames: [],
      }).clock
    expect(at('2026-04-04T14:59:00Z')).toMatchObject({ hour: 1, minute: 59, season: 'autumn' })
    expect(at('2026-04-04T15:00:00Z')).toMatchObject({ hour: 1, minute: 30, season: 'autumn' })
  })

  it('parses the referrer and the device', () => {
    const { page, device } = collectSignals({
      url: new URL(request.url),
      headers: request.headers,
      geo: geoOf(undefined),
      now: 0,
      personal: false,
      cookieNames: [],
    })
    expect(page.referrer).toBe('https://mail.example')
    expect(device).toMatchObject({ type: 'mobile', os: 'ios' })
  })

  it('hears one Sec-GPC of several header lines', () => {
    const headers = new Headers(request.headers)
    headers.append('Sec-GPC', '1')
    const optOut = parseOptOut(['US'])
    const place = { country: 'US', regionCode: 'TX' }
    if (!optOut.ok) throw new Error('the list is good')
    const sourceFor = (sent: Headers) =>
      resolveConsent({ headers: sent, place, optOut: optOut.value, erased: false, now: 0 }).measurement.source
    expect([sourceFor(request.headers), sourceFor(headers)]).toEqual(['region', 'gpc'])
  })
})
