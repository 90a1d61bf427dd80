import { beforeAll, describe, expect, it } from 'vitest'
import type { Leaving } from '../../src/flow/bearer.ts'
import { isLettingGo, letGo } from '../../src/flow/letgo.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import type { Keyring } from '../../src/kit/seal.ts'
import { openForget } from '../../src/profile/forget.ts'
import { keyringOf } from '../help/keyring.ts'

const URL_ = new URL('https://shop.example/')
const CLEARED = '__Host-selvedge-forget=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0'
let keyring: Keyring
beforeAll(async () => {
  keyring = await keyringOf()
})

/** What a page view of a browser that lets go sets, and whom it had forgotten. */
async function letting(leaving: Partial<Leaving>, forget: (id: string) => Promise<unknown> = async () => {}) {
  const asked: string[] = []
  const lines = await letGo(
    { now: null, noted: [], isNoted: false, ...leaving },
    URL_,
    startDeadline(20, Date.now),
    { keyring, random: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    {
      forget: (id) => {
        asked.push(id)
        return forget(id)
      },
      counters: { add: () => {}, read: () => ({}) },
      waitUntil: () => {},
    },
  )
  const value = /^__Host-selvedge-forget=([^;]+);/.exec(lines[0] ?? '')?.[1]
  return { asked, lines, noted: value === undefined ? null : await openForget(keyring, URL_.host, value) }
}

describe('isLettingGo', () => {
  const nothing = { now: null, noted: [], isNoted: false }
  const preview = {} as never
  it('is false for nearly everybody, and for previews', () => {
    expect(isLettingGo({ leaving: nothing, preview: undefined })).toBe(false)
    expect(isLettingGo({ leaving: { ...nothing, now: 'ana' }, preview })).toBe(false)
    expect(isLettingGo({ leaving: { ...nothing, now: 'ana' }, preview: undefined })).toBe(true)
    expect(isLettingGo({ leaving: { ...nothing, isNoted: true }, preview: undefined })).toBe(true)
  })
})

describe('letGo', () => {
  it('leaves no note where the erasure is certain in time', async () => {
    expect(await letting({ now: 'ana' })).toMatchObject({ asked: ['ana'], lines: [] })
  })

  it.each([
    ['fails', () => Promise.reject(new Error('away'))],
    ['hangs', () => new Promise(() => {})],
  ])('notes whom it could not have forgotten where the store %s, with those of before', async (_, forget) => {
    const { noted } = await letting({ now: 'ana', noted: ['bea'], isNoted: true }, forget)
    expect(noted).toEqual(['ana', 'bea'])
  })

  it('tries again for a note, and takes it away once nobody in it is left', async () => {
    expect(await letting({ noted: ['ana'], isNoted: true })).toMatchObject({ asked: ['ana'], lines: [] })
    expect(await letting({ isNoted: true })).toMatchObject({ asked: [], lines: [CLEARED] })
  })
})
