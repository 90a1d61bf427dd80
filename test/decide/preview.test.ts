import { beforeAll, describe, expect, it } from 'vitest'
import { parsePreviewHeader } from '../../src/decide/headers.ts'
import { createPreview, openPreview, parsePreviewRequest, sealPreview } from '../../src/decide/preview.ts'
import { type Keyring, seal } from '../../src/kit/seal.ts'
import { keyringOf } from '../help/keyring.ts'

const NOW = 1_780_000_000_000
const iv = new Uint8Array(12).fill(9)
const FULL = {
  signals: {
    geo: { country: 'PT', city: 'Lisboa', timezone: 'Europe/Lisbon', latitude: 38.7 },
    clock: { hour: 8, weekday: 'sat' },
    device: { type: 'mobile' },
    page: { utm: { source: 'news' } },
    visit: { count: 3 },
    weather: { isHot: true },
    store: { km: 0.2 },
    cookie: { theme: 'dark' },
  },
  now: NOW,
  profile: { affinity: { tea: 0.5 } },
  consent: true,
  arms: { hero: 'b' },
  ttl: 60,
}
let keyring: Keyring

beforeAll(async () => {
  keyring = await keyringOf()
})

function faultsOf(input: unknown): string[] {
  const parsed = parsePreviewRequest(input)
  return parsed.ok ? [] : parsed.error.map(({ path, code }) => `${path} ${code}`)
}

describe('parsePreviewRequest', () => {
  it('keeps every field it knows, and lives 15 minutes unless told', () => {
    expect(parsePreviewRequest(FULL)).toEqual({ ok: true, value: FULL })
    expect(parsePreviewRequest({})).toEqual({ ok: true, value: { ttl: 900 } })
  })

  it('names all faults of all depths at once', () => {
    const request = {
      signals: {
        geo: { country: 'Portugal', timezone: 'Mars/Base', latitude: 91, planet: 4, moon: 1 },
        clock: { hour: 24, weekday: 'saturday' },
        mood: {},
        constructor: 1,
      },
      now: -1,
      consent: 'yes',
      arms: { Hero: 'a', ship: '' },
      ttl: 86_401,
      admin: true,
    }
    expect(faultsOf(request).sort()).toEqual([
      '/admin unknown_field',
      '/arms/Hero format',
      '/arms/ship empty',
      '/consent wrong_type',
      '/now out_of_range',
      '/signals/clock/hour out_of_range',
      '/signals/clock/weekday wrong_type',
      '/signals/constructor unknown_field',
      '/signals/geo/country format',
      '/signals/geo/latitude out_of_range',
      '/signals/geo/moon unknown_field',
      '/signals/geo/planet unknown_field',
      '/signals/geo/timezone invalid',
      '/signals/mood unknown_field',
      '/ttl out_of_range',
    ])
  })

  it.each([
    [null],
    ['x'],
    [[]],
    [1],
    [undefined],
    [{ signals: ['x'] }],
    [{ arms: ['a'] }],
    [{ profile: 'x' }],
  ])('refuses %j, which is no request', (input) => {
    expect(faultsOf(input).length).toBeGreaterThan(0)
  })

  it('says what to write instead', () => {
    const parsed = parsePreviewRequest({ now: 0.5, arms: { hero: '' } })
    expect(parsed.ok ? [] : parsed.error.map(({ message }) => message)).toEqual([
      'expected a whole number, not 0.5',
      'Name an arm.',
    ])
  })

  it.each(['constructor', 'prototype'])('keeps the arm of a campaign that is called %s', (id) => {
    const wishes = { arms: { [id]: 'b' }, signals: { page: { query: { [id]: 'x' } } } }
    expect(parsePreviewRequest(wishes)).toEqual({ ok: true, value: { ...wishes, ttl: 900 } })
  })

  it('refuses what would not fit a header, and too many arms', () => {
    expect(faultsOf({ profile: { note: 'x'.repeat(5_000) } })).toEqual([' too_large'])
    expect(faultsOf({ profile: { note: '\u4e00'.repeat(1_400) } })).toEqual([' too_large'])
    expect(
      faultsOf({ arms: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`c${n}`, 'a'])) }),
    ).toEqual(['/arms invalid'])
  })
})

describe('openPreview', () => {
  const tokenOf = async (input: unknown) => {
    const parsed = parsePreviewRequest(input)
    if (!parsed.ok) throw new Error('bad request')
    return sealPreview(keyring, createPreview(parsed.value, NOW), iv)
  }

  it('opens the longest preview that may be asked for, in any script', async () => {
    for (const [letter, count] of [
      ['x', 4_000],
      ['\u4e00', 1_340],
    ] as const) {
      const token = await tokenOf({ profile: { note: letter.repeat(count) } })
      expect(parsePreviewHeader(token)).toBe(token)
      expect(await openPreview(keyring, token, NOW)).toMatchObject({ ok: true })
    }
  })

  it('gives back what was asked for, until the token expires', async () => {
    const token = await tokenOf(FULL)
    const { ttl: _ttl, ...wishes } = FULL
    expect(await openPreview(keyring, token, NOW + 59_999)).toEqual({
      ok: true,
      value: { ...wishes, exp: NOW + 60_000 },
    })
    expect(await openPreview(keyring, token, NOW + 60_000)).toEqual({ ok: false, error: 'expired' })
  })

  it('refuses a changed token, a text of another purpose, and one that is no preview', async () => {
    const token = await tokenOf({})
    const sealed = (purpose: string, text: string) =>
      seal(keyring, purpose, new TextEncoder().encode(text), iv)
    const forged = [
      '',
      'x',
      `${token}A`,
      `${token}${' '.repeat(8_192)}`,
      'A'.repeat(100_000),
      token.slice(1),
      await sealed('selvedge:other', `{"exp":${NOW + 1}}`),
      await sealed('selvedge:preview', '{"exp":"never"}'),
      await sealed('selvedge:preview', `{"exp":${NOW + 1},"admin":true}`),
      await sealed('selvedge:preview', 'no json'),
    ]
    const opened = await Promise.all(forged.map((text) => openPreview(keyring, text, NOW)))
    expect(opened).toEqual(forged.map(() => ({ ok: false, error: 'forged' })))
  })
})
