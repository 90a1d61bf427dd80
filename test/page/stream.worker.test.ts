import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../../src/page/mark.ts'
import type { Fill } from '../../src/page/model.ts'
import { MAX_HELD_BYTES } from '../../src/page/proof.ts'
import { selectorSet } from '../../src/page/selectors.ts'
import { stitch } from '../../src/page/stitch.ts'
import { stitchStream } from '../../src/page/stream.ts'

const NONCE = 'a41f09c7'
const SET = selectorSet(['h1', 'main'])
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const inner = (slot: number, text: string): Fill => ({
  slot,
  action: 'inner',
  bytes: encoder.encode(text),
  needs: 0,
})

/** An origin under the test's control: what was asked of it, and when it answers. */
function origin() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const seen = { pulls: 0, cancelled: undefined as unknown }
  const body = new ReadableStream<Uint8Array>(
    {
      start: (one) => {
        controller = one
      },
      pull: () => {
        seen.pulls++
      },
      cancel: (reason) => {
        seen.cancelled = reason
      },
    },
    { highWaterMark: 0 },
  )
  const send = (text: string): void => controller?.enqueue(encoder.encode(text))
  return {
    response: new Response(body),
    seen,
    send,
    end: () => controller?.close(),
    fail: (e: Error) => controller?.error(e),
  }
}

const readAll = async (body: ReadableStream<Uint8Array>): Promise<string> => new Response(body).text()

describe('stitchStream', () => {
  it('sends the first bytes before the origin has sent the rest', async () => {
    const { response, send, end } = origin()
    const { body } = stitchStream(response, SET, [inner(0, 'Hi')], NONCE)
    const reader = body.getReader()
    send('<!doctype html><title>t</title><p>first')
    expect(decoder.decode((await reader.read()).value)).toMatch(/^<!doctype html>/)
    send('<h1>old</h1>')
    end()
    let rest = ''
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
      rest += decoder.decode(chunk.value)
    expect(rest).toContain('<h1>Hi</h1>')
  })

  it('holds an element back only while its content may be exchanged', async () => {
    const { response, send, end } = origin()
    const set = selectorSet(['h1'])
    const { body, outcomes } = stitchStream(response, set, [inner(0, 'Hi')], NONCE)
    const reader = body.getReader()
    send('<p>before</p><h1>o')
    const first = decoder.decode((await reader.read()).value)
    expect(first).toContain('<p>before</p>'.slice(0, first.length))
    send('ld</h1><p>after</p>')
    end()
    let all = first
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
      all += decoder.decode(chunk.value)
    expect(all).toBe('<p>before</p><h1>Hi</h1><p>after</p>')
    expect(await outcomes).toEqual(['applied'])
  })

  it('lets an element go untouched that is longer than the bound, as the template does', async () => {
    const page = `<h1>a</h1><main>${'<p>text</p>'.repeat(MAX_HELD_BYTES / 10)}</main><h1>b</h1>`
    const fills: Fill[] = [inner(1, 'x'), inner(0, 'y'), { ...inner(1, 'z'), action: 'append' } as Fill]
    const { body, outcomes } = stitchStream(new Response(page), SET, fills, NONCE)
    const template = await compileTemplate(encoder.encode(page), SET, NONCE)
    const whole = template === null ? undefined : stitch(template, fills)
    expect(await readAll(body)).toBe(decoder.decode(whole?.bytes))
    expect(await outcomes).toEqual(['unfit', 'applied', 'applied'])
  })

  it('fails where the origin breaks off, so that a short page does not look whole', async () => {
    const { response, send, fail } = origin()
    const { body, outcomes } = stitchStream(response, SET, [inner(0, 'Hi')], NONCE)
    const reader = body.getReader()
    send('<p>first</p>')
    await reader.read()
    fail(new Error('connection reset'))
    const rest = async (): Promise<void> => {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read());
    }
    await expect(rest()).rejects.toThrow('connection reset')
    expect(await outcomes).toEqual(['no_slot'])
  })

  it('tells the origin when the visitor goes away', async () => {
    const { response, send, seen } = origin()
    const { body, outcomes } = stitchStream(response, SET, [inner(0, 'Hi')], NONCE)
    const reader = body.getReader()
    send('<p>first</p>')
    await reader.read()
    await reader.cancel('gone')
    expect(seen.cancelled).toBe('gone')
    expect(await outcomes).toEqual(['no_slot'])
  })

  it('asks the origin for nothing before somebody reads', async () => {
    const { response, seen } = origin()
    stitchStream(response, SET, [], NONCE)
    await new Promise((done) => setTimeout(done, 5))
    expect(seen.pulls).toBe(0)
  })

  it('passes an empty body on', async () => {
    const { body, outcomes } = stitchStream(new Response(null), SET, [inner(0, 'x')], NONCE)
    expect(await readAll(body)).toBe('')
    expect(await outcomes).toEqual(['no_slot'])
  })
})

/** Pages on which HTMLRewriter stops, or which try the cutter's bounds. */
const HOSTILE: Readonly<Record<string, string>> = {
  'a 3 MB attribute': `<h1>a</h1><p title="${'x'.repeat(3 * 1024 * 1024)}">b</p><h1>c</h1>`,
  '20,000 stray end tags': `<h1>a</h1>${'</div>'.repeat(20_000)}<h1>b</h1>`,
  'elements nested 10,000 deep': `<h1>a</h1>${'<div>'.repeat(10_000)}<h1>b</h1>${'</div>'.repeat(10_000)}`,
  'raw text inside a select': '<h1>a</h1><select><title><h1>x</h1></title></select><h1>b</h1>',
  'a page that never ends its script': '<h1>a</h1><script>var a = "<h1>b</h1>"',
  'marks of another nonce': '<h1>a</h1><!--ffff:s0.0--><p>b</p><!--ffff:e0--><h1>c</h1>',
  'marks of the very nonce': `<h1>a</h1><!--${NONCE}:s0.7--><p>b</p><!--${NONCE}:e7--><h1>c</h1>`,
  'more slots than are counted': '<h1>a</h1>'.repeat(3_000),
}

describe('hostile pages', () => {
  for (const [name, page] of Object.entries(HOSTILE)) {
    it(`keeps every byte of ${name}`, async () => {
      const bytes = encoder.encode(page)
      const template = await compileTemplate(bytes, SET, NONCE)
      if (template !== null) expect(decoder.decode(stitch(template, []).bytes)).toBe(page)
      const { body } = stitchStream(new Response(page), SET, [], NONCE)
      expect(await readAll(body)).toBe(page)
    })

    it(`keeps what follows the edits of ${name}`, async () => {
      const { body } = stitchStream(new Response(page), SET, [inner(0, '')], NONCE)
      const emptied = (await readAll(body)).replaceAll(/<h1>[abc]<\/h1>/g, '<h1></h1>')
      expect(emptied).toBe(page.replaceAll(/<h1>[abc]<\/h1>/g, '<h1></h1>'))
    })
  }

  it('edits no more than the bound of elements', async () => {
    const { body } = stitchStream(
      new Response(HOSTILE['more slots than are counted']),
      SET,
      [inner(0, 'x')],
      NONCE,
    )
    const page = await readAll(body)
    expect(page.split('<h1>x</h1>').length - 1).toBe(2_000)
    expect(page.split('<h1>a</h1>').length - 1).toBe(1_000)
  })

  it('compiles no template of a page on which HTMLRewriter stops', async () => {
    const page = encoder.encode(HOSTILE['raw text inside a select'])
    expect(await compileTemplate(page, SET, NONCE)).toBeNull()
  })

  it('compiles no template of a page that knows the nonce', async () => {
    expect(await compileTemplate(encoder.encode(`<h1>${NONCE}</h1>`), SET, NONCE)).toBeNull()
  })
})

describe('truncated pages', () => {
  it('stay as they are, wherever they are cut', async () => {
    const page = encoder.encode(
      '<!doctype html><head><title>é</title></head><body><main class="a"><h1 id=x>A &amp; B</h1><!-- c --><script>"</p>"</script><ul><li>1<li>2</ul></main>',
    )
    for (let length = 0; length <= page.length; length++) {
      const cut = page.slice(0, length)
      const template = await compileTemplate(cut, SET, NONCE)
      expect(template?.page).toEqual(cut)
      const { body } = stitchStream(new Response(cut), SET, [inner(1, 'x')], NONCE)
      expect(await readAll(body)).toMatch(
        length < page.length ? /^(?!.*<main class="a">x)/s : /<main class="a">x<\/main>$/,
      )
    }
  })
})
