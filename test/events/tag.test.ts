import { parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { isCounted } from '../../src/decide/decide.ts'
import type { Decision } from '../../src/decide/model.ts'
import { BEACON_URL } from '../../src/events/beacon.ts'
import { beaconFills } from '../../src/events/tag.ts'
import type { Fill } from '../../src/page/model.ts'
import { release } from '../help/release.ts'

const NOW = Date.UTC(2026, 6, 3, 12)
const START = NOW - 60_000
const decoder = new TextDecoder()

const text = (selector: string) => ({ action: 'text', selector, value: 'x' })
const variants = (...edits: readonly object[]) => [
  { id: 'control', weight: 0.5, edits: [] },
  { id: 'a', weight: 0.5, edits },
]

/** The fills of a page view in which each campaign came out as said: a variant's id, `control` or `holdout`. */
function fillsOf(
  campaigns: readonly Record<string, unknown>[],
  arms: readonly string[],
  more: { readonly isAgain?: boolean; readonly isAhead?: boolean; readonly counted?: boolean } = {},
) {
  const plan = release(...campaigns).plan(new URL('https://shop.example/'))
  const decisions = plan.campaigns.map((campaign, index): Decision => {
    const arm = arms[index] as string
    const variant = campaign.variants.find(({ id, edits }) => id === arm && edits.length > 0)
    return {
      campaign,
      arm,
      reason: variant === undefined ? 'control' : 'match',
      counted: more.counted ?? true,
      ...(variant === undefined ? {} : { variant }),
    }
  })
  const fills = beaconFills({
    plan,
    decisions,
    visit: START,
    isAgain: more.isAgain ?? false,
    isAhead: more.isAhead ?? false,
    now: NOW,
    home: '//shop.example',
  })
  return { decisions, fills, selectors: plan.selectors.selectors }
}

const markup = (fill: Fill | undefined): string =>
  fill !== undefined && 'bytes' in fill ? decoder.decode(fill.bytes) : ''

/** The attributes of the tag as a browser reads them. */
function tagOf(fill: Fill | undefined): Record<string, string> {
  const [script] = parseFragment(markup(fill)).childNodes
  const attrs = script !== undefined && 'attrs' in script ? script.attrs : []
  return Object.fromEntries(attrs.map(({ name, value }) => [name, value]))
}

describe('beaconFills', () => {
  it('names the counted campaigns and all their selectors, escaped for their place', () => {
    const odd = 'a[title="a&quot; <b>"]\n> b'
    const { fills, selectors } = fillsOf(
      [
        { id: 'hero', variants: variants(text('#hero h1'), text(odd)) },
        { id: 'ship', variants: variants(text('.ship')) },
      ],
      ['a', 'control'],
      { isAgain: true, isAhead: true },
    )
    expect(fills.length).toBe(1)
    expect([fills[0]?.action, selectors[fills[0]?.slot ?? -1]]).toEqual(['append', 'head'])
    expect(tagOf(fills[0])).toEqual({
      src: `//shop.example${BEACON_URL}`,
      defer: '',
      'data-selvedge-visit': START.toString(36),
      'data-selvedge-now': NOW.toString(36),
      'data-selvedge-again': '',
      'data-selvedge-ahead': '',
      'data-selvedge-campaigns': 'hero #hero h1,a[title="a&quot; <b>"] > b\nship .ship',
    })
  })

  it('says the same in every arm', () => {
    const campaign = {
      id: 'hero',
      variants: variants(text('#hero h1'), { action: 'addClass', selector: 'body', value: 'x' }),
    }
    const [a, control, holdout] = ['a', 'control', 'holdout'].map((arm) => fillsOf([campaign], [arm]).fills)
    expect(a?.map(markup)).toEqual(control?.map(markup))
    expect(holdout?.map(markup)).toEqual(control?.map(markup))
  })

  it('leaves out who is not counted, and campaigns that send people away', () => {
    const away = {
      pages: ['/'],
      id: 'away',
      variants: [
        { id: 'control', weight: 0.5, edits: [] },
        { id: 'b', weight: 0.5, edits: [], redirect: '/b' },
      ],
    }
    const { fills } = fillsOf([away, { id: 'hero', variants: variants(text('h1')) }], ['control', 'a'])
    expect(tagOf(fills[0])['data-selvedge-campaigns']).toBe('hero h1')
    const uncounted = fillsOf([{ id: 'hero', variants: variants(text('h1')) }], ['a'], { counted: false })
    expect(isCounted(uncounted.decisions)).toBe(false)
  })

  it.each([
    ['remove', { action: 'remove', selector: '#x' }, ['#x']],
    ['replace', { action: 'replace', selector: '#x', value: '<p>y</p>' }, ['#x']],
    ['before', { action: 'before', selector: '#x', value: '<p>y</p>' }, ['#x']],
    ['a move', { action: 'move', selector: '#x', target: '#y', position: 'after' }, ['#x']],
    ['a move before', { action: 'move', selector: '#x', target: '#y', position: 'before' }, ['#x', '#y']],
    [
      'an id that the selector asks for',
      { action: 'setAttribute', selector: '#x', name: 'id', value: 'z' },
      ['#x'],
    ],
    ['a class that it asks for', { action: 'removeClass', selector: '.x', value: 'x' }, ['.x']],
    [
      'an attribute that it asks for',
      { action: 'removeAttribute', selector: 'p[lang]', name: 'lang' },
      ['p[lang]'],
    ],
    ['another attribute', { action: 'setAttribute', selector: '#x', name: 'title', value: 'z' }, []],
    ['text', text('#x'), []],
    ['append', { action: 'append', selector: '#x', value: '<p>y</p>' }, []],
    ['after', { action: 'after', selector: '#x', value: '<p>y</p>' }, []],
  ] as const)('marks the place that %s would change, in that arm only', (_name, edit, expected) => {
    const campaigns = [{ id: 'hero', variants: variants(edit) }]
    const { fills, selectors } = fillsOf(campaigns, ['a'])
    const marks = fills.slice(1)
    expect(marks.map(({ slot }) => selectors[slot])).toEqual(expected)
    expect(marks.every((mark) => mark.action === 'before' && markup(mark) === '<!--selvedge:hero-->')).toBe(
      true,
    )
    expect(fillsOf(campaigns, ['control']).fills.length).toBe(1)
  })
})
