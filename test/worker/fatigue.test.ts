/** A piece that is ignored rests, and one that is answered does not: told to the running Worker as browsers tell it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUSTIN, campaign, cookiesOf, type Edge, type Got, releaseOf, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const RESTS = { rest: { ignored: 3, days: 7 } }
const EDIT = { action: 'text', selector: 'h1', value: 'for you' }

let store: TestStore
let origin: FaultyOrigin
let edge: Edge

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  origin.on(
    '/',
    page('<!doctype html><html><head><title>Tea</title></head><body><h1>Tea</h1></body></html>', {
      'Cache-Control': 'max-age=600',
    }),
  )
  edge = await startEdge({ ORIGIN: origin.url, DB_URL: store.url })
  await edge.publish(releaseOf(campaign('hero', [EDIT], { caps: RESTS })))
  await edge.warm()
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

/** A browser that keeps cookies. */
function shopper() {
  const cookies = new Map<string, string>()
  const keep = (got: Got): Got => {
    for (const pair of cookiesOf(got).split('; ').filter(Boolean)) {
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return got
  }
  const headers = () => ({ Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') })
  return {
    look: async () =>
      keep(await edge.get('/', { place: AUSTIN, headers: headers() })).headers['selvedge-decision'],
    tell: async (...events: readonly object[]) => {
      const got = keep(
        await edge.get('/_selvedge/events', {
          place: AUSTIN,
          method: 'POST',
          headers: { ...headers(), 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
          body: JSON.stringify({ events }),
        }),
      )
      return JSON.parse(got.text)
    },
    agree: async (measurement: boolean) =>
      keep(
        await edge.get('/_selvedge/consent', {
          place: AUSTIN,
          method: 'POST',
          headers: { ...headers(), 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
          body: JSON.stringify({ personalization: true, measurement }),
        }),
      ),
  }
}

const SHOWN = 'hero=a;r=match'
const RESTING = 'hero=control;r=fatigue;why="rest"'

describe('a piece with a rest', () => {
  it('rests after three page views that nothing answered', async () => {
    const { look } = shopper()
    for (let time = 0; time < 3; time++) expect(await look()).toBe(SHOWN)
    expect(await look()).toBe(RESTING)
  })

  it('does not rest while its visitor clicks on it, measured or not', async () => {
    for (const isMeasured of [true, false]) {
      const { look, tell, agree } = shopper()
      await agree(isMeasured)
      for (let time = 0; time < 8; time++) {
        expect(await look()).toBe(SHOWN)
        if (time % 2 === 1) {
          expect(await tell({ kind: 'click', campaign: 'hero' })).toMatchObject({ accepted: 1, faults: [] })
        }
      }
    }
  })

  it('comes back at once where its rest is answered by an event of the shop’s that names it, or by an order', async () => {
    for (const answer of [
      { id: 'c1', kind: 'add_to_cart', campaign: 'hero' },
      { id: 'o1', kind: 'purchase', value: 5, currency: 'EUR' },
    ]) {
      const { look, tell } = shopper()
      for (let time = 0; time < 3; time++) await look()
      expect(await look()).toBe(RESTING)
      await tell({ id: 'v1', kind: 'view', category: 'tea' }, { id: 's1', kind: 'seen', campaign: 'hero' })
      expect(await look()).toBe(RESTING)
      await tell(answer)
      expect(await look()).toBe(SHOWN)
    }
  })

  it('does not take a click for an answer after "not relevant"', async () => {
    const { look, tell } = shopper()
    await look()
    await tell({ id: 'n1', kind: 'not_relevant', campaign: 'hero' })
    await tell({ kind: 'click', campaign: 'hero' })
    expect(await look()).toBe('hero=control;r=fatigue;why="refused"')
  })
})
