import { describe, expect, it } from 'vitest'
import { guardCampaign, guardNeeds } from '../../src/campaign/guard.ts'
import type { Campaign, Condition, Edit } from '../../src/campaign/model.ts'
import { parsedCampaign } from '../help/campaign.ts'

interface Wish extends Partial<Campaign> {
  readonly text?: string
  readonly edit?: Edit
}

const campaign = ({ text = 'Cold tea', edit, ...wish }: Wish): Campaign =>
  parsedCampaign({
    id: 'a',
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

  it('judges what somebody asked for or clicked on elsewhere, though it needs no consent', () => {
    for (const path of ['page.utm.term', 'page.query.q', 'page.referrer']) {
      expect(faults({ audience: { [path]: 'pregnancy' } })).toEqual([
        `/c/audience/${path} guard_sensitive_audience`,
      ])
    }
    expect(faults({ text: "{% if page.utm.term == 'hiv' %}Ten percent off{% endif %}" })).toEqual([
      `${VALUE} guard_sensitive_copy`,
    ])
    expect(faults({ audience: { 'page.utm.term': 'iced tea' }, text: '{{ page.utm.source }}' })).toEqual([])
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

  it.each<Edit>([
    { action: 'text', selector: 'p', value: '{% if affinity.pregnancy > 0.1 %}Special offer{% endif %}' },
    { action: 'addClass', selector: 'p', value: '{% if affinity.pregnancy > 0.1 %}a{% endif %}' },
    { action: 'addClass', selector: 'p', value: '{% if traits.interests contains "muslim" %}a{% endif %}' },
    { action: 'text', selector: 'p', value: '{% if cookie.hiv_status %}Cold{% endif %}' },
    { action: 'text', selector: 'p', value: '{% case traits.job %}{% when "felon" %}Cold{% endcase %}' },
    {
      action: 'text',
      selector: 'p',
      value: "{% assign k = 'aids_test' %}{% if affinity[k] %}Cold{% endif %}",
    },
    { action: 'text', selector: 'p', value: "{{ affinity['preg\\u006eancy'] | size }}" },
  ])('refuses a choice of words by something sensitive: %o', (edit) => {
    expect(faults({ edit })).toContain(`${VALUE} guard_sensitive_copy`)
  })

  it.each([
    '<p data-reason="pregnancy">Cold tea</p>',
    '<p data-pregnancy>Cold tea</p>',
    '<a href="/pregnancy">Cold tea</a>',
    '<a href="/pre%67nancy">Cold tea</a>',
    '<img src="/hiv.svg" alt="">',
    '<img src="/a.svg" alt=pregnancy>',
    '<input value="Pregnancy">',
    '<p aria-description="For your pregnancy">Cold tea</p>',
    '<p class="kids">Cold tea</p>',
    'preg<b>nan</b>cy',
    'preg<b title=">">nan</b>cy',
    'preg<!-- > -->nancy',
    "preg{{''}}nancy",
    "{{ 'preg' | append: 'nancy' }}",
    'preg{% if geo.city %}nancy{% endif %}',
    'preg\u200bnancy',
    'preg&zwnj;nancy',
    'preg&shy;nancy',
    'pregn\u0430ncy',
    'Uma doen&ccedil;a',
    'tea&nbsp;pregnancy&nbsp;tea',
    'tea<br>pregnancy<br>tea',
  ])('finds it wherever it stands in %s', (text) => {
    expect(faults({ audience: TEA, text })).toEqual([`${VALUE} guard_sensitive_copy`])
    expect(faults({ text })).toEqual(text.includes('geo.city') ? [`${VALUE} guard_sensitive_copy`] : [])
  })

  it.each<readonly [string, Wish]>([
    ['/id', { id: 'pregnancy' }],
    ['/name', { name: 'Expecting a baby' }],
    ['/group', { group: 'kids' }],
    ['/pages/0', { pages: ['/pregnancy/*'] }],
    ['/supply/sku', { supply: { sku: 'hiv-test', at: 'online' } }],
    ['/data', { data: { pregnancy: 'x' } }],
    ['/variants/0/id', { variants: [{ id: 'gay', weight: 1, edits: [] }] }],
    ['/variants/0/redirect', { variants: [{ id: 'v', weight: 1, edits: [], redirect: '/pregnancy' }] }],
    [
      '/variants/0/edits/0/selector',
      { edit: { action: 'text', selector: '#pregnancy-offer', value: 'Cold tea' } },
    ],
    [
      '/variants/0/edits/0/target',
      { edit: { action: 'move', selector: 'p', target: '.halal', position: 'after' } },
    ],
    [
      '/variants/0/edits/0/name',
      { edit: { action: 'setAttribute', selector: 'p', name: 'data-hiv', value: '1' } },
    ],
    [
      '/variants/0/edits/0/value',
      { edit: { action: 'addClass', selector: 'p', value: 'pregnant-customer' } },
    ],
    [
      '/variants/0/edits/0/value',
      { edit: { action: 'setAttribute', selector: 'a', name: 'href', value: '/pregnancy' } },
    ],
  ])('finds it in %s, and only where one person is meant', (path, wish) => {
    expect(faults({ audience: TEA, ...wish })).toEqual([`/c${path} guard_sensitive_copy`])
    expect(faults(wish)).toEqual([])
  })

  it('takes the words of CSS and of controls for what they are', () => {
    for (const edit of [
      { action: 'text', selector: 'li:first-child > a:not([disabled])', value: 'Cold tea' },
      { action: 'addClass', selector: 'button', value: 'disabled' },
      { action: 'setAttribute', selector: 'button', name: 'aria-disabled', value: 'true' },
      { action: 'html', selector: 'p', value: '<button class="is-disabled" disabled>Cold tea</button>' },
    ] as const) {
      expect([edit, faults({ audience: TEA, edit })]).toEqual([edit, []])
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
    "We no{{''}}ticed you",
    '<img src="/a.svg" alt="We noticed you">',
    'We see you like tea',
    'We think that you love tea',
    'Wir glauben, dass Sie Tee mögen',
    'On sait que vous aimez le thé',
  ])('refuses "%s", whoever it is said to', (text) => {
    expect(faults({ text })).toContain(`${VALUE} guard_watching_copy`)
    expect(faults({ text, audience: { ...BUYER, ...FOLLOWER } })).toContain(`${VALUE} guard_watching_copy`)
  })

  it.each([
    'See you at five',
    'You know best',
    'We think you will love this tea',
    'Wir haben Eis',
    'Wir glauben an guten Tee',
    'Nous avons du thé',
    'Vimos do Porto',
  ])('leaves "%s"', (text) => {
    expect(faults({ text })).toEqual([])
  })
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
    'Inspired by your browsing history',
    'Looks like you love tea',
    'As a tea lover',
    'You’re just around the corner',
    'Parece que gosta de chá',
    'Com base no que viu',
    'Com base no seu histórico',
    'Weil du gern Tee trinkst',
    'Als Teeliebhaber',
    'Inspiriert von deinem Browserverlauf',
    'D’après votre navigation',
    'Vous êtes tout près',
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

  it.each([
    'Great as a gift for a tea lover',
    'A scarf that looks like silk',
    'Our store is just around the corner',
    'Based on an old recipe',
    'Inspired by your grandmother’s kitchen',
    'Parece que vai chover',
    'Als Geschenk verpackt',
    'Passend zu jedem Anlass',
    'Selon vos envies',
  ])('leaves "%s"', (text) => {
    expect(faults({ text, audience: TEA })).toEqual([])
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
      'Your Friday evening treat',
      'See you every Friday',
      'O seu chá de sexta à noite',
      'Todas as sextas',
      'Dein Freitagabend-Tee',
      'Jeden Abend',
      'Votre thé du vendredi',
    ]) {
      expect([text, faults({ text, audience: FRIDAY })]).toEqual([text, [`${VALUE} guard_told_habit`]])
      expect([text, faults({ text, audience: FOLLOWER })]).toEqual([text, []])
    }
  })

  it('lets a habit time an offer', () => {
    expect(faults({ text: 'Cold until ten', audience: FRIDAY })).toEqual([])
    expect(faults({ text: 'Until the sun is down', audience: FRIDAY })).toEqual([])
  })
})

describe('told_place', () => {
  it.each([
    '{{ store.km }}',
    '{{ store.km | round: 2 }}',
    '{{ geo.latitude }}',
    '{% assign k = store.km %}x',
    '{{ store }}',
    '{{ store.km | times: 1000 | round }} m away',
    '{{ store.km | plus: 1 | ceil }} km',
    '{{ store.km | round | times: 1000 }} m away',
    '{{ 0 | round | append: store.km }}',
    '{{ store.km | round | append: store["km"] }}',
    '{% if store.km < 0.2 %}You are 200 m from our store{% endif %}',
    '{% if 0.2 > store.km %}x{% endif %}',
    '{% if geo.city and store.km <= 0.5 %}x{% endif %}',
    '{% unless store.km > data.near %}x{% endunless %}',
    '{% if store["km"] < 0.2 %}x{% endif %}',
    '{% case store.km %}{% when 0.1 %}x{% endcase %}',
  ])('refuses %s', (text) => {
    expect(faults({ text })).toContain(`${VALUE} guard_told_place`)
  })

  it.each([
    '{{ store.km | round }} km',
    '{{ store.km | round | append: " km" }}',
    '{{ store.name }}',
    '{% if store.km < 1 %}x{% endif %}',
    '{%- if geo.city and store.km<=12 or store.km -%}x{% endif %}',
    '{% if store.name contains "km" %}x{% endif %}',
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

describe('unknown_audience', () => {
  it.each<readonly [string, Condition]>([
    ['an id in a cookie', { 'cookie.uid': 'maria' }],
    ['what looks like one', { 'cookie.ref': { $in: ['8f31c2d9-11e0'] } }],
    ['an address', { 'cookie.ref': 'a@b.example' }],
    ['a customer number', { 'cookie.ref': { $gte: 482_113 } }],
    ['one visit of many', { 'visit.count': 37 }],
    ['the same as a text', { 'visit.count': { $gte: '37', $lte: '37' } }],
    ['so many visits', { $or: [TEA, { 'visit.count': { $gte: 120 } }] }],
    ['a box on the map', { 'geo.latitude': { $gt: 38.6, $lt: 38.8 }, 'geo.longitude': { $gt: -9.2 } }],
    ['a point on it', { 'geo.longitude': -9.1 }],
    ['a strip of it', { $and: [{ 'geo.latitude': { $gt: 38 } }, { 'geo.latitude': { $lt: 38.1 } }] }],
    ['the corner of a regular', { 'store.km': { $lte: 0.1 }, 'store.visitsPerWeek': { $gte: 3 } }],
  ])('asks who answers for %s', (_, audience) => {
    expect(faults({ audience })).toEqual(['/c/audience guard_unknown_audience'])
    expect(faults({ audience, override: { reason: 'asked for it', by: 'Ana' } })).toEqual([])
  })

  it.each<Condition>([
    { 'geo.city': 'Lisbon', 'clock.hour': { $gte: 18 }, 'device.type': 'mobile' },
    { 'geo.city': { $in: ['Lisbon', 'Porto'] }, 'visit.returning': true },
    { 'visit.count': 1 },
    { 'visit.count': { $gte: 5 } },
    { 'visit.daysSince': { $gte: 30 } },
    { 'geo.latitude': { $lt: 0 } },
    { 'cookie.currency': 'EUR', 'cookie.beta': '1', 'cookie.offer': { $in: ['summer-2026', 'gold'] } },
    { 'cookie.uid': { $exists: true } },
    { 'store.km': { $lte: 12 }, 'store.visitsPerWeek': { $gte: 3 } },
  ])('leaves what many share: %o', (audience) => {
    expect(faults({ audience })).toEqual([])
  })
})

describe('guardNeeds', () => {
  it.each<readonly [string, boolean]>([
    ['{% if store.km < 1 %}x{% endif %}', true],
    ['{% if store.km < 0.2 %}x{% endif %}', true],
    ['{% if store.km < 12 %}x{% endif %}', false],
    ['{{ store.km | round }}', false],
  ])('of words by %s: a shared place, %s', (text, expected) => {
    expect(guardNeeds(campaign({ text })).precisePlace).toBe(expected)
  })

  it.each<readonly [Condition, boolean]>([
    [{ 'store.km': { $lte: 0.3 } }, true],
    [{ 'store.km': { $lt: 1 } }, true],
    [{ $or: [{ $not: { 'store.km': { $gt: 0.5 } } }] }, true],
    [{ 'store.km': { $in: [0.1, 0.2] } }, true],
    [{ 'store.km': { $lte: 12 } }, false],
    [{ 'store.km': { $lte: 1 } }, false],
    [{ 'store.id': 'x' }, false],
  ])('of %o: a shared place, %s', (audience, expected) => {
    expect(guardNeeds(campaign({ audience })).precisePlace).toBe(expected)
  })

  it('names the traits that an audience goes by', () => {
    expect(
      guardNeeds(campaign({ audience: { $nor: [{ 'traits.name': 'x' }], 'traits.ageBand': '25-34' } }))
        .traits,
    ).toEqual(['name', 'ageBand'])
  })
})
