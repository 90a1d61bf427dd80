import { describe, expect, it } from 'vitest'
import type { Fill, Outcome } from '../../src/page/model.ts'
import { stitch } from '../../src/page/stitch.ts'
import { cutAlone } from './alone.ts'
import { dropFill as drop, setFill as set } from './fills.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

type Inserting = 'inner' | 'replace' | 'before' | 'after' | 'prepend' | 'append'
const put = (slot: number, action: Inserting, text: string, needs = 0): Fill => ({
  slot,
  action,
  bytes: encoder.encode(text),
  needs,
})
const classes = (slot: number, action: 'addClass' | 'removeClass', ...names: string[]): Fill => ({
  slot,
  action,
  names,
})

/** Slots are written `s="0"` in the page, and left out of what is expected. */
function weave(
  page: string,
  fills: readonly Fill[],
): { readonly page: string; readonly outcomes: readonly Outcome[] } {
  const { bytes, outcomes } = stitch(cutAlone(page.match(/<[^>]*>|[^<]+/g) ?? []), fills)
  return { page: decoder.decode(bytes).replaceAll(/ s="\d"/g, ''), outcomes }
}

describe('stitch', () => {
  it('gives the page itself, not a copy, where there are no fills', () => {
    const template = cutAlone(['<p s="0">', 'x', '</p>'])
    expect(stitch(template, []).bytes).toBe(template.page)
  })

  it('lets the first content fill win', () => {
    const { page, outcomes } = weave('<p s="0">x</p>', [
      put(0, 'inner', 'a'),
      put(0, 'replace', 'b'),
      { slot: 0, action: 'remove' },
    ])
    expect(page).toBe('<p>a</p>')
    expect(outcomes).toEqual(['applied', 'taken', 'taken'])
  })

  it('lets the next content fill have its turn where the first may not stand', () => {
    const { page, outcomes } = weave('<p s="0">x</p>', [
      put(0, 'inner', '<div>a</div>', 7),
      put(0, 'inner', 'b'),
    ])
    expect(page).toBe('<p>b</p>')
    expect(outcomes).toEqual(['context', 'applied'])
  })

  it('puts the higher priority nearer to the tag', () => {
    const fills = (['before', 'prepend', 'append', 'after'] as const).flatMap((action) => [
      put(0, action, '1'),
      put(0, action, '2'),
    ])
    expect(weave('<div><p s="0">x</p></div>', fills).page).toBe('<div>21<p>12x21</p>12</div>')
  })

  it('keeps what stands beside an element that goes, and covers what stood inside', () => {
    const { page, outcomes } = weave('<div><p s="0">x<b s="1">y</b></p></div>', [
      { slot: 0, action: 'remove' },
      put(0, 'before', '1'),
      put(0, 'after', '2'),
      put(0, 'prepend', '3'),
      set(0, 'title', '4'),
      put(1, 'inner', '5'),
    ])
    expect(page).toBe('<div>12</div>')
    expect(outcomes).toEqual(['applied', 'applied', 'applied', 'covered', 'covered', 'covered'])
  })

  it('reports the best outcome over all elements of a selector', () => {
    const { page, outcomes } = weave('<div><p s="0">one<p s="0">two</p></div>', [put(0, 'inner', 'x')])
    expect(page).toBe('<div><p>one<p>x</p></div>')
    expect(outcomes).toEqual(['applied'])
  })

  it('edits void elements on all sides but inside', () => {
    const { page, outcomes } = weave('<p><img s="0"></p>', [
      put(0, 'before', '1'),
      put(0, 'after', '2'),
      set(0, 'alt', 'a'),
      put(0, 'inner', 'x'),
      put(0, 'prepend', 'x'),
      put(0, 'append', 'x'),
    ])
    expect(page).toBe('<p>1<img alt="a">2</p>')
    expect(outcomes).toEqual(['applied', 'applied', 'applied', 'unfit', 'unfit', 'unfit'])
  })

  it('answers no_slot for a selector that the page, or the set, does not have', () => {
    expect(weave('<p>x</p>', [put(3, 'inner', 'x'), put(99, 'inner', 'x')]).outcomes).toEqual([
      'no_slot',
      'no_slot',
    ])
  })
})

describe('stitch of attributes', () => {
  const tag = (page: string, ...fills: Fill[]): string => weave(page, fills).page

  it.each([
    ['<p s="0">', set(0, 'title', 'v'), '<p title="v">'],
    ['<p s="0" title>', set(0, 'title', 'v'), '<p title="v">'],
    ['<p s="0" TITLE = old id=x>', set(0, 'title', 'v'), '<p title="v" id=x>'],
    ["<p s='0' s=\"0\" title='a'b=c>", set(0, 'title', 'v'), '<p s=\'0\' title="v"b=c>'],
    ['<p s="0" title= >', set(0, 'title', 'v'), '<p title="v">'],
    ['<p s="0" a=1 title=x title=y>', drop(0, 'title'), '<p a=1    >'],
    ['<br s="0" a=1 /b>', drop(0, 'b'), '<br a=1 / >'],
    ['<p s="0" class="a  b">', classes(0, 'addClass', 'c', 'a'), '<p class="a b c">'],
    ['<p s="0" class="a  b">', classes(0, 'addClass', 'a'), '<p class="a  b">'],
    ['<p s="0" class=a>', classes(0, 'removeClass', 'a'), '<p class="">'],
    ['<p s="0" class=\'x"y\'>', classes(0, 'addClass', 'é&'), '<p class="x&quot;y é&amp;">'],
    ['<p s="0">', classes(0, 'removeClass', 'a'), '<p>'],
  ])('edits %s', (page, fill, expected) => {
    expect(tag(`${page}x</p>`, fill)).toBe(`${expected}x</p>`)
  })

  it('lets the first fill that names an attribute have it', () => {
    const { page, outcomes } = weave('<p s="0" a=1>x</p>', [set(0, 'a', '2'), drop(0, 'a'), set(0, 'A', '3')])
    expect(page).toBe('<p a="2">x</p>')
    expect(outcomes).toEqual(['applied', 'taken', 'taken'])
  })

  it('adds classes to the value that another fill sets', () => {
    expect(tag('<p s="0" class=a>x</p>', set(0, 'class', 'b'), classes(0, 'addClass', 'c'))).toBe(
      '<p class="b c">x</p>',
    )
  })

  it('lets the first word on a class stand', () => {
    const { page, outcomes } = weave('<p s="0" class=a>x</p>', [
      classes(0, 'removeClass', 'a'),
      classes(0, 'addClass', 'a'),
      classes(0, 'addClass', 'a', 'b'),
    ])
    expect(page).toBe('<p class="b">x</p>')
    expect(outcomes).toEqual(['applied', 'taken', 'applied'])
  })
})
