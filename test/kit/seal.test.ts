import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../src/kit/base64.ts'
import { IV_BYTES, importKeyring, type Keyring, open, SEALED_MAX_CHARS, seal } from '../../src/kit/seal.ts'

const keyText = (fill: number) => Buffer.alloc(32, fill).toString('base64')
const spec = (...ids: string[]) => ids.map((id) => `${id}:${keyText(id.charCodeAt(0))}`).join(',')
const iv = new Uint8Array(IV_BYTES).fill(7)
const secret = new TextEncoder().encode('the quick brown fox')

async function keyring(...ids: string[]): Promise<Keyring> {
  const imported = await importKeyring(spec(...ids))
  if (!imported.ok) throw new Error(JSON.stringify(imported.error))
  return imported.value
}

describe('seal', () => {
  it('gives back the very bytes, for any bytes and any purpose', async () => {
    const keys = await keyring('a')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1_500 }), fc.string(), async (bytes, about) => {
        expect(await open(keys, about, await seal(keys, about, bytes, iv))).toEqual(bytes)
      }),
    )
  })

  it('seals with the first key and opens with all: three keys rotate without losing anybody', async () => {
    const old = await seal(await keyring('a'), 'x', secret, iv)
    const newer = await seal(await keyring('b', 'a'), 'x', secret, iv)
    const newest = await seal(await keyring('c', 'b', 'a'), 'x', secret, iv)
    const opened = async (keys: Keyring) =>
      (await Promise.all([old, newer, newest].map((text) => open(keys, 'x', text)))).map(
        (bytes) => bytes !== null,
      )
    expect(await opened(await keyring('c', 'b', 'a'))).toEqual([true, true, true])
    expect(await opened(await keyring('c', 'b'))).toEqual([false, true, true])
    expect(await opened(await keyring('c'))).toEqual([false, false, true])
  })

  it('rotates beside a version that runs on with the keys of before, if the new key opens before it seals', async () => {
    const opens = async (by: Keyring, sealed: Keyring): Promise<boolean> =>
      (await open(by, 'x', await seal(sealed, 'x', secret, iv))) !== null
    const steps = await Promise.all([keyring('a'), keyring('a', 'b'), keyring('b', 'a')])
    for (const [at, step] of steps.slice(1).entries()) {
      expect([await opens(steps[at] as Keyring, step), await opens(step, steps[at] as Keyring)]).toEqual([
        true,
        true,
      ])
    }
    // In front at once it is lost on whoever has not heard of it.
    expect(await opens(await keyring('a'), await keyring('b', 'a'))).toBe(false)
  })

  it('throws on an IV of the wrong length, which is a bug of ours', async () => {
    await expect(seal(await keyring('a'), 'x', secret, new Uint8Array(8))).rejects.toThrow(RangeError)
  })
})

describe('open', () => {
  it('refuses every flipped bit', async () => {
    const keys = await keyring('a', 'b')
    const bytes = decodeBase64url(await seal(keys, 'x', secret, iv)) as Uint8Array
    const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const copy = bytes.slice()
      copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
      return encodeBase64url(copy)
    })
    const opened = await Promise.all(flipped.map((text) => open(keys, 'x', text)))
    expect(opened.filter((result) => result !== null)).toEqual([])
  })

  it('refuses every text that differs in one character', async () => {
    const keys = await keyring('a')
    const text = await seal(keys, 'x', secret, iv)
    const changed = [...text].flatMap((letter, at) =>
      [...'AB_-9=%\u0141']
        .filter((other) => other !== letter)
        .map((other) => text.slice(0, at) + other + text.slice(at + 1)),
    )
    const opened = await Promise.all(changed.map((candidate) => open(keys, 'x', candidate)))
    expect(opened.filter((result) => result !== null)).toEqual([])
  })

  it('refuses every truncation and every addition', async () => {
    const keys = await keyring('a')
    const text = await seal(keys, 'x', secret, iv)
    const cut = Array.from({ length: text.length }, (_, end) => text.slice(0, end))
    const opened = await Promise.all(
      [...cut, `${text}A`, `${text}AAAA`, `A${text}`].map((other) => open(keys, 'x', other)),
    )
    expect(opened.filter((result) => result !== null)).toEqual([])
  })

  it('refuses another purpose, and the same id with another key', async () => {
    const keys = await keyring('a')
    const text = await seal(keys, 'x', secret, iv)
    const imposter = await importKeyring(`a:${keyText(1)}`)
    expect(await open(keys, 'y', text)).toBeNull()
    expect(imposter.ok && (await open(imposter.value, 'x', text))).toBeNull()
  })

  it('refuses an oversized text', async () => {
    const keys = await keyring('a')
    const text = await seal(keys, 'x', new Uint8Array(SEALED_MAX_CHARS), iv)
    expect(await open(keys, 'x', text)).toBeNull()
  })

  it('never throws, whatever comes', async () => {
    const keys = await keyring('a')
    const bytes = fc.uint8Array({ maxLength: 80 })
    const headed = bytes.map((rest) => encodeBase64url(Uint8Array.of(1, 1, 97, ...rest)))
    const anything = fc.oneof(fc.string({ unit: 'binary' }), bytes.map(encodeBase64url), headed)
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        expect(await open(keys, 'x', text)).toBeNull()
      }),
    )
  })
})

describe('importKeyring', () => {
  it('reads base64 and base64url, with spaces between the keys', async () => {
    const raw = Buffer.alloc(32, 0xfb)
    const result = await importKeyring(`a:${raw.toString('base64')}, b:${raw.toString('base64url')}`)
    expect(result.ok && result.value.keys.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('names every fault by its place and repeats nothing of what was written', async () => {
    const short = Buffer.alloc(16, 5).toString('base64')
    const result = await importKeyring(
      `a:${keyText(1)},a:${keyText(2)},no key,b b:${keyText(3)},c:${short},d:%%%`,
    )
    if (result.ok) throw new Error('accepted')
    expect(result.error.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/1 duplicate',
      '/2 key_id',
      '/2 key',
      '/3 key_id',
      '/4 key',
      '/5 key',
    ])
    expect(JSON.stringify(result.error)).not.toMatch(/%%%|BQUF|b b/)
  })

  it('refuses an empty keyring and more than eight keys', async () => {
    expect((await importKeyring('')).ok).toBe(false)
    expect((await importKeyring(spec(...'abcdefghi'))).ok).toBe(false)
    expect((await importKeyring(spec(...'abcdefgh'))).ok).toBe(true)
  })
})
