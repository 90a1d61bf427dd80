import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_FACTS, type PageFacts, pageFacts } from '../../src/page/facts.ts'

const script = (data: unknown): string =>
  `<script type="application/ld+json">${typeof data === 'string' ? data : JSON.stringify(data)}</script>`
const page = (...parts: readonly string[]): string =>
  `<!doctype html><html><head>${parts.join('\n')}</head><body><h1>x</h1></body></html>`
const factsOf = (...parts: readonly string[]): PageFacts => pageFacts(page(...parts))

const product = (more: object): object => ({ '@context': 'https://schema.org', '@type': 'Product', ...more })
const crumbs = (...steps: readonly (readonly [name: string, item?: unknown])[]): object => ({
  '@type': 'BreadcrumbList',
  itemListElement: steps.map(([name, item], index) => ({
    '@type': 'ListItem',
    position: index + 1,
    name,
    item,
  })),
})

describe('pageFacts', () => {
  it('says nothing of a product whose name, number or brand is nobody’s business', () => {
    const product = (more: object): string =>
      `<script type="application/ld+json">${JSON.stringify({ '@type': 'Product', category: 'Home', ...more })}</script>`
    expect(factsOf(product({ name: 'Vase', sku: 'v-1' }))).toEqual({ categories: ['Home'], sku: 'v-1' })
    for (const more of [{ name: 'Pregnancy test' }, { sku: 'pregnancy-test-1' }, { brand: 'Viagra' }]) {
      expect(factsOf(product(more))).toEqual({ categories: [] })
    }
  })

  it('reads category, brand and number of the one product', () => {
    const data = product({ category: 'Iced tea', brand: { '@type': 'Brand', name: 'Brisa' }, sku: 'bt-1' })
    expect(factsOf(script(data))).toEqual({ categories: ['Iced tea'], brand: 'Brisa', sku: 'bt-1' })
  })

  it.each([
    ['a way', 'Drinks > Tea', ['Drinks', 'Tea']],
    ['a list', ['Drinks', 'Tea'], ['Drinks', 'Tea']],
    ['a thing with a name', { '@type': 'CategoryCode', name: 'Tea' }, ['Tea']],
    ['a name with a slash inside', 'Hi-Fi/Audio', ['Hi-Fi/Audio']],
    ['entities and white space', ' Tea &amp;\n coffee ', ['Tea & coffee']],
  ])('takes %s for a category', (_, category, expected) => {
    expect(factsOf(script(product({ category }))).categories).toEqual(expected)
  })

  it.each([
    ['in a graph', { '@graph': [product({ sku: 'x' })] }],
    ['in a list', [product({ sku: 'x' })]],
    ['as what a page is about', { '@type': 'WebPage', mainEntity: product({ sku: 'x' }) }],
    ['under a full type', { '@type': ['Thing', 'https://schema.org/Product'], sku: 'x' }],
  ])('finds the product %s', (_, data) => {
    expect(factsOf(script(data)).sku).toBe('x')
  })

  it('takes none of several products for the subject of a page', () => {
    const data = [product({ sku: 'a', category: 'Tea' }), product({ sku: 'b', category: 'Cake' })]
    expect(factsOf(script(data))).toEqual(NO_FACTS)
  })

  it('follows the breadcrumbs without the front page and without the product', () => {
    const trail = crumbs(
      ['Home', 'https://s.example/pt/'],
      ['Drinks', '/d'],
      ['Tea', '/t'],
      ['Green Tea 50', '/p'],
    )
    expect(factsOf(script(trail), script(product({ name: 'Green Tea 50' }))).categories).toEqual([
      'Drinks',
      'Tea',
    ])
  })

  it('keeps the last breadcrumb of a page that is about a category', () => {
    expect(factsOf(script(crumbs(['Home', '/'], ['Drinks', { '@id': '/d' }], ['Tea']))).categories).toEqual([
      'Drinks',
      'Tea',
    ])
  })

  it('keeps the last breadcrumb of a product whose page leaves the product out', () => {
    const trail = crumbs(['Home', '/'], ['Tea', '/t'])
    expect(factsOf(script(trail), script(product({ name: 'Green Tea 50' }))).categories).toEqual(['Tea'])
  })

  it('goes by position, not by the order of the list', () => {
    const list = [
      { '@type': 'ListItem', position: 2, name: 'Tea' },
      { '@type': 'ListItem', position: 1, name: 'Drinks' },
    ]
    expect(factsOf(script({ '@type': 'BreadcrumbList', itemListElement: list })).categories).toEqual([
      'Drinks',
      'Tea',
    ])
  })

  it('believes, in this order: our own meta, the product, its meta, the breadcrumbs, the plain meta', () => {
    const sources = [
      ['ours', '<meta name="selvedge:category" content="ours">'],
      ['data', script(product({ category: 'data' }))],
      ['theirs', "<meta property=product:category content='theirs'>"],
      ['trail', script(crumbs(['trail', '/t']))],
      ['plain', '<META NAME="Category" CONTENT="plain">'],
    ] as const
    for (let first = 0; first < sources.length; first++) {
      const parts = sources.slice(first).map(([, markup]) => markup)
      expect(factsOf(...parts.toReversed()).categories).toEqual([sources[first]?.[0]])
    }
  })

  it.each([
    ['a comment', `<!-- ${script(product({ category: 'Tea' }))} -->`],
    ['a script', `<script>var a = '<meta name="category" content="Tea">'</script>`],
    ['a title', '<title><meta name="category" content="Tea"></title>'],
    ['a page without a word of it', '<p>Tea</p>'],
    ['broken JSON', script('{"@type":"Product","category":"Tea",}')],
    ['a script that never ends', '<script type="application/ld+json">{"@type":"Product","category":"Tea"}'],
    ['a name that is too long', `<meta name="category" content="${'x'.repeat(100)}">`],
    ['a block that is too large', script(product({ category: 'Tea', description: 'x'.repeat(200_000) }))],
    ['nesting without end', script(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)],
  ])('says nothing of %s', (_, markup) => {
    expect(factsOf(markup)).toEqual(NO_FACTS)
  })

  it('keeps at most six steps, the most specific ones', () => {
    const way = Array.from({ length: 9 }, (_, index) => `c${index}`).join(' > ')
    expect(factsOf(`<meta name="category" content="${way}">`).categories).toEqual([
      'c3',
      'c4',
      'c5',
      'c6',
      'c7',
      'c8',
    ])
  })

  it('never throws and stays within its bounds, whatever the page holds', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<script type="application/ld+json">',
        '</script>',
        '<meta name=category content="',
        '">',
        '{',
        '"@type":',
      ),
      fc.json().map(script),
      fc
        .jsonValue()
        .map((value) => script({ '@type': 'Product', category: value, brand: value, sku: value })),
      fc.jsonValue().map((value) => script({ '@type': 'BreadcrumbList', itemListElement: value })),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const { categories, brand = 'x', sku = 'x' } = pageFacts(parts.join(''))
        expect(categories.length).toBeLessThanOrEqual(6)
        for (const name of [...categories, brand, sku]) {
          expect(name.length).toBeGreaterThan(0)
          expect(name.length).toBeLessThanOrEqual(80)
          expect(name.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})
