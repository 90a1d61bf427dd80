import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { editSchema, envelopeSchema, variantSchema } from '../../src/campaign/shape.ts'
import { PreviewRequestSchema } from '../../src/decide/preview.ts'
import { jsonSchemaOf } from '../../src/kit/json-schema.ts'
import { closed } from '../../src/kit/shape.ts'

/** What the library says of it, which knows all of valibot. */
function published(schema: v.GenericSchema): unknown {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
  })
  return rest
}

const small = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))

describe('jsonSchemaOf', () => {
  it.each<[string, v.GenericSchema]>([
    ['a preview', PreviewRequestSchema],
    ['a variant', variantSchema],
    ['an edit', editSchema],
    ['an envelope', envelopeSchema],
    ['a pair', v.pipe(v.array(v.strictTuple([small, v.string()])), v.nonEmpty(), v.maxLength(3))],
    [
      'a record',
      v.pipe(v.record(v.pipe(v.string(), v.regex(/^a/)), v.pipe(v.string(), v.nonEmpty())), v.maxEntries(3)),
    ],
    [
      'a choice',
      v.union([
        v.pipe(
          v.string(),
          v.check((text: string) => text !== 'x'),
          v.transform(Number),
        ),
        small,
      ]),
    ],
    ['defaults', closed({ a: v.optional(v.boolean(), false), b: v.exactOptional(small), c: v.literal('x') })],
    ['numbers of a list', v.picklist([1, 2])],
    ['anything', v.unknown()],
    ['a schema in a pipe', v.pipe(v.pipe(v.string(), v.nonEmpty()), v.maxLength(3))],
  ])('says of %s what the library says', (_name, schema) => {
    expect(jsonSchemaOf(schema)).toEqual(published(schema))
  })

  it('adds what metadata says', () => {
    const schema = v.pipe(v.string(), v.nonEmpty(), v.metadata({ format: 'date' }))
    expect(jsonSchemaOf(schema)).toEqual({ type: 'string', minLength: 1, format: 'date' })
  })
})
