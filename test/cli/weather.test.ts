import { afterEach, describe, expect, it } from 'vitest'
import { answerWeather, startWeather, type WeatherServer } from '../../src/cli/weather.ts'
import {
  climateQuery,
  forecastQuery,
  readClimate,
  readForecast,
  weatherOf,
} from '../../src/signals/forecast.ts'

const NOW = Date.UTC(2026, 6, 15)
const PLACES = [
  { latitude: 38.7, longitude: -9.1 },
  { latitude: 59.3, longitude: 18.1 },
  { latitude: -23.6, longitude: -46.7 },
  { latitude: 0, longitude: 0 },
]

async function weatherAt(place: (typeof PLACES)[number], now = NOW, wishes = {}) {
  const ask = async (query: string) => {
    const answer = answerWeather(new URL(query, 'http://weather.invalid'), now, wishes)
    if (answer === null) throw new Error('no answer')
    return answer.text()
  }
  const climate = readClimate(await ask(climateQuery(place, now)))
  const reading = readForecast(await ask(forecastQuery(place)), Math.floor(now / 3_600_000))
  if (climate === null || reading === null) throw new Error('unreadable')
  return weatherOf(reading, climate)
}

describe('answerWeather', () => {
  it('has about one day in twenty that is hot, everywhere', async () => {
    for (const place of PLACES) {
      const days = Array.from({ length: 73 }, (_, n) => NOW + n * 5 * 86_400_000)
      const hot = (await Promise.all(days.map((day) => weatherAt(place, day)))).filter(({ isHot }) => isHot)
      expect(hot.length).toBeGreaterThan(0)
      expect(hot.length).toBeLessThanOrEqual(10)
    }
  })

  it('is as warm as it is told to be, there or everywhere', async () => {
    const [lisbon, stockholm] = PLACES as [(typeof PLACES)[0], (typeof PLACES)[0]]
    const wishes = { '38.7,-9.1': { warmest: 42, code: 0 }, '*': { warmest: -3, code: 71 } }
    expect(await weatherAt(lisbon, NOW, wishes)).toEqual({ temperature: 41, condition: 'clear', isHot: true })
    expect(await weatherAt(stockholm, NOW, wishes)).toEqual({
      temperature: -4,
      condition: 'snow',
      isHot: false,
    })
  })

  it('knows no other path', () => {
    expect(answerWeather(new URL('http://weather.invalid/v1/other'), NOW)).toBeNull()
  })
})

describe('startWeather', () => {
  let server: WeatherServer | undefined
  afterEach(() => server?.close())

  it('answers over HTTP, and otherwise once it is told to', async () => {
    server = await startWeather(0, { '*': { warmest: 12 } })
    const warmest = async (): Promise<number> => {
      const answer = await fetch(`${server?.url}${forecastQuery({ latitude: 38.7, longitude: -9.1 })}`)
      return readForecast(await answer.text(), 1)?.warmest as number
    }
    expect(await warmest()).toBe(12)
    server.wish({ '*': { warmest: 40 } })
    expect(await warmest()).toBe(40)
    expect((await fetch(`${server.url}/other`)).status).toBe(404)
  })
})
