import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  climateQuery,
  forecastQuery,
  percentile,
  placeKey,
  readClimate,
  readForecast,
  weatherOf,
} from '../../src/signals/forecast.ts'

const HOUR = 494_000
const LISBON = { latitude: 38.716_42, longitude: -9.139_01 }

describe('forecastQuery', () => {
  it('asks for now and today, at a place of a tenth of a degree', () => {
    const url = new URL(forecastQuery(LISBON), 'https://api.example')
    expect(url.pathname).toBe('/v1/forecast')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      latitude: '38.7',
      longitude: '-9.1',
      timezone: 'auto',
      current: 'temperature_2m,weather_code',
      daily: 'temperature_2m_max',
      forecast_days: '1',
    })
  })

  it('never tells more than a tenth of a degree', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        (latitude, longitude) => {
          const place = { latitude, longitude }
          for (const text of [forecastQuery(place), climateQuery(place, 1.8e12)]) {
            const { searchParams } = new URL(text, 'https://api.example')
            expect(searchParams.get('latitude')).toMatch(/^-?\d{1,2}(\.\d)?$/)
            expect(searchParams.get('longitude')).toMatch(/^-?\d{1,3}(\.\d)?$/)
          }
          expect(placeKey(place)).toMatch(/^-?\d{1,2}(\.\d)?,-?\d{1,3}(\.\d)?$/)
        },
      ),
    )
  })

  it('has one name for zero', () => {
    expect(placeKey({ latitude: -0.01, longitude: 0.04 })).toBe('0,0')
  })
})

describe('climateQuery', () => {
  it.each([
    ['2026-07-15', '2018-01-01', '2025-12-31'],
    ['2026-01-11', '2018-01-01', '2025-12-31'],
    // The archive does not have the end of last year yet.
    ['2026-01-05', '2017-01-01', '2024-12-31'],
  ])('on %s asks for whole years from %s to %s', (today, start, end) => {
    const { searchParams } = new URL(climateQuery(LISBON, Date.parse(today)), 'https://api.example')
    expect([searchParams.get('start_date'), searchParams.get('end_date')]).toEqual([start, end])
    expect(searchParams.get('daily')).toBe('temperature_2m_max')
  })
})

describe('readForecast', () => {
  const answer = (code: number) =>
    JSON.stringify({
      current: { temperature_2m: 31.4, weather_code: code },
      daily: { temperature_2m_max: [36.2] },
    })

  it.each([
    [0, 'clear'],
    [1, 'clear'],
    [2, 'clouds'],
    [3, 'clouds'],
    [45, 'fog'],
    [55, 'rain'],
    [67, 'rain'],
    [71, 'snow'],
    [77, 'snow'],
    [80, 'rain'],
    [85, 'snow'],
    [95, 'storm'],
    [99, 'storm'],
  ])('reads code %i as %s', (code, condition) => {
    expect(readForecast(answer(code), HOUR)).toEqual({
      hour: HOUR,
      temperature: 31.4,
      warmest: 36.2,
      condition,
    })
  })

  it('keeps what can be read of an answer', () => {
    const text = JSON.stringify({ current: { temperature_2m: 12, weather_code: 400 }, daily: null })
    expect(readForecast(text, HOUR)).toEqual({ hour: HOUR, temperature: 12 })
  })

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '<html>',
    '{"current":{"temperature_2m":"12"}}',
    '{"current":{"temperature_2m":1e9}}',
  ])('takes %s for no answer', (text) => {
    expect(readForecast(text, HOUR)).toBeNull()
  })

  it('believes no degrees but Celsius, where the answer calls them by name', () => {
    const told = (unit: string) =>
      JSON.stringify({
        current_units: { temperature_2m: unit, weather_code: 'wmo code' },
        current: { temperature_2m: 55, weather_code: 1 },
        daily_units: { temperature_2m_max: unit },
        daily: { temperature_2m_max: [59, ...Array(1_000).fill(59)] },
      })
    expect(readForecast(told('°F'), HOUR)).toEqual({ hour: HOUR, condition: 'clear' })
    expect(readClimate(told('°F'))).toBeNull()
    expect(readForecast(told('°C'), HOUR)).toMatchObject({ temperature: 55, warmest: 59 })
    expect(readClimate(told('°C'))).toEqual({ hot: 59 })
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        readForecast(text, HOUR)
        readClimate(text)
      }),
    )
  })
})

describe('percentile', () => {
  it.each([
    [[1, 2, 3, 4, 5], 0.95, 4.8],
    [[5, 1, 3, 2, 4], 0.5, 3],
    [[10, 20], 0.95, 19.5],
    [[7], 0.95, 7],
    [[-5, 10, 2], 0, -5],
    [[-5, 10, 2], 1, 10],
  ])('of %o at %f is %f', (values, share, expected) => {
    expect(percentile(values, share)).toBeCloseTo(expected, 10)
  })

  it('leaves about one in twenty at or above the 95th', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: -40, max: 50, noNaN: true }), { minLength: 100 }),
        (values) => {
          const hot = percentile(values, 0.95)
          const above = values.filter((value) => value >= hot).length
          expect(above).toBeGreaterThanOrEqual(Math.floor(values.length * 0.05))
          expect(above).toBeLessThanOrEqual(Math.ceil(values.length * 0.05) + 1)
        },
      ),
    )
  })
})

describe('readClimate', () => {
  const archive = (highs: readonly (number | null)[]) =>
    JSON.stringify({ daily: { temperature_2m_max: highs } })

  it('passes over days without a measurement', () => {
    const highs = Array.from({ length: 2_001 }, (_, n) => n / 50)
    expect(readClimate(archive([null, ...highs, null]))?.hot).toBeCloseTo(38, 10)
  })

  it('says nothing of a place from too few days', () => {
    expect(readClimate(archive(Array(999).fill(20)))).toBeNull()
  })
})

describe('weatherOf', () => {
  const reading = { hour: HOUR, temperature: 29, warmest: 33.2, condition: 'clear' } as const

  it('is hot at the 95th percentile itself and not below', () => {
    expect(weatherOf(reading, { hot: 33.2 })).toEqual({ temperature: 29, condition: 'clear', isHot: true })
    expect(weatherOf(reading, { hot: 33.21 }).isHot).toBe(false)
  })

  it('does not say whether it is hot where nobody knows what is usual', () => {
    expect('isHot' in weatherOf(reading, null)).toBe(false)
    expect('isHot' in weatherOf({ hour: HOUR, temperature: 29 }, { hot: 20 })).toBe(false)
  })
})
