import { describe, expect, it } from 'vitest'
import { parseRelease } from '../../src/campaign/schema.ts'
import type { Fault } from '../../src/kit/fault.ts'

type Loose = Record<string, unknown>

const edit = (more: Loose = {}): Loose => ({ action: 'text', selector: 'h1', value: 'Hello', ...more })
const variant = (more: Loose = {}): Loose => ({ id: 'a', edits: [edit()], ...more })
const campaign = (more: Loose = {}): Loose => ({ id: 'hero', pages: ['/*'], variants: [variant()], ...more })

const faultsOf = (...campaigns: readonly Loose[]): readonly Fault[] => {
  const parsed = parseRelease({ campaigns }, { checkSelector: () => undefined, redirectHosts: [] })
  return parsed.ok ? [] : parsed.error
}
/** `code path`, the message left out. */
const brief = (...campaigns: readonly Loose[]): readonly string[] =>
  faultsOf(...campaigns).map(({ code, path }) => `${code} ${path}`)

describe('findOverlaps', () => {
  const other = (more: Loose = {}): Loose => campaign({ id: 'other', ...more })
  const both = [
    'overlap /campaigns/0/variants/0/edits/0/selector',
    'overlap /campaigns/1/variants/0/edits/0/selector',
  ]
  const edits = (more: Loose): readonly Loose[] => [variant({ edits: [edit(more)] })]

  it('names the other campaign at both places', () => {
    const faults = faultsOf(campaign(), other())
    expect(faults.map(({ code, path }) => `${code} ${path}`)).toEqual(both)
    expect(faults[0]?.message).toMatch(/"other"/)
    expect(faults[1]?.message).toMatch(/"hero"/)
  })

  it.each<[string, Loose, Loose, boolean]>([
    ['different priorities', {}, { priority: 1 }, false],
    ['one group', { group: 'g' }, { group: 'g' }, false],
    ['two groups', { group: 'g' }, { group: 'h' }, true],
    ['a paused one', {}, { status: 'paused' }, false],
    ['pages that cannot meet', { pages: ['/a'] }, { pages: ['/b', '/c/*'] }, false],
    ['pages of which one covers the other', { pages: ['/c/*'] }, { pages: ['/b', '/c/d'] }, true],
    ['windows one after the other', { schedule: { to: 5 } }, { schedule: { from: 5 } }, false],
    ['windows that share a moment', { schedule: { to: 6 } }, { schedule: { from: 5 } }, true],
    ['other elements', {}, { variants: edits({ selector: 'h2' }) }, false],
    ['content and what stands before it', {}, { variants: edits({ action: 'before' }) }, false],
    [
      'text and removal',
      {},
      { variants: [variant({ edits: [{ action: 'remove', selector: 'h1' }] })] },
      true,
    ],
    ['content and an attribute', {}, { variants: edits({ action: 'setAttribute', name: 'title' }) }, false],
    [
      'one attribute, in other letters',
      { variants: edits({ action: 'setAttribute', name: 'title' }) },
      { variants: edits({ action: 'setAttribute', name: 'TITLE' }) },
      true,
    ],
  ])('of %s and %s', (_name, one, two, meets) => {
    expect(brief(campaign(one), other(two))).toEqual(meets ? both : [])
  })

  const one = (more: Loose): Loose => ({ variants: [{ id: 'a', edits: [{ selector: 'h1', ...more }] }] })
  const set = (name: string): Loose => one({ action: 'setAttribute', name, value: 'x' })
  const add = (value: string): Loose => one({ action: 'addClass', value })
  const take = (value: string): Loose => one({ action: 'removeClass', value })
  const text = (selector: string): Loose => one({ action: 'text', selector, value: 'x' })

  it.each<[string, Loose, Loose, boolean]>([
    ['one selector, in other letters', text('h1'), text('H1'), true],
    ['one selector, with white space', text('h1'), text(' h1 '), true],
    ['a list that holds it', text('h1'), text('h2, h1'), true],
    ['combinators, spaced otherwise', text('main>h1'), text('main  >  h1'), true],
    ['a value, quoted otherwise', text('[data-a=b]'), text('[data-a="b"]'), true],
    ['classes of other letters', text('.a'), text('.A'), false],
    ['the class attribute and a class', set('class'), add('k'), true],
    ['a class that is added and removed', add('k l'), take('m k'), true],
    ['one class, added twice', add('k'), add('k'), false],
    ['two classes', add('k'), take('l'), false],
    ['a class of the visitor and another', add('is-{{ geo.country }}'), take('l'), false],
    ['removal and an attribute', one({ action: 'remove' }), set('title'), true],
    ['replacement and a class', one({ action: 'replace', value: 'x' }), add('k'), true],
    [
      'replacement and what is appended',
      one({ action: 'replace', value: 'x' }),
      one({ action: 'append', value: 'x' }),
      true,
    ],
    [
      'removal and what stands before',
      one({ action: 'remove' }),
      one({ action: 'before', value: 'x' }),
      false,
    ],
    ['text and a class', text('h1'), add('k'), false],
    ['two attributes', set('title'), set('lang'), false],
  ])('of %s', (_name, first, second, meets) => {
    expect(brief(campaign(first), other(second))).toEqual(meets ? both : [])
  })

  it('of two redirects of one page, and not of a redirect and edits: whoever is sent away sees neither order', () => {
    const to = (redirect: string): Loose => ({ pages: ['/a'], variants: [{ id: 'a', redirect }] })
    expect(brief(campaign(to('/b')), other(to('/c')))).toEqual([
      'overlap /campaigns/0/variants/0/redirect',
      'overlap /campaigns/1/variants/0/redirect',
    ])
    expect(brief(campaign(to('/b')), other({ ...to('/c'), priority: 1 }))).toEqual([])
    expect(brief(campaign(to('/b')), other())).toEqual([])
  })

  it('says what the other one sets, in its own words', () => {
    const [first, second] = faultsOf(campaign(one({ action: 'remove' })), other({ ...set('title') }))
    expect(first?.message).toContain('also sets the attribute "title" of "h1"')
    expect(second?.message).toContain('also sets the whole of "h1"')
  })

  it('reports two selectors once that share several elements', () => {
    expect(brief(campaign(text('h1, h2')), other(text('h2,h1')))).toEqual(both)
  })

  it('looks at thousands of campaigns that stand together on one page', () => {
    const many = Array.from({ length: 4_000 }, (_, index) =>
      campaign({ id: `c${index}`, ...add(`k${index}`) }),
    )
    expect(faultsOf(...many)).toEqual([])
  })

  it('reports a pair once, and says where there are more than it reports', () => {
    const many = Array.from({ length: 400 }, (_, index) =>
      campaign({ id: `c${index}`, pages: ['/*', '/a', '/b'] }),
    )
    const faults = faultsOf(...many)
    expect(faults).toHaveLength(201)
    expect(new Set(faults.map(({ path, message }) => path + message)).size).toBe(201)
    expect(faults.at(-1)).toMatchObject({ path: '', code: 'too_many_faults' })
  })
})
