import { describe, expect, it } from 'vitest'
import { ATTRIBUTES, attributesAt, DATA_CLASSES, ROOTS } from '../../src/campaign/attributes.ts'
import { attributePath, dataUse } from '../../src/campaign/datause.ts'
import type { Campaign, Condition, Edit } from '../../src/campaign/model.ts'
import { parsedCampaign } from '../help/campaign.ts'

const campaign = (audience: Condition, ...edits: readonly Edit[]): Campaign =>
  parsedCampaign({
    audience,
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'v', weight: 0.5, edits },
    ],
    data: { name: 'x' },
  })

const text = (value: string): Edit => ({ action: 'text', selector: 'p', value })

describe('dataUse', () => {
  it('finds what the condition and all templates read', () => {
    const use = dataUse(
      campaign(
        {
          $or: [{ 'geo.country': 'PT' }, { $not: { 'clock.hour': { $gt: 9 } } }],
          follows: { $elemMatch: { $eq: 'x' } },
        },
        text('{{ weather.condition }} {{ data.name }}'),
        { action: 'setAttribute', selector: 'a', name: 'href', value: '/{{ device.language | downcase }}' },
        { action: 'addClass', selector: 'a', value: '{% if affinity.tea > 1 %}a{% endif %}' },
      ),
    )
    expect(use.reads).toEqual([
      'affinity.tea',
      'clock.hour',
      'device.language',
      'follows',
      'geo.country',
      'weather.condition',
    ])
    expect(use.classes).toEqual(['affinity', 'country', 'follows', 'language', 'time', 'weather'])
    expect(use.personal).toBe(true)
  })

  it('needs no consent for place to the region, time, device and page', () => {
    const use = dataUse(
      campaign(
        { 'geo.region': 'Porto', 'clock.daypart': 'evening' },
        text('{{ device.type }}{{ page.utm.source }}'),
      ),
    )
    expect(use.personal).toBe(false)
  })

  it.each([
    'geo.city',
    'geo.latitude',
    'visit.count',
    'cookie.x',
    'store.km',
    'affinity.a.b',
    'habit.fri.evening',
    'stage',
  ])('needs consent for %s', (path) => {
    expect(dataUse(campaign({ [path]: 1 })).personal).toBe(true)
    expect(dataUse(campaign({}, text(`{{ ${path} }}`))).personal).toBe(true)
  })

  it.each([
    '{% assign g = geo %}{{ g.city }}',
    '{% for pair in geo %}{{ pair }}{% endfor %}',
    '{{ geo[data.key] }}',
    '{{ geo | map: "city" }}',
    '{% if false %}{% assign x = 1 %}{% endif %}{{ geo["city"] }}',
    '{{ "a" | append: geo.city }}',
    '{% for i in (1..visit.count) %}{% endfor %}',
    '{% unless visit.returning %}a{% endunless %}',
  ])('is not fooled by %s', (source) => {
    expect(dataUse(campaign({}, text(source))).personal).toBe(true)
  })

  it('counts no words that only look like attributes', () => {
    expect(
      dataUse(campaign({}, text('geo.city {{ "geo.city" }} {% comment %}{{ geo.city }}{% endcomment %}')))
        .reads,
    ).toEqual([])
  })
})

describe('attributePath', () => {
  it.each([
    ['follows.size', 'follows'],
    ['follows.first.size', 'follows'],
    ['geo', 'geo'],
    ['traits.a.b', 'traits.a.b'],
    ['data.x', undefined],
    ['geo.cty', undefined],
  ])('%s reads %s', (path, wanted) => {
    expect(attributePath(path)).toBe(wanted)
  })
})

describe('ATTRIBUTES', () => {
  it('uses every data class, and each of them for consent alike', () => {
    const byClass = Map.groupBy(ATTRIBUTES, ({ dataClass }) => dataClass)
    expect([...byClass.keys()].sort()).toEqual([...DATA_CLASSES].sort())
    for (const entries of byClass.values()) {
      expect(new Set(entries.map(({ personal }) => personal)).size).toBe(1)
    }
  })

  it('finds each of its own paths, and a whole branch by its root', () => {
    for (const { path } of ATTRIBUTES) expect(attributesAt(path.replace('*', 'x'))).toHaveLength(1)
    for (const root of ROOTS) expect(attributesAt(root).length).toBeGreaterThan(0)
  })
})
