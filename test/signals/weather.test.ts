import { beforeEach, describe, expect, it } from 'vitest'
import { answerWeather, type WeatherWishes } from '../../src/cli/weather.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/kit/time.ts'
import type { Weather } from '../../src/signals/model.ts'
import { createWeather, createWeatherMemory, type WeatherMemory } from '../../src/signals/weather.ts'

const LISBON = { latitude: 38.7, longitude: -9.1 }
const START = Date.UTC(2026, 6, 15, 12, 10)

type Answer = (request: Request) => Promise<Response>

let at: number
let asked: Request[]
let memory: WeatherMemory
let copies: Map<string, string>
let wishes: WeatherWishes
let answer: Answer
let background: Promise<unknown>[]

const honest: Answer = async (request) =>
  answerWeather(new URL(request.url), at, wishes) ?? new Response(null, { status: 404 })

beforeEach(() => {
  at = START
  asked = []
  memory = createWeatherMemory()
  copies = new Map()
  wishes = { '38.7,-9.1': { warmest: 41, code: 0 } }
  answer = honest
  background = []
})

const cache = {
  match: async (key: unknown) => {
    const body = copies.get(String(key))
    return body === undefined ? undefined : new Response(body)
  },
  put: async (key: unknown, response: Response) => {
    copies.set(String(key), await response.text())
  },
} as unknown as Cache

function ask(
  more: { place?: typeof LISBON; budgetMs?: number; cache?: Cache | null; key?: string } = {},
): Promise<Weather> {
  const source = createWeather({
    fetch: (request) => {
      asked.push(request)
      return answer(request)
    },
    cache: more.cache === undefined ? cache : more.cache,
    memory,
    now: () => at,
    waitUntil: (work) => background.push(work),
    service: {
      forecastUrl: 'https://forecast.example',
      climateUrl: 'https://archive.example',
      key: more.key,
    },
  })
  return source.at(more.place ?? LISBON, startDeadline(more.budgetMs ?? 5_000, Date.now))
}

const settled = () => Promise.allSettled(background)
const forecasts = () => asked.filter(({ url }) => url.includes('/v1/forecast')).length

describe('at', () => {
  it('gives the first visitor the weather where it arrives in time', async () => {
    expect(await ask()).toEqual({ temperature: 40, condition: 'clear', isHot: true })
  })

  it('sends the coarse place and nothing of the visitor', async () => {
    await ask({ place: { latitude: 38.716_42, longitude: -9.139_01 } })
    expect(asked).toHaveLength(2)
    for (const { url, headers, redirect } of asked) {
      expect([...headers]).toEqual([])
      expect(redirect).toBe('manual')
      expect(url).toContain('latitude=38.7&longitude=-9.1&')
      expect(url).not.toMatch(/38\.71|9\.13/)
    }
  })

  it('sends the key of those who have one', async () => {
    await ask({ key: 'a&b' })
    expect(asked.every(({ url }) => url.endsWith('&apikey=a%26b'))).toBe(true)
  })

  it('asks once for a place and hour, and answers everybody else from memory', async () => {
    await ask()
    at += 40 * MINUTE_MS
    expect(await ask({ place: { latitude: 38.74, longitude: -9.06 } })).toMatchObject({ temperature: 40 })
    expect(asked).toHaveLength(2)
  })

  it('has one of many simultaneous visitors ask, and keeps nobody else waiting', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => ask()))
    expect(asked).toHaveLength(2)
    expect(all.filter((weather) => weather.temperature === 40)).toHaveLength(1)
    expect(all.slice(1).every((weather) => Object.keys(weather).length === 0)).toBe(true)
    expect(await ask()).toMatchObject({ temperature: 40 })
  })

  it('goes without where the service is slower than the budget; the next visitor has it', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    answer = async (request) => {
      await gate
      return honest(request)
    }
    expect(await ask({ budgetMs: 1 })).toEqual({})
    release()
    await settled()
    answer = () => Promise.reject(new Error('nobody should ask'))
    expect(await ask()).toMatchObject({ isHot: true })
  })

  it('lets the last hour stand in while the next one is fetched', async () => {
    await ask()
    at += HOUR_MS
    wishes = { '38.7,-9.1': { warmest: 10, code: 61 } }
    expect(await ask()).toMatchObject({ temperature: 40 })
    await settled()
    expect(await ask()).toEqual({ temperature: 9, condition: 'rain', isHot: false })
  })

  it('lets nothing stand in that is three hours old', async () => {
    await ask()
    at += 3 * HOUR_MS
    answer = () => Promise.reject(new TypeError('offline'))
    expect(await ask({ cache: null })).toEqual({})
  })

  it('learns what is usual once, not every hour', async () => {
    await ask()
    at += HOUR_MS
    await ask()
    await settled()
    expect([forecasts(), asked.length]).toEqual([2, 3])
  })

  it('finds what another isolate of the data centre was told', async () => {
    await ask()
    await settled()
    memory = createWeatherMemory()
    answer = () => Promise.reject(new Error('nobody should ask'))
    expect(await ask()).toEqual({ temperature: 40, condition: 'clear', isHot: true })
  })

  it('asks anew where the copy cannot be read', async () => {
    await ask()
    await settled()
    for (const key of copies.keys()) copies.set(key, 'null')
    memory = createWeatherMemory()
    expect(await ask()).toMatchObject({ isHot: true })
  })

  it('does without a cache that fails', async () => {
    const broken = {
      match: () => Promise.reject(new Error('no cache')),
      put: () => Promise.reject(new Error('no cache')),
    } as unknown as Cache
    expect(await ask({ cache: broken })).toMatchObject({ isHot: true })
  })

  it('tells the weather without what is usual, and asks for that again in the next hour', async () => {
    answer = async (request) =>
      request.url.includes('/v1/archive') ? new Response('gone', { status: 429 }) : honest(request)
    expect(await ask()).toEqual({ temperature: 40, condition: 'clear' })
    answer = honest
    at += HOUR_MS
    await ask()
    await settled()
    expect(await ask()).toMatchObject({ isHot: true })
  })
})

describe('a service that fails', () => {
  it.each<readonly [string, Answer]>([
    ['refuses the connection', () => Promise.reject(new TypeError('refused'))],
    [
      'throws at once',
      () => {
        throw new Error('thrown')
      },
    ],
    ['answers 500', async () => new Response('oops', { status: 500 })],
    ['answers 429', async () => new Response('slow down', { status: 429 })],
    ['sends elsewhere', async () => new Response(null, { status: 302, headers: { Location: '/' } })],
    ['answers garbage', async () => new Response('<html>')],
    ['answers nothing', async () => new Response(null)],
    ['answers without end', async () => new Response(endless())],
    ['breaks off', async () => new Response(broken())],
  ])('that %s gives no weather, and is left alone for a minute', async (_name, failing) => {
    answer = failing
    expect(await ask()).toEqual({})
    await settled()
    const before = asked.length
    at += 59_000
    expect(await ask()).toEqual({})
    expect(asked).toHaveLength(before)
    answer = honest
    at += 1_000
    expect(await ask()).toMatchObject({ isHot: true })
  })
})

const endless = (): ReadableStream =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) })

const broken = (): ReadableStream =>
  new ReadableStream({ pull: (controller) => controller.error(new TypeError('reset')) })
