/**
 * Weather and stores on their way into a decision, and the case that all of it is for: somebody who follows a brand of
 * chilled drink, on an unusually hot day, within 300 m of a store that they visit three times a week.
 */
import { beforeEach, describe, expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import { explainCampaign } from '../../src/campaign/explain.ts'
import type { PagePlan } from '../../src/campaign/model.ts'
import { parseRelease } from '../../src/campaign/schema.ts'
import { answerWeather, type WeatherWishes } from '../../src/cli/weather.ts'
import { decide } from '../../src/decide/decide.ts'
import { formatDecisions } from '../../src/decide/headers.ts'
import { createStores, type Stores } from '../../src/flow/stores.ts'
import { addSurroundings, withStoreHabit } from '../../src/flow/surroundings.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { profileAttributes } from '../../src/profile/attributes.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { collectSignals } from '../../src/signals/collect.ts'
import { geoOf } from '../../src/signals/geo.ts'
import { nearCookie } from '../../src/signals/near.ts'
import { type Store, storeNear } from '../../src/signals/stores.ts'
import { createWeather, createWeatherMemory } from '../../src/signals/weather.ts'
import { viewOf } from '../help/decide.ts'

const NOW = Date.UTC(2026, 6, 15, 14)
const GRACA: Store = { id: 'graca', name: 'Toldo Graça', latitude: 38.716, longitude: -9.13 }
const FOZ: Store = { id: 'foz', name: 'Toldo Foz', latitude: 41.149, longitude: -8.672 }
const metresNorth = (store: Store, metres: number) => ({
  ...store,
  latitude: store.latitude + metres / 111_195,
})

const OFFER = {
  id: 'brisa-here',
  pages: ['/*'],
  audience: {
    follows: { $elemMatch: { $eq: 'Brisa' } },
    'weather.isHot': true,
    'store.km': { $lte: 0.3 },
    'store.visitsPerWeek': { $gte: 3 },
  },
  override: { reason: 'the case that all of it is for', by: 'ana' },
  variants: [
    {
      id: 'offer',
      edits: [{ action: 'text', selector: 'h1', value: 'Brisa at {{ store.name }}: two for one until six' }],
    },
  ],
}

function planOf(...campaigns: readonly object[]): PagePlan {
  const parsed = parseRelease({ campaigns }, { checkSelector: () => undefined, redirectHosts: [] })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return compileRelease(parsed.value, { number: 1, checksum: 'x' }).plan(new URL('https://shop.example/'))
}

/** Twelve visits in 28 days are three a week. */
const visitDays = (visits: number): number => 2 ** visits - 1

const snapshot = (follows: boolean, visits: number): Snapshot => ({
  id: 'visitor-1',
  createdAt: NOW - 90 * DAY_MS,
  visits: 30,
  lastSeenAt: NOW,
  asOf: NOW,
  stage: 'known',
  follows: follows ? ['Kobo', 'Brisa'] : ['Kobo'],
  stores: [['graca', visitDays(visits)]],
})

let wishes: WeatherWishes
let asked: number
let stores: Stores
let lookUps: number

beforeEach(() => {
  wishes = { '*': { warmest: 41, code: 0 } }
  asked = 0
  lookUps = 0
  stores = createStores({
    list: () => ({
      all: async () => {
        lookUps++
        return [GRACA, FOZ]
      },
    }),
    now: () => NOW,
    counters: createCounters(),
  })
})

interface Case {
  readonly plan?: PagePlan
  readonly personal?: boolean
  readonly off?: readonly string[]
  readonly cookies?: string | null
}

function surroundings({ plan = planOf(OFFER), personal = true, off = [], cookies = null }: Case) {
  const signals = collectSignals({
    url: new URL('https://shop.example/'),
    headers: new Headers(),
    geo: geoOf({
      country: 'PT',
      city: 'Lisbon',
      latitude: '38.71667',
      longitude: '-9.13333',
      timezone: 'Europe/Lisbon',
    }),
    now: NOW,
    personal,
    cookieNames: [],
  })
  const weather = createWeather({
    fetch: async (request) => {
      asked++
      return answerWeather(new URL(request.url), NOW, wishes) as Response
    },
    cache: null,
    memory: createWeatherMemory(),
    now: () => NOW,
    waitUntil: () => {},
    service: { forecastUrl: 'https://f.example', climateUrl: 'https://a.example' },
  })
  const ports = { weather: () => weather, stores, waitUntil: () => {} }
  return addSurroundings(
    signals,
    plan,
    { personal, off, cookies: () => cookies },
    startDeadline(5_000, Date.now),
    ports,
  )
}

const sharing = (place: { latitude: number; longitude: number }): string =>
  nearCookie(storeNear([GRACA, FOZ], place)).split(';', 1)[0] as string

describe('addSurroundings', () => {
  it('asks nobody for what no campaign of the page reads', async () => {
    const plan = planOf({ ...OFFER, audience: { 'geo.country': 'PT' }, variants: [{ id: 'a' }] })
    const { signals, sharedPlace } = await surroundings({ plan })
    expect([asked, lookUps, signals.weather, signals.store, sharedPlace]).toEqual([0, 0, {}, {}, false])
  })

  it('knows the nearest store to whole kilometres, and does not take that for a shared place', async () => {
    const { signals, sharedPlace } = await surroundings({})
    expect(signals.store).toEqual({ id: 'graca', name: 'Toldo Graça', km: 3 })
    expect(signals.weather).toEqual({ temperature: 40, condition: 'clear', isHot: true })
    expect(sharedPlace).toBe(false)
  })

  it('believes a shared place, wherever the edge thinks that the visitor is', async () => {
    const { signals, sharedPlace } = await surroundings({ cookies: sharing(metresNorth(FOZ, 40)) })
    expect([signals.store, sharedPlace]).toEqual([{ id: 'foz', name: 'Toldo Foz', km: 0.1 }, true])
  })

  it.each<readonly [string, Case]>([
    ['without consent', { personal: false, cookies: sharing(GRACA) }],
    ['where places are switched off', { off: ['place'], cookies: sharing(GRACA) }],
  ])('uses neither place nor store %s, and asks no weather', async (_name, wish) => {
    const { signals, sharedPlace } = await surroundings(wish)
    expect([asked, signals.weather, signals.store, sharedPlace]).toEqual([0, {}, {}, false])
  })

  it('leaves the weather where only stores are switched off', async () => {
    const { signals, sharedPlace } = await surroundings({ off: ['store'], cookies: sharing(GRACA) })
    expect([signals.weather.isHot, signals.store, sharedPlace]).toEqual([true, {}, false])
  })
})

describe('withStoreHabit', () => {
  it('tells the habit of the very store that is nearest', () => {
    const habit = { fri: { evening: 1 }, stores: { graca: 3 } }
    expect(withStoreHabit({ store: { id: 'graca', km: 1 }, habit }).store).toEqual({
      id: 'graca',
      km: 1,
      visitsPerWeek: 3,
    })
    expect(withStoreHabit({ store: { id: 'foz' }, habit }).store).toEqual({ id: 'foz', visitsPerWeek: 0 })
    expect(withStoreHabit({ store: { id: 'toString' }, habit }).store).toEqual({
      id: 'toString',
      visitsPerWeek: 0,
    })
  })

  it('tells it of the habits that the profile gives', () => {
    const near = (id: string, off?: readonly string[]) =>
      withStoreHabit({ ...profileAttributes(snapshot(false, 3), NOW, off), store: { id } }).store
    expect(near('graca')).toEqual({ id: 'graca', visitsPerWeek: 0.75 })
    expect(near('foz')).toEqual({ id: 'foz', visitsPerWeek: 0 })
    expect(near('graca', ['habit'])).toEqual({ id: 'graca' })
  })

  it('says nothing where habits are unknown or switched off, or no store is near', () => {
    const unknown = { store: { id: 'graca' } }
    expect(withStoreHabit(unknown)).toBe(unknown)
    expect(withStoreHabit({ store: {}, habit: {} })).toEqual({ store: {}, habit: {} })
  })
})

describe('the model case', () => {
  const yesNo = [true, false]
  const cases = yesNo.flatMap((follows) =>
    yesNo.flatMap((hot) => yesNo.flatMap((near) => yesNo.map((often) => ({ follows, hot, near, often })))),
  )

  /** The first of the four that does not hold, in the order in which the audience asks. */
  const missing = ({ follows, hot, near, often }: (typeof cases)[number]): string => {
    if (!follows) return 'follows'
    if (!hot) return 'weather.isHot'
    if (!near) return 'store.km'
    return often ? '' : 'store.visitsPerWeek'
  }

  it.each(cases)('follows $follows, hot $hot, near $near, often $often', async (wish) => {
    wishes = { '*': { warmest: wish.hot ? 41 : 15 } }
    const plan = planOf(OFFER)
    const cookies = sharing(metresNorth(GRACA, wish.near ? 290 : 310))
    const { signals, sharedPlace } = await surroundings({ plan, cookies })
    const profile = profileAttributes(snapshot(wish.follows, wish.often ? 12 : 11), NOW)
    const attributes = withStoreHabit({ ...signals, ...profile })
    const decisions = decide(viewOf(plan, { attributes, sharedPlace, now: NOW }))
    const header = formatDecisions(decisions, 'full', undefined, ({ campaign }) =>
      explainCampaign(campaign, attributes),
    )
    const path = missing(wish)
    expect(header).toBe(
      path === '' ? 'brisa-here=offer;r=match' : `brisa-here=control;r=audience;why="${path}"`,
    )
  })

  it('is not decided by a place that was not shared', async () => {
    const plan = planOf(OFFER)
    const { signals } = await surroundings({ plan })
    const attributes = withStoreHabit({
      ...signals,
      store: { id: 'graca', name: 'Toldo Graça', km: 0.1 },
      ...profileAttributes(snapshot(true, 12), NOW),
    })
    const decisions = decide(viewOf(plan, { attributes, now: NOW }))
    expect(formatDecisions(decisions)).toBe('brisa-here=control;r=guard;why="precise_place"')
  })
})

describe('createStores', () => {
  it('has the first request wait for the list and the others read it from memory', async () => {
    const ask = () => stores.ready(startDeadline(1_000, Date.now), () => {})
    await ask()
    await ask()
    expect([lookUps, stores.current()]).toEqual([1, [GRACA, FOZ]])
  })

  it('has everybody wait who comes before there is a list, and nobody after one of them was late', async () => {
    const answers: ((list: readonly Store[]) => void)[] = []
    let at = NOW
    const list = { all: () => new Promise<readonly Store[]>((resolve) => answers.push(resolve)) }
    const own = createStores({ list: () => list, now: () => at, counters: createCounters() })
    const ready = (ms: number) => own.ready(startDeadline(ms, Date.now), () => {})
    const both = [ready(5_000), ready(5_000)].map(async (done) => {
      await done
      return own.current()
    })
    answers[1]?.([GRACA])
    answers[0]?.([GRACA])
    expect(await Promise.all(both)).toEqual([[GRACA], [GRACA]])
    const late = createStores({ list: () => list, now: () => at, counters: createCounters() })
    await late.ready(startDeadline(1, Date.now), () => {})
    const asked = answers.length
    await late.ready(startDeadline(5_000, Date.now), () => {})
    expect(answers.length).toBe(asked)
    at += 10_000
    await late.ready(startDeadline(1, Date.now), () => {})
    expect(answers.length).toBe(asked + 1)
  })

  it('goes without a list that is late or fails, and keeps the one it has', async () => {
    let at = NOW
    let answer: () => Promise<readonly Store[]> = () => new Promise(() => {})
    const counters = createCounters()
    const own = createStores({ list: () => ({ all: () => answer() }), now: () => at, counters })
    const ready = () => own.ready(startDeadline(1, Date.now), () => {})
    await ready()
    expect(own.current()).toEqual([])
    answer = async () => [GRACA]
    at += 10_000
    await own.reload()
    answer = () => Promise.reject(new Error('down'))
    at += 600_000
    await ready()
    await own.reload()
    expect(own.current()).toEqual([GRACA])
    expect(counters.read()).toEqual({ stores_unknown: 2 })
  })
})
