import fc from 'fast-check'
import { parseDictionary, Token } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import {
  DECISION_MAX_CHARS,
  formatDecisions,
  parseHoldout,
  parsePreviewHeader,
} from '../../src/decide/headers.ts'
import { type Decision, REASONS, type Reason } from '../../src/decide/model.ts'
import { compiled } from '../help/decide.ts'

const decision = (id: string, arm: string, reason: Reason): Decision => ({
  campaign: compiled({ id }),
  arm,
  reason,
  counted: false,
})

describe('formatDecisions', () => {
  it('writes arm and reason of each campaign', () => {
    const decisions = [decision('hero', 'a', 'match'), decision('ship', 'control', 'holdout')]
    expect(formatDecisions(decisions)).toBe('hero=a;r=match, ship=control;r=holdout')
    expect(formatDecisions([])).toBe('')
  })

  it('puts the most telling first, by priority within, and leaves the rest out where only what applied is asked for', () => {
    const decisions = [
      decision('a', 'control', 'audience'),
      decision('b', 'control', 'consent'),
      decision('c', 'x', 'match'),
      decision('d', 'control', 'control'),
    ]
    expect(formatDecisions(decisions)).toBe(
      'c=x;r=match, d=control;r=control, b=control;r=consent, a=control;r=audience',
    )
    expect(formatDecisions(decisions, 'applied')).toBe('c=x;r=match, d=control;r=control')
  })

  it('says that a preview was turned down, under a key that no campaign can have', () => {
    expect(formatDecisions([], 'full', 'expired')).toBe('*preview=expired;r=preview_rejected')
    expect(formatDecisions([decision('hero', 'a', 'match')], 'applied', 'forged')).toBe(
      '*preview=forged;r=preview_rejected, hero=a;r=match',
    )
  })

  it('quotes an arm that is no token, and drops what no dictionary can hold', () => {
    const decisions = [
      decision('a', '50 % "off"', 'match'),
      decision('b', '2x', 'match'),
      decision('c', 'ü', 'match'),
      decision('Ä', 'x', 'match'),
    ]
    expect(formatDecisions(decisions)).toBe('a="50 % \\"off\\"";r=match, b="2x";r=match')
  })

  it('drops the least telling beyond 64 members', () => {
    const noise = Array.from({ length: 100 }, (_, n) => decision(`n${n}`, 'control', 'audience'))
    const dictionary = parseDictionary(formatDecisions([...noise, decision('hero', 'a', 'match')]))
    expect([...dictionary.keys()].slice(0, 2)).toEqual(['hero', 'n0'])
    expect(dictionary.size).toBe(64)
  })

  it('writes nothing that does not parse back, within 4 KB', () => {
    const decisions = fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-z][a-z0-9_-]{0,63}$/),
        arm: fc.oneof(
          fc.stringMatching(/^[a-z][a-z0-9_-]{0,63}$/),
          fc.string({ unit: 'binary', maxLength: 64 }),
        ),
        reason: fc.constantFrom(...REASONS),
      }),
      { selector: ({ id }) => id, maxLength: 90, size: 'max' },
    )
    fc.assert(
      fc.property(decisions, (list) => {
        const text = formatDecisions(list.map(({ id, arm, reason }) => decision(id, arm, reason)))
        expect(text.length).toBeLessThanOrEqual(DECISION_MAX_CHARS)
        for (const [id, [arm, parameters]] of parseDictionary(text)) {
          const wanted = list.find((other) => other.id === id)
          expect([String(arm), String(parameters.get('r'))]).toEqual([wanted?.arm, wanted?.reason])
          expect(parameters.get('r')).toBeInstanceOf(Token)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('parseHoldout', () => {
  it.each<[string | null, unknown]>([
    [null, null],
    ['?1', 'all'],
    [' ?1 ', 'all'],
    ['?0', null],
    ['("hero" "ship")', new Set(['hero', 'ship'])],
    ['(hero)', new Set(['hero'])],
    ['("hero"), ("ship")', new Set(['hero', 'ship'])],
    ['("hero"), ?1', 'all'],
    ['()', null],
    ['', null],
    ['"hero"', null],
    ['(1 2)', null],
    ['("hero"', null],
    ['1', null],
    ['{"hero":1}', null],
  ])('reads %j', (header, expected) => {
    expect(parseHoldout(header)).toEqual(expected)
  })

  it('ignores an oversized header', () => {
    expect(parseHoldout(`("${'x'.repeat(5_000)}")`)).toBeNull()
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'?10()" ,;=ahé\n') }), (header) => {
        const wish = parseHoldout(header)
        expect(wish === null || wish === 'all' || wish.size > 0).toBe(true)
      }),
    )
  })
})

describe('parsePreviewHeader', () => {
  it('gives the token, or null where none came', () => {
    expect([null, '', ' ', ' abc '].map(parsePreviewHeader)).toEqual([null, null, null, 'abc'])
  })
})
