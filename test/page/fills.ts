/** Fills for laws, and what the guard law says about each. */
import { choosesLoad } from '../../src/kit/html.ts'
import { analyzeFragment } from '../../src/page/fragment.ts'
import type { Fill } from '../../src/page/model.ts'
import { readFacts, slotFrom, type Template } from '../../src/page/template.ts'
import { type Mask, outside, SENTINEL, SENTINEL_ATTRIBUTE } from './outside.ts'

const encoder = new TextEncoder()
const latin1 = new TextDecoder('latin1')

const fragments = [
  'p',
  'div',
  'span',
  'b',
  'a href=x',
  'ul',
  'li',
  'dd',
  'h2',
  'button',
  'form',
  'table',
  'tr',
  'td',
  'tbody',
  'option',
  'rt',
  'nobr',
  'select',
  'svg',
  'template',
  'style',
  'textarea',
  'object',
  'section',
].map((head) => {
  const name = head.split(' ')[0] as string
  return `<${head} ${SENTINEL_ATTRIBUTE}>${name === 'table' || name === 'tr' || name === 'tbody' ? '' : 'x'}</${name}>`
})

/** Markup that a law may put in, with its needs; text comes first. */
export const CONTENTS: readonly {
  readonly html: string
  readonly bytes: Uint8Array
  readonly needs: number
}[] = [
  { html: SENTINEL, needs: 0 },
  ...[
    ...fragments,
    `<img ${SENTINEL_ATTRIBUTE}>`,
    `<link ${SENTINEL_ATTRIBUTE}>`,
    `<hr ${SENTINEL_ATTRIBUTE}>`,
    `<div ${SENTINEL_ATTRIBUTE}><p>a</p><ul><li>b</li></ul></div>${SENTINEL}`,
    `<template ${SENTINEL_ATTRIBUTE}><tr><td>x</td></tr></template>`,
    `<x-y ${SENTINEL_ATTRIBUTE}><template shadowrootmode="open"><p>x</p><slot></slot></template></x-y>`,
    `<p ${SENTINEL_ATTRIBUTE}><b><i>x</i></b></p><b ${SENTINEL_ATTRIBUTE}>x</b>`,
  ].map((html) => {
    const fragment = analyzeFragment(html)
    if (!fragment.ok) throw new Error(`${html}: ${fragment.problem}`)
    return { html, needs: fragment.needs }
  }),
].map((content) => ({ ...content, bytes: encoder.encode(content.html) }))

export const CONTENT_ACTIONS = ['inner', 'replace', 'before', 'after', 'prepend', 'append'] as const

export const setFill = (slot: number, name: string, value: string): Fill => ({
  slot,
  action: 'setAttribute',
  name,
  bytes: encoder.encode(value),
  loads: choosesLoad(name),
})
export const dropFill = (slot: number, name: string): Fill => ({
  slot,
  action: 'removeAttribute',
  name,
  loads: choosesLoad(name),
})

/** Every single edit of a slot that a law tries. */
export function singleFills(slot: number): Fill[] {
  return [
    ...CONTENTS.flatMap(({ bytes, needs }) =>
      CONTENT_ACTIONS.map((action) => ({ slot, action, bytes, needs })),
    ),
    { slot, action: 'inner', bytes: new Uint8Array(0), needs: 0 },
    { slot, action: 'remove' },
    setFill(slot, 'data-n', 'v'),
    setFill(slot, 'class', 'v'),
    setFill(slot, 'href', 'v'),
    dropFill(slot, 'x'),
    dropFill(slot, 'type'),
    { slot, action: 'addClass', names: ['n'] },
  ]
}

/** The mask under which page and edited page must look the same, if the fill was applied to elements with these `u`. */
function maskOf(fill: Fill, touched: ReadonlySet<string>): Mask {
  switch (fill.action) {
    case 'inner':
      return { emptied: touched }
    case 'replace':
    case 'remove':
      return { removed: touched }
    case 'setAttribute':
    case 'removeAttribute':
      return { attributes: new Set([fill.name]) }
    case 'addClass':
    case 'removeClass':
      return { attributes: new Set(['class']) }
    default:
      return {}
  }
}

/** `u` of every element that the fill's selector matched. */
export function touchedBy(template: Template, fill: Fill): ReadonlySet<string> {
  const touched = new Set<string>()
  const page = latin1.decode(template.page)
  for (let at = slotFrom(template, fill.slot); at < slotFrom(template, fill.slot + 1); at++) {
    const { start, tagEnd } = readFacts(template, template.table[at] as number)
    touched.add(/u="(\d+)"/.exec(page.slice(start, tagEnd))?.[1] ?? '')
  }
  return touched
}

/** Undefined where the law holds, otherwise what differs. */
export function broken(
  before: string,
  after: string,
  fill: Fill,
  touched: ReadonlySet<string>,
): string | undefined {
  const mask = maskOf(fill, touched)
  const [one, two] = [outside(before, mask), outside(after, mask)]
  return one === two ? undefined : `${fill.action}\n${before}\n${after}\n${one}\n---\n${two}`
}
