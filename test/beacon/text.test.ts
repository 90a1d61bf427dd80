import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { buildBeacon } from '../../src/cli/beacon.ts'
import { BEACON_URL, beaconResponse } from '../../src/events/beacon.ts'
import { BEACON_TEXT } from '../../src/events/beacon-text.ts'

const MAX_BYTES = 3_000
const ask = (path: string, headers: Record<string, string> = {}): Response =>
  beaconResponse(new Request(`https://shop.example${path}`, { headers }))

describe('beacon.js', () => {
  it('is made of src/beacon: after a change there, run "npm run beacon"', async () => {
    expect(BEACON_TEXT).toBe(await buildBeacon())
  })

  it('weighs no more than was promised', () => {
    expect(gzipSync(BEACON_TEXT, { level: 9 }).length).toBeLessThanOrEqual(MAX_BYTES)
  })

  it('makes no code, writes no markup, and stops no page from being kept', () => {
    expect(BEACON_TEXT).not.toMatch(
      /\beval\b|Function\(|innerHTML|outerHTML|document\.write|insertAdjacent|unload\b/,
    )
  })
})

describe('beaconResponse', () => {
  it('may be kept for good under its own version, and for a while under any other', () => {
    const versioned = ask(BEACON_URL).headers
    expect(versioned.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(versioned.get('Content-Type')).toBe('text/javascript; charset=utf-8')
    expect(versioned.get('X-Content-Type-Options')).toBe('nosniff')
    for (const path of ['/_selvedge/beacon.js', '/_selvedge/beacon.js?v=0123456789abcdef']) {
      expect(ask(path).headers.get('Cache-Control')).toBe('public, max-age=600')
    }
  })

  it('is confirmed by its tag', async () => {
    const tag = ask(BEACON_URL).headers.get('ETag') ?? ''
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const answer = ask(BEACON_URL, { 'If-None-Match': known })
      expect([answer.status, await answer.text(), answer.headers.get('ETag')]).toEqual([304, '', tag])
    }
    expect(ask(BEACON_URL, { 'If-None-Match': '"x"' }).status).toBe(200)
  })
})
