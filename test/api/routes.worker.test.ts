import { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../src/api/openapi.ts'
import { type ApiDeps, apiRoutes } from '../../src/api/routes.ts'
import type { ReleaseStore } from '../../src/campaign/release.ts'
import { MAX_DOCUMENT_BYTES } from '../../src/campaign/shape.ts'
import { openPreview } from '../../src/decide/preview.ts'
import { SelvedgeError } from '../../src/kit/errors.ts'
import type { Problem } from '../../src/kit/problem.ts'
import type { Keyring } from '../../src/kit/seal.ts'
import { checkSelector } from '../../src/page/mark.ts'
import { keyringOf } from '../help/keyring.ts'
import { createMemoryReleaseStore, releaseText } from '../help/releases.ts'
import { createMemoryStates } from '../help/states.ts'

const ROOT = '/_selvedge/api'
const SECRET = 'a-token-that-is-long-enough'
const NOW = Date.UTC(2026, 0, 2)

let store: ReleaseStore
let keyring: Keyring
let changes: number
let reported: unknown[]
let app: Hono

function mount(more: Partial<ApiDeps> = {}): Hono {
  const deps: ApiDeps = {
    tokens: [{ name: 'ana', secret: SECRET }],
    rules: { checkSelector, redirectHosts: [] },
    store: () => store,
    keyring,
    now: () => NOW,
    random: (bytes) => new Uint8Array(bytes).fill(7),
    changed: async () => {
      changes++
    },
    report: (cause) => reported.push(cause),
    ...more,
  }
  return new Hono().route(ROOT, apiRoutes(deps))
}

beforeEach(async () => {
  keyring = await keyringOf()
  store = createMemoryReleaseStore()
  changes = 0
  reported = []
  app = mount()
})

interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape
  readonly body: any
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: HeadersInit = {},
): Promise<Answer> {
  const sent = new Headers({ Authorization: `Bearer ${SECRET}`, 'Content-Type': 'application/json' })
  for (const [name, value] of new Headers(headers)) value === '' ? sent.delete(name) : sent.set(name, value)
  const text = typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body)
  const response = await app.request(ROOT + path, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body: text ?? null }),
  })
  const type = response.headers.get('Content-Type') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    body: type.includes('json') && method !== 'HEAD' ? await response.json() : await response.text(),
  }
}

const publish = (text: string, query = ''): Promise<Answer> =>
  call('POST', `/releases${query}`, releaseText(text))
const codesOf = ({ body }: Answer): readonly string[] =>
  ((body as Problem).faults ?? []).map(({ code }) => code)

describe('GET /inventory', () => {
  it('lists every field that is kept, and which live campaigns read it', async () => {
    const tea = { audience: { 'affinity.tea': { $gt: 0.3 } }, variants: [{ id: 'a', edits: [] }] }
    await call('POST', '/releases', releaseText('x', tea))
    const { status, body } = await call('GET', '/inventory')
    expect([status, body.release, body.due]).toEqual([200, 1, []])
    const entry = body.entries.find(({ id }: { id: string }) => id === 'contributions.document.affinity')
    expect(entry).toMatchObject({ kind: 'table', purpose: 'personalization', readers: ['hero'] })
  })

  it('answers before anything was published', async () => {
    expect((await call('GET', '/inventory')).body).toMatchObject({ release: 0, entries: expect.any(Array) })
  })

  it('warns of a review that is due, here and at publishing, and publishes all the same', async () => {
    app = mount({ now: () => Date.UTC(2030, 0) })
    const published = await publish('x')
    expect([published.status, published.body.warnings[0].code]).toEqual([201, 'review_due'])
    expect((await call('GET', '/inventory')).body.due[0].code).toBe('review_due')
  })
})

describe('GET /campaigns, POST /campaigns/{id}/pause and resume', () => {
  beforeEach(() => {
    const states = createMemoryStates()
    const overlays = () => ({
      releases: store,
      states,
      tell: async () => true,
      later: () => {},
      leadMs: 0,
      now: () => NOW,
    })
    app = mount({ overlays })
  })

  it('pauses a campaign and lets it run again, and says so', async () => {
    await publish('x')
    const hero = async () => (await call('GET', '/campaigns')).body.campaigns[0]
    expect(await hero()).toEqual({
      id: 'hero',
      state: 'live',
      allocation: 'fixed',
      weights: { a: 1 },
      out: [],
    })
    const before = changes
    expect((await call('POST', '/campaigns/hero/pause?note=too%20loud')).body).toEqual({ changed: true })
    expect(changes).toBe(before + 1)
    expect(await hero()).toMatchObject({ state: 'paused', by: 'ana', why: 'too loud', since: NOW })
    expect((await call('POST', '/campaigns/hero/pause')).body).toEqual({ changed: false })
    expect((await call('POST', '/campaigns/hero/resume')).body).toEqual({ changed: true })
    expect(await hero()).toMatchObject({ state: 'live' })
  })

  it('answers before anything was published, and of campaigns that nobody published', async () => {
    expect((await call('GET', '/campaigns')).body).toEqual({ release: 0, enabled: true, campaigns: [] })
    expect((await call('POST', '/campaigns/gone/pause')).status).toBe(404)
  })

  it('says so where there is no store', async () => {
    app = mount()
    expect((await call('GET', '/campaigns')).status).toBe(501)
    expect((await call('POST', '/campaigns/hero/resume')).status).toBe(501)
  })
})

describe('POST /releases', () => {
  it('publishes, says where the release is, and what its campaigns know', async () => {
    const answer = await publish('x', '?note=first')
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Location')).toBe(`${ROOT}/releases/1`)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.body).toMatchObject({ number: 1, created: true, campaigns: [{ id: 'hero', reads: [] }] })
    expect(await store.active()).toMatchObject({ author: 'ana', note: 'first', createdAt: NOW })
    expect(changes).toBe(1)
  })

  it('answers 200 with the live number for the same release', async () => {
    await publish('x')
    const again = await publish('x')
    expect([again.status, again.body.number, again.body.created]).toEqual([200, 1, false])
  })

  it('only checks in a dry run', async () => {
    const answer = await publish('x', '?dryRun=1')
    expect([answer.status, answer.body.campaigns.length]).toEqual([200, 1])
    expect((await store.head()).number).toBe(0)
    expect(changes).toBe(0)
  })

  it('lists every fault with its path, and the live release stays', async () => {
    await publish('x')
    const edits = [
      { action: 'text', selector: 'p:has(a)', value: '{{ x | nope' },
      { action: 'explode', selector: 'h1' },
      { action: 'setAttribute', selector: 'a', name: 'onclick', value: 'x' },
    ]
    const variants = [
      { id: 'a', weight: 0.9, edits },
      { id: 'b', weight: 0.9, edits: [] },
    ]
    const answer = await call('POST', '/releases', releaseText('y', { variants, colour: 'red' }))
    expect(answer.status).toBe(422)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    const paths = (answer.body as Problem).faults?.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining([
        '/campaigns/0/colour',
        '/campaigns/0/variants/0/edits/0/selector',
        '/campaigns/0/variants/0/edits/1/action',
      ]),
    )
    expect((await store.head()).number).toBe(1)
    expect(changes).toBe(1)
  })

  it('says where the text is no JSON', async () => {
    const answer = await call('POST', '/releases', '{"campaigns": [}')
    expect([answer.status, codesOf(answer)]).toEqual([422, ['json']])
  })

  it('refuses a body that is too large, whether or not it says so', async () => {
    const large = ' '.repeat(MAX_DOCUMENT_BYTES + 1)
    const refused = await call('POST', '/releases', large)
    expect([refused.status, refused.body.faults]).toEqual([
      422,
      [{ path: '', code: 'too_large', message: expect.stringContaining('1048576 bytes') }],
    ])
    const chunk = new TextEncoder().encode(' '.repeat(64 * 1024))
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled += chunk.length
        controller.enqueue(chunk)
      },
    })
    const cut = await call('POST', '/releases', endless)
    expect([cut.status, codesOf(cut)]).toEqual([422, ['too_large']])
    expect(pulled).toBeLessThan(2 * MAX_DOCUMENT_BYTES)
  })

  it.each([
    { 'Content-Type': 'text/plain' },
    { 'Content-Type': '' },
    { 'Content-Type': 'application/json; charset=latin1' },
    { 'Content-Encoding': 'gzip' },
  ])('answers 415 for %o', async (headers) => {
    expect((await call('POST', '/releases', releaseText('x'), headers)).status).toBe(415)
  })

  it('takes JSON in UTF-8 by any of its names', async () => {
    const headers = { 'Content-Type': 'Application/JSON; Charset="UTF-8"' }
    expect((await call('POST', '/releases', releaseText('é'), headers)).status).toBe(201)
  })

  it('answers 400 for bytes that are not UTF-8', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array([0x22, 0xff, 0x22]))
        controller.close()
      },
    })
    expect((await call('POST', '/releases', body)).status).toBe(400)
  })

  it('refuses a note that is too long', async () => {
    expect((await publish('x', `?note=${'n'.repeat(501)}`)).status).toBe(400)
  })
})

describe('what is live', () => {
  it('is listed, shown, activated again and rolled back', async () => {
    await publish('x')
    await publish('y')
    const list = await call('GET', '/releases')
    expect(list.body).toMatchObject({ live: 2, enabled: true, next: null })
    expect(list.body.releases.map(({ number }: { number: number }) => number)).toEqual([2, 1])
    expect((await call('GET', '/releases/active')).body.document.campaigns[0].id).toBe('hero')
    expect((await call('POST', '/releases/1/activate?note=back')).body).toEqual({ number: 1, changed: true })
    expect((await call('POST', '/releases/rollback')).body).toEqual({ number: 2, from: 1 })
    expect((await call('GET', '/releases/1')).body.number).toBe(1)
    const { entries } = (await call('GET', '/audit?limit=2')).body
    expect(entries[0]).toMatchObject({ actor: 'ana', action: 'release.rollback', subject: '2' })
    expect(entries[1]).toMatchObject({ action: 'release.activate', detail: { note: 'back', from: 2 } })
  })

  it('is nothing before the first release', async () => {
    expect((await call('GET', '/releases/active')).status).toBe(404)
    expect((await call('POST', '/releases/rollback')).status).toBe(409)
    expect((await call('PUT', '/switch', { enabled: false })).status).toBe(409)
  })

  it.each(['0', '7', '-1', '1.5', '1e3', 'x', '99999999999999999999'])(
    'has no release %s',
    async (number) => {
      await publish('x')
      expect((await call('GET', `/releases/${number}`)).status).toBe(404)
      expect((await call('POST', `/releases/${number}/activate`)).status).toBe(404)
    },
  )

  it('is read page by page', async () => {
    for (const text of ['x', 'y', 'z']) await publish(text)
    const first = (await call('GET', '/releases?limit=2')).body
    expect(first.next).toBe(2)
    const second = (await call('GET', `/releases?limit=2&before=${first.next}`)).body
    expect(second.releases.map(({ number }: { number: number }) => number)).toEqual([1])
    expect(second.next).toBeNull()
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'before=0', 'before='])('refuses ?%s', async (query) => {
    expect((await call('GET', `/releases?${query}`)).status).toBe(400)
    expect((await call('GET', `/audit?${query}`)).status).toBe(400)
  })
})

describe('PUT /switch', () => {
  it('turns personalization off and on, with the reason in the audit', async () => {
    await publish('x')
    const off = await call('PUT', '/switch', { enabled: false, reason: 'hero is wrong' })
    expect(off.body).toEqual({ enabled: false, changed: true })
    expect((await store.audit({ limit: 1 }))[0]).toMatchObject({
      action: 'switch.pause',
      detail: { note: 'hero is wrong' },
    })
    expect((await call('PUT', '/switch', { enabled: true })).body).toEqual({ enabled: true, changed: true })
    expect(changes).toBe(3)
  })

  it('names every fault', async () => {
    const answer = await call('PUT', '/switch', { enabled: 'no', reason: 'r'.repeat(501) })
    expect(answer.status).toBe(422)
    expect((answer.body as Problem).faults?.map(({ path }) => path)).toEqual(['/enabled', '/reason'])
    expect(codesOf(await call('PUT', '/switch', { enabled: true, when: 'now' }))).toEqual(['unknown_field'])
  })
})

describe('POST /previews', () => {
  it('seals what was wished for', async () => {
    const answer = await call('POST', '/previews', { signals: { geo: { country: 'PT' } }, ttl: 60 })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ expires: NOW + 60_000, header: 'Selvedge-Preview' })
    expect(answer.body.cookie).toContain(`${answer.body.token}; Path=/; Secure`)
    expect(await openPreview(keyring, answer.body.token, NOW)).toMatchObject({
      ok: true,
      value: { signals: { geo: { country: 'PT' } } },
    })
  })

  it('names every fault', async () => {
    const answer = await call('POST', '/previews', {
      signals: { geo: { country: 'pt', planet: 'x' } },
      ttl: 0,
    })
    expect([answer.status, answer.body.faults.length]).toEqual([422, 3])
  })
})

describe('who may come in', () => {
  it('lets nobody through a closed door without a known token, and changes nothing', async () => {
    await publish('x')
    for (const { method, path, isPublic } of OPERATIONS) {
      if (isPublic) continue
      const there = path.replace('{number}', '1')
      for (const Authorization of ['', 'Bearer nonsense', `Basic ${SECRET}`]) {
        const answer = await call(method.toUpperCase(), there, method === 'get' ? undefined : '{}', {
          Authorization,
        })
        expect([path, answer.status]).toEqual([path, 401])
        expect(answer.headers.get('WWW-Authenticate')).toContain('Bearer')
      }
    }
    expect(await store.audit({ limit: 10 })).toHaveLength(1)
  })

  it('shows its documents to everybody', async () => {
    const headers = { Authorization: '' }
    expect((await call('GET', '/openapi.json', undefined, headers)).status).toBe(200)
    expect((await call('GET', '/schema.json', undefined, headers)).body.properties.campaigns).toBeDefined()
  })

  it('limits who has no token by address, and then does not hear them for a minute, guess what they may', async () => {
    const keys: string[] = []
    app = mount({
      limit: async (key) => {
        keys.push(key)
        return false
      },
    })
    const answer = await call('GET', '/releases', undefined, {
      Authorization: 'Bearer guess',
      'CF-Connecting-IP': '192.0.2.1',
    })
    expect([answer.status, answer.headers.get('Retry-After'), keys]).toEqual([429, '60', ['api:192.0.2.1']])
    const from = (address: string) => call('GET', '/releases', undefined, { 'CF-Connecting-IP': address })
    let now = NOW
    app = mount({ limit: async (key) => !key.startsWith('api:'), now: () => now })
    await call('GET', '/releases', undefined, { Authorization: '', 'CF-Connecting-IP': '192.0.2.1' })
    expect([(await from('192.0.2.1')).status, (await from('192.0.2.2')).status]).toEqual([429, 200])
    now += 60_000
    expect((await from('192.0.2.1')).status).toBe(200)
  })

  it('limits a token by its name, whatever the address', async () => {
    const keys: string[] = []
    const limit = () => Promise.reject(new Error('never asked'))
    app = mount({ limit, limitSource: async (key) => keys.push(key) < 3 })
    const answers = await Promise.all(
      [1, 2, 3].map((n) => call('GET', '/releases', undefined, { 'CF-Connecting-IP': `192.0.2.${n}` })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 429])
    expect([keys, reported]).toEqual([Array(3).fill('source:ana'), []])
  })

  it('goes on where the limiter fails, and reports it', async () => {
    app = mount({ limit: () => Promise.reject(new Error('limiter')) })
    expect((await call('GET', '/releases')).status).toBe(200)
    expect(reported).toHaveLength(1)
  })

  it('answers a foreign method with what the door knows', async () => {
    const answer = await call('DELETE', '/releases')
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST, GET, HEAD'])
    expect((await call('GET', '/releases/1/activate')).headers.get('Allow')).toBe('POST')
    expect((await call('HEAD', '/releases')).status).toBe(200)
  })

  it('answers 404 for a door that does not exist', async () => {
    const answer = await call('GET', '/nothing')
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([404, 'application/problem+json'])
  })
})

describe('when the store is away', () => {
  it.each(['store_unavailable', 'store_timeout'] as const)(
    'answers 503 on every door that needs it: %s',
    async (code) => {
      const down = () => Promise.reject(new SelvedgeError(code, 'away'))
      const away = Object.fromEntries(
        Object.keys(store).map((verb) => [verb, down]),
      ) as unknown as ReleaseStore
      await publish('x')
      const real = store
      store = away
      for (const [method, path, body] of [
        ['POST', '/releases', releaseText('y')],
        ['GET', '/releases'],
        ['GET', '/releases/active'],
        ['GET', '/releases/1'],
        ['POST', '/releases/1/activate'],
        ['POST', '/releases/rollback'],
        ['PUT', '/switch', '{"enabled": false}'],
        ['GET', '/audit'],
      ] as const) {
        const answer = await call(method, path, body)
        expect([path, answer.status, answer.headers.get('Retry-After')]).toEqual([path, 503, '5'])
      }
      store = real
      expect(await store.head()).toMatchObject({ number: 1, enabled: true })
      expect([changes, reported]).toEqual([1, []])
      expect((await publish('y')).body.number).toBe(2)
    },
  )

  it('still checks and previews', async () => {
    store = undefined as never
    expect((await publish('x', '?dryRun=1')).status).toBe(200)
    expect((await call('POST', '/previews', {})).status).toBe(201)
  })

  it('reports a bug and tells nobody else about it', async () => {
    store = { ...store, head: () => Promise.reject(new Error('secret detail')) }
    const answer = await call('GET', '/releases')
    expect(answer.status).toBe(500)
    expect(JSON.stringify(answer.body)).not.toContain('secret')
    expect(reported).toHaveLength(1)
  })
})

describe('openapi.json', () => {
  const verbs = ['get', 'post', 'put', 'patch', 'delete']

  it('describes every door there is, and no other', async () => {
    const { paths } = (await call('GET', '/openapi.json')).body as { paths: Record<string, object> }
    const described = Object.entries(paths).flatMap(([path, doors]) =>
      Object.keys(doors).map((method) => `${method} ${path}`),
    )
    const mounted = app.routes
      .filter(({ method }) => verbs.includes(method.toLowerCase()))
      .map(({ method, path }) => {
        const below = path.slice(ROOT.length).replace(/:(\w+)/g, '{$1}')
        return `${method.toLowerCase()} ${below.replace(/\/$/, '')}`
      })
    expect(described.toSorted()).toEqual([...new Set(mounted)].toSorted())
  })

  it('refers to nothing that it does not hold', async () => {
    const document = (await call('GET', '/openapi.json')).body
    expect(document.servers).toEqual([{ url: ROOT }])
    const schemas = Object.keys(document.components.schemas)
    const references = [...JSON.stringify(document.paths).matchAll(/"#\/components\/schemas\/(\w+)"/g)]
    expect(references.length).toBeGreaterThan(OPERATIONS.length)
    for (const [, name] of references) expect(schemas).toContain(name)
    expect(JSON.stringify(document)).not.toContain('"#/$defs')
    expect(JSON.stringify(document)).not.toContain('"#/definitions')
  })

  it('knows each status that a door answers', async () => {
    const { paths } = (await call('GET', '/openapi.json')).body
    const statuses = (path: string, method: string) => Object.keys(paths[path][method].responses).join(' ')
    expect(statuses('/releases', 'post')).toBe('200 201 400 401 415 422 429 503')
    expect(statuses('/releases/{number}/activate', 'post')).toBe('200 400 401 404 409 429 503')
    expect(statuses('/schema.json', 'get')).toBe('200 429')
  })
})
