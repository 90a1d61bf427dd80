import { describe, expect, it } from 'vitest'
import { analyzeFragment, joinNeeds } from '../../src/page/fragment.ts'
import {
  ANCHOR,
  BLOCK,
  CELL,
  GROUP,
  HEAD_LINE,
  LINK,
  LIST_ITEM,
  MARKUP,
  ROW,
  TEXT,
} from '../../src/page/needs.ts'

const needs = (html: string): number => {
  const fragment = analyzeFragment(html)
  if (!fragment.ok) throw new Error(fragment.problem)
  return fragment.needs
}

describe('analyzeFragment', () => {
  it.each([
    ['', 0],
    ['words & more', TEXT],
    ['<!-- note -->', MARKUP],
    ['<span>x</span>', TEXT | MARKUP],
    ['<p>x</p>', TEXT | MARKUP | BLOCK],
    ['<li>a</li><li>b</li>', TEXT | MARKUP | BLOCK | LIST_ITEM],
    ['<ul><li>a</li></ul>', TEXT | MARKUP | BLOCK],
    ['<h2>x</h2>', TEXT | MARKUP | BLOCK | HEAD_LINE],
    ['<div><h2>x</h2></div>', TEXT | MARKUP | BLOCK],
    ['<td>x</td>', MARKUP | CELL],
    ['<tr><td><p>x</p></td></tr>', MARKUP | ROW],
    ['<tbody><tr><td>x</td></tr></tbody>', MARKUP | GROUP],
    ['<table><tr><td>x</td></tr></table>', TEXT | MARKUP | BLOCK],
    ['<link rel="preload">', MARKUP | LINK],
    ['<style>p > b {}</style>', MARKUP],
    ['<button><div>x</div></button>', needs('<button>x</button>')],
    ['<textarea><p></textarea>', TEXT | MARKUP],
    ['<template><p>x</p></template>', MARKUP],
    ['<template><tr><td>x</td></tr></template>', MARKUP],
    ['<x-y><template shadowrootmode="open"><slot></slot><p>x</p></template></x-y>', TEXT | MARKUP],
    ['<svg><path d=""/><title>t</title></svg>', TEXT | MARKUP],
  ])('reads %j', (html, expected) => {
    expect(needs(html)).toBe(expected)
  })

  it('looks through phrasing elements for anchors', () => {
    expect(needs('<div><span><a href="/">x</a></span></div>') & ANCHOR).toBe(ANCHOR)
  })

  it.each([
    '<p>x',
    'x</p>',
    '<b><i>x</b></i>',
    '<div',
    '<div class="x>',
    '<!-- open',
    '<script>x',
    '<textarea>',
    'a <',
    'a &am',
    '<p><div>x</div></p>',
    '<template><div>x</template></div>',
    '<template><div></div><tr></tr></template>',
    '<ul><li>a<li>b</ul>',
    '<a href="/"><a>x</a></a>',
    '<b><b>x</b></b>',
    '<td>x</td>text',
    'text<td>x</td>',
    '<table>text</table>',
    '<html>',
    '</body>',
    '<body>',
    '<head></head>',
    '<frameset></frameset>',
    '<plaintext>',
    '<base href="/">',
    '<meta http-equiv="refresh">',
    '<!doctype html>',
    '<image>',
    '<form><form></form></form>',
    '<select><div></select>',
    '<svg><p>x</p></svg>',
    '<option>a<option>b',
    'a\0b',
  ])('refuses %j', (html) => {
    expect(analyzeFragment(html).ok).toBe(false)
  })
})

describe('joinNeeds', () => {
  it('is everything that any piece needs', () => {
    expect(joinNeeds(TEXT, MARKUP | BLOCK, 0)).toBe(TEXT | MARKUP | BLOCK)
  })
})
