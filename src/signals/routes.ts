/**
 * The doors of place: operators list the shop's stores, and visitors may share where they are. A shared position is
 * answered with the nearest store and is gone with the request: it is neither stored, logged nor passed on.
 */
import * as v from 'valibot'
import { type BearerPorts, readBearer } from '../flow/bearer.ts'
import { type Stores, sharePosition } from '../flow/stores.ts'
import type { AuthVariables } from '../kit/auth.ts'
import { startDeadline } from '../kit/deadline.ts'
import * as doors from '../kit/doors.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { Hono } from '../kit/hono.ts'
import { problem } from '../kit/problem.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { isSameSite } from '../kit/samesite.ts'
import { closed, faultsOf } from '../kit/shape.ts'
import { parsePosition } from './near.ts'
import { NEAR_SCRIPT } from './script.ts'
import type { StoreList } from './store.ts'
import type { Store } from './stores.ts'

const STORES_MAX = 1_000
const STORES_MAX_BYTES = 256 * 1024
const POSITION_MAX_BYTES = 512
/** A door may wait longer for the list than a page. */
const LIST_WAIT_MS = 2_000

const degrees = (max: number) =>
  v.pipe(
    v.number('Say degrees.'),
    v.minValue(-max, `From -${max} to ${max}.`),
    v.maxValue(max, `From -${max} to ${max}.`),
  )
const StoreSchema = closed({
  // As habits count visits, see profile/text.ts.
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'An id is 1 to 64 letters, digits, "_" and "-".')),
  name: v.pipe(v.string(), v.trim(), v.nonEmpty('Name it.'), v.maxLength(200, 'At most 200 characters.')),
  latitude: degrees(90),
  longitude: degrees(180),
})
const StoresSchema = closed({
  stores: v.pipe(v.array(StoreSchema), v.maxLength(STORES_MAX, `List at most ${STORES_MAX} stores.`)),
})

export interface StoreDeps {
  /** Opened once a request: clients of the store cannot be shared between them. */
  readonly list: () => StoreList
  readonly now: () => number
  /** Told when the list has changed, so that this isolate knows it at once. */
  readonly changed: () => Promise<void>
}

/** `GET` and `PUT /`: the operators' list. Whoever mounts it checks the caller's bearer token. */
export function storeRoutes(deps: StoreDeps | undefined): Hono<{ Variables: AuthVariables }> {
  const app = new Hono<{ Variables: AuthVariables }>()
  app.get('/', async (c) => {
    if (deps === undefined) return doors.notConfigured('DB_URL')
    return c.json({ stores: await deps.list().all() })
  })
  app.put('/', async (c) => {
    if (deps === undefined) return doors.notConfigured('DB_URL')
    const body = await doors.readJson(c.req.raw, STORES_MAX_BYTES)
    if (!body.ok) return body.error
    const parsed = parseStores(body.value)
    if (!parsed.ok) return doors.invalid(parsed.error)
    await deps.list().replace(parsed.value, c.var.actor, deps.now())
    await deps.changed()
    return c.json({ stores: parsed.value })
  })
  return app
}

/** The list as it was sent, or every fault of it. */
export function parseStores(input: unknown): Result<readonly Store[], readonly Fault[]> {
  const parsed = v.safeParse(StoresSchema, input)
  const faults = faultsOf(parsed.issues)
  const list = (parsed.typed ? parsed.output.stores : []) as readonly Store[]
  const first = new Map<string, number>()
  for (const [index, { id }] of list.entries()) {
    const known = first.get(id)
    if (known === undefined) first.set(id, index)
    else {
      const message = `The store "${id}" is here twice; see /stores/${known}.`
      faults.push({ path: pointer('stores', index, 'id'), code: 'duplicate_id', message })
    }
  }
  return faults.length === 0 ? ok(list) : err(faults)
}

export interface NearDeps extends doors.Limits {
  readonly visitor: BearerPorts
  readonly stores: Stores
  readonly now: () => number
}

/** `POST /near` and `GET /near.js`, mounted at the root of our own doors. Holds nothing of any request. */
export function nearRoutes(deps: NearDeps): Hono {
  const app = new Hono()
  app.onError((cause) => doors.failed(cause, deps.report))
  app.get('/near.js', (c) =>
    c.body(NEAR_SCRIPT, 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
      'X-Content-Type-Options': 'nosniff',
    }),
  )
  app.post('/near', doors.limited('near', deps), async (c) => {
    const request = c.req.raw
    const url = new URL(request.url)
    if (!isSameSite(request.headers, url)) return doors.foreign()
    const body = await doors.readJson(request, POSITION_MAX_BYTES)
    if (!body.ok) return body.error
    const position = parsePosition(body.value)
    if (!position.ok) return doors.invalid(position.error)
    const bearer = await readBearer(request, url, deps.now(), deps.visitor)
    await deps.stores.ready(startDeadline(LIST_WAIT_MS, deps.now), (work) => c.executionCtx.waitUntil(work))
    const shared = sharePosition(position.value, bearer, deps.stores.current())
    if (shared === null) return notAgreed()
    const { nearest, setCookie } = shared
    const store =
      nearest === undefined ? null : { id: nearest.store.id, name: nearest.store.name, km: nearest.km }
    return c.json({ store }, 200, { 'Cache-Control': 'no-store', 'Set-Cookie': setCookie })
  })
  return app
}

const notAgreed = (): Response =>
  problem(403, 'no_consent', 'This visitor has not agreed to it', {
    detail: 'it takes consent to personalization, with places and stores not switched off',
  })
