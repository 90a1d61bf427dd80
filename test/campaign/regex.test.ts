import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_PATTERN_CHARS,
  MAX_TEXT_CHARS,
  regexProblem,
  SHORT_TEXT_CHARS,
  tryMatcher,
} from '../../src/campaign/regex.ts'

describe('regexProblem', () => {
  it.each([
    '^/collections/[a-z+*-]+$',
    '(mobile|tablet)',
    '-12-25$',
    '^(?:pt|es)(-[a-z]{2})?$',
    'a{2,5}b?',
    'x+?y*',
    '\\d+\\.\\d+',
    '[(+)*]+',
    '(?<year>\\d{4})',
    '^https?://[^/]+/(?:[a-z]{2}/)?products/.+$',
    'a|b|c|d|e|f|g|h',
    '(iphone|ipad|android|mobile|tablet).*safari',
    '^(a|b|c|d|e|f|g|h).*x.*',
  ])('passes %s', (pattern) => {
    expect(regexProblem(pattern)).toBeUndefined()
  })

  it.each([
    ['(a+)+$', /within a repetition/],
    ['(a|aa)*', /alternation/],
    ['((a{2,})b)*', /within a repetition/],
    ['(?:x+y?){3}', /within a repetition/],
    ['(x(y|z))+', /alternation/],
    ['.*a.*b.*c', /at most 2/],
    ['(a)\\1', /back references/],
    ['(?<n>a)\\k<n>', /back references/],
    ['a{1000}', /at most 100/],
    ['(?:a?a?)*b', /optional part/],
    ['(a?){30}', /optional part/],
    [`${'a?'.repeat(30)}b`, /for ever/],
    ['a{0,30}a{0,30}a{0,30}a{0,30}b', /for ever/],
    [`${'(a|a)'.repeat(30)}b`, /for ever/],
    ['(a|b|c|d|e|f|g|h).*x.*', /begin it with/],
    ['(', /JavaScript/],
    ['a'.repeat(MAX_PATTERN_CHARS + 1), /characters/],
    [7, /string/],
  ])('refuses %s', (pattern, problem) => {
    expect(regexProblem(pattern)).toMatch(problem)
  })
})

/** Ends in what no text has, after as many ways to begin as there can be. */
const hostile = fc
  .array(
    fc.constantFrom(
      'a',
      'a?',
      'a*',
      'a+?',
      '[ab]*',
      'a{0,9}',
      'a{1,3}',
      '(?:aa)+',
      '(a|aa)',
      '(?:a|a|b)',
      '^',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => `${parts.join('')}!`)

describe('tryMatcher', () => {
  it('sees long texts, such as a whole URL', () => {
    const test = tryMatcher('ref=[a-z]+$', '')
    expect(test?.(`${'/'.repeat(MAX_TEXT_CHARS - 7)}ref=abc`)).toBe(true)
    expect(test?.(`${'/'.repeat(MAX_TEXT_CHARS)}ref=abc`)).toBe(false)
  })

  it.each(['.*a.*b', '.*a{0,40}b', 'a?a?a?a?a?.*b'])(
    'sees less where that would take long: %s',
    (pattern) => {
      const test = tryMatcher(pattern, '')
      expect(test?.(`${'/'.repeat(SHORT_TEXT_CHARS - 2)}ab`)).toBe(true)
      expect(test?.(`${'/'.repeat(SHORT_TEXT_CHARS)}ab`)).toBe(false)
    },
  )

  it('ends soon on whatever may be published', () => {
    const text = 'a'.repeat(MAX_TEXT_CHARS)
    fc.assert(
      fc.property(hostile, (pattern) => {
        fc.pre(regexProblem(pattern) === undefined)
        const from = process.threadCpuUsage()
        tryMatcher(pattern, '')?.(text)
        // A tenth of a second on an idle machine; what is exponential takes minutes.
        expect(process.threadCpuUsage(from).user / 1e6).toBeLessThan(3)
      }),
      { numRuns: 60 },
    )
  })
})
