/** What the tables of the operators' API are written with: an operation, and the schemas that several doors share. */
import type { JsonSchema } from '../kit/json-schema.ts'

export interface Operation {
  readonly method: 'get' | 'post' | 'put'
  /** Below the API's root, parameters in braces. */
  readonly path: string
  readonly id: string
  readonly tag:
    | 'releases'
    | 'campaigns'
    | 'switch'
    | 'previews'
    | 'stores'
    | 'supply'
    | 'people'
    | 'reports'
    | 'inventory'
    | 'documents'
  readonly summary: string
  /** Needs no token. */
  readonly isPublic?: true
  readonly query?: readonly (
    | 'dryRun'
    | 'note'
    | 'limit'
    | 'before'
    | 'sku'
    | 'view'
    | 'correction'
    | 'effect'
    | 'power'
    | 'from'
    | 'to'
    | 'format'
  )[]
  /** Name of the body's schema. */
  readonly body?: string
  /** Also answers a table, where `format` asks for one. */
  readonly csv?: true
  /** Status → what it means, and the name of its schema. */
  readonly answers: Readonly<Record<number, readonly [description: string, schema?: string]>>
  /** Problems beyond those that every door may answer. */
  readonly problems?: readonly (400 | 404 | 409 | 410 | 422 | 501)[]
}

export const text = { type: 'string' }
export const count = { type: 'integer', minimum: 0 }
export const moment = { type: 'integer', minimum: 0, description: 'Epoch milliseconds' }

/** An object whose members are all required, but those named optional. */
export const object = (properties: Record<string, unknown>, ...optional: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
})

export const nullable = (schema: JsonSchema): JsonSchema => ({ oneOf: [schema, { type: 'null' }] })
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

export const fault = object({
  path: { ...text, description: 'JSON Pointer into what was sent' },
  code: text,
  message: text,
})
