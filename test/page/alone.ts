/** The cutter without HTMLRewriter. */
import { Cutter } from '../../src/page/cut.ts'
import type { CutElement } from '../../src/page/proof.ts'
import { type Template, writeTemplate } from '../../src/page/template.ts'
import { SLOTS } from './soup.ts'

const encoder = new TextEncoder()
const latin1 = new TextDecoder('latin1')

/**
 * A template cut without HTMLRewriter: every tag that carries a slot is marked, and at every end tag every element is
 * said to end. So the cutter has to prove everything alone.
 */
export function cutAlone(tokens: readonly string[]): Template {
  const elements: CutElement[] = []
  const cutter = new Cutter({ opened: (element) => elements.push(element), settled: () => undefined })
  let id = 0
  for (const token of tokens) {
    const slot = /^<[a-z].* s="(\d)"/.exec(token)?.[1]
    if (slot !== undefined) cutter.startMark(Number(slot), id++)
    if (token.startsWith('</')) for (let i = 0; i < id; i++) cutter.endMark(i)
    cutter.text(latin1.decode(encoder.encode(token)))
  }
  cutter.finish()
  return writeTemplate(encoder.encode(tokens.join('')), SLOTS, elements)
}
