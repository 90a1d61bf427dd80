/**
 * The operators' API as an OpenAPI 3.1 document. The table of operations is kept by hand, next to nothing else; a test
 * proves that it and the routes name the same doors, and the doors take their 405 answers from it.
 */
import { EVIDENCE_KINDS } from '../profile/model.ts'

type JsonSchema = Readonly<Record<string, unknown>>

export interface Operation {
  readonly method: 'get' | 'post' | 'put'
  /** Below the API's root, parameters in braces. */
  readonly path: string
  readonly id: string
  readonly tag: 'releases' | 'switch' | 'previews' | 'stores' | 'people' | 'inventory' | 'documents'
  readonly summary: string
  /** Needs no token. */
  readonly isPublic?: true
  readonly query?: readonly ('dryRun' | 'note' | 'limit' | 'before')[]
  /** Name of the body's schema. */
  readonly body?: string
  /** Status → what it means, and the name of its schema. */
  readonly answers: Readonly<Record<number, readonly [description: string, schema?: string]>>
  /** Problems beyond those that every door may answer. */
  readonly problems?: readonly (404 | 409 | 410 | 422 | 501)[]
}

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/releases',
    id: 'publishRelease',
    tag: 'releases',
    summary: 'Check a release, store it under the next number and make it live; with dryRun, only check it',
    query: ['dryRun', 'note'],
    body: 'Release',
    answers: {
      200: ['It was live already, or it was a dry run', 'Published'],
      201: ['It is live', 'Published'],
    },
    problems: [422],
  },
  {
    method: 'get',
    path: '/releases',
    id: 'listReleases',
    tag: 'releases',
    summary: 'Releases from new to old, and which of them is live',
    query: ['limit', 'before'],
    answers: { 200: ['One page of the list', 'ReleaseList'] },
  },
  {
    method: 'get',
    path: '/releases/active',
    id: 'getActiveRelease',
    tag: 'releases',
    summary: 'The live release',
    answers: { 200: ['The live release with its document', 'StoredRelease'] },
    problems: [404],
  },
  {
    method: 'get',
    path: '/releases/{number}',
    id: 'getRelease',
    tag: 'releases',
    summary: 'One release',
    answers: { 200: ['The release with its document', 'StoredRelease'] },
    problems: [404],
  },
  {
    method: 'post',
    path: '/releases/{number}/activate',
    id: 'activateRelease',
    tag: 'releases',
    summary: 'Check a stored release again and make it live',
    query: ['note'],
    answers: { 200: ['It is live', 'Activated'] },
    problems: [404, 409],
  },
  {
    method: 'post',
    path: '/releases/rollback',
    id: 'rollbackRelease',
    tag: 'releases',
    summary: 'Make the release live that the live one replaced',
    query: ['note'],
    answers: { 200: ['The replaced release is live again', 'RolledBack'] },
    problems: [409],
  },
  {
    method: 'put',
    path: '/switch',
    id: 'turnSwitch',
    tag: 'switch',
    summary: 'Turn personalization off everywhere, or on again',
    body: 'Switch',
    answers: { 200: ['How the switch stands now', 'Switched'] },
    problems: [409, 422],
  },
  {
    method: 'get',
    path: '/audit',
    id: 'listAudit',
    tag: 'releases',
    summary: 'Who changed what is live, from new to old',
    query: ['limit', 'before'],
    answers: { 200: ['One page of the list', 'AuditList'] },
  },
  {
    method: 'post',
    path: '/previews',
    id: 'createPreview',
    tag: 'previews',
    summary:
      'A short-lived token that shows a page as somebody else, elsewhere or at another hour would see it',
    body: 'PreviewRequest',
    answers: { 201: ['The token', 'Preview'] },
    problems: [422],
  },
  {
    method: 'get',
    path: '/stores',
    id: 'listStores',
    tag: 'stores',
    summary: 'The places of business that visitors may be near to',
    answers: { 200: ['All of them, by id', 'StoreList'] },
    problems: [501],
  },
  {
    method: 'put',
    path: '/stores',
    id: 'replaceStores',
    tag: 'stores',
    summary: 'Put a new list of stores in the place of the old one',
    body: 'StoreList',
    answers: { 200: ['The list as it is now', 'StoreList'] },
    problems: [422, 501],
  },
  {
    method: 'post',
    path: '/events',
    id: 'reportEvents',
    tag: 'people',
    summary: 'Tell what visitors and customers did, in stores too; events known before count once',
    body: 'ServerEvents',
    answers: { 202: ['The good events are stored; the others are named', 'EventsTaken'] },
    problems: [422, 501],
  },
  {
    method: 'post',
    path: '/identify',
    id: 'identify',
    tag: 'people',
    summary: 'Say that a visitor is signed in as a customer',
    body: 'Identify',
    answers: { 200: ['They are one person', 'Identified'] },
    problems: [404, 409, 410, 422, 501],
  },
  {
    method: 'post',
    path: '/unlink',
    id: 'unlink',
    tag: 'people',
    summary: 'Take a visitor and a customer apart again',
    body: 'Unlink',
    answers: { 200: ['They are apart', 'Unlinked'] },
    problems: [422, 501],
  },
  {
    method: 'post',
    path: '/link-tokens',
    id: 'createLinkToken',
    tag: 'people',
    summary: 'A token that brings the reader of one letter back, once; for lists that people asked to be on',
    body: 'LinkTokenRequest',
    answers: { 201: ['The token', 'LinkToken'] },
    problems: [410, 422, 501],
  },
  {
    method: 'get',
    path: '/inventory',
    id: 'getInventory',
    tag: 'inventory',
    summary: 'Every field that is kept of visitors, why, for how long, and which live campaigns read it',
    answers: { 200: ['The data inventory', 'Inventory'] },
  },
  {
    method: 'get',
    path: '/schema.json',
    id: 'getSchema',
    tag: 'documents',
    summary: 'JSON Schema of a release file, for editors',
    isPublic: true,
    answers: { 200: ['JSON Schema', 'JsonSchema'] },
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'documents',
    summary: 'This document',
    isPublic: true,
    answers: { 200: ['OpenAPI 3.1', 'JsonSchema'] },
  },
]

const text = { type: 'string' }
const count = { type: 'integer', minimum: 0 }
const moment = { type: 'integer', minimum: 0, description: 'Epoch milliseconds' }
const remark = { ...text, description: 'Empty for none' }
const checksum = {
  type: 'string',
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'SHA-256 of the canonical document',
}

/** An object whose members are all required, but those named optional. */
const object = (properties: Record<string, unknown>, ...optional: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
})

const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

const fault = object({
  path: { ...text, description: 'JSON Pointer into what was sent' },
  code: text,
  message: text,
})
const visitorText = {
  type: 'string',
  maxLength: 512,
  description:
    'As it was passed to the shop: a sealed reference, or the bare id of a visitor who is in the store',
}
const customerText = {
  type: 'string',
  minLength: 1,
  maxLength: 256,
  description: 'The shop’s own id; it is hashed as it comes in and kept nowhere',
}
/** The kinds that `events/model.ts` lists, which stands to the right of this room. */
const EVENT_KINDS = EVIDENCE_KINDS.filter((kind) => kind !== 'visit' && kind !== 'served')

const releaseInfo = { number: count, checksum, author: text, note: remark, createdAt: moment }

const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  CheckedCampaign: object({
    id: text,
    status: { enum: ['live', 'paused'] },
    variants: list(text),
    reads: { ...list(text), description: 'Attributes that its condition and templates read' },
    personal: { type: 'boolean', description: 'It reads what only a consenting visitor may be known by' },
    acceptance: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'Share of people who would find all of what it does ethical',
    },
  }),
  Published: object(
    {
      number: { ...count, description: 'Absent in a dry run' },
      created: { type: 'boolean', description: 'False where this very release was live already' },
      checksum,
      campaigns: list(reference('CheckedCampaign')),
      warnings: { ...list(fault), description: 'What should be seen to, and does not stand in the way' },
    },
    'number',
    'created',
  ),
  ReleaseInfo: object(releaseInfo),
  ReleaseList: object({
    live: { ...count, description: '0 where nothing is live' },
    enabled: { type: 'boolean' },
    releases: list(reference('ReleaseInfo')),
    next: { type: ['integer', 'null'], description: 'The `before` of the next page' },
  }),
  StoredRelease: object(
    { ...releaseInfo, document: reference('Release'), enabled: { type: 'boolean' } },
    'enabled',
  ),
  Activated: object({ number: count, changed: { type: 'boolean' } }),
  RolledBack: object({ number: count, from: count }),
  Switch: {
    ...object({ enabled: { type: 'boolean' }, reason: { type: 'string', maxLength: 500 } }, 'reason'),
    additionalProperties: false,
  },
  Switched: object({ enabled: { type: 'boolean' }, changed: { type: 'boolean' } }),
  AuditList: object({
    entries: list(
      object({
        id: count,
        at: moment,
        actor: text,
        action: { ...text, description: 'Such as release.publish or switch.pause' },
        subject: { ...text, description: 'Such as the number of the release that was live afterwards' },
        detail: { type: 'object', description: 'Such as the note, and the release that was live before' },
      }),
    ),
    next: { type: ['integer', 'null'], description: 'The `before` of the next page' },
  }),
  Preview: object({
    token: text,
    expires: moment,
    header: { ...text, description: 'Name of the request header that carries the token' },
    cookie: { ...text, description: 'The same as a Set-Cookie line' },
  }),
  Inventory: object({
    release: { ...count, description: 'The live release whose campaigns are the readers; 0 for none' },
    entries: list(
      object({
        id: { ...text, description: 'Such as events.kind' },
        holding: { ...text, description: 'A table, a cookie, a cache, or what is sent to somebody' },
        kind: { enum: ['table', 'cookie', 'cache', 'outbound'] },
        field: text,
        what: text,
        source: text,
        purpose: { enum: ['personalization', 'measurement', 'necessary'] },
        consent: { enum: ['personalization', 'measurement', null], description: 'null: it needs none' },
        retention: text,
        classes: { ...list(text), description: 'Classes of data that campaigns read it as' },
        readers: { ...list(text), description: 'Ids of live campaigns' },
        reviewed: { type: 'string', format: 'date' },
      }),
    ),
    due: { ...list(fault), description: 'Reviews older than 180 days' },
  }),
  ServerEvents: {
    ...object({ events: { ...list(reference('ServerEvent')), maxItems: 50 } }),
  },
  ServerEvent: {
    ...object(
      {
        id: {
          type: 'string',
          pattern: '^[A-Za-z0-9_.:-]{1,64}$',
          description: 'Unique for whom it is about',
        },
        kind: { enum: EVENT_KINDS },
        at: moment,
        visitor: visitorText,
        customer: customerText,
        category: text,
        brand: text,
        sku: text,
        query: { ...text, description: 'Only the category that it names is kept' },
        value: { type: 'number', minimum: 0 },
        currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        quantity: { type: 'integer', minimum: 1 },
        store: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
        trait: { ...text, description: 'What a `declare` declares; `value` is then what it is' },
        campaign: text,
      },
      ...'visitor customer category brand sku query value currency quantity store trait campaign'.split(' '),
    ),
    additionalProperties: false,
    oneOf: [{ required: ['visitor'] }, { required: ['customer'] }],
  },
  EventsTaken: object({
    accepted: { ...count, description: 'Stored, now or before' },
    skipped: { ...count, description: 'Good, and not stored, because the visitor does not want it' },
    faults: list(fault),
  }),
  Identify: { ...object({ visitor: visitorText, customer: customerText }), additionalProperties: false },
  Identified: object({
    changed: { type: 'boolean' },
    browsers: { ...count, description: 'Browsers that are this person now' },
  }),
  Unlink: { ...object({ visitor: visitorText }), additionalProperties: false },
  Unlinked: object({ changed: { type: 'boolean' } }),
  LinkTokenRequest: {
    ...object(
      {
        customer: customerText,
        optIn: { const: true, description: 'They asked for this letter' },
        ttl: { type: 'integer', minimum: 60, description: 'Seconds until it ends; two weeks unless told' },
      },
      'ttl',
    ),
    additionalProperties: false,
  },
  LinkToken: object({
    token: text,
    expires: moment,
    path: {
      ...text,
      description: 'What the letter links to, at the shop; `to` is the page that it leads on to',
    },
  }),
  StoreList: {
    ...object({
      stores: list(
        object({
          id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
          name: { type: 'string', maxLength: 200 },
          latitude: { type: 'number', minimum: -90, maximum: 90 },
          longitude: { type: 'number', minimum: -180, maximum: 180 },
        }),
      ),
    }),
    additionalProperties: false,
  },
  JsonSchema: { type: 'object' },
  Problem: object(
    {
      type: { type: 'string', format: 'uri' },
      title: text,
      status: count,
      detail: text,
      faults: list(fault),
    },
    'detail',
    'faults',
  ),
}

const QUERY: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>> = {
  dryRun: { description: '1: check only, change nothing', schema: { enum: ['0', '1'] } },
  note: { description: 'Why, for the audit', schema: { type: 'string', maxLength: 500 } },
  limit: {
    description: 'Entries a page',
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  },
  before: { description: 'Only entries older than this one', schema: { type: 'integer', minimum: 1 } },
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'The token is missing or unknown',
  404: 'There is no such thing',
  405: 'This door does not know the method; see Allow',
  409: 'It does not fit what is there now, or no longer passes the checks',
  410: 'The person asked to be forgotten',
  413: 'The body is too large',
  415: 'The body is not JSON in UTF-8',
  422: 'The document has faults; all of them are listed',
  429: 'Too many requests; see Retry-After',
  501: 'This door is not in use here',
  503: 'The store does not answer; see Retry-After',
}

/** Schemas that are generated from the parsers themselves. */
export interface GeneratedSchemas {
  readonly Release: JsonSchema
  readonly PreviewRequest: JsonSchema
}

/** The document. `root` is where the doors are mounted. */
export function openApiDocument(root: string, generated: GeneratedSchemas): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Selvedge', version: '1', description: 'Campaigns, releases and previews for operators.' },
    servers: [{ url: root }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...SCHEMAS,
        Release: embed(generated.Release),
        PreviewRequest: embed(generated.PreviewRequest),
      },
    },
  }
}

function describe(operation: Operation): JsonSchema {
  const { id, summary, tag, query = [], body, answers } = operation
  const number = { name: 'number', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }
  const parameters = [
    ...(operation.path.includes('{number}') ? [number] : []),
    ...query.map((name) => ({ name, in: 'query', ...QUERY[name] })),
  ]
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(operation.isPublic ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, [description, schema]]) => [
          status,
          { description, ...(schema === undefined ? {} : { content: json(schema) }) },
        ]),
      ),
      ...Object.fromEntries(problemsOf(operation).map((status) => [status, problemAnswer(status)])),
    },
  }
}

function problemsOf({ isPublic, query, body, problems = [] }: Operation): readonly number[] {
  return [
    ...(query === undefined && body === undefined ? [] : [400]),
    ...(isPublic ? [] : [401, 503]),
    ...(body === undefined ? [] : [413, 415]),
    ...problems,
    429,
  ].sort((a, b) => a - b)
}

const json = (schema: string) => ({ 'application/json': { schema: reference(schema) } })

const problemAnswer = (status: number): JsonSchema => ({
  description: PROBLEMS[status],
  content: { 'application/problem+json': { schema: reference('Problem') } },
})

/**
 * A schema with an `$id` of its own is a resource of its own (JSON Schema 2020-12, section 8.2.1), so that references
 * to its `$defs` keep their meaning inside the document.
 */
function embed(schema: JsonSchema): JsonSchema {
  return '$defs' in schema && !('$id' in schema) ? { $id: 'urn:selvedge:schema:release', ...schema } : schema
}
