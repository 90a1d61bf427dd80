import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiRoutes } from '../../src/api/routes.ts'
import type { ReleaseStore } from '../../src/campaign/release.ts'
import { campaigns, placed } from '../../src/cli/campaigns.ts'
import { findToken } from '../../src/cli/operator.ts'
import { keyringOf } from '../help/keyring.ts'
import { listen } from '../help/listen.ts'
import { createMemoryReleaseStore, releaseText } from '../help/releases.ts'
import { createMemoryStates, type MemoryStates } from '../help/states.ts'

const SECRET = 'a-token-that-is-long-enough'
let folder: string
let server: Server
let url: string
let store: ReleaseStore
let states: MemoryStates
let said: string[]

/** The real doors over a real socket; only the store is in memory, and selectors are taken as they come. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'selvedge-cli-'))
  const doors = apiRoutes({
    tokens: [{ name: 'ana', secret: SECRET }],
    rules: { checkSelector: () => undefined, redirectHosts: [] },
    store: () => store,
    keyring: await keyringOf(),
    now: () => Date.UTC(2026, 0, 2, 3, 4),
    random: (bytes) => new Uint8Array(bytes),
    changed: async () => {},
    overlays: () => ({
      releases: store,
      states,
      tell: async () => true,
      later: () => {},
      leadMs: 0,
      now: () => Date.UTC(2026, 0, 2, 3, 4),
    }),
    report: console.error,
  })
  server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming)
    const asked = new URL(incoming.url ?? '/', 'http://localhost')
    asked.pathname = asked.pathname.replace('/_selvedge/api', '')
    const response = await doors.request(asked.href, {
      method: incoming.method ?? 'GET',
      headers: new Headers(incoming.headers as Record<string, string>),
      ...(body.length === 0 ? {} : { body }),
    })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  url = await listen(server)
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  store = createMemoryReleaseStore()
  states = createMemoryStates()
  said = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => said.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const run = (...args: readonly string[]): Promise<number> =>
  campaigns([...args, '--url', url, '--token', SECRET])

describe('campaigns', () => {
  it('publishes, and says so when it was live already', async () => {
    const path = file('a.json', releaseText('x'))
    expect(await run('publish', path, '--note', 'first')).toBe(0)
    expect(await run('publish', path)).toBe(0)
    expect(said).toEqual([
      'Release 1 is live, with 1 campaign.',
      'Release 1 is this very one, and live already.',
    ])
    expect(await store.active()).toMatchObject({ author: 'ana', note: 'first' })
  })

  it('pauses one campaign, says who and why, and lets it run again', async () => {
    expect(await run('publish', file('a.json', releaseText('x')))).toBe(0)
    expect(await run('pause', 'hero', '--note', 'too loud')).toBe(0)
    expect(await run('status')).toBe(0)
    expect(await run('resume', 'hero')).toBe(0)
    expect(await run('resume', 'hero')).toBe(0)
    expect(await run('pause', 'gone')).toBe(1)
    expect(said.slice(1)).toEqual([
      'hero is paused.',
      'Release 1\nhero  paused by ana, 2026-01-02 03:04 UTC: too loud, fixed, a 100 %',
      'hero runs.',
      'hero runs already.',
      'There is no such thing: the live release has no such campaign.',
    ])
  })

  it('lists, shows, activates, rolls back, pauses and resumes', async () => {
    await run('publish', file('a.json', releaseText('x')))
    await run('publish', file('b.json', releaseText('y')), '--note', '\u001b[2Jsummer')
    said = []
    await run('list')
    // A note may be another operator's, and clears nobody's screen.
    expect(said.join('\n')).toBe(
      '*    2  2026-01-02 03:04 UTC  ana  \\u001b[2Jsummer\n     1  2026-01-02 03:04 UTC  ana',
    )
    said = []
    expect(await run('activate', '1')).toBe(0)
    expect(await run('rollback')).toBe(0)
    expect(await run('pause', '--note', 'fire')).toBe(0)
    expect(await run('list', '--limit', '1')).toBe(0)
    expect(await run('resume')).toBe(0)
    expect(said.join('\n').split('\n')).toEqual([
      'Release 1 is live.',
      'Release 2 is live again, in place of 1.',
      'Personalization is paused.',
      '*    2  2026-01-02 03:04 UTC  ana  \\u001b[2Jsummer',
      'Personalization is paused: no page is changed until "campaigns resume".',
      'More: campaigns list --before 2',
      'Personalization is on.',
    ])
    said = []
    await run('show', '1')
    expect(JSON.parse(said[0] ?? '')).toMatchObject({ campaigns: [{ id: 'hero' }] })
  })

  it('prints each fault at its line and column, and exits with 1', async () => {
    const path = file('bad.json', releaseText('x', { priorty: 1, coverage: 2 }))
    expect(await run('publish', path)).toBe(1)
    expect(said).toHaveLength(2)
    expect(said[0]).toMatch(/bad\.json:21:7 \/campaigns\/0\/priorty \S/)
    expect(said[1]).toMatch(/bad\.json:22:7 \/campaigns\/0\/coverage \S/)
    expect((await store.head()).number).toBe(0)
  })

  it('prints what should be looked at, at its line, and goes on', async () => {
    const to = (id: string, page: string, redirect: string) => ({
      id,
      pages: [page],
      variants: [{ id: 'a', redirect }],
    })
    const path = file('chain.json', JSON.stringify({ campaigns: [to('x', '/a', '/b'), to('y', '/b', '/c')] }))
    expect(await run('check', path)).toBe(0)
    expect(await run('publish', path)).toBe(0)
    const warning = /chain\.json:1:\d+ \/campaigns\/0\/variants\/0\/redirect warning: .*"y"/
    expect(said.map((line) => warning.test(line))).toEqual([false, false, false, true, false, true])
  })

  it('says why something was refused, and exits with 1', async () => {
    expect(await run('rollback')).toBe(1)
    expect(await run('show', '9')).toBe(1)
    expect(said).toEqual([
      'There is nothing to go back to.',
      'There is no such thing: there is no release of this number.',
    ])
    expect(await campaigns(['list', '--url', url, '--token', 'wrong'])).toBe(1)
  })

  it.each([
    [[]],
    [['explode']],
    [['check']],
    [['list', 'x']],
    [['activate', 'x']],
    [['publish', 'a', 'b']],
    [['publish', '/nowhere/at-all.json']],
    [['list', '--url', 'nonsense']],
  ])('refuses %j with 2', async (args) => {
    await expect(campaigns([...args, '--token', SECRET])).rejects.toMatchObject({ exitCode: 2 })
  })

  it('says what to do where nothing answers', async () => {
    const asked = campaigns(['list', '--url', 'http://127.0.0.1:9', '--token', SECRET])
    await expect(asked).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9 cannot be reached/),
    })
  })
})

describe('campaigns check', () => {
  it('checks without anything running, with the real selector compiler', async () => {
    const good = file('good.json', releaseText('{{ geo.city }}'))
    expect(await campaigns(['check', good])).toBe(0)
    expect(said[0]).toMatch(/good\.json: no faults, 1 campaign, [\w-]{43}$/)
    expect(said[1]).toMatch(/^ {2}hero: a; reads geo\.city/)
    said = []
    const edits = [
      { action: 'remove', selector: 'p:has(a)' },
      { action: 'text', selector: 'h1', value: '{{ broken' },
    ]
    const bad = file('bad.json', releaseText('', { variants: [{ id: 'a', weight: 1, edits }] }))
    expect(await campaigns(['check', bad])).toBe(1)
    expect(said.map((line) => /:(\d+:\d+ \S+)/.exec(line)?.[1])).toEqual([
      '15:15 /campaigns/0/variants/0/edits/0/selector',
      '20:15 /campaigns/0/variants/0/edits/1/value',
    ])
  })

  it('names the file that is empty, too', async () => {
    const empty = file('empty.json', '')
    expect(await campaigns(['check', empty])).toBe(1)
    expect(await run('check', empty)).toBe(1)
    expect(said).toEqual(Array(2).fill(`${empty}:1:1 not JSON: expected a value, the text ends`))
  })

  it('checks at a running one where a URL is told', async () => {
    expect(await run('check', file('good.json', releaseText('x')))).toBe(0)
    expect((await store.head()).number).toBe(0)
  })
})

describe('placed', () => {
  it('takes the place that a fault of syntax says itself, and sorts by place', () => {
    const text = '{"a": 1,\n "b": 2}'
    const faults = [
      { path: '/b', code: 'x', message: 'wrong' },
      { path: '', code: 'json', message: 'not JSON (line 1, column 7)' },
    ]
    expect(placed(faults, text).map(({ message, place }) => [message, place])).toEqual([
      ['not JSON', { line: 1, column: 7 }],
      ['wrong', { line: 2, column: 2 }],
    ])
  })
})

describe('findToken', () => {
  const kept = () => file('secrets.json', JSON.stringify({ sealKeys: 'k', apiToken: `local:${SECRET}` }))

  it('prefers what is told, then the environment, then the local stack', () => {
    expect(findToken('told', { SELVEDGE_TOKEN: 'env' }, kept())).toBe('told')
    expect(findToken(undefined, { SELVEDGE_TOKEN: 'ana:env' }, kept())).toBe('env')
    expect(findToken(undefined, {}, kept())).toBe(SECRET)
  })

  it('says where tokens come from when there is none', () => {
    expect(() => findToken(undefined, {}, join(folder, 'none.json'))).toThrow(
      /--token.*SELVEDGE_TOKEN.*npm start/,
    )
  })
})
