/** The visitors' and servers' doors over a real store, with a clock that stands and browsers that keep cookies. */
import { Hono } from 'hono'
import { choiceCookie } from '../../src/consent/choice.ts'
import { consentRoutes } from '../../src/consent/routes.ts'
import { createConsentLog } from '../../src/consent/store.ts'
import { createLookup, readListed } from '../../src/events/lookup.ts'
import { deadRoutes, type EventDeps, eventApiRoutes, eventRoutes } from '../../src/events/routes.ts'
import { createDeadLetters } from '../../src/events/store.ts'
import type { Forgetting } from '../../src/flow/forgetting.ts'
import { type VisitorNews, writeAll } from '../../src/flow/news.ts'
import { dropClasses, forgetVisitor } from '../../src/flow/rights.ts'
import { importPersonKey } from '../../src/identity/person.ts'
import { identityApiRoutes, identityRoutes } from '../../src/identity/routes.tsx'
import { createIdentityStore } from '../../src/identity/store.ts'
import { sealReference } from '../../src/identity/token.ts'
import { bearerAuth } from '../../src/kit/auth.ts'
import { failed } from '../../src/kit/doors.ts'
import { IV_BYTES, type Keyring } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import type { Money } from '../../src/measure/money.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { createRightsStore } from '../../src/privacy/store.ts'
import { COOKIE_NAME, openSnapshot, sealSnapshot } from '../../src/profile/cookie.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import { newSnapshot } from '../../src/profile/visit.ts'
import { keyringOf } from './keyring.ts'
import { emptying, raw } from './sql.ts'
import { startTestStore } from './sqld.ts'

export const EUROS: Money = { currency: 'EUR', decimals: 2 }
export const HOST = 'shop.example'
export const NOW = Date.UTC(2026, 6, 3, 18)
const TOKEN = 'a-token-that-is-long-enough'
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked at by tests only
  readonly body: any
}

export interface Doors {
  readonly db: Database
  readonly keyring: Keyring
  readonly clock: { now: number }
  readonly reported: unknown[]
  /** Ids that this isolate knows to be erased. */
  readonly buried: Set<string>
  /** `down`: every question to the store fails. */
  readonly store: { down: boolean }
  /** `keyless`: no key for customers is configured. */
  readonly app: (more?: Pick<EventDeps, 'limit' | 'limitVisitor'> & { readonly keyless?: boolean }) => Hono
  readonly browser: (snapshot?: Snapshot | null, choice?: string) => Promise<Browser>
  /** A server's call, with its token. */
  readonly server: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly reference: (visitor: string) => Promise<string>
  readonly rows: (sql: string, ...params: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>
  readonly forget: (visitor: string) => Promise<void>
  readonly clear: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface Browser {
  readonly cookies: Map<string, string>
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly get: (path: string, init?: RequestInit) => Promise<Answer>
  /** What the sealed cookie says, or null. */
  readonly snapshot: () => Promise<Snapshot | null>
}

export const visitorId = (name: string): string => name.padEnd(22, '0')
export const grant = (now = NOW, off: readonly string[] = []): string =>
  choiceCookie({ personalization: true, measurement: true, at: now, off }).split(';', 1)[0] as string
export const refuse = (now = NOW): string =>
  choiceCookie({ personalization: false, measurement: false, at: now, off: [] }).split(';', 1)[0] as string

const TABLES =
  'events contributions visitors tombstones identities link_tokens consent_log measures dead_letters cells stores'.split(
    ' ',
  )

export async function openDoors(): Promise<Doors> {
  const sqld = await startTestStore()
  const live = openDatabase({ url: sqld.url, timeoutMs: 20_000 })
  const away = openDatabase({ url: 'http://127.0.0.1:9', timeoutMs: 500 })
  const keyring = await keyringOf()
  const key = await importPersonKey(Buffer.alloc(32, 2).toString('base64'))
  if (!key.ok) throw new Error('keys')
  const clock = { now: NOW }
  const store = { down: false }
  const buried = new Set<string>()
  const reported: unknown[] = []
  const db = (): Database => (store.down ? away : live)
  const now = (): number => clock.now

  const rights = () => ({
    store: createRightsStore(db()),
    forgotten: async (visitors: readonly string[]) => {
      for (const visitor of visitors) buried.add(visitor)
    },
    outdated: async () => {},
    now,
  })
  const forget = async (visitor: string): Promise<void> => void (await forgetVisitor(rights(), visitor))
  const drop = (id: string, classes: readonly string[]) =>
    dropClasses(rights(), createProfileStore(db()), id, classes)

  const visitor = { keyring, optOut: new Map(), random, isErased: (id: string) => buried.has(id) }
  const ports = () => ({
    keyring,
    personKey: key.value,
    profiles: createProfileStore(db()),
    identities: createIdentityStore(db()),
    measures: createMeasureStore(db()),
    lookup: createLookup(db()),
    letters: createDeadLetters(db()),
    forget: async (body: Forgetting) => ('drop' in body ? drop(body.drop, body.off) : forget(body.forget)),
    categories: () => new Set(['tea', 'green-tea']),
    listed: (skus: readonly string[]) => readListed(db(), skus),
    campaigns: async () => [{ id: 'hero' }],
    money: EUROS,
    now,
    random,
  })
  const shared = {
    visitor,
    now,
    report: (cause: unknown) => void reported.push(cause),
  }

  const app: Doors['app'] = ({ keyless = false, ...limits } = {}) => {
    const tell = (news: VisitorNews) => writeAll(ports(), [news], clock.now)
    const consent = () => ({ visitor, log: createConsentLog(db()), tell, forget, drop, policy: 'v7', now })
    const deps = { ...shared, ports, ...limits }
    const keyed = keyless ? undefined : deps
    const api = new Hono()
      .onError((cause) => failed(cause, shared.report))
      .use(bearerAuth([{ name: 'till', secret: TOKEN }]))
      .route('/events/dead', deadRoutes(deps))
      .route('/events', eventApiRoutes(keyed))
      .route('/', identityApiRoutes(keyed))
    return new Hono()
      .route('/_selvedge/api', api)
      .route('/_selvedge', eventRoutes(deps))
      .route('/_selvedge', identityRoutes(keyed))
      .route('/_selvedge', consentRoutes({ ...deps, ports: consent }))
  }

  const url = (path: string): string => `https://${HOST}/_selvedge${path}`
  async function answerOf(response: Response): Promise<Answer> {
    const text = await response.text()
    const isJson = (response.headers.get('Content-Type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  async function browser(snapshot: Snapshot | null = null, choice = grant(clock.now)): Promise<Browser> {
    const cookies = new Map<string, string>()
    const keep = (line: string): void => {
      const [pair = '', ...attributes] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      const isOver = attributes.some((attribute) => attribute.trim() === 'Max-Age=0')
      if (isOver) cookies.delete(name)
      else cookies.set(name, value.join('='))
    }
    if (choice !== '') keep(choice)
    if (snapshot !== null) {
      cookies.set(COOKIE_NAME, (await sealSnapshot(keyring, HOST, snapshot, random(IV_BYTES))) as string)
    }
    const headersOf = (more: HeadersInit = {}): Headers => {
      const headers = new Headers({ 'Sec-Fetch-Site': 'same-origin' })
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      if (cookie !== '') headers.set('Cookie', cookie)
      for (const [name, value] of new Headers(more)) headers.set(name, value)
      return headers
    }
    async function call(path: string, init: RequestInit): Promise<Answer> {
      const response = await app().request(url(path), init)
      for (const line of response.headers.getSetCookie()) keep(line)
      return answerOf(response)
    }
    return {
      cookies,
      post: (path, body, more = {}) => {
        const isForm = body instanceof URLSearchParams
        const isText = isForm || typeof body === 'string' || body instanceof Uint8Array
        const headers = headersOf({ 'Content-Type': 'application/json', ...more })
        if (isForm) headers.set('Content-Type', 'application/x-www-form-urlencoded')
        return call(path, {
          method: 'POST',
          headers,
          body: isText ? (isForm ? body.toString() : (body as BodyInit)) : JSON.stringify(body),
        })
      },
      get: (path, init = {}) => call(path, { ...init, headers: headersOf(init.headers) }),
      snapshot: () => openSnapshot(keyring, HOST, cookies.get(COOKIE_NAME), clock.now),
    }
  }

  return {
    db: live,
    keyring,
    clock,
    reported,
    buried,
    store,
    app,
    browser,
    forget,
    async server(path, body, headers = {}) {
      const init = {
        method: 'POST',
        headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }
      return answerOf(await app().request(url(path), init))
    },
    reference: (id) => sealReference(keyring, id, clock.now, random(IV_BYTES)),
    async rows(sql, ...params) {
      const [result] = await live.read(() => [raw(sql, ...params)])
      return (result?.rows ?? []) as unknown as Record<string, unknown>[]
    },
    async clear() {
      await live.write(() => emptying(...TABLES))
      clock.now = NOW
      store.down = false
      buried.clear()
      reported.length = 0
    },
    stop: () => sqld.stop(),
  }
}

/** Somebody whose id was made a day ago. */
export const known = (name: string, more: Partial<Snapshot> = {}): Snapshot => ({
  ...newSnapshot(visitorId(name), NOW - 86_400_000),
  ...more,
})
