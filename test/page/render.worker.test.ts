import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../../src/page/mark.ts'
import type { Fill, SelectorSet } from '../../src/page/model.ts'
import { stitch } from '../../src/page/stitch.ts'
import { stitchStream } from '../../src/page/stream.ts'
import { readTemplate, type Template } from '../../src/page/template.ts'
import { broken, CONTENT_ACTIONS, CONTENTS, touchedBy } from './fills.ts'
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
      .tuple(fc.nat(SLOTS - 1), fc.constantFrom('class', 'title', 'x', 'data-n'), fc.boolean())
      .map(
        ([slot, name, isSet]): Fill =>
          isSet
            ? { slot, action: 'setAttribute', name, bytes: encoder.encode('v') }
            : { slot, action: 'removeAttribute', name },
      ),
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
