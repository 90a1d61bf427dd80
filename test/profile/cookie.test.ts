import { beforeAll, describe, expect, it } from 'vitest'
import { type Keyring, seal } from '../../src/kit/seal.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import {
  COOKIE_LIFE_MS,
  COOKIE_MAX_CHARS,
  COOKIE_NAME,
  clearCookieHeader,
  openSnapshot,
  readCookie,
  sealSnapshot,
  setCookieHeader,
} from '../../src/profile/cookie.ts'
import { newSnapshot } from '../../src/profile/visit.ts'
import { keyringOf } from '../help/keyring.ts'

const NOW = 1_780_000_000_000
const HOST = 'shop.example'
const iv = new Uint8Array(12).fill(3)
const snapshot = newSnapshot('visitor', NOW)
let keyring: Keyring
let value: string

beforeAll(async () => {
  keyring = await keyringOf()
  value = (await sealSnapshot(keyring, HOST, snapshot, iv)) as string
})

describe('readCookie', () => {
  it.each([
    ['alone', 'a=1', '1'],
    ['between others', 'x=0; a=1; y=2', '1'],
    ['without blanks', 'x=0;a=1', '1'],
    ['twice: the first', 'a=1; a=2', '1'],
    ['with = inside', 'a=1=2', '1=2'],
    ['empty', 'a=; b=1', ''],
    ['only as the tail of a name', 'ba=1', undefined],
    ['only inside a value', 'x=b a=1', undefined],
    ['only as the head of a name', 'ab=1', undefined],
    ['not at all', 'b=1', undefined],
  ])('finds a cookie %s', (_name, header, expected) => {
    expect(readCookie(header, 'a')).toBe(expected)
  })

  it('reads nothing from no header, or from an oversized one', () => {
    expect(readCookie(null, 'a')).toBeUndefined()
    expect(readCookie(`a=1; b=${'x'.repeat(70_000)}`, 'a')).toBeUndefined()
  })
})

describe('openSnapshot', () => {
  it('knows the visitor again', async () => {
    expect(await openSnapshot(keyring, HOST, value, NOW)).toEqual(snapshot)
    expect(await openSnapshot(keyring, 'SHOP.example', value, NOW)).toEqual(snapshot)
  })

  it('refuses every flipped bit and every truncation of the value', async () => {
    const flipped = Array.from({ length: value.length * 7 }, (_, bit) => {
      const at = Math.floor(bit / 7)
      const code = value.charCodeAt(at) ^ (1 << (bit % 7))
      return value.slice(0, at) + String.fromCharCode(code) + value.slice(at + 1)
    })
    const cut = Array.from({ length: value.length }, (_, end) => value.slice(0, end))
    const opened = await Promise.all(
      [...flipped, ...cut].map((text) => openSnapshot(keyring, HOST, text, NOW)),
    )
    expect(opened.filter((result) => result !== null)).toEqual([])
  })

  it("refuses another host's cookie", async () => {
    for (const host of ['other.example', 'www.shop.example', 'shop.example:8080', '']) {
      expect(await openSnapshot(keyring, host, value, NOW)).toBeNull()
    }
  })

  it('refuses a sealed text that is no snapshot, none at all, and an oversized one', async () => {
    const about = `${COOKIE_NAME}\n${HOST}`
    const foreign = await seal(keyring, about, new TextEncoder().encode('[2,"x"]'), iv)
    for (const text of [foreign, undefined, '', value + 'A'.repeat(COOKIE_MAX_CHARS)]) {
      expect(await openSnapshot(keyring, HOST, text, NOW)).toBeNull()
    }
  })

  it('refuses an id past its 13 months, however lately it was seen', async () => {
    const seen = { ...snapshot, lastSeenAt: NOW + COOKIE_LIFE_MS - DAY_MS }
    const text = (await sealSnapshot(keyring, HOST, seen, iv)) as string
    expect(await openSnapshot(keyring, HOST, text, NOW + COOKIE_LIFE_MS - 1_000)).toEqual(seen)
    expect(await openSnapshot(keyring, HOST, text, NOW + COOKIE_LIFE_MS)).toBeNull()
  })
})

describe('sealSnapshot', () => {
  it('stays within the bound, and gives null for a snapshot too heavy to ride', async () => {
    expect(COOKIE_NAME.length + 1 + value.length).toBeLessThan(300)
    expect(await sealSnapshot(keyring, HOST, { ...snapshot, id: 'x'.repeat(1_200) }, iv)).toBeNull()
  })
})

describe('setCookieHeader', () => {
  it('sets every guard a browser knows', () => {
    expect(setCookieHeader('v', NOW, NOW)).toBe(
      `__Host-selvedge=v; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${393 * 86_400}`,
    )
  })

  it('does not slide: later visits leave less time, and a skewed clock no more', () => {
    const maxAge = (now: number) => Number(/Max-Age=(\d+)/.exec(setCookieHeader('v', NOW, now))?.[1])
    expect(maxAge(NOW + 100 * DAY_MS)).toBe(293 * 86_400)
    expect(maxAge(NOW + COOKIE_LIFE_MS + DAY_MS)).toBe(0)
    expect(maxAge(NOW - 50 * DAY_MS)).toBe(393 * 86_400)
  })

  it('takes the same cookie away', () => {
    expect(clearCookieHeader()).toBe('__Host-selvedge=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0')
  })
})
