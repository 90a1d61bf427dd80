import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { TEXTS } from '../../src/privacy/texts.ts'
import { PERSONAL_CLASSES } from '../../src/privacy/view.ts'

/** Every text, functions called with their arguments' stand-ins, by the path of its key. */
function textsOf(node: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof node === 'string') return [[path, node]]
  if (typeof node === 'function') {
    const args = Array.from({ length: node.length }, (_, index) => (index === 0 ? 3 : `ARG${index}`))
    return [[path, String(node(...args))]]
  }
  return Object.entries(node as object).flatMap(([key, child]) => textsOf(child, `${path}.${key}`))
}

/** The same in several languages, and rightly so. */
const SHARED = /^(?:\d|ARG|tablet$|Tablet$|Name$|Global Privacy Control)/

describe('TEXTS', () => {
  it.each(LANGUAGES)('says everything in %s', (language) => {
    const texts = textsOf(TEXTS[language])
    expect(texts.map(([path]) => path)).toEqual(textsOf(TEXTS.en).map(([path]) => path))
    expect(texts.filter(([, text]) => text.trim() === '' || text.includes('undefined'))).toEqual([])
  })

  it.each(LANGUAGES.filter((language) => language !== 'en'))('leaves nothing English in %s', (language) => {
    const english = new Map(textsOf(TEXTS.en))
    const same = textsOf(TEXTS[language]).filter(
      ([path, text]) => english.get(path) === text && !SHARED.test(text),
    )
    expect(same).toEqual([])
  })

  it.each(LANGUAGES)(
    'says where each kind of data comes from that can be switched off, in %s',
    (language) => {
      for (const each of PERSONAL_CLASSES)
        expect([each, TEXTS[language].data[each].from]).toEqual([each, expect.stringMatching(/./)])
    },
  )

  it('lets no line of French begin with a mark, or end with an opening one', () => {
    expect(textsOf(TEXTS.fr).filter(([, text]) => / [;:?!»]|« /.test(text))).toEqual([])
    expect(TEXTS.fr.eraseTitle).toBe('Tout effacer\u00a0?')
  })

  it('gives the French e-mail one gender', () => {
    const { linkTitle, linkAbout, linkYes } = TEXTS.fr
    expect(linkTitle).toContain('adressé\u00a0?')
    expect(linkAbout).toContain('envoyé, ')
    expect(linkYes).toBe('Oui, il m’a été envoyé')
  })

  it.each(LANGUAGES)('puts what it is given into the sentence, in %s', (language) => {
    const { title, keptUntil, why, shownTimes } = TEXTS[language]
    expect(title('shop.example')).toContain('shop.example')
    expect(keptUntil('TODAY')).toContain('TODAY')
    expect(shownTimes(7, 'TODAY')).toMatch(/7.*TODAY/)
    expect(why.sentence('CLAUSES')).toContain('CLAUSES')
  })
})
