import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, isAgeName, isChildAge, SENSITIVE_TOPICS, sensitiveTopic } from '../../src/consent/sensitive.ts'

const spec = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../spec', name), 'utf8')) as T
/** Topic → language → words. */
const SENSITIVE = spec<Record<string, Record<string, readonly string[]>>>('sensitive_words.json')
const { words: ORDINARY } = spec<{ words: Record<string, readonly string[]> }>('shop_words.json')

describe('sensitiveTopic', () => {
  it.each(SENSITIVE_TOPICS)('finds %s in four languages', (topic) => {
    const languages = Object.entries(SENSITIVE[topic] ?? {})
    expect(languages.map(([language]) => language).sort()).toEqual(['de', 'en', 'fr', 'pt'])
    for (const [language, words] of languages) {
      const missed = words.filter((word) => sensitiveTopic(word) !== topic)
      expect([language, missed]).toEqual([language, []])
    }
  })

  it.each(Object.keys(ORDINARY))('leaves ordinary words of shops alone, in %s', (language) => {
    const words = ORDINARY[language] ?? []
    expect(words.length).toBeGreaterThanOrEqual(150)
    expect(words.filter((word) => sensitiveTopic(word) !== undefined)).toEqual([])
    // In copy, and as the name of an attribute.
    const sentence = `Now: ${words.join('. ')}.`
    expect(sensitiveTopic(sentence)).toBeUndefined()
  })

  it.each([
    [
      'health',
      'Pregnancy vitamins',
      'vitaminas para a gravidez',
      'Für Schwangere',
      'grossesse',
      'mental-health',
      'Diabetiker',
    ],
    ['sexuality', 'sexualOrientation', 'LGBT', 'lesbisch', 'homossexual'],
    ['religion', 'halal', 'Católicos', 'Muslime', 'églises', 'traits.religion'],
    ['ethnicity', 'ethnicity', 'etnia', 'Hautfarbe', 'couleur de peau'],
    ['politics', 'political views', 'opinião política', 'Bundestagswahl', 'opinions politiques'],
    ['union', 'trade union members', 'sindicato', 'Gewerkschaft', 'syndicat'],
    ['biometrics', 'DNA test', 'biometria', 'genetisch', 'génétique'],
    ['crime', 'criminal record', 'registo criminal', 'Vorstrafen', 'casier judiciaire'],
    ['children', 'baby-food', 'crianças', 'für Kinder', 'enfants', 'kids'],
    ['status', 'refugees', 'imigrantes', 'Flüchtlinge', 'asile politique'],
    ['hardship', 'bankruptcy', 'sobreendividamento', 'überschuldet', 'surendettement'],
  ])('finds %s', (topic, ...texts) => {
    for (const text of texts) expect([text, sensitiveTopic(text)]).toEqual([text, topic])
  })

  it.each([
    'Iced tea for a race through the park',
    'Política de privacidade',
    'Politique de retour',
    'Kinder Schokolade',
    'Prescription: one lemonade a day',
    'A determined picnic, blinds down, mass of ice',
    'Herkunft: Cova da Beira',
    'Translations of Roman poems',
    'diet cola',
    'Fertiliser for tomatoes',
    'The awning aids digestion',
    '',
  ])('leaves "%s" alone', (text) => {
    expect(sensitiveTopic(text)).toBeUndefined()
  })

  it('sees through case, accents and separators', () => {
    const disguised = [
      'pre\u200bgnancy',
      'preg\u00adnancy',
      'pregn\u0430ncy',
      'preg\u03b7ancy',
      'ｐregnancy',
      'pregNancy',
    ]
    for (const text of [
      'GRAVIDEZ',
      'gra\u0301videz',
      'x_gravidez_y',
      'xGravidez',
      'gravidez!',
      ...disguised,
    ]) {
      expect([text, sensitiveTopic(text)]).toEqual([text, 'health'])
    }
  })

  it('tells compounds and what only looks like a topic apart', () => {
    const topics = (...texts: readonly string[]) => texts.map((text) => sensitiveTopic(text))
    expect(topics('Hautkrebs', 'Krebserkrankung', 'Flusskrebse', 'Krebssuppe')).toEqual([
      'health',
      'health',
      undefined,
      undefined,
    ])
    // A pram is of somebody who has a child; a chocolate of that name is of nobody.
    expect(topics('Kinderwagen', 'Kinder Bueno', 'kinderleicht')).toEqual(['children', undefined, undefined])
    expect(topics('AIDS', 'mit Aids-Hilfe', 'aids', 'it aids digestion')).toEqual([
      'health',
      'health',
      'health',
      undefined,
    ])
    expect(topics('bebé', 'bébés', 'roupa-de-bebe', 'quem bebe chá')).toEqual([
      'children',
      'children',
      'children',
      undefined,
    ])
  })

  it('always answers with a topic of the list, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const topic = sensitiveTopic(text)
        expect(topic === undefined || SENSITIVE_TOPICS.includes(topic)).toBe(true)
      }),
    )
  })

  it('says the same of a plain name as of one in which something has to be folded', () => {
    const word = fc.constantFrom(
      'pregnancy',
      'tea',
      'aids',
      'hiv',
      'kinder',
      'bueno',
      'baby',
      'corn',
      'gay',
      'x1',
    )
    const name = fc
      .tuple(fc.array(word, { maxLength: 4 }), fc.constantFrom(' ', '-', '_', '/', '.', ''))
      .map(([words, between]) => words.join(between))
    fc.assert(
      fc.property(name, fc.boolean(), (lower, isUpper) => {
        const text = isUpper ? lower.toUpperCase() : lower
        // An invisible character says nothing, and takes the long way.
        expect(sensitiveTopic(`${text}\u200b`)).toBe(sensitiveTopic(text))
      }),
    )
  })

  it('does not slow down on a long text', () => {
    expect(sensitiveTopic(`${'weil du '.repeat(8_000)} baby`)).toBe('children')
    expect(fold('a'.repeat(1_000_000)).length).toBeLessThan(70_000)
  })
})

describe('isChildAge', () => {
  it.each([15, 0, '13-17', '0-3', 'under 18', '<16', 'unter 12', 'u18', 'até 15'])('%s is a child', (age) => {
    expect(isChildAge(age)).toBe(true)
  })
  it.each([16, 40, '16-24', '25-34', '65+', 'adult', '', null, true])('%s is none', (age) => {
    expect(isChildAge(age)).toBe(false)
  })
})

describe('isAgeName', () => {
  it('knows a name that holds an age', () => {
    expect(['traits.ageBand', 'traits.age', 'cookie.age_group', 'traits.idade'].every(isAgeName)).toBe(true)
    expect(['page.path', 'traits.languages', 'storage', 'stage'].some(isAgeName)).toBe(false)
  })
})
