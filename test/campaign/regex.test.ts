import { describe, expect, it } from 'vitest'
import { MAX_PATTERN_CHARS, regexProblem } from '../../src/campaign/regex.ts'

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
    ['(', /JavaScript/],
    ['a'.repeat(MAX_PATTERN_CHARS + 1), /characters/],
    [7, /string/],
  ])('refuses %s', (pattern, problem) => {
    expect(regexProblem(pattern)).toMatch(problem)
  })
})
