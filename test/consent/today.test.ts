import { describe, expect, it } from 'vitest'
import type { Consent, ConsentSource } from '../../src/consent/model.ts'
import { isExempt, parseExempt, readToday, TODAY_COOKIE, todayCookie } from '../../src/consent/today.ts'

const consent = (granted: boolean, source: ConsentSource): Consent => ({
  personalization: { granted, source },
  measurement: { granted, source },
})
const NOON = { date: '2026-11-22', hour: 12, minute: 0 }
const UNIT = 'A'.repeat(22)
const PT = new Set(['PT'])

describe('isExempt', () => {
  it('is only for who said nothing, where the operator named the country', () => {
    expect(isExempt(consent(false, 'region'), { country: 'PT' }, PT)).toBe(true)
    expect(isExempt(consent(false, 'region'), { country: 'ES' }, PT)).toBe(false)
    expect(isExempt(consent(false, 'region'), {}, PT)).toBe(false)
  })

  it.each(['erasure', 'gpc', 'deny', 'cmp_deny', 'malformed', 'dnt'] as const)('is not for %s', (source) => {
    expect(isExempt(consent(false, source), { country: 'PT' }, PT)).toBe(false)
  })

  it('is not for who refused one of the two', () => {
    const half = { ...consent(false, 'region'), measurement: { granted: false, source: 'deny' } } as const
    expect(isExempt(half, { country: 'PT' }, PT)).toBe(false)
  })
})

describe('todayCookie', () => {
  it.each([
    [{ ...NOON, hour: 0, minute: 0 }, 86_340],
    [NOON, 43_140],
    [{ ...NOON, hour: 23, minute: 59 }, 1],
  ])('ends with the day, at the latest, from %j', (time, seconds) => {
    expect(todayCookie(UNIT, time)).toMatch(new RegExp(`Max-Age=${seconds}$`))
  })

  it('is read on its own day and on no other', () => {
    const header = todayCookie(UNIT, NOON).split(';')[0] as string
    expect(readToday(header, { ...NOON, hour: 23 })).toBe(UNIT)
    expect(readToday(header, { ...NOON, date: '2026-11-23', hour: 0 })).toBeNull()
    expect(readToday(`${TODAY_COOKIE}=x`, NOON)).toBeNull()
    expect(todayCookie(null, NOON)).toMatch(/Max-Age=0$/)
  })
})

describe('parseExempt', () => {
  it('takes countries, and names every entry that is none', () => {
    expect(parseExempt(['FR', 'PT'])).toEqual({ ok: true, value: new Set(['FR', 'PT']) })
    const parsed = parseExempt(['FR', 'France', 'fr'])
    expect(parsed.ok ? [] : parsed.error.map(({ path }) => path)).toEqual(['/1', '/2'])
  })
})
