import { describe, expect, it } from 'vitest'
import type { PagePlan } from '../../src/campaign/model.ts'
import type { Decision } from '../../src/decide/model.ts'
import { render } from '../../src/flow/render.ts'
import { analyzeFragment } from '../../src/page/fragment.ts'
import type { Fill } from '../../src/page/model.ts'
import { selectorSet } from '../../src/page/selectors.ts'
import { explain } from '../../src/privacy/explain.ts'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { markHtml, type WhyView, whyFills } from '../../src/privacy/why.ts'
import { release } from '../help/release.ts'

const VIEW: WhyView = { language: 'en', back: '/tea?q="1"&r=<2>', home: '//shop.example', canAnswer: true }

/** Marks for a page view on which every campaign shows its first variant. */
function marksOf(
  ...campaigns: readonly Record<string, unknown>[]
): readonly (readonly [selector: string, action: string])[] {
  const compiled = release(...campaigns).campaigns
  const selectors = selectorSet(
    compiled.flatMap(({ variants }) =>
      variants.flatMap(({ edits }) => edits.map(({ edit }) => edit.selector)),
    ),
  )
  const slotOf = new Map(selectors.selectors.map((selector, slot) => [selector, slot]))
  const plan: PagePlan = { campaigns: compiled, selectors, slotOf }
  const decisions = compiled.map(
    (campaign): Decision =>
      ({ campaign, arm: 'a', reason: 'match', variant: campaign.variants[0], counted: true }) as Decision,
  )
  const fills: readonly Fill[] = whyFills(render(decisions, {}, plan), decisions, {}, VIEW)
  return fills.map(({ slot, action }) => [selectors.selectors[slot] ?? '', action])
}

const shows = (
  id: string,
  edits: readonly Record<string, unknown>[],
  more: Record<string, unknown> = {},
) => ({
  id,
  explain: true,
  variants: [{ id: 'a', edits }],
  ...more,
})
const text = (selector: string) => ({ action: 'text', selector, value: 'Hello' })
const html = (selector: string) => ({ action: 'html', selector, value: '<p>Hello</p>' })

describe('whyFills', () => {
  it('marks a campaign that explains itself, once, and no other', () => {
    expect(
      marksOf(shows('a', [text('h1'), text('h2')]), shows('b', [text('p')], { explain: false })),
    ).toEqual([['h1', 'after']])
  })

  it.each([
    ['after a text, which may be a heading', text('h1'), 'after'],
    ['inside an element that was given markup', html('#box'), 'append'],
    ['after what was replaced', { action: 'replace', selector: '#box', value: '<p>x</p>' }, 'after'],
    [
      'inside an element that something was added to',
      { action: 'append', selector: '#box', value: '<p>x</p>' },
      'append',
    ],
    [
      'after an element whose attributes were set',
      { action: 'setAttribute', selector: 'img', name: 'alt', value: 'x' },
      'after',
    ],
  ])('stands %s', (_, edit, action) => {
    expect(marksOf(shows('a', [edit]))).toEqual([[edit.selector, action]])
  })

  it('looks for content before attributes', () => {
    const image = { action: 'setAttribute', selector: 'img', name: 'alt', value: 'x' }
    expect(marksOf(shows('a', [image, text('h1')]))).toEqual([['h1', 'after']])
  })

  it('marks nothing at content that a campaign above has taken', () => {
    expect(marksOf(shows('a', [text('h1')], { explain: false }), shows('b', [html('h1')]))).toEqual([])
    expect(
      marksOf(shows('a', [text('h1')], { explain: false }), shows('b', [html('h1'), text('h2')])),
    ).toEqual([['h2', 'after']])
  })
})

describe('markHtml', () => {
  const [campaign] = release({ id: 'tea', because: { en: 'Tea & "cake" <now>' } }).campaigns
  if (campaign === undefined) throw new Error('no campaign')
  const mark = (view: Partial<WhyView> = {}): string => {
    const whole = { ...VIEW, ...view }
    return markHtml('tea', explain(campaign, {}, whole.language), whole)
  }

  it.each(LANGUAGES)('is markup that moves nothing around it, in %s', (language) => {
    expect(analyzeFragment(mark({ language }))).toMatchObject({ ok: true })
  })

  it('escapes everything that is not ours', () => {
    expect(mark()).toContain('Tea &amp; "cake" &lt;now&gt;')
    expect(mark()).toContain('value="/tea?q=&quot;1&quot;&amp;r=&lt;2&gt;"')
  })

  it('needs neither script nor style of its own, so no policy of the page stands in its way', () => {
    expect(mark()).not.toMatch(/<script|<style|\sstyle=|\son\w+=/)
  })

  it('has no buttons where there is nobody to remember an answer for', () => {
    expect(mark({ canAnswer: false })).not.toMatch(/<form|<button/)
    expect(mark()).toMatch(/<button type="submit" name="verdict" value="not_relevant">Not relevant<\/button>/)
  })

  it('leads to our own doors whatever base the page has', () => {
    const addresses = [...mark().matchAll(/ (?:href|action)="([^"]*)"/g)].map(([, address = '']) => address)
    expect(addresses.length).toBe(3)
    for (const address of addresses) expect(address).toMatch(/^\/\/shop\.example\/_selvedge\//)
  })
})
