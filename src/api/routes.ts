/**
 * The root of the operators' API: who may come in, releases, the kill switch, the audit, and the doors that other rooms
 * bring. A door parses what came in, calls one verb of the flow, and renders its answer; every error is a problem
 * document (RFC 9457). `openapi.ts` describes them all.
 */
import type { Context } from 'hono'
import * as v from 'valibot'
import type { ReleaseDocument } from '../campaign/model.ts'
import type { Act, ReleaseStore, StoredRelease } from '../campaign/release.ts'
import { releaseJsonSchema, tooLarge } from '../campaign/schema.ts'
import { MAX_DOCUMENT_BYTES } from '../campaign/shape.ts'
import { type PreviewDeps, previewJsonSchema, previewRoutes } from '../decide/routes.ts'
import { type DeadDeps, deadRoutes, type EventApiDeps, eventApiRoutes } from '../events/routes.ts'
import { listOverlaid, type OverlayPorts, turnCampaign } from '../flow/overlays.ts'
import {
  activateRelease,
  checkRelease,
  publishRelease,
  type Refusal,
  type ReleaseRules,
  rollbackRelease,
  setEnabled,
} from '../flow/publish.ts'
import { supplyWarnings } from '../flow/supply.ts'
import { type IdentityApiDeps, identityApiRoutes } from '../identity/routes.tsx'
import { type AuthLimits, type AuthVariables, bearerAuth, type Token } from '../kit/auth.ts'
import { readJsonText } from '../kit/body.ts'
import * as doors from '../kit/doors.ts'
import type { Fault } from '../kit/fault.ts'
import { Hono } from '../kit/hono.ts'
import { problem } from '../kit/problem.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { closed } from '../kit/shape.ts'
import { type ReportDeps, reportRoutes } from '../measure/routes.ts'
import { inventoryOf, reviewsDue } from '../privacy/inventory.ts'
import { type StoreDeps, storeRoutes } from '../signals/routes.ts'
import { type SupplyDeps, supplyRoutes } from '../supply/routes.ts'
import { OPERATIONS, openApiDocument } from './openapi.ts'

export interface ApiDeps extends PreviewDeps, AuthLimits {
  readonly tokens: readonly Token[]
  readonly rules: ReleaseRules
  /** Opened once a request: clients cannot be shared between them. */
  readonly store: () => ReleaseStore
  /** The shop's list of stores; without it, its doors say so. */
  readonly stores?: StoreDeps
  /** Products and stock; without it, its doors say so. */
  readonly supply?: SupplyDeps
  /** What the shop's servers tell of people; without a key for customers, these doors say so. */
  readonly events?: EventApiDeps
  readonly dead?: DeadDeps
  readonly identity?: IdentityApiDeps
  /** What campaigns did; without a store, these doors say so. */
  readonly reports?: ReportDeps
  /** What was changed about single campaigns; without it, these doors say so. */
  readonly overlays?: (later: (work: Promise<unknown>) => void) => OverlayPorts
  /** Told when what is live has changed, so that this isolate does not serve the old release until it looks again. */
  readonly changed: () => Promise<void>
}

type Doors = Hono<{ Variables: AuthVariables }>
type DoorContext = Context<{ Variables: AuthVariables }>

const MAX_NOTE_CHARS = 500
const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const PUBLIC_CACHE = { 'Cache-Control': 'public, max-age=300' }

const SwitchSchema = closed({
  enabled: v.boolean('Say true or false.'),
  reason: v.optional(v.pipe(v.string(), v.maxLength(MAX_NOTE_CHARS)), ''),
})

/** All doors below one root, such as `/_selvedge/api`. Holds nothing of any request. */
export function apiRoutes(deps: ApiDeps): Doors {
  const app: Doors = new Hono()
  app.onError((cause) => doors.failed(cause, deps.report, true))
  app.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
  })
  documentDoors(app, deps)
  app.use(bearerAuth(deps.tokens, deps))
  releaseDoors(app, deps)
  liveDoors(app, deps)
  inventoryDoor(app, deps)
  overlayDoors(app, deps)
  app.route('/previews', previewRoutes(deps))
  app.route('/stores', storeRoutes(deps.stores))
  app.route('/', supplyRoutes(deps.supply))
  app.route('/events/dead', deadRoutes(deps.dead))
  app.route('/events', eventApiRoutes(deps.events))
  app.route('/', identityApiRoutes(deps.identity))
  app.route('/reports', reportRoutes(deps.reports))
  closedDoors(app)
  return app
}

function documentDoors(app: Doors, deps: ApiDeps): void {
  const limited = doors.limited('api', deps)
  app.get('/schema.json', limited, (c) =>
    c.json({ $schema: DIALECT, ...releaseJsonSchema() }, 200, PUBLIC_CACHE),
  )
  app.get('/openapi.json', limited, (c) => {
    const root = c.req.path.slice(0, -'/openapi.json'.length)
    const generated = { Release: releaseJsonSchema(), PreviewRequest: previewJsonSchema() }
    return c.json(openApiDocument(root, generated), 200, PUBLIC_CACHE)
  })
}

function releaseDoors(app: Doors, deps: ApiDeps): void {
  app.post('/releases', async (c) => {
    const text = await readJsonText(c.req.raw, MAX_DOCUMENT_BYTES)
    // A fault of the document as any other, though nobody reads on to find more.
    if (!text.ok)
      return text.error.status === 413 ? doors.invalid([tooLarge(MAX_DOCUMENT_BYTES)]) : text.error
    if (c.req.query('dryRun') === '1') {
      const checked = await checkRelease(text.value, deps.rules)
      if (!checked.ok) return doors.invalid(checked.error)
      const { checksum, campaigns, warnings } = checked.value
      return c.json({ checksum, campaigns, warnings: [...warnings, ...(await warningsOf(text.value, deps))] })
    }
    const act = actOf(c, deps)
    if (!act.ok) return act.error
    const published = await publishRelease({ rules: deps.rules, store: deps.store() }, text.value, act.value)
    if (!published.ok) return refused(published.error)
    await deps.changed()
    const { number, created, warnings } = published.value
    const body = { ...published.value, warnings: [...warnings, ...(await warningsOf(text.value, deps))] }
    return c.json(body, created ? 201 : 200, { Location: `${c.req.path}/${number}` })
  })

  app.get('/releases', async (c) => {
    const window = doors.windowOf(c)
    if (!window.ok) return window.error
    const store = deps.store()
    const [head, releases] = await Promise.all([store.head(), store.list(window.value)])
    const next = doors.nextOf(releases, window.value, ({ number }) => number)
    return c.json({ live: head.number, enabled: head.enabled, releases, next })
  })

  app.get('/releases/active', async (c) => {
    const live = await deps.store().active()
    return live === null ? doors.notFound('nothing was published yet') : c.json(withDocument(live))
  })

  app.get('/releases/:number', async (c) => {
    const number = doors.numberOf(c.req.param('number'))
    const release = number === null ? null : await deps.store().get(number)
    return release === null
      ? doors.notFound('there is no release of this number')
      : c.json(withDocument(release))
  })
}

/** What else does not stand in the way of a release, and should be seen to: it depends on the day and on the stock. */
async function warningsOf(text: string, { supply, now }: ApiDeps): Promise<readonly Fault[]> {
  const due = reviewsDue(now())
  return supply === undefined ? due : [...due, ...(await supplyWarnings(JSON.parse(text), supply.store))]
}

/** What is kept of visitors, and which live campaigns read it. */
function inventoryDoor(app: Doors, deps: ApiDeps): void {
  app.get('/inventory', async (c) => {
    const live = await deps.store().active()
    const { campaigns } =
      live === null ? { campaigns: [] } : (JSON.parse(live.document) as Pick<ReleaseDocument, 'campaigns'>)
    return c.json({
      release: live?.number ?? 0,
      entries: inventoryOf(campaigns),
      due: reviewsDue(deps.now()),
    })
  })
}

/** What changes which release is live, and the record of it. */
function liveDoors(app: Doors, deps: ApiDeps): void {
  const ports = () => ({ rules: deps.rules, store: deps.store() })
  async function answer(c: DoorContext, outcome: Result<object, Refusal>): Promise<Response> {
    if (!outcome.ok) return refused(outcome.error)
    await deps.changed()
    return c.json(outcome.value)
  }

  app.post('/releases/rollback', async (c) => {
    const act = actOf(c, deps)
    return act.ok ? answer(c, await rollbackRelease(ports(), act.value)) : act.error
  })

  app.post('/releases/:number/activate', async (c) => {
    const number = doors.numberOf(c.req.param('number'))
    if (number === null) return doors.notFound('there is no release of this number')
    const act = actOf(c, deps)
    return act.ok ? answer(c, await activateRelease(ports(), number, act.value)) : act.error
  })

  app.put('/switch', async (c) => {
    const body = await doors.readShaped(c.req.raw, SwitchSchema)
    if (!body.ok) return body.error
    const { enabled, reason } = body.value
    return answer(c, await setEnabled(ports(), enabled, { actor: c.var.actor, at: deps.now(), note: reason }))
  })

  app.get('/audit', async (c) => {
    const window = doors.windowOf(c)
    if (!window.ok) return window.error
    const entries = await deps.store().audit(window.value)
    return c.json({ entries, next: doors.nextOf(entries, window.value, ({ id }) => id) })
  })
}

/** Looked up when it is needed: only a Worker has it. */
const laterOf =
  (c: DoorContext) =>
  (work: Promise<unknown>): void =>
    c.executionCtx.waitUntil(work)

/** What is changed about single campaigns beside their release. */
function overlayDoors(app: Doors, deps: ApiDeps): void {
  app.get('/campaigns', async (c) => {
    if (deps.overlays === undefined) return doors.notConfigured('DB_URL')
    return c.json(
      (await listOverlaid(deps.overlays(laterOf(c)))) ?? { release: 0, enabled: true, campaigns: [] },
    )
  })
  for (const verb of ['pause', 'resume'] as const) {
    app.post(`/campaigns/:id/${verb}`, async (c) => {
      if (deps.overlays === undefined) return doors.notConfigured('DB_URL')
      const act = actOf(c, deps)
      if (!act.ok) return act.error
      const turned = await turnCampaign(
        c.req.param('id'),
        verb === 'pause',
        act.value,
        deps.overlays(laterOf(c)),
      )
      if (turned === 'missing') return doors.notFound('the live release has no such campaign')
      await deps.changed()
      return c.json({ changed: turned === 'changed' })
    })
  }
}

/** Known paths answer a foreign method with what they know, unknown paths with 404. */
function closedDoors(app: Doors): void {
  for (const path of new Set(OPERATIONS.map((operation) => operation.path))) {
    const methods = OPERATIONS.filter((operation) => operation.path === path).map(({ method }) => method)
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), () => doors.methodNotAllowed(methods))
  }
  app.all('*', () => doors.notFound('see openapi.json for what there is'))
}

const withDocument = <T extends StoredRelease>(release: T) => ({
  ...release,
  document: JSON.parse(release.document) as Record<string, unknown>,
})

function actOf(c: DoorContext, deps: ApiDeps): Result<Act, Response> {
  const note = c.req.query('note') ?? ''
  if (note.length > MAX_NOTE_CHARS)
    return err(doors.badQuery(`note has at most ${MAX_NOTE_CHARS} characters`))
  return ok({ actor: c.var.actor, at: deps.now(), note })
}

/** The answer to what a verb refused. Whatever it was, the live release stays. */
function refused(refusal: Refusal): Response {
  switch (refusal.reason) {
    case 'invalid':
      return doors.invalid(refusal.faults)
    case 'missing':
      return doors.notFound(`there is no release ${refusal.number}`)
    case 'outdated':
      return problem(409, 'outdated', `Release ${refusal.number} no longer passes the checks`, {
        detail: 'the live release stays; publish a mended one',
        faults: refusal.faults,
      })
    case 'no_previous':
      return problem(409, 'no_previous', 'There is nothing to go back to')
    case 'nothing_live':
      return problem(409, 'nothing_live', 'Nothing was published yet, so there is nothing to switch')
    case 'changed':
      return problem(409, 'changed', 'Somebody else changed what is live', {
        detail: 'look again, then decide',
      })
  }
}
