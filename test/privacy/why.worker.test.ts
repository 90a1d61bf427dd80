import { describe, expect, it } from 'vitest'
import type { PagePlan } from '../../src/campaign/model.ts'
import type { Decision } from '../../src/decide/model.ts'
import { render } from '../../src/flow/render.ts'
import { compileTemplate } from '../../src/page/mark.ts'
import { selectorSet } from '../../src/page/selectors.ts'
import { stitch } from '../../src/page/stitch.ts'
import { whyFills } from '../../src/privacy/why.ts'
import { release } from '../help/release.ts'

const VIEW = { language: 'en', back: '/', home: '//shop.example', canAnswer: true } as const

/** The page with one text edit and its mark, and what became of both. */
async function finish(html: string) {
  const [campaign] = release({ id: 'hero', explain: true }).campaigns
  if (campaign?.variants[0] === undefined) throw new Error('no campaign')
  const selectors = selectorSet(['h1'])
  const plan: PagePlan = { campaigns: [campaign], selectors, slotOf: new Map([['h1', 0]]) }
  const decisions: readonly Decision[] = [
    { campaign, arm: 'a', reason: 'match', variant: campaign.variants[0], counted: true },
  ]
  const template = await compileTemplate(new TextEncoder().encode(html), selectors, 'n0nc3')
  if (template === null) throw new Error('no template')
  const drawn = render(decisions, {}, plan)
  const { bytes, outcomes } = stitch(template, [...drawn.fills, ...whyFills(drawn, decisions, {}, VIEW)])
  return { page: new TextDecoder().decode(bytes), outcomes }
}

describe('whyFills on a page', () => {
  it('puts the mark after what was changed', async () => {
    const { page, outcomes } = await finish('<!doctype html><body><h1>Shop</h1><p>Open</p></body>')
    expect(outcomes).toEqual(['applied', 'applied'])
    expect(page).toMatch(/<h1>Hello<\/h1><details class="selvedge-why" lang="en">.*<\/details><p>Open<\/p>/)
  })

  it('leaves it out where it would break the page: a form cannot stand inside a form', async () => {
    const { page, outcomes } = await finish('<!doctype html><body><form><h1>Shop</h1><input></form></body>')
    expect(outcomes).toEqual(['applied', 'context'])
    expect(page).not.toContain('selvedge-why')
  })
})
