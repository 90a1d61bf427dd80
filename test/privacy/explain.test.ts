import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attributes } from '../../src/campaign/model.ts'
import { explain } from '../../src/privacy/explain.ts'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { TEXTS } from '../../src/privacy/texts.ts'
import { release } from '../help/release.ts'

const campaignOf = (more: Record<string, unknown>) => {
  const [campaign] = release({ id: 'x', ...more }).campaigns
  if (campaign === undefined) throw new Error('no campaign')
  return campaign
}

/** The case that all of it is for. */
const ICED = campaignOf({
  id: 'iced',
  audience: {
    follows: { $elemMatch: { $in: ['Fonte Clara'] } },
    'weather.isHot': true,
    'store.km': { $lte: 0.3 },
    'store.visitsPerWeek': { $gte: 3 },
  },
  override: { reason: 'the case that all of it is for', by: 'ana' },
})
const HOT: Attributes = {
  follows: ['Fonte Clara', 'Other'],
  weather: { isHot: true, temperature: 39 },
  store: { id: 'corner', km: 0.2, visitsPerWeek: 3 },
}

describe('explain', () => {
  it.each([
    [
      'en',
      'You see this because you follow Fonte Clara, it fits your visits to us, one of our stores is near you and it is hot today.',
    ],
    [
      'pt',
      'Está a ver isto porque segue Fonte Clara, combina com as suas visitas, uma das nossas lojas fica perto de si e hoje está calor.',
    ],
    [
      'de',
      'Das sehen Sie, weil Sie Fonte Clara folgen, es zu Ihren Besuchen bei uns passt, eine unserer Filialen in Ihrer Nähe ist und es heute heiß ist.',
    ],
    [
      'fr',
      'Vous voyez ceci parce que vous suivez Fonte Clara, que cela va avec vos visites chez nous, que l’un de nos magasins est près de vous et qu’il fait chaud aujourd’hui.',
    ],
  ] as const)('says all reasons in one sentence, in %s', (language, sentence) => {
    const told = explain(ICED, HOT, language).sentence
    // Which comes first of what is personal is not ours to choose.
    const clausesOf = (text: string): readonly string[] =>
      text
        .replace(/[.,]/g, '')
        .split(/ (?=\S)/)
        .toSorted()
    expect(clausesOf(told)).toEqual(clausesOf(sentence))
    expect(told).toMatch(/[^ ,]+\.$/)
  })

  it('names a brand only where the visitor follows it', () => {
    expect(explain(ICED, { ...HOT, follows: ['Other'] }, 'en').sentence).not.toMatch(/Fonte Clara|Other/)
  })

  it('says that it is hot only where it is, and that was asked for', () => {
    const cool = explain(ICED, { ...HOT, weather: { isHot: false } }, 'en').sentence
    expect(cool).toContain('it takes “The weather” into account')
    expect(cool).not.toContain('hot')
    // Where nobody asked what the weather is, it fitted when it was decided.
    expect(explain(ICED, { ...HOT, weather: {} }, 'en').sentence).toContain('it fits the weather')
    const rain = campaignOf({ audience: { 'weather.condition': 'rain' } })
    expect(explain(rain, { weather: { isHot: true, condition: 'rain' } }, 'en').sentence).toBe(
      'You see this because it is raining.',
    )
  })

  it.each<readonly [string, Record<string, unknown>, Attributes, RegExp, string]>([
    ['no order', { 'orders.count': 0 }, { orders: { count: 0, total: 0 } }, /earlier orders/, 'Your orders'],
    [
      'no name',
      { 'traits.name': { $exists: false } },
      { traits: {} },
      /fits what you told us/,
      'What you told us',
    ],
    ['a far store', { 'store.km': { $gt: 20 } }, { store: { km: 25 } }, /near you/, 'The nearest store'],
    ['a farther one', { 'store.km': { $lte: 500 } }, { store: { km: 400 } }, /near you/, 'The nearest store'],
    ['no brand', { follows: { $size: 0 } }, { follows: [] }, /brands you follow/, 'Brands you follow'],
    [
      'another brand',
      { follows: { $not: { $elemMatch: { $eq: 'X' } } } },
      { follows: ['Y'] },
      /because you follow|fits the brands/,
      'Brands you follow',
    ],
    [
      'not this one',
      { $nor: [{ follows: 'X' }] },
      { follows: ['Y'] },
      /because you follow|fits the brands/,
      'Brands you follow',
    ],
    [
      'little interest',
      { 'affinity.tea': { $lt: 0.1 } },
      { affinity: { tea: 0.05 } },
      /looked at/,
      'What interests you',
    ],
    [
      'the other branch',
      { $or: [{ 'orders.count': { $gt: 3 } }, { 'geo.country': 'PT' }] },
      { orders: { count: 1 }, geo: { country: 'PT' } },
      /earlier orders/,
      'Your orders',
    ],
    ['a stranger', { stage: 'identified' }, { stage: 'identified' }, /shared/, 'How well we know each other'],
  ])('claims nothing that is not so: %s', (_, audience, attributes, claim, kind) => {
    const { sentence } = explain(campaignOf({ audience }), attributes, 'en')
    expect(sentence).not.toMatch(claim)
    expect(sentence).toContain(`it takes “${kind}” into account`)
    for (const language of LANGUAGES) {
      const told = explain(campaignOf({ audience }), attributes, language).sentence
      expect(told).not.toContain(TEXTS[language].why.classes.follows)
      expect(told).not.toContain(TEXTS[language].why.classes.orders)
    }
  })

  it('says what is so', () => {
    const told = (audience: object, attributes: Attributes) =>
      explain(campaignOf({ audience }), attributes, 'en').sentence
    expect(told({ 'orders.count': { $gte: 2 } }, { orders: { count: 2 } })).toContain('earlier orders')
    expect(told({ 'store.km': { $exists: true, $lte: 12 } }, { store: { km: 3 } })).toContain('near you')
    expect(told({ 'affinity.tea': { $gt: 0.2, $lt: 0.9 } }, { affinity: { tea: 0.5 } })).toContain(
      'looked at',
    )
    expect(told({ 'orders.daysSince': { $gt: 30 } }, { orders: { daysSince: 40 } })).toContain(
      'earlier orders',
    )
  })

  it.each<readonly [string, Record<string, unknown>, Attributes, Attributes, RegExp, string]>([
    [
      'a country',
      { 'geo.country': 'PT' },
      { geo: { country: 'PT' } },
      { geo: { country: 'BR' } },
      /you are in/,
      'Country',
    ],
    [
      'a region',
      { 'geo.region': 'Berlin' },
      { geo: { region: 'Berlin' } },
      { geo: { region: 'Lisboa' } },
      /you are in/,
      'Region and time zone',
    ],
    [
      'an hour',
      { 'clock.hour': { $lt: 8 } },
      { clock: { hour: 7 } },
      { clock: { hour: 20 } },
      /this time/,
      'Time of day',
    ],
    [
      'a device',
      { 'device.type': 'mobile' },
      { device: { type: 'mobile' } },
      { device: { type: 'desktop' } },
      /you use/,
      'Kind of device',
    ],
    [
      'a first visit',
      { 'visit.returning': false },
      { visit: { returning: false } },
      { visit: { returning: true } },
      /first visit|been to this shop/,
      'Your visits',
    ],
    [
      'a page',
      { 'page.path': '/tea' },
      { page: { path: '/tea' } },
      { page: { path: '/_selvedge/privacy' } },
      /this page/,
      'The page you are on',
    ],
  ])('says of %s only what is so where it is asked', (_, audience, then, now, claim, kind) => {
    const told = (attributes: Attributes) => explain(campaignOf({ audience }), attributes, 'en').sentence
    expect(told(then)).toMatch(claim)
    expect(told(now)).toBe(`You see this because it takes “${kind}” into account.`)
  })

  it('names the hours and days of a schedule as a reason', () => {
    const morning = campaignOf({ schedule: { hours: [[6, 10]], weekdays: ['fri'] } })
    const at = (hour: number, weekday: string) =>
      explain(morning, { clock: { hour, minute: 0, weekday } }, 'en').sentence
    expect(at(7, 'fri')).toBe('You see this because it is meant for this time.')
    expect(at(7, 'sat')).toBe('You see this because it takes “Time of day” into account.')
    expect(at(11, 'fri')).toBe(at(7, 'sat'))
    const window = campaignOf({ schedule: { from: 0, to: 1 } })
    expect(explain(window, {}, 'en').sentence).toMatch(/^Everybody/)
  })

  it('tells what the chances of an adaptive campaign go by, and that a limited offer is drawn', () => {
    const edits = [{ action: 'text', selector: 'h1', value: 'b' }]
    const variants = [
      { id: 'control', edits: [] },
      { id: 'b', edits },
    ]
    const by = campaignOf({ variants, allocation: { kind: 'adaptive', by: ['device', 'country'] } })
    const told = explain(by, { geo: { country: 'PT' }, device: { type: 'mobile' } }, 'en')
    expect(told.sentence).toBe(
      'You see this because it takes “Country” into account and it takes “Kind of device” into account.',
    )
    expect(told.chance).toMatch(/chance/)
    expect(explain(campaignOf({ limit: { total: 10 } }), {}, 'en').chance).toMatch(/chance/)
  })

  it('says so where nothing was used', () => {
    expect(explain(campaignOf({}), HOT, 'en')).toEqual({
      sentence: 'Everybody sees this. Nothing about you was used.',
      classes: [],
    })
  })

  it('tells the country, which everybody can see', () => {
    const local = campaignOf({ audience: { 'geo.country': 'PT' } })
    expect(explain(local, { geo: { country: 'PT' } }, 'de').sentence).toContain('(Portugal)')
    expect(explain(local, { geo: { country: '<b>' } }, 'de').sentence).not.toContain('<b>')
  })

  it('keeps what its words are made with apart from what chose the visitor', () => {
    const edits = [{ action: 'text', selector: 'h1', value: 'Good {{ clock.daypart }}' }]
    const told = explain(
      campaignOf({ audience: { 'device.type': 'mobile' }, variants: [{ id: 'a', edits }] }),
      {},
      'en',
    )
    expect(told.sentence).toBe('You see this because it is made for the kind of device you use.')
    expect(told.wording).toBe('Its wording also uses: Time of day.')
  })

  it('says where chance had a part', () => {
    const edits = [{ action: 'text', selector: 'h1', value: 'b' }]
    const variants = [
      { id: 'control', edits: [] },
      { id: 'b', edits },
    ]
    expect(explain(campaignOf({ variants }), {}, 'en').chance).toMatch(/chance/)
    expect(explain(campaignOf({ holdout: 0.1 }), {}, 'en').chance).toMatch(/chance/)
  })

  it('adds the shop’s own words in this language, else in English, and never in place of the reasons', () => {
    const own = campaignOf({
      audience: { 'device.type': 'mobile' },
      because: { en: 'It is summer.', de: 'Es ist Sommer.' },
    })
    expect(explain(own, {}, 'de')).toMatchObject({
      own: 'Es ist Sommer.',
      sentence: expect.stringMatching(/^Das sehen/),
    })
    expect(explain(own, {}, 'fr').own).toBe('It is summer.')
  })

  it('never tells back what was worked out about somebody', () => {
    const everything = campaignOf({
      audience: {
        'affinity.tea': { $gt: 0.2 },
        'habit.fri.evening': { $gt: 1 },
        'orders.count': { $gte: 1 },
        'traits.occupation': 'nurse',
        'visit.count': { $gte: 2 },
        'geo.city': 'Lisboa',
      },
      override: { reason: 'a test', by: 'ana' },
    })
    const secret = fc.stringMatching(/^[A-Z]{12}$/)
    fc.assert(
      fc.property(
        fc.constantFrom(...LANGUAGES),
        secret,
        fc.integer({ min: 100_000 }),
        (language, word, number) => {
          const told = JSON.stringify(
            explain(
              everything,
              {
                affinity: { tea: number, [word]: 1 },
                habit: { fri: { evening: number }, stores: { [word]: number } },
                orders: { count: number, total: number },
                traits: { occupation: word, name: word, interests: [word] },
                visit: { count: number, returning: true },
                geo: { city: word, latitude: number },
              },
              language,
            ),
          )
          expect(told).not.toContain(word)
          expect(told).not.toContain(String(number))
          expect(told).not.toMatch(/\btea\b|nurse|Lisboa/)
        },
      ),
    )
  })
})
