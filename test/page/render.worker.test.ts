import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../../src/page/mark.ts'
import type { Fill, SelectorSet } from '../../src/page/model.ts'
import { stitch } from '../../src/page/stitch.ts'
import { stitchStream } from '../../src/page/stream.ts'
import { readTemplate, type Template } from '../../src/page/template.ts'
import { broken, CONTENT_ACTIONS, CONTENTS, dropFill, setFill, touchedBy } from './fills.ts'
import { byteSoup, pageTokens, SELECTORS, SLOTS } from './soup.ts'

const NONCE = 'b7e1d2c49a'
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const SET: SelectorSet = { selectors: SELECTORS, key: 'law' }

/** Sends bytes in chunks of the given sizes, over and over. */
const chunked = (bytes: Uint8Array, sizes: readonly number[]): Response => {
  let at = 0
  let turn = 0
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close()
        const size = sizes[turn++ % sizes.length] as number
        controller.enqueue(bytes.slice(at, at + size))
        at += size
      },
    }),
  )
}

const streamed = async (bytes: Uint8Array, fills: readonly Fill[], sizes: readonly number[], set = SET) => {
  const { body, outcomes } = stitchStream(chunked(bytes, sizes), set, fills, NONCE)
  return { bytes: new Uint8Array(await new Response(body).arrayBuffer()), outcomes: await outcomes }
}

/** Pages on which HTMLRewriter gives up have no template; a law says nothing about them. */
const compiled = async (bytes: Uint8Array, set = SET): Promise<Template> => {
  const template = await compileTemplate(bytes, set, NONCE)
  fc.pre(template !== null)
  return template as Template
}

const fills = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.nat(SLOTS - 1), fc.constantFrom(...CONTENT_ACTIONS), fc.constantFrom(...CONTENTS))
        .map(([slot, action, { bytes, needs }]): Fill => ({ slot, action, bytes, needs })),
    },
    fc.nat(SLOTS - 1).map((slot): Fill => ({ slot, action: 'remove' })),
    fc
      .tuple(fc.nat(SLOTS - 1), fc.constantFrom('class', 'title', 'x', 'data-n', 'src', 'type'), fc.boolean())
      .map(([slot, name, isSet]): Fill => (isSet ? setFill(slot, name, 'v') : dropFill(slot, name))),
    fc
      .tuple(fc.nat(SLOTS - 1), fc.subarray(['a', 'b', 'n"&']), fc.boolean())
      .map(([slot, names, isAdded]): Fill => ({ slot, action: isAdded ? 'addClass' : 'removeClass', names })),
  ),
  { minLength: 1, maxLength: 6 },
)
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
const page = pageTokens.map((tokens) => encoder.encode(tokens.join('')))

describe('compileTemplate', () => {
  it('keeps every byte of a page, in and out of a cache', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(page, byteSoup), async (bytes) => {
        const template = await compileTemplate(bytes, SET, NONCE)
        if (template === null) return
        expect(stitch(template, []).bytes).toEqual(bytes)
        const again = readTemplate(template.buffer.slice(0))
        expect(again?.page).toEqual(bytes)
      }),
      { numRuns: 300 },
    )
  })

  it('lets no pair of edits through that changes the tree outside of their slots', async () => {
    await fc.assert(
      fc.asyncProperty(page, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), async (bytes, picks) => {
        const template = await compiled(bytes)
        for (const [i, pick] of picks.entries()) {
          const { bytes: content, needs } = CONTENTS[pick % CONTENTS.length] as (typeof CONTENTS)[number]
          const action = CONTENT_ACTIONS[pick % CONTENT_ACTIONS.length] as (typeof CONTENT_ACTIONS)[number]
          const fill: Fill = { slot: i % SLOTS, action, bytes: content, needs }
          const result = stitch(template, [fill])
          if (result.outcomes[0] !== 'applied') continue
          const fault = broken(
            decoder.decode(bytes),
            decoder.decode(result.bytes),
            fill,
            touchedBy(template, fill),
          )
          if (fault !== undefined) throw new Error(fault)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('stitchStream', () => {
  it('gives the bytes and outcomes that stitch gives, however the page is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(page, fills, sizes, async (bytes, list, pieces) => {
        const whole = stitch(await compiled(bytes), list)
        const flowing = await streamed(bytes, list, pieces)
        expect(decoder.decode(flowing.bytes)).toBe(decoder.decode(whole.bytes))
        expect(flowing.outcomes).toEqual(whole.outcomes)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps every byte of anything that is not edited', async () => {
    await fc.assert(
      fc.asyncProperty(byteSoup, sizes, async (bytes, pieces) => {
        expect((await streamed(bytes, [], pieces)).bytes).toEqual(bytes)
      }),
      { numRuns: 200 },
    )
  })
})

/** Every start tag of a page as a browser reads it. */
function* elementsOf(node: DefaultTreeAdapterTypes.Node): Generator<DefaultTreeAdapterTypes.Element> {
  if ('tagName' in node) yield node
  if ('content' in node) yield* elementsOf(node.content)
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child)
}

describe('what an element loads', () => {
  const LOADERS = ['script', 'iframe', 'frame', 'object', 'embed', 'base', 'link', 'portal']
  const both = async (html: string, selector: string, fill: Fill) => {
    const set = { selectors: [selector], key: 'loads' }
    const bytes = encoder.encode(html)
    const whole = stitch(await compiled(bytes, set), [fill])
    const flowing = await streamed(bytes, [fill], [7], set)
    expect(decoder.decode(flowing.bytes)).toBe(decoder.decode(whole.bytes))
    expect(flowing.outcomes).toEqual(whole.outcomes)
    return { page: decoder.decode(whole.bytes), outcome: whole.outcomes[0] }
  }

  it.each([
    ['#x', '<script id="x" src="/a.js"></script>', 'src'],
    ['#x', '<SCRIPT id="x" src="/a.js"></SCRIPT>', 'src'],
    ['[data-a="x y"]', '<script data-a="x y"></script>', 'src'],
    ['*', '<iframe></iframe>', 'src'],
    ['.x', '<script class="x" type="text/plain">later()</script>', 'type'],
    ['[rel=preload]', '<link rel="preload" href="/a.css">', 'rel'],
    ['[rel=stylesheet]', '<link rel="stylesheet" href="/a.css">', 'href'],
    ['meta[http-equiv=refresh]', '<meta http-equiv="refresh" content="900">', 'content'],
    ['meta', '<meta content="900" HTTP-EQUIV="refresh">', 'content'],
    ['#x', '<object id="x" data="/a"></object>', 'data'],
    ['#x', '<base id="x" href="/">', 'href'],
    ['#x', '<svg><script id="x" href="/a.js"></script></svg>', 'href'],
    // Where the tree is lost, the tag still says what it is.
    ['#x', '<table><p><table></p><a><table><a><script id="x" src="/a.js"></script>', 'src'],
  ])('is not chosen by an edit of %s on %s', async (selector, html, name) => {
    for (const fill of [setFill(0, name, 'v'), dropFill(0, name)]) {
      expect(await both(html, selector, fill)).toEqual({ page: html, outcome: 'unfit' })
    }
    expect((await both(html, selector, setFill(0, 'data-n', 'v'))).outcome).toBe('applied')
  })

  it.each([
    ['<a id="x" href="/">a</a>', 'href'],
    ['<img id="x" src="/a.jpg">', 'src'],
    ['<meta id="x" name="description" content="Tea">', 'content'],
    ['<button id="x" type="submit">a</button>', 'type'],
  ])('is chosen by an edit on %s', async (html, name) => {
    const { page, outcome } = await both(html, '#x', setFill(0, name, 'v'))
    expect(outcome).toBe('applied')
    expect(page).toContain(`${name}="v"`)
  })

  it('never comes from an edit, on any page and however its element was found', async () => {
    await fc.assert(
      fc.asyncProperty(
        page,
        fc.nat(SLOTS - 1),
        fc.constantFrom('src', 'href', 'rel'),
        async (bytes, slot, name) => {
          const { bytes: made } = stitch(await compiled(bytes), [setFill(slot, name, 'v-law')])
          for (const { tagName, attrs } of elementsOf(parse(decoder.decode(made)))) {
            if (LOADERS.includes(tagName)) expect(attrs.map(({ value }) => value)).not.toContain('v-law')
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
