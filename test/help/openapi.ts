/** Holds real answers to what the OpenAPI document says of them. */
import { Validator } from '@cfworker/json-schema'
import { openApiDocument } from '../../src/api/openapi.ts'

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>
}
interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>
  readonly components: unknown
}

export const DOCUMENT = openApiDocument('/', { Release: {}, PreviewRequest: {} }) as unknown as OpenApi

/** What is wrong with a JSON answer of status 200 to a GET of this path; a member that the document does not name is. */
export function faultsOf(path: string, answer: unknown): readonly string[] {
  const schema = DOCUMENT.paths[path]?.get.responses[200]?.content['application/json'] as {
    readonly schema: object
  }
  const { components } = closed(DOCUMENT) as OpenApi
  const { errors } = new Validator({ components, ...schema.schema }, '2020-12', false).validate(answer)
  return errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`)
}

/** The same with every object closed, so that nothing is told that the document is silent about. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, closed(member)]))
  const isOpen =
    copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined
  return isOpen ? { ...copy, additionalProperties: false } : copy
}
