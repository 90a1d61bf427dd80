import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, isAgeName, isChildAge, SENSITIVE_TOPICS, sensitiveTopic } from '../../src/consent/sensitive.ts'

describe('sensitiveTopic', () => {
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
    for (const text of ['GRAVIDEZ', 'gra\u0301videz', 'x_gravidez_y', 'xGravidez', 'gravidez!']) {
      expect([text, sensitiveTopic(text)]).toEqual([text, 'health'])
    }
  })

  it('always answers with a topic of the list, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const topic = sensitiveTopic(text)
        expect(topic === undefined || SENSITIVE_TOPICS.includes(topic)).toBe(true)
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
