import { describe, expect, it } from 'vitest'
import { createFormat } from '../../src/privacy/format.ts'

describe('createFormat', () => {
  it.each([
    ['en', 'tea: 3'],
    ['de', 'tea: 3'],
    ['pt', 'tea: 3'],
    ['fr', 'tea\u00a0: 3'],
  ] as const)('puts a value behind its name as %s does', (language, text) => {
    expect(createFormat(language).named('tea', 3)).toBe(text)
  })
})
