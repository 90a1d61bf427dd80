import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overlayPreview } from '../../src/decide/overlay.ts'
import type { Preview } from '../../src/decide/preview.ts'
import { clockAt } from '../../src/signals/clock.ts'
import { type Signals, WEEKDAYS } from '../../src/signals/model.ts'

/** A Wednesday in July, noon in UTC. */
const NOW = Date.UTC(2026, 6, 1, 12)
const AUSTIN: Signals = {
  geo: {
    country: 'US',
    region: 'Texas',
    city: 'Austin',
    timezone: 'America/Chicago',
    latitude: 30.3,
    longitude: -97.7,
  },
  clock: clockAt(NOW, 'America/Chicago', 30.3),
  device: { type: 'desktop', saveData: false, isBot: false },
  page: { host: 'shop.example', path: '/', query: { a: '1' }, utm: {} },
  visit: { count: 1, returning: false },
  weather: {},
  store: { id: 's1' },
  cookie: { theme: 'dark' },
}
const over = (preview: Partial<Preview>, personal = true) =>
  overlayPreview(AUSTIN, { exp: 0, ...preview }, NOW, personal)

describe('overlayPreview', () => {
  it('changes nothing where nothing is asked for', () => {
    expect(over({})).toEqual({ now: NOW, signals: AUSTIN })
  })

  it('replaces the fields it names, and no others', () => {
    const { signals } = over({
      signals: { device: { type: 'mobile' }, weather: { isHot: true }, visit: { count: 9 } },
    })
    expect(signals).toEqual({
      ...AUSTIN,
      device: { ...AUSTIN.device, type: 'mobile' },
      weather: { isHot: true },
      visit: { count: 9, returning: false },
    })
  })

  it('takes a place with a country whole: nothing of the own place shines through', () => {
    const { signals } = over({
      signals: { geo: { country: 'AU', timezone: 'Australia/Sydney', latitude: -33.9 } },
    })
    expect(signals.geo).toEqual({ country: 'AU', timezone: 'Australia/Sydney', latitude: -33.9, isEU: false })
    expect(signals.clock).toMatchObject({ hour: 22, season: 'winter', timezone: 'Australia/Sydney' })
    expect(over({ signals: { geo: { country: 'PT' } } }).signals).toMatchObject({
      geo: { isEU: true },
      clock: { timezone: 'UTC' },
    })
  })

  it('goes by the pretended moment, clock and date alike', () => {
    const then = Date.UTC(2026, 11, 24, 18)
    const { signals, now } = over({ now: then })
    expect(now).toBe(then)
    expect(signals.clock).toMatchObject({ date: '2026-12-24', hour: 12, season: 'winter' })
  })

  it('takes away what an unconsenting visitor is not known by, and keeps their season', () => {
    const { signals } = over({ signals: { geo: { city: 'Dallas' }, visit: { count: 9 } } }, false)
    expect(signals).toMatchObject({ visit: {}, store: {}, cookie: {}, clock: { season: 'summer' } })
    expect(signals.geo).toEqual({ country: 'US', region: 'Texas', timezone: 'America/Chicago' })
  })

  it('goes forward to the hour, minute and weekday asked for, within eight days', () => {
    const zones = ['America/Chicago', 'Europe/Lisbon', 'Asia/Kolkata', 'Pacific/Apia', 'UTC']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 4, max: 23 }),
        fc.nat(59),
        fc.constantFrom(...WEEKDAYS),
        fc.integer({ min: NOW, max: NOW + 400 * 86_400_000 }),
        (timezone, hour, minute, weekday, start) => {
          const { signals, now } = over({
            now: start,
            signals: { geo: { country: 'XX', timezone }, clock: { hour, minute, weekday } },
          })
          expect(signals.clock).toMatchObject({ hour, minute, weekday })
          expect(now - start).toBeGreaterThan(-3_600_000)
          expect(now - start).toBeLessThan(8 * 86_400_000)
        },
      ),
    )
  })
})
