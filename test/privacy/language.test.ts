import { describe, expect, it } from 'vitest'
import { chooseLanguage } from '../../src/privacy/language.ts'

describe('chooseLanguage', () => {
  it.each([
    ['de', 'fr', 'de'],
    ['DE-at', null, 'de'],
    ['xx', 'fr;q=0.1', 'fr'],
    [null, 'pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    [null, 'en;q=0.2, fr;q=0.8, de;q=0.5', 'fr'],
    [null, 'nl,sv', 'en'],
    [null, 'de;q=0, fr;q=0.1', 'fr'],
    [null, 'de;q=2, fr;q=nonsense', 'en'],
    [null, '*', 'en'],
    [undefined, '', 'en'],
    [undefined, undefined, 'en'],
  ] as const)('asked %s, accepting %s: %s', (asked, header, language) => {
    expect(chooseLanguage(asked, header)).toBe(language)
  })

  it('takes the first of equals, and reads no endless header', () => {
    expect(chooseLanguage(null, 'fr,de')).toBe('fr')
    expect(chooseLanguage(null, `${'nl,'.repeat(100_000)}de`)).toBe('en')
  })
})
