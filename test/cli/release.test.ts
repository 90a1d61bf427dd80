import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Door, publishOrKeep } from '../../src/cli/release.ts'
import { listen } from '../help/listen.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-release-'))
const file = join(folder, 'release.json')
let server: Server
let door: Door
let faults: readonly object[]
let isLive: boolean
let said: string[]

beforeAll(async () => {
  writeFileSync(file, '{}')
  server = createServer((request, response) => {
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body))
    if (request.method === 'POST') answer(422, { title: 'This release has faults', faults })
    else if (isLive) answer(200, { number: 3, note: 'demo storefront' })
    else answer(404, {})
  })
  door = { url: await listen(server), token: 't' }
})
beforeEach(() => {
  said = []
  isLive = true
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const small = (index: number) => ({
  path: `/campaigns/${index}/audience`,
  code: 'guard_small_audience',
  message: 'this reaches about 12 visitors; an audience has at least 50',
})
const publish = () => publishOrKeep(door, file, 'demo storefront', (line) => said.push(line))

describe('publishOrKeep', () => {
  it('keeps what is live where the store’s visitors are too few for the release, and says so in a line', async () => {
    faults = [small(1), small(4)]
    expect(await publish()).toBe(3)
    expect(said).toEqual([
      expect.stringMatching(/\/campaigns\/1\/audience .*about 12 visitors.*1 more.*release 3 stays live\.$/),
    ])
  })

  it('goes on where nothing is live yet', async () => {
    faults = [small(0)]
    isLive = false
    expect(await publish()).toBeNull()
    expect(said).toEqual([expect.stringContaining('no release is live')])
  })

  it('does not start with a release that has a fault of its own', async () => {
    faults = [small(0), { path: '/campaigns/0/id', code: 'value', message: 'Write it small.' }]
    await expect(publish()).rejects.toThrow(/\/campaigns\/0\/id Write it small\./)
    expect(said).toEqual([])
  })
})
