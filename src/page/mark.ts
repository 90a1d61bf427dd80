/**
 * Adapter: HTMLRewriter finds elements by selector and puts a nonce comment in front of their start and end tags. It
 * only says *where*; what may be done there is the cutter's to prove. Handlers never throw: HTMLRewriter would deliver
 * a short page as if it were whole.
 */
import { Cutter } from './cut.ts'
import type { SelectorSet } from './model.ts'
import { type CutElement, MAX_MARKS } from './proof.ts'
import { type Template, writeTemplate } from './template.ts'
import { endMark, startMark, Unmarker } from './unmark.ts'

const MAX_SELECTOR_CHARS = 1_000

/** Why HTMLRewriter cannot look for this selector; undefined where it can. Lists with commas are fine. */
export function checkSelector(selector: string): string | undefined {
  if (selector.trim() === '') return 'is empty'
  if (selector.length > MAX_SELECTOR_CHARS) return `is longer than ${MAX_SELECTOR_CHARS} characters`
  if (!selector.isWellFormed()) return 'holds half a surrogate pair'
  try {
    new HTMLRewriter().on(selector, {})
    return undefined
  } catch (cause) {
    return `is not a selector that can be matched on a flowing page (${cause instanceof Error ? cause.message : cause})`
  }
}

/** Marks every element that a selector of the set matches, up to a bound. */
export function markElements(response: Response, set: SelectorSet, nonce: string): Response {
  const rewriter = new HTMLRewriter()
  let marks = 0
  for (const [slot, selector] of set.selectors.entries()) {
    rewriter.on(selector, {
      element(element) {
        if (marks >= MAX_MARKS) return
        const id = marks++
        element.before(startMark(nonce, slot, id), { html: true })
        onEnd(element, (end) => end.before(endMark(nonce, id), { html: true }))
      },
    })
  }
  return rewriter.transform(response)
}

/** Void elements have no end tag, and say so by throwing. */
function onEnd(element: Element, then: (end: EndTag) => void): void {
  try {
    element.onEndTag(then)
  } catch {
    // The cutter knows void elements itself.
  }
}

/**
 * Parses a page once. Null where the marked page, marks taken out, is not the page that went in: HTMLRewriter gave up
 * somewhere, and the caller serves its own bytes. `nonce`: unguessable, letters and digits only.
 */
export async function compileTemplate(
  page: Uint8Array,
  set: SelectorSet,
  nonce: string,
): Promise<Template | null> {
  if (set.selectors.length === 0) return writeTemplate(page, 0, [])
  const decoder = new TextDecoder('latin1')
  const source = decoder.decode(page)
  const marked = await readMarked(page, set, nonce)
  if (marked === null || source.includes(nonce)) return null
  const elements: CutElement[] = []
  const cutter = new Cutter({ opened: (element) => elements.push(element), settled: () => undefined })
  let at = 0
  let isSame = true
  const unmarker = new Unmarker(nonce, {
    text: (text) => {
      isSame &&= source.startsWith(text, at)
      at += text.length
      if (isSame) cutter.text(text)
    },
    startMark: (slot, id) => cutter.startMark(slot, id),
    endMark: (id) => cutter.endMark(id),
  })
  const isRead = unmarker.push(decoder.decode(marked))
  unmarker.finish()
  cutter.finish()
  return isRead && isSame && at === source.length ? writeTemplate(page, set.selectors.length, elements) : null
}

async function readMarked(page: Uint8Array, set: SelectorSet, nonce: string): Promise<ArrayBuffer | null> {
  try {
    const response = new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
    return await markElements(response, set, nonce).arrayBuffer()
  } catch {
    return null
  }
}
