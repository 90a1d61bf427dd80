/** The shoppers' doors beside the others, over the same real store; and browsers that follow forms as people do. */
import { Hono } from 'hono'
import type { CompiledRelease } from '../../src/campaign/model.ts'
import type { RightsPorts } from '../../src/flow/rights.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import { IV_BYTES } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { type PrivacyDeps, privacyRoutes } from '../../src/privacy/routes.tsx'
import { createRightsStore } from '../../src/privacy/store.ts'
import { COOKIE_NAME, openSnapshot, sealSnapshot } from '../../src/profile/cookie.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import { type Doors, EUROS, grant, HOST } from './doors.ts'

export interface Shopper {
  readonly cookies: Map<string, string>
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  /** Sends a form as a browser does, from a page of the shop. */
  readonly send: (path: string, fields: Record<string, string>, headers?: HeadersInit) => Promise<Response>
  readonly snapshot: () => Promise<Snapshot | null>
}

export interface Privacy {
  readonly app: Hono
  readonly live: { release: CompiledRelease | null }
  readonly forgotten: string[]
  readonly rights: () => RightsPorts
  readonly shopper: (snapshot?: Snapshot | null, choice?: string) => Promise<Shopper>
}

/** `origin`: what browsers take the shop for. */
export function openPrivacy(
  doors: Doors,
  more: Partial<PrivacyDeps> = {},
  origin = `https://${HOST}`,
): Privacy {
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const away = openDatabase({ url: 'http://127.0.0.1:9', timeoutMs: 500 })
  const db = (): Database => (doors.store.down ? away : doors.db)
  const now = (): number => doors.clock.now
  const forgotten: string[] = []
  const live: Privacy['live'] = { release: null }
  const visitor = {
    keyring: doors.keyring,
    optOut: new Map(),
    random,
    isErased: (id: string) => doors.buried.has(id),
  }
  const rights = (): RightsPorts => ({
    store: createRightsStore(db()),
    forgotten: async (ids) => void forgotten.push(...ids),
    outdated: async () => {},
    now,
  })
  const routes = privacyRoutes({
    visitor,
    rights,
    later: async () => false,
    ingest: () => ({
      profiles: createProfileStore(db()),
      identities: createIdentityStore(db()),
      measures: createMeasureStore(db()),
      categories: () => new Set(),
      listed: async () => new Map(),
      campaigns: async () => live.release?.campaigns ?? [],
      money: EUROS,
      now,
    }),
    release: async () => live.release,
    readCookies: [],
    stores: async () => new Map([['corner', 'Toldo da Esquina']]),
    now,
    report: (cause) => void doors.reported.push(cause),
    ...more,
  })
  const app = new Hono().route('/_selvedge', routes).route('/', doors.app())

  async function shopper(snapshot: Snapshot | null = null, choice = grant(now())): Promise<Shopper> {
    const cookies = new Map<string, string>()
    const keep = (line: string): void => {
      const [pair = '', ...attributes] = line.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      if (attributes.some((attribute) => attribute.trim() === 'Max-Age=0')) cookies.delete(name)
      else cookies.set(name, pair.slice(name.length + 1))
    }
    if (choice !== '') keep(choice)
    if (snapshot !== null) {
      const host = new URL(origin).host
      cookies.set(
        COOKIE_NAME,
        (await sealSnapshot(doors.keyring, host, snapshot, random(IV_BYTES))) as string,
      )
    }
    async function ask(path: string, init: RequestInit = {}): Promise<Response> {
      const headers = new Headers({ Accept: 'text/html', 'Sec-Fetch-Site': 'same-origin' })
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      if (cookie !== '') headers.set('Cookie', cookie)
      for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
      const response = await app.request(`${origin}${path}`, { ...init, headers })
      for (const line of response.headers.getSetCookie()) keep(line)
      return response
    }
    return {
      cookies,
      ask,
      send: (path, fields, headers = {}) =>
        ask(path, {
          method: 'POST',
          body: new URLSearchParams(fields).toString(),
          headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        }),
      snapshot: () => openSnapshot(doors.keyring, new URL(origin).host, cookies.get(COOKIE_NAME), now()),
    }
  }
  return { app, live, forgotten, rights, shopper }
}
