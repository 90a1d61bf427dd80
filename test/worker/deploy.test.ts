/** What outlives a deployment, and what must not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SearchableCache, startCache } from '../help/cache.ts'
import { campaign, type Edge, type Got, releaseOf, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

let store: TestStore
let cache: SearchableCache
const origins: FaultyOrigin[] = []
const edges: Edge[] = []

beforeAll(async () => {
  store = await startTestStore()
  cache = await startCache()
})

afterAll(async () => {
  for (const edge of edges) await edge.stop()
  for (const origin of origins) await origin.stop()
  cache?.stop()
  await store?.stop()
})

async function originOf(title: string): Promise<FaultyOrigin> {
  const origin = await startOrigin()
  origins.push(origin)
  origin.on(
    '/',
    page(`<html><body><h1>Hi</h1><p>${title}</p></body></html>`, { 'Cache-Control': 'max-age=600' }),
  )
  return origin
}

/** A version of the Worker in front of an origin, all of one data centre. */
async function deployed(origin: FaultyOrigin): Promise<Edge> {
  const edge = await startEdge({ ORIGIN: origin.url, DB_URL: store.url }, undefined, cache.address)
  edges.push(edge)
  return edge
}

/** The page, once it comes from what is kept. */
async function kept(edge: Edge): Promise<Got> {
  await edge.warm()
  return expect
    .poll(() => edge.get('/'), { timeout: 20_000 })
    .toSatisfy((got: Got) => /desc="(?:memory|cache)"/.test(got.headers['server-timing'] ?? ''))
    .then(() => edge.get('/'))
}

describe('a deployment with another ORIGIN', () => {
  it('serves no page of the old shop, nor the old version beside it one of the new shop', async () => {
    const [before, after] = await Promise.all([originOf('old shop'), originOf('new shop')])
    const old = await deployed(before)
    await old.publish(releaseOf(campaign('hero', [{ selector: 'h1', action: 'text', value: 'Hello' }])))
    expect((await kept(old)).text).toContain('<h1>Hello</h1><p>old shop')
    const now = await deployed(after)
    await now.warm()
    expect((await now.get('/')).text).toContain('<h1>Hello</h1><p>new shop')
    expect((await kept(now)).text).toContain('new shop')
    // Another isolate of the old version, which has nothing in memory yet.
    const again = await deployed(before)
    expect((await kept(again)).text).toContain('old shop')
  })
})
