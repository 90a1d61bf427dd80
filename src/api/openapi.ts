/**
 * The operators' API as an OpenAPI 3.1 document. The tables of operations are kept by hand, one file for each kind of
 * door, next to nothing else; a test proves that they and the routes name the same doors, and the doors take their 405
 * answers from them.
 */
import type { JsonSchema } from '../kit/json-schema.ts'
import { PROBLEM_TYPE } from '../kit/problem.ts'
import { CAMPAIGN_OPERATIONS, CAMPAIGN_SCHEMAS } from './openapi-campaigns.ts'
import { count, fault, list, type Operation, object, reference, text } from './openapi-parts.ts'
import { PEOPLE_OPERATIONS, PEOPLE_SCHEMAS } from './openapi-people.ts'
import { RELEASE_OPERATIONS, RELEASE_SCHEMAS } from './openapi-releases.ts'
import { REPORT_OPERATIONS, REPORT_SCHEMAS } from './openapi-reports.ts'
import { SHOP_OPERATIONS, SHOP_SCHEMAS } from './openapi-shop.ts'

export const OPERATIONS: readonly Operation[] = [
  ...RELEASE_OPERATIONS,
  ...CAMPAIGN_OPERATIONS,
  ...SHOP_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...REPORT_OPERATIONS,
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

const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  ...RELEASE_SCHEMAS,
  ...CAMPAIGN_SCHEMAS,
  ...SHOP_SCHEMAS,
  ...PEOPLE_SCHEMAS,
  ...REPORT_SCHEMAS,
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
  view: {
    description: 'How intervals are made; the sequential one may be looked at any day',
    schema: { enum: ['sequential', 'fixed', 'bayes'], default: 'sequential' },
  },
  correction: {
    description: 'For many metrics, or segments, looked at together',
    schema: { enum: ['holm', 'benjamini_hochberg'], default: 'holm' },
  },
  effect: {
    description: 'Relative effect that waiting times are told for',
    schema: { type: 'number', exclusiveMinimum: 0, maximum: 10, default: 0.1 },
  },
  power: {
    description: 'Probability with which an effect is to be found',
    schema: { type: 'number', exclusiveMinimum: 0, maximum: 0.99, default: 0.8 },
  },
  from: { description: 'First day, UTC', schema: { type: 'string', format: 'date' } },
  to: { description: 'Last day, UTC', schema: { type: 'string', format: 'date' } },
  format: {
    description: 'csv: as a table, for spreadsheets',
    schema: { enum: ['json', 'csv'], default: 'json' },
  },
  sku: { description: 'Only this product', schema: { type: 'string', maxLength: 64 } },
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'The token is missing or unknown',
  404: 'There is no such thing',
  409: 'It does not fit what is there now, or no longer passes the checks',
  410: 'The person asked to be forgotten',
  413: 'The body is too large',
  415: 'The body is not JSON in UTF-8',
  422: 'The document has faults; all of them are listed',
  429: 'Too many requests; see Retry-After',
  501: 'This door is not in use here',
  503: 'The store failed; see Retry-After',
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
    info: { title: 'Selvedge', version: '1', description: 'For operators and the shop’s servers.' },
    servers: [{ url: root }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...SCHEMAS,
        ...generated,
      },
    },
  }
}

function describe(operation: Operation): JsonSchema {
  const { id, summary, tag, query = [], body, answers } = operation
  const number = { name: 'number', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }
  const campaign = { name: 'id', in: 'path', required: true, schema: text }
  const table = operation.csv ? { 'text/csv': { schema: text } } : {}
  const parameters = [
    ...(operation.path.includes('{id}') ? [campaign] : []),
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
          { description, ...(schema === undefined ? {} : { content: { ...json(schema), ...table } }) },
        ]),
      ),
      ...Object.fromEntries(problemsOf(operation).map((status) => [status, problemAnswer(status)])),
    },
  }
}

function problemsOf({ isPublic, body, problems = [] }: Operation): readonly number[] {
  return [
    ...(isPublic ? [] : [401, 503]),
    ...(body === undefined ? [] : body === 'Release' ? [400, 415] : [400, 413, 415]),
    ...problems,
    429,
  ].sort((a, b) => a - b)
}

const json = (schema: string) => ({ 'application/json': { schema: reference(schema) } })

const problemAnswer = (status: number): JsonSchema => ({
  description: PROBLEMS[status],
  content: { [PROBLEM_TYPE]: { schema: reference('Problem') } },
})
