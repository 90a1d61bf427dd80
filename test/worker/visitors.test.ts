/** Many visitors at once: everybody gets the page that is theirs, and stays in the arm that is theirs. */
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUSTIN,
  CDN_SECRET,
  campaign,
  cookiesOf,
  type Edge,
  type Got,
  LISBON,
  type Place,
  releaseOf,
  startEdge,
  withoutBeacon,
} from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const VISITORS = 200
const VIEWS = 4
const KEPT_PAGES = 6
const OWN_PAGES = 2
const UNITS = 2_000
const TIMEZONES = ['America/Chicago', 'America/New_York', 'America/Denver', 'Pacific/Honolulu'] as const

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
const text = () => ({ ORIGIN: origin.url, DB_URL: store.url, READ_COOKIES: 'tier', BEACON: 'true' })

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  for (let at = 0; at < KEPT_PAGES; at++) {
    origin.on(`/kept/${at}`, page(pageOf(`/kept/${at}`), { 'Cache-Control': 'max-age=600' }))
  }
  for (let at = 0; at < OWN_PAGES; at++) {
    // What a shop does on pages of its own: it names its visitor, and marks them.
    origin.on(`/own/${at}`, (request, response) => {
      const tier = tierOf(request)
      const headers = { 'Cache-Control': 'private', 'Set-Cookie': `basket=${tier}; Path=/` }
      page(pageOf(`/own/${at}`, { basket: tier }), headers)(request, response)
    })
  }
  edge = await startEdge(text())
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

const tierOf = ({ headers }: IncomingMessage): string =>
  /tier=([^;]*)/.exec(headers.cookie ?? '')?.[1] ?? 'nobody'

interface Slots {
  readonly h1?: string
  readonly where?: string
  readonly main?: string
  readonly link?: string
  readonly basket?: string
}

/** A page of the shop, with what campaigns put into it. */
function pageOf(path: string, slots: Slots = {}): string {
  const { h1 = 'Tea', where = 'Here', main = '', link = '/tea', basket = '' } = slots
  return `<!doctype html><html><head><title>${path}</title></head><body><header><h1>${h1}</h1></header><main${main} class="shop"><p id="where">${where}</p><a href="${link}">Tea</a><i>${basket}</i>${'<p>Green tea</p>'.repeat(40)}</main></body></html>\n`
}

const RELEASE = releaseOf(
  campaign('hello', [
    { action: 'text', selector: 'h1', value: '{{ geo.city }}/{{ cookie.tier }}/{{ geo.timezone }}' },
    { action: 'setAttribute', selector: 'main', name: 'data-city', value: '{{ geo.city }}' },
  ]),
  campaign('where', [
    {
      action: 'text',
      selector: '#where',
      value: '{{ geo.region }}/{{ device.type }}/{{ page.utm.source }}/{{ page.path }}',
    },
    { action: 'setAttribute', selector: 'a', name: 'href', value: '/tea?from={{ page.query.gclid }}' },
  ]),
)

interface Visitor {
  readonly place: Place
  readonly headers: Record<string, string>
  readonly number: number
  readonly isKnown: boolean
}

/** Every second one agreed, by where they are, to be known; of all others nobody's city may be on the page. */
function visitor(number: number): Visitor {
  const isKnown = number % 2 === 0
  const zone = TIMEZONES[number % TIMEZONES.length] as string
  const own = { region: `Region ${number}`, city: `City ${number}` }
  return {
    number,
    isKnown,
    place: isKnown ? { ...AUSTIN, ...own, timezone: zone } : { ...LISBON, ...own },
    headers: {
      Cookie: `tier=t${number}`,
      'Sec-CH-UA-Mobile': number % 3 === 0 ? '?1' : '?0',
      Referer: `https://ref-${number}.example/`,
    },
  }
}

function expected({ number, isKnown, place }: Visitor, path: string): string {
  const device = number % 3 === 0 ? 'mobile' : 'desktop'
  return pageOf(path, {
    ...(isKnown
      ? { h1: `City ${number}/t${number}/${place.timezone}`, main: ` data-city="City ${number}"` }
      : {}),
    where: `Region ${number}/${device}/s${number}/${path}`,
    link: `/tea?from=${number}`,
    basket: path.startsWith('/own/') ? `t${number}` : '',
  })
}

const queryOf = ({ number }: Visitor): string => `?utm_source=s${number}&gclid=${number}`

/** Deterministic, so that a failure comes back. */
const pathOf = (number: number, view: number): string => {
  const at = (number * 7 + view * 3) % (KEPT_PAGES + OWN_PAGES)
  return at < KEPT_PAGES ? `/kept/${at}` : `/own/${at - KEPT_PAGES}`
}

/** One visit: a few pages one after another, with the cookies that came back. */
async function visit(at: Edge, one: Visitor): Promise<readonly { path: string; got: Got; sent: string }[]> {
  const seen = []
  let own = ''
  for (let view = 0; view < VIEWS; view++) {
    const path = pathOf(one.number, view)
    const sent = own
    const Cookie = [one.headers.Cookie, own].filter((part) => part !== '').join('; ')
    const got = await at.get(`${path}${queryOf(one)}`, {
      place: one.place,
      headers: { ...one.headers, Cookie },
    })
    const sealed = cookiesOf(got)
      .split('; ')
      .find((pair) => pair.startsWith('__Host-selvedge='))
    if (sealed !== undefined) own = sealed
    seen.push({ path, got, sent })
  }
  return seen
}

const everybody = Array.from({ length: VISITORS }, (_, number) => visitor(number))

describe('200 visitors at once', () => {
  it('each get their own page, whether it is kept, streams or is the shop’s own', async () => {
    await edge.publish(RELEASE)
    await edge.warm()
    const visits = await Promise.all(everybody.map((one) => visit(edge, one)))
    const sources = new Set<string>()
    for (const [number, views] of visits.entries()) {
      const one = everybody[number] as Visitor
      for (const { path, got, sent } of views) {
        expect(withoutBeacon(got.text)).toBe(expected(one, path))
        expect(got.text.includes('/_selvedge/beacon.js')).toBe(one.isKnown)
        expect(got.headers['selvedge-decision']).toBe(
          one.isKnown ? 'hello=a;r=match, where=a;r=match' : 'where=a;r=match, hello=control;r=consent',
        )
        const sealed = got.setCookies.filter((line) => line.startsWith('__Host-selvedge'))
        expect(sealed).toHaveLength(one.isKnown && sent === '' ? 1 : 0)
        const foreign = got.setCookies.filter((line) => !line.startsWith('__Host-selvedge'))
        expect(foreign).toEqual(path.startsWith('/own/') ? [`basket=t${number}; Path=/`] : [])
        sources.add(/desc="(\w+)"/.exec(got.headers['server-timing'] ?? '')?.[1] ?? '')
      }
    }
    expect([...sources].sort()).toEqual(['memory', 'stream'])
    const cookies = visits.flatMap((views) => views.map(({ sent }) => sent).filter((sent) => sent !== ''))
    expect(new Set(cookies).size).toBe(VISITORS / 2)
  })

  it('each get their own page or the shop’s own, where they are the first an isolate ever sees', async () => {
    const cold = await startEdge(text())
    try {
      const answers = await Promise.all(
        everybody.map((one) =>
          cold.get(`/kept/0${queryOf(one)}`, { place: one.place, headers: one.headers }),
        ),
      )
      for (const [number, got] of answers.entries()) {
        const late = got.headers['selvedge-bypass'] === 'no_release'
        expect(withoutBeacon(got.text)).toBe(
          late ? pageOf('/kept/0') : expected(everybody[number] as Visitor, '/kept/0'),
        )
      }
      await cold.warm()
      const later = await Promise.all(
        everybody.map((one) =>
          cold.get(`/kept/0${queryOf(one)}`, { place: one.place, headers: one.headers }),
        ),
      )
      for (const [number, got] of later.entries())
        expect(withoutBeacon(got.text)).toBe(expected(everybody[number] as Visitor, '/kept/0'))
    } finally {
      await cold.stop()
    }
  })
})

/** GrowthBook's hash, version 2, from its specification: FNV-1a of 32 bits, twice, in steps of 1/10,000. */
function growthbookHash(seed: string, unit: string): number {
  const fnv = (words: string): number => {
    let sum = 0x811c9dc5
    for (const char of words) sum = Math.imul(sum ^ char.charCodeAt(0), 0x01000193)
    return sum >>> 0
  }
  return (fnv(`${fnv(seed + unit)}`) % 10_000) / 10_000
}

describe('an experiment', () => {
  const variants = [
    { id: 'control', weight: 0.4, edits: [] },
    { id: 'a', weight: 0.3, edits: [{ action: 'text', selector: 'h1', value: 'A' }] },
    { id: 'b', weight: 0.3, edits: [{ action: 'text', selector: 'h1', value: 'B' }] },
  ]
  const armOf = (got: Got): string => /hero=(\w+)/.exec(got.headers['selvedge-decision'] ?? '')?.[1] ?? ''

  it('puts every unit where GrowthBook would, and holds the wished share of all out', async () => {
    const campaigns = [campaign('hero', [], { variants, coverage: 0.8 })]
    await edge.publish({ holdout: 0.2, campaigns })
    const places = await Promise.all(
      Array.from({ length: UNITS }, async (_, number) => {
        const unit = `user-${number}`
        const headers = { 'Selvedge-Unit': unit, 'Selvedge-Unit-Secret': CDN_SECRET }
        const got = await edge.get('/kept/0', { method: 'HEAD', place: AUSTIN, headers })
        return { unit, arm: armOf(got), isHeldOut: got.headers['selvedge-holdout'] === '?1', got }
      }),
    )
    for (const { unit, arm, isHeldOut, got } of places) {
      const at = growthbookHash('hero', unit)
      // Anchored ranges: each variant keeps its start, and fills 80 % of its share.
      const range = [0, 0.4, 0.7].findIndex(
        (from, index) => at >= from && at < from + 0.8 * ([0.4, 0.3, 0.3][index] ?? 0),
      )
      const isCovered = range !== -1
      if (isHeldOut) expect([arm, isCovered]).toEqual(['holdout', true])
      else expect([unit, arm]).toEqual([unit, variants[range]?.id ?? 'control'])
      expect(got.headers['selvedge-decision']).toContain(
        isHeldOut
          ? 'global_holdout'
          : isCovered
            ? arm === 'control'
              ? 'r=control'
              : 'r=match'
            : 'r=coverage',
      )
    }
    const covered = places.filter(({ unit, isHeldOut }) => isHeldOut || armOfUnit(unit) !== -1)
    const share = places.filter(({ isHeldOut }) => isHeldOut).length / covered.length
    // Five standard errors of a share of 0.2 among about 1,600.
    expect(Math.abs(share - 0.2)).toBeLessThan(0.05)
  })

  const armOfUnit = (unit: string): number => {
    const at = growthbookHash('hero', unit)
    return [0, 0.4, 0.7].findIndex(
      (from, index) => at >= from && at < from + 0.8 * ([0.4, 0.3, 0.3][index] ?? 0),
    )
  }

  it('keeps every visitor in their arm, on every page and in another isolate', async () => {
    await edge.publish(releaseOf(campaign('hero', [], { variants })))
    const other = await startEdge(text())
    await other.warm()
    try {
      const people = await Promise.all(
        Array.from({ length: 40 }, async () => {
          const first = await edge.get('/kept/0', { place: AUSTIN })
          const again = { place: AUSTIN, headers: { Cookie: cookiesOf(first) } }
          const rest = [
            await edge.get('/kept/1', again),
            await edge.get('/own/0', again),
            await other.get('/kept/2', again),
          ]
          return [first, ...rest].map(armOf)
        }),
      )
      for (const arms of people) expect(new Set(arms).size).toBe(1)
      expect(new Set(people.flat())).toEqual(new Set(['control', 'a', 'b']))
    } finally {
      await other.stop()
    }
  })
})
