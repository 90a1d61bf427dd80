import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CHOICE_MAX_AGE_SECONDS,
  type Choice,
  choiceCookie,
  formatChoice,
  parseChoice,
  readChoice,
} from '../../src/consent/choice.ts'
import { DENY_ALL, UNREADABLE } from '../../src/consent/model.ts'
import { DAY_MS } from '../../src/kit/time.ts'

const AT = 1_763_800_000_000
const choice = (changes: Partial<Choice> = {}): Choice => ({
  personalization: true,
  measurement: false,
  at: AT,
  off: [],
  ...changes,
})

describe('formatChoice', () => {
  it('writes the compact form', () => {
    expect(formatChoice(choice())).toBe('v1.p1.m0.1763800000')
    expect(formatChoice(choice({ off: ['orders', 'habits', 'orders'] }))).toBe(
      'v1.p1.m0.1763800000.habits-orders',
    )
  })

  it('is undone by parseChoice', () => {
    const name = fc.stringMatching(/^[a-z][a-z_]{0,10}$/)
    const choices = fc.record({
      personalization: fc.boolean(),
      measurement: fc.boolean(),
      at: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }).map((seconds) => seconds * 1_000),
      off: fc.uniqueArray(name, { maxLength: 12 }).map((names) => names.toSorted()),
    })
    fc.assert(
      fc.property(choices, (made) => {
        expect(parseChoice(formatChoice(made))).toEqual(made)
      }),
    )
  })

  it('throws for a data class that has no valid name', () => {
    expect(() => formatChoice(choice({ off: ['a;b'] }))).toThrow(TypeError)
  })
})

describe('choiceCookie', () => {
  it('keeps the choice for half a year, on this host, over TLS', () => {
    expect(choiceCookie(choice())).toBe(
      '__Host-selvedge-consent=v1.p1.m0.1763800000; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000',
    )
  })
})

describe('parseChoice', () => {
  it.each([
    'v2.p1.m1.1763800000',
    'v1.p2.m1.1763800000',
    'v1.p1.1763800000',
    'v1.p1.m1.0763800000',
    'v1.p1.m1.17638000000',
    'v1.p1.m1.1763800000.',
    'v1.p1.m1.1763800000.orders-habits',
    'v1.p1.m1.1763800000.habits-habits',
    'v1.p1.m1.1763800000.Habits',
    'v1.p1.m1.1763800000.habits.orders',
    ' v1.p1.m1.1763800000',
    'v1.p1.m1.1763800000\n',
    `v1.p1.m1.1763800000.${'a'.repeat(300)}`,
    '',
  ])('refuses %j', (text) => {
    expect(parseChoice(text)).toBeNull()
  })
})

describe('readChoice', () => {
  const lapse = AT + CHOICE_MAX_AGE_SECONDS * 1_000

  it('reads each purpose for itself', () => {
    expect(readChoice('v1.p1.m0.1763800000', AT)).toEqual({ personalization: 'grant', measurement: 'deny' })
  })

  it('lets a grant lapse after half a year', () => {
    expect(readChoice('v1.p1.m1.1763800000', lapse).personalization).toBe('grant')
    expect(readChoice('v1.p1.m1.1763800000', lapse + 1).personalization).toBe('silent')
  })

  it('never lets a refusal lapse', () => {
    expect(readChoice('v1.p0.m0.1763800000', lapse * 10)).toEqual(DENY_ALL)
  })

  it('refuses a date more than a day ahead', () => {
    expect(readChoice('v1.p1.m1.1763800000', AT - DAY_MS).personalization).toBe('grant')
    expect(readChoice('v1.p1.m1.1763800000', AT - DAY_MS - 1)).toBe(UNREADABLE)
  })
})
