import { describe, expect, it } from 'vitest'
import { guardCampaign, guardNeeds } from '../../src/campaign/guard.ts'
import type { Campaign, Condition, Edit } from '../../src/campaign/model.ts'

interface Wish extends Partial<Omit<Campaign, 'variants'>> {
  readonly text?: string
  readonly edit?: Edit
}

const campaign = ({ text = 'Cold tea', edit, ...wish }: Wish): Campaign => ({
  id: 'a',
  status: 'live',
  pages: ['/*'],
  audience: {},
  priority: 0,
  coverage: 1,
  holdout: 0,
  seed: 'a',
  hashVersion: 2,
  data: {},
  variants: [{ id: 'v', weight: 1, edits: [edit ?? { action: 'html', selector: 'p', value: text }] }],
  ...wish,
})

const faults = (wish: Wish): readonly string[] =>
  guardCampaign(campaign(wish), '/c').map(({ path, code }) => `${path} ${code}`)

const VALUE = '/c/variants/0/edits/0/value'
const FOLLOWER: Condition = { follows: { $elemMatch: { $eq: 'Brisa' } } }
const BUYER: Condition = { 'orders.count': { $gt: 0 } }
const TEA: Condition = { 'affinity.tea': { $gt: 0.5 } }
const FRIDAY: Condition = { 'habit.fri.evening': { $gte: 1 } }

describe('sensitive_audience', () => {
  it.each<readonly [Condition, string]>([
    [{ 'affinity.baby-food': { $gt: 0 } }, '/c/audience/affinity.baby-food'],
    [{ 'traits.religion': { $exists: true } }, '/c/audience/traits.religion'],
    [{ 'traits.interests': { $in: ['tea', 'Diabetes'] } }, '/c/audience/traits.interests'],
    [{ 'cookie.segment': { $regex: '^lgbt' } }, '/c/audience/cookie.segment'],
    [{ $or: [TEA, { $not: { follows: { $all: ['Halal Foods'] } } }] }, '/c/audience/$or/1/$not/follows'],
    [{ ...TEA, 'page.path': '/pregnancy' }, '/c/audience/page.path'],
  ])('refuses %o', (audience, path) => {
    expect(faults({ audience })).toEqual([`${path} guard_sensitive_audience`])
  })

  it('lets what everybody on a page may see be about anything', () => {
    expect(faults({ audience: { 'page.path': '/pregnancy' }, text: 'Vitamins for the pregnancy' })).toEqual(
      [],
    )
  })
})

describe('children', () => {
  it.each<Condition>([
    { 'traits.ageBand': '13-17' },
    { 'traits.ageBand': { $in: ['18-24', 'under 16'] } },
    { 'traits.age': { $lt: 16 } },
    { 'traits.age': { $lte: 12 } },
  ])('refuses %o', (audience) => {
    expect(faults({ audience })).toEqual([expect.stringMatching(/ guard_children$/)])
  })

  it.each<Condition>([
    { 'traits.ageBand': { $in: ['18-24', '25-34'] } },
    { 'traits.age': { $gte: 18 } },
    { 'traits.ageBand': { $ne: '13-17' } },
    { 'traits.ageBand': { $nin: ['0-12'] } },
  ])('leaves %o', (audience) => {
    expect(faults({ audience })).toEqual([])
  })
})

describe('sensitive_copy', () => {
  it('refuses it in fixed words, in spoken attributes, in literals and in data', () => {
    for (const text of [
      'For your <b>pregnancy</b>',
      '<img src="/a.svg" alt="A baby with a bottle">',
      "{% if geo.city == 'Porto' %}Halal{% endif %}",
      "{{ geo.city | append: ' mosque' }}",
    ]) {
      expect([text, faults({ audience: TEA, text })]).toEqual([text, [`${VALUE} guard_sensitive_copy`]])
    }
    expect(faults({ audience: TEA, data: { lines: [{ words: 'Für Kinder' }] } })).toEqual([
      '/c/data guard_sensitive_copy',
    ])
    const edit: Edit = { action: 'setAttribute', selector: 'a', name: 'title', value: 'For kids' }
    expect(faults({ audience: TEA, edit })).toEqual([`${VALUE} guard_sensitive_copy`])
    expect(faults({ audience: TEA, because: { en: 'Because of your allergies' } })).toEqual([
      '/c/because/en guard_sensitive_copy',
    ])
  })

  it('reads no addresses, class names or selectors', () => {
    for (const edit of [
      { action: 'setAttribute', selector: '#baby', name: 'href', value: '/baby' },
      { action: 'addClass', selector: 'p', value: 'baby' },
      { action: 'html', selector: '.kids', value: '<a href="/kids" class="kids">Cold tea</a>' },
    ] as const) {
      expect(faults({ audience: TEA, edit })).toEqual([])
    }
  })
})

describe('watching_copy', () => {
  it.each([
    'We noticed you like tea',
    'We’ve seen that your fridge is empty',
    'We saw you at the corner shop',
    'We know where you live',
    'we have been watching',
    'Reparámos que gosta de chá',
    'Sabemos onde passa as tardes',
    'Wir haben gesehen, dass du Tee magst',
    'Uns ist aufgefallen, dass es warm ist',
    'Wir wissen, wo Sie wohnen',
    'Nous avons remarqué vos visites',
    'On a vu que tu passais',
    'We <b>noticed</b>&#32;you',
  ])('refuses "%s", whoever it is said to', (text) => {
    expect(faults({ text })).toContain(`${VALUE} guard_watching_copy`)
    expect(faults({ text, audience: { ...BUYER, ...FOLLOWER } })).toContain(`${VALUE} guard_watching_copy`)
  })

  it.each(['See you at five', 'You know best', 'Wir haben Eis', 'Nous avons du thé', 'Vimos do Porto'])(
    'leaves "%s"',
    (text) => {
      expect(faults({ text })).toEqual([])
    },
  )
})

describe('revealing_copy', () => {
  it.each([
    'Because you were at the corner shop',
    'Since you looked at iced tea',
    'Based on your browsing',
    'You recently viewed this',
    'Porque passou pela loja',
    'Com base na sua localização',
    'Weil du gestern hier warst',
    'Aufgrund deines Standorts',
    'Parce que vous êtes passé par là',
    'En fonction de vos recherches',
  ])('refuses "%s" whatever is read', (text) => {
    expect(faults({ text, audience: { ...BUYER, ...FOLLOWER } })).toEqual([`${VALUE} guard_revealing_copy`])
  })

  it.each<readonly [string, Condition]>([
    ['Because you bought it last summer', BUYER],
    ['Porque encomendou chá', BUYER],
    ['Weil du Tee bestellt hast, ', BUYER],
    ['Parce que vous avez acheté du thé', BUYER],
    ['Because you follow Brisa', FOLLOWER],
    ['Porque segue a Brisa', FOLLOWER],
    ['Weil du Brisa folgst', FOLLOWER],
    ['Parce que vous suivez Brisa', FOLLOWER],
    ['You told us that you like it cold', { 'traits.interests': { $in: ['cold'] } }],
  ])('lets "%s" be said kindly where just that is read, and nowhere else', (text, audience) => {
    expect(faults({ text, audience })).toEqual([])
    expect(faults({ text, audience: TEA })).toEqual([`${VALUE} guard_revealing_copy`])
  })

  it('lets the answer to "why this?" name its ground', () => {
    expect(faults({ audience: TEA, because: { en: 'Because you looked at tea' } })).toEqual([])
  })
})

describe('told_habit', () => {
  it.each([
    '{{ habit.fri.evening }}',
    '{% if habit.fri.evening > 1 %}Cold{% endif %}',
    '{{ store.visitsPerWeek }}',
  ])('refuses words made of a habit: %s', (text) => {
    expect(faults({ text })).toEqual([`${VALUE} guard_told_habit`])
  })

  it('refuses to tell a habit back that the audience goes by', () => {
    for (const text of [
      'Your usual bench?',
      'Wie jeden Freitag',
      'Comme toujours',
      'Como sempre',
      'three times a week',
    ]) {
      expect([text, faults({ text, audience: FRIDAY })]).toEqual([text, [`${VALUE} guard_told_habit`]])
      expect([text, faults({ text, audience: FOLLOWER })]).toEqual([text, []])
    }
  })

  it('lets a habit time an offer', () => {
    expect(faults({ text: 'Cold until ten', audience: FRIDAY })).toEqual([])
  })
})

describe('told_place', () => {
  it.each([
    '{{ store.km }}',
    '{{ store.km | round: 2 }}',
    '{{ geo.latitude }}',
    '{% assign k = store.km %}x',
    '{{ store }}',
  ])('refuses %s', (text) => {
    expect(faults({ text })).toContain(`${VALUE} guard_told_place`)
  })

  it.each([
    '{{ store.km | round }} km',
    '{{ store.km | plus: 1 | ceil }} km',
    '{{ store.name }}',
    '{% if store.km < 1 %}x{% endif %}',
  ])('leaves %s', (text) => {
    expect(faults({ text })).toEqual([])
  })
})

describe('told_inference', () => {
  it('prints neither affinities nor stages, and lets them choose words', () => {
    for (const text of [
      '{{ affinity.tea }}',
      '{{ stage }}',
      '{% for a in affinity %}{{ a }}{% endfor %}',
      '{% echo stage %}',
    ]) {
      expect([text, faults({ text })]).toEqual([text, [`${VALUE} guard_told_inference`]])
    }
    expect(faults({ text: '{% if affinity.tea > 0.4 %}Tea{% else %}Coffee{% endif %}' })).toEqual([])
  })
})

describe('practice', () => {
  const recent: Condition = { 'recent.product': { $exists: true }, ...TEA }

  it('refuses a combination that hardly anybody accepts, unless somebody answers for it', () => {
    expect(faults({ audience: recent })).toEqual(['/c guard_practice'])
    expect(faults({ audience: recent, override: { reason: 'asked for in the app', by: 'Ana' } })).toEqual([])
  })

  it('lets an override pass nothing else', () => {
    const override = { reason: 'x', by: 'Ana' }
    expect(faults({ audience: { 'affinity.baby': 1 }, text: 'We saw you', override })).toHaveLength(2)
  })
})

describe('guardNeeds', () => {
  it.each<readonly [Condition, boolean]>([
    [{ 'store.km': { $lte: 0.3 } }, true],
    [{ 'store.km': { $lt: 1 } }, true],
    [{ $or: [{ $not: { 'store.km': { $gt: 0.5 } } }] }, true],
    [{ 'store.km': { $in: [0.1, 0.2] } }, true],
    [{ 'store.km': { $lte: 12 } }, false],
    [{ 'store.km': { $lte: 1 } }, false],
    [{ 'store.id': 'x' }, false],
  ])('of %o: a shared place, %s', (audience, expected) => {
    expect(guardNeeds({ audience }).precisePlace).toBe(expected)
  })

  it('names the traits that an audience goes by', () => {
    expect(
      guardNeeds({ audience: { $nor: [{ 'traits.name': 'x' }], 'traits.ageBand': '25-34' } }).traits,
    ).toEqual(['name', 'ageBand'])
  })
})
