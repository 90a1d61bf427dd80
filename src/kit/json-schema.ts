/**
 * The JSON Schema (2020-12) of what a parser takes, made from the parser's own valibot schema. Only what our schemas are
 * made of; checks that JSON Schema has no words for are left out, the parser still makes them. A test holds it to
 * `@valibot/to-json-schema`, which is ten times as large and so is not in the Worker. Pure.
 */
import type * as v from 'valibot'

export type JsonSchema = Readonly<Record<string, unknown>>

/** A valibot schema or action, as far as it is looked at here. */
interface Part {
  readonly type: string
  readonly pipe?: readonly Part[]
  readonly entries?: Readonly<Record<string, Part>>
  readonly wrapped?: Part
  readonly default?: unknown
  readonly item?: Part
  readonly items?: readonly Part[]
  readonly options?: readonly unknown[]
  readonly literal?: unknown
  readonly key?: Part
  readonly value?: Part
  readonly requirement?: unknown
  readonly metadata?: JsonSchema
}

/** `v.metadata({…})` in a pipe says what the schema's own checks do not: a format, examples, a description. */
export const jsonSchemaOf = (schema: v.GenericSchema): JsonSchema => partOf(schema as unknown as Part)

function partOf({ pipe, ...part }: Part): JsonSchema {
  const [base, ...actions] = pipe ?? []
  const made = base === undefined ? typeOf(part) : partOf(base)
  return Object.assign({}, made, ...actions.map((action) => limitOf(action, made.type)))
}

function typeOf(part: Part): JsonSchema {
  const { type, entries = {}, wrapped, options = [], items = [] } = part
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { type }
    case 'literal':
      return { const: part.literal }
    case 'picklist':
      return { enum: options, type: typeof options[0] }
    case 'union':
      return { anyOf: (options as readonly Part[]).map(partOf) }
    case 'variant':
      return { oneOf: (options as readonly Part[]).map(partOf) }
    case 'array':
      return { type, items: partOf(part.item as Part) }
    case 'strict_tuple':
      return { type: 'array', prefixItems: items.map(partOf), minItems: items.length, items: false }
    case 'record':
      return {
        type: 'object',
        propertyNames: partOf(part.key as Part),
        additionalProperties: partOf(part.value as Part),
      }
    case 'strict_object':
      return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, partOf(entry)])),
        required: Object.keys(entries).filter((key) => !/optional$/.test(entries[key]?.type ?? '')),
        additionalProperties: false,
      }
    case 'optional':
    case 'exact_optional':
      return { ...partOf(wrapped as Part), ...(part.default === undefined ? {} : { default: part.default }) }
    default:
      // Whatever its own check is, there are no words for it.
      return {}
  }
}

function limitOf({ type, requirement, metadata = {} }: Part, of: unknown): JsonSchema {
  const unit = of === 'array' ? 'Items' : 'Length'
  switch (type) {
    case 'integer':
      return { type }
    case 'regex':
      return { pattern: (requirement as RegExp).source }
    case 'non_empty':
      return { [`min${unit}`]: 1 }
    case 'max_length':
      return { [`max${unit}`]: requirement }
    case 'min_value':
      return { minimum: requirement }
    case 'max_value':
      return { maximum: requirement }
    case 'max_entries':
      return { maxProperties: requirement }
    default:
      return metadata
  }
}
