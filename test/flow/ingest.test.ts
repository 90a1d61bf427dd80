import { describe, expect, it } from 'vitest'
import { keepable } from '../../src/flow/ingest.ts'
import { event } from '../help/evidence.ts'

describe('keepable', () => {
  const asked = new Set(['tea', 'pregnancy', 'baby', 'test'])
  const learned = (query: string) => keepable(event('search', { query }), [], asked)

  it('keeps of a search the category that it asks for, and not its words', () => {
    const { id: _, at: __, ...kept } = learned('cold teas') ?? {}
    expect(kept).toEqual({ kind: 'search', category: 'tea' })
  })

  it.each(['pregnancy test', 'a test for diabetes', 'baby spinach', 'Bébé'])(
    'learns nothing from a search for "%s", whatever a release asks about',
    (query) => {
      expect(Object.keys(learned(query) ?? {})).toEqual(['id', 'kind', 'at'])
    },
  )

  it('drops a sensitive category wherever it was derived, with what names the product', () => {
    const view = event('view', { category: 'hiv-tests', brand: 'X', sku: 'x-1' })
    expect(Object.keys(keepable(view, [], asked) ?? {})).toEqual(['id', 'kind', 'at'])
  })
})
