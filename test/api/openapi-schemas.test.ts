import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/api/openapi.ts'
import { releaseJsonSchema } from '../../src/campaign/schema.ts'
import { previewJsonSchema } from '../../src/decide/routes.ts'

const document = openApiDocument('/_selvedge/api', {
  Release: releaseJsonSchema(),
  PreviewRequest: previewJsonSchema(),
}) as { readonly components: { readonly schemas: Readonly<Record<string, object>> } }
const { schemas } = document.components

/** OpenAPI 3.1 takes JSON Schema 2020-12 as it is; references run through the whole document. */
describe('openApiDocument', () => {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    keywords: ['components'],
  })
  ajv.addSchema({ $id: 'https://api.invalid/', components: document.components })

  it.each(Object.keys(schemas))('has a valid schema of %s', (name) => {
    expect(ajv.validateSchema(schemas[name] as object), JSON.stringify(ajv.errors)).toBe(true)
    expect(ajv.getSchema(`https://api.invalid/#/components/schemas/${name}`)).toBeTypeOf('function')
  })

  const told = { id: 'e1', kind: 'declare', at: 1, visitor: 'v' }
  it.each([
    ['StockBatch', { stock: [{ sku: 'tea', place: 'online', quantity: 3, at: '2026-07-01T10:00:00Z' }] }],
    ['StockBatch', { stock: [{ capacity: 'delivery', place: 'PT', quantity: 3, at: 1 }] }],
    ['ServerEvents', { events: [{ ...told, trait: 'name', value: 'Ana' }] }],
    ['ServerEvents', { events: [{ ...told, trait: 'interests', value: ['tea', 'cups'] }] }],
    ['ServerEvents', { events: [{ ...told, kind: 'purchase', value: 12.5, currency: 'EUR' }] }],
  ])('describes %s as its door takes it', (name, body) => {
    const validate = ajv.getSchema(`https://api.invalid/#/components/schemas/${name}`)
    expect(validate?.(body), JSON.stringify(validate?.errors)).toBe(true)
  })

  it('names no schema that there is not', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    )
    expect(names.length).toBeGreaterThan(50)
    for (const name of names) expect(Object.keys(schemas)).toContain(name)
  })
})
