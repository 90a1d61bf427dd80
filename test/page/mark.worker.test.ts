import { describe, expect, it } from 'vitest'
import { checkSelector, compileTemplate } from '../../src/page/mark.ts'
import { CAN_INNER } from '../../src/page/proof.ts'
import { selectorSet } from '../../src/page/selectors.ts'
import { readFacts } from '../../src/page/template.ts'
import { pageFile } from './pages.ts'

describe('checkSelector', () => {
  it.each(['h1', '.a > .b', 'a[href^="/x"]', '#hero, .hero', 'li:nth-child(2)', 'p:not(.a)', '*', 'é'])(
    'accepts %s',
    (selector) => {
      expect(checkSelector(selector)).toBeUndefined()
    },
  )

  it.each([
    '',
    ' ',
    'h1 + p',
    'h1 ~ p',
    'a:hover',
    'p:last-child',
    ':has(p)',
    'p::before',
    '..',
    'a,',
    '\ud800',
    'a'.repeat(1_001),
  ])('tells why %j cannot be matched', (selector) => {
    expect(checkSelector(selector)).toMatch(/^(is|holds) /)
  })
})

/** Non-void elements that have an end tag of their own in the page's source, and how many of them are proven. */
async function proven(
  page: string,
): Promise<{ readonly all: number; readonly fit: number; readonly unfit: string[] }> {
  const template = await compileTemplate(new TextEncoder().encode(page), selectorSet(['body *']), 'abc123')
  if (template === null) throw new Error('no template')
  const bytes = new TextDecoder('latin1').decode(template.page)
  const result = { all: 0, fit: 0, unfit: [] as string[] }
  for (let i = 0; i < template.elements; i++) {
    const facts = readFacts(template, i)
    const tag = bytes.slice(facts.start, facts.tagEnd)
    const isText = /^<(script|noscript)/i.test(tag)
    if (facts.endEnd === facts.tagEnd || isText || OPTIONAL_END.test(tag)) continue
    result.all++
    if (facts.can & CAN_INNER) result.fit++
    else result.unfit.push(tag)
  }
  return result
}

/** Elements whose end tag may be left out, and is, on the pages tried. */
const OPTIONAL_END = /^<(p|li|dt|dd|tr|th|td|option)\b/i

describe('compileTemplate', () => {
  it('proves every element with an end tag of a page that leaves out what may be left out', async () => {
    const { all, fit, unfit } = await proven(pageFile('sloppy', 'src.html'))
    expect(unfit).toEqual([])
    expect(fit).toBe(all)
    expect(all).toBeGreaterThan(35)
  })

  it('proves every element with an end tag of a page that was finished before', async () => {
    expect((await proven(pageFile('home', 'expected.html'))).unfit).toEqual([])
  })
})
