/**
 * The weather of the local stack: it answers the two questions of signals/weather.ts as the public service does, without
 * any network. Every place has a plain climate by its latitude, today is an ordinary day of the season, and a place can
 * be told to be hot, cold, wet or white.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DAY_MS } from '../kit/time.ts'
import { LOOPBACK } from './ports.ts'

/** What to make of a place, by `latitude,longitude` as it is asked about (one decimal), or `*` for everywhere. */
export type WeatherWishes = Readonly<Record<string, WeatherWish>>

export interface WeatherWish {
  /** Today's warmest, degrees Celsius. */
  readonly warmest?: number
  /** WMO code: 0 clear, 3 clouds, 45 fog, 61 rain, 71 snow, 95 storm. */
  readonly code?: number
}

const YEAR_DAYS = 365.25
/** Day of the year that is warmest in the north; the south is half a year away. */
const WARMEST_DAY = 200
/** How far a day may be from what its season has, in degrees. */
const WEATHER_SWING = 4
/** It is so much cooler now than at today's warmest. */
const BELOW_WARMEST = 1

/** The answer to a request of the weather adapter, or null for another path. `now`: epoch milliseconds. */
export function answerWeather(url: URL, now: number, wishes: WeatherWishes = {}): Response | null {
  const latitude = Number(url.searchParams.get('latitude'))
  const longitude = Number(url.searchParams.get('longitude'))
  if (url.pathname === '/v1/forecast') {
    const wish = wishes[`${latitude},${longitude}`] ?? wishes['*'] ?? {}
    const warmest = wish.warmest ?? highOf(latitude, now)
    return Response.json({
      latitude,
      longitude,
      current: { temperature_2m: round(warmest - BELOW_WARMEST), weather_code: wish.code ?? 1 },
      daily: { time: [dateOf(now)], temperature_2m_max: [round(warmest)] },
    })
  }
  if (url.pathname !== '/v1/archive') return null
  const days = daysBetween(url.searchParams.get('start_date'), url.searchParams.get('end_date'))
  const highs = days.map((day) => round(highOf(latitude, day)))
  return Response.json({ latitude, longitude, daily: { time: days.map(dateOf), temperature_2m_max: highs } })
}

/** A day's high: the mean of the latitude, its season as a cosine, and a swing that repeats without being regular. */
function highOf(latitude: number, at: number): number {
  const day = at / DAY_MS
  const season = Math.cos((2 * Math.PI * (day - WARMEST_DAY)) / YEAR_DAYS) * Math.sign(latitude || 1)
  const swing = Math.sin(Math.floor(day) * 12.9898) * WEATHER_SWING
  return 33 - Math.abs(latitude) * 0.4 + season * Math.abs(latitude) * 0.25 + swing
}

function daysBetween(start: string | null, end: string | null): readonly number[] {
  const first = Date.parse(start ?? '')
  const last = Date.parse(end ?? '')
  if (Number.isNaN(first) || Number.isNaN(last)) return []
  return Array.from(
    { length: Math.max(0, Math.round((last - first) / DAY_MS) + 1) },
    (_, n) => first + n * DAY_MS,
  )
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const round = (degrees: number): number => Math.round(degrees * 10) / 10

export interface WeatherServer {
  /** Base URL of both services. */
  readonly url: string
  /** Makes the weather from now on; what the Worker knows already stays until its hour is over. */
  readonly wish: (wishes: WeatherWishes) => void
  readonly close: () => Promise<void>
}

/** Serves it on this machine. `port` 0 takes any. */
export async function startWeather(port: number, first: WeatherWishes = {}): Promise<WeatherServer> {
  let wishes = first
  const server = createServer(async (request, response) => {
    const answer = answerWeather(new URL(request.url ?? '/', 'http://weather.invalid'), Date.now(), wishes)
    response.writeHead(answer?.status ?? 404, { 'Content-Type': 'application/json' })
    response.end(answer === null ? '{}' : await answer.text())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, resolve)
  })
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    wish(next) {
      wishes = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
