import { describe, expect, it } from 'vitest'
import { parseRelease } from '../../src/campaign/schema.ts'
import { compileStored } from '../../src/campaign/stored.ts'

const ABOUT = { number: 7, checksum: 'x' }
const edits = [{ action: 'text', selector: 'h1', value: 'Hello' }]
const published = parseRelease(
  { campaigns: [{ id: 'hero', pages: ['/*'], variants: [{ id: 'a', edits }] }] },
  { checkSelector: () => undefined, redirectHosts: [] },
)
const document = published.ok ? JSON.parse(JSON.stringify(published.value)) : null
const [hero] = document.campaigns

describe('compileStored', () => {
  it('compiles what was published', () => {
    expect(compileStored(document, ABOUT).campaigns.map(({ id }) => id)).toEqual(['hero'])
  })

  it.each('id status pages audience priority coverage holdout seed hashVersion variants data'.split(' '))(
    'refuses a campaign whose %s is gone, or is of another kind',
    (name) => {
      for (const value of [undefined, null, [null], Number.NaN, true]) {
        const campaigns = [hero, { ...hero, [name]: value }]
        expect(() => compileStored({ ...document, campaigns }, ABOUT)).toThrow(TypeError)
      }
    },
  )

  it.each([
    [{ id: 'a', weight: 1 }],
    [{ id: 'a', weight: '1', edits }],
    [{ id: 'a', weight: 1, edits: [{ action: 'text' }] }],
    [{ weight: 1, edits }],
    [null],
  ])('refuses the variant %j', (variant) => {
    const campaigns = [{ ...hero, variants: [variant] }]
    expect(() => compileStored({ ...document, campaigns }, ABOUT)).toThrow(TypeError)
  })

  it.each([null, [], 'x', {}, { holdout: 0 }, { holdout: 2, campaigns: [] }, { holdout: 0, campaigns: {} }])(
    'refuses %j',
    (other) => {
      expect(() => compileStored(other, ABOUT)).toThrow(TypeError)
    },
  )
})
