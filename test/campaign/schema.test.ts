import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import { parseRelease, releaseJsonSchema } from '../../src/campaign/schema.ts'
import type { Fault } from '../../src/kit/fault.ts'

const options = {
  checkSelector: (selector: string) => (selector.includes(':hover') ? 'cannot be matched' : undefined),
  redirectHosts: ['outlet.example'],
}

type Loose = Record<string, unknown>

const edit = (more: Loose = {}): Loose => ({ action: 'text', selector: 'h1', value: 'Hello', ...more })
const variant = (more: Loose = {}): Loose => ({ id: 'a', edits: [edit()], ...more })
const campaign = (more: Loose = {}): Loose => ({ id: 'hero', pages: ['/*'], variants: [variant()], ...more })
const withEdit = (more: Loose): Loose =>
  campaign({ data: { name: 'x' }, variants: [variant({ edits: [edit(more)] })] })

const faultsOf = (...campaigns: readonly Loose[]): readonly Fault[] => {
  const parsed = parseRelease({ campaigns }, options)
  return parsed.ok ? [] : parsed.error
}
/** `code path`, the message left out. */
const brief = (...campaigns: readonly Loose[]): readonly string[] =>
  faultsOf(...campaigns).map(({ code, path }) => `${code} ${path}`)

type Path = readonly (string | number)[]
const entriesOf = (value: unknown): readonly (readonly [string | number, unknown])[] =>
  Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : []
/** The path of every part of a value. */
const pathsOf = (value: unknown): readonly Path[] =>
  entriesOf(value).flatMap(([key, part]) => [[key], ...pathsOf(part).map((path) => [key, ...path])])
function replaced(value: unknown, [key, ...rest]: Path, part: unknown): unknown {
  if (key === undefined) return part
  const copy = structuredClone(value) as Record<string | number, unknown>
  copy[key] = replaced(copy[key], rest, part)
  return copy
}

const EDIT = '/campaigns/0/variants/0/edits/0'

describe('parseRelease', () => {
  it('gives the defaults', () => {
    expect(parseRelease({ campaigns: [campaign()] }, options)).toEqual({
      ok: true,
      value: {
        holdout: 0,
        campaigns: [
          {
            id: 'hero',
            status: 'live',
            pages: ['/*'],
            audience: {},
            priority: 0,
            coverage: 1,
            holdout: 0,
            seed: 'hero',
            hashVersion: 2,
            variants: [{ id: 'a', weight: 1, edits: [{ action: 'text', selector: 'h1', value: 'Hello' }] }],
            data: {},
          },
        ],
      },
    })
  })

  it('gives a document that it accepts again, unchanged', () => {
    const sent = {
      $schema: './release.schema.json',
      holdout: 0.05,
      campaigns: [
        campaign({
          name: 'Hero',
          audience: { 'geo.country': { $in: ['PT'] } },
          schedule: {
            from: '2026-07-01T00:00:00+01:00',
            to: '2026-08-01T00:00:00Z',
            hours: [[22, 6]],
            weekdays: ['fri'],
          },
          group: 'top',
          withoutConsent: 'a',
          variants: [variant({ weight: 0.4 }), { id: 'control', weight: 0.6 }],
          data: { items: [{ title: 'x' }] },
        }),
      ],
    }
    const first = parseRelease(sent, options)
    if (!first.ok) throw new Error(JSON.stringify(first.error))
    expect(first.value.campaigns[0]?.schedule).toMatchObject({ from: 1782860400000, to: 1785542400000 })
    expect(parseRelease(JSON.parse(JSON.stringify(first.value)), options)).toEqual(first)
  })

  it('shares weights evenly where none are given', () => {
    const parsed = parseRelease(
      { campaigns: [campaign({ variants: ['a', 'b', 'c'].map((id) => ({ id })) })] },
      options,
    )
    expect(parsed.ok && parsed.value.campaigns[0]?.variants.map(({ weight }) => weight)).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
    ])
  })

  it.each<[string, Loose, readonly string[]]>([
    ['an unknown field', campaign({ prioritty: 1 }), ['unknown_field /campaigns/0/prioritty']],
    [
      'a field that every object has',
      campaign({ constructor: 5 }),
      ['unknown_field /campaigns/0/constructor'],
    ],
    ['a missing field', { id: 'a', variants: [variant()] }, ['required /campaigns/0/pages']],
    ['a wrong type', campaign({ priority: 'high' }), ['wrong_type /campaigns/0/priority']],
    ['an unknown status', campaign({ status: 'liv' }), ['wrong_type /campaigns/0/status']],
    ['a share above 1', campaign({ coverage: 1.5 }), ['out_of_range /campaigns/0/coverage']],
    ['an id in capitals', campaign({ id: 'Hero' }), ['format /campaigns/0/id']],
    ['no pages', campaign({ pages: [] }), ['empty /campaigns/0/pages']],
    ['no variants', campaign({ variants: [] }), ['empty /campaigns/0/variants']],
    ['a page that is no pattern', campaign({ pages: ['/a', 'b'] }), ['bad_page /campaigns/0/pages/1']],
    ['an unknown action', withEdit({ action: 'txt' }), [`unknown_action ${EDIT}/action`]],
    ['a selector', withEdit({ selector: 'a:hover' }), [`bad_selector ${EDIT}/selector`]],
    [
      'a target selector',
      campaign({
        variants: [
          variant({ edits: [{ action: 'move', selector: 'h1', target: 'b:hover', position: 'after' }] }),
        ],
      }),
      [`bad_selector ${EDIT}/target`],
    ],
    ['a Liquid error', withEdit({ value: '{{ x' }), [`liquid ${EDIT}/value`]],
    ['an unknown filter', withEdit({ value: '{{ geo.city | upcas }}' }), [`liquid ${EDIT}/value`]],
    ['an unknown attribute', withEdit({ value: '{{ geo.cty }}' }), [`unknown_path ${EDIT}/value`]],
    ['unknown data', withEdit({ value: '{{ data.nam }}' }), [`unknown_path ${EDIT}/value`]],
    [
      'a name that hides an attribute',
      withEdit({ value: '{% assign geo = 1 %}{{ geo.city }}' }),
      [`shadowed_name ${EDIT}/value`],
    ],
    ['a script', withEdit({ action: 'html', value: '<script>1</script>' }), [`unsafe_markup ${EDIT}/value`]],
    [
      'a handler',
      withEdit({ action: 'before', value: '<p onclick="x">a</p>' }),
      [`unsafe_markup ${EDIT}/value`],
    ],
    ['an unclosed element', withEdit({ action: 'html', value: '<p>a' }), [`unsafe_markup ${EDIT}/value`]],
    [
      'a block in a paragraph',
      withEdit({ action: 'html', value: '<p>a<div>b</div></p>' }),
      [`unbalanced ${EDIT}/value`],
    ],
    [
      'an unsafe attribute',
      withEdit({ action: 'setAttribute', name: 'onclick' }),
      [`unsafe_attribute ${EDIT}/name`],
    ],
    [
      'an unsafe URL',
      withEdit({ action: 'setAttribute', name: 'href', value: 'javascript:alert(1)' }),
      [`unsafe_url ${EDIT}/value`],
    ],
    [
      'the source of a script',
      withEdit({ action: 'setAttribute', selector: 'head > script.x', name: 'src', value: '/x.js' }),
      [`unsafe_attribute ${EDIT}/name`],
    ],
    [
      'what a script found by quoted words loads',
      withEdit({ action: 'setAttribute', selector: 'script[data-a="x, y"]', name: 'src', value: '/x.js' }),
      [`unsafe_attribute ${EDIT}/name`],
    ],
    [
      'what kind of script it is',
      withEdit({ action: 'setAttribute', selector: 'p, script', name: 'type', value: 'module' }),
      [`unsafe_attribute ${EDIT}/name`],
    ],
    [
      'where a page leads to by itself',
      withEdit({
        action: 'setAttribute',
        selector: 'meta[http-equiv="refresh"]',
        name: 'content',
        value: '0;url=/x',
      }),
      [`unsafe_attribute ${EDIT}/name`],
    ],
    [
      'taking a policy away',
      campaign({
        variants: [variant({ edits: [{ action: 'removeAttribute', selector: 'meta', name: 'http-equiv' }] })],
      }),
      [`unsafe_attribute ${EDIT}/name`],
    ],
    [
      'a style with an expression',
      withEdit({ action: 'setAttribute', name: 'style', value: 'color:{{ data.name }}' }),
      [`unsafe_attribute ${EDIT}/value`],
    ],
    ['an unsafe class', withEdit({ action: 'addClass', value: 'a"b' }), [`unsafe_class ${EDIT}/value`]],
    ['no class', withEdit({ action: 'addClass', value: ' ' }), [`empty ${EDIT}/value`]],
    ['an oversized value', withEdit({ value: 'x'.repeat(16 * 1024 + 1) }), [`too_long ${EDIT}/value`]],
    [
      'weights that do not add up',
      campaign({ variants: [variant({ weight: 0.5 }), variant({ id: 'b', weight: 0.4 })] }),
      ['weight_sum /campaigns/0/variants'],
    ],
    [
      'some weights',
      campaign({ variants: [variant({ weight: 1 }), variant({ id: 'b' })] }),
      ['weight_missing /campaigns/0/variants/1/weight'],
    ],
    [
      'a variant twice',
      campaign({ variants: [variant(), variant()] }),
      ['duplicate_id /campaigns/0/variants/1/id'],
    ],
    [
      'a control that changes something',
      campaign({ variants: [variant({ id: 'control' })] }),
      ['reserved_id /campaigns/0/variants/0/id'],
    ],
    [
      'a variant called holdout',
      campaign({ variants: [{ id: 'holdout' }] }),
      ['reserved_id /campaigns/0/variants/0/id'],
    ],
    [
      'a variant that is not there',
      campaign({ withoutConsent: 'b' }),
      ['unknown_variant /campaigns/0/withoutConsent'],
    ],
    [
      'personal data without consent',
      campaign({ withoutConsent: 'a', audience: { 'geo.city': 'Porto' } }),
      ['personal /campaigns/0/withoutConsent'],
    ],
    [
      'a time without offset',
      campaign({ schedule: { from: '2026-07-01T00:00' } }),
      ['wrong_type /campaigns/0/schedule/from'],
    ],
    ...[
      '2026-02-30T00:00:00Z',
      '2026-02-29T00:00:00+01:00',
      '2026-04-31T00:00:00+0100',
      '2026-00-10T00:00:00Z',
      '2026-07-00T00:00:00Z',
      '2026-07-01T25:00:00Z',
      '2026-07-01T00:00:00+25:00',
    ].map((from): [string, Loose, readonly string[]] => [
      `the day that is none, ${from}`,
      campaign({ schedule: { from } }),
      ['wrong_type /campaigns/0/schedule/from'],
    ]),
    [
      'an impossible time',
      campaign({ schedule: { from: '2026-13-01T00:00Z' } }),
      ['wrong_type /campaigns/0/schedule/from'],
    ],
    [
      'a window that ends before it starts',
      campaign({ schedule: { from: 2, to: 1 } }),
      ['out_of_range /campaigns/0/schedule/to'],
    ],
    [
      'an empty span of hours',
      campaign({ schedule: { hours: [[9, 9]] } }),
      ['out_of_range /campaigns/0/schedule/hours/0'],
    ],
    [
      'an hour that is none',
      campaign({ schedule: { hours: [[9, 25]] } }),
      ['out_of_range /campaigns/0/schedule/hours/0/1'],
    ],
    [
      'an attribute that is none',
      campaign({ audience: { 'geo.contry': 'PT' } }),
      ['unknown_path /campaigns/0/audience/geo.contry'],
    ],
    [
      'an operator that is none',
      campaign({ audience: { 'geo.city': { $equals: 1 } } }),
      ['unknown_operator /campaigns/0/audience/geo.city/$equals'],
    ],
    [
      'a bad regex',
      campaign({ audience: { 'page.path': { $regex: '(a+)+' } } }),
      ['bad_regex /campaigns/0/audience/page.path/$regex'],
    ],
    [
      'a weekday that never comes',
      campaign({ audience: { 'clock.weekday': { $in: ['monday'] } } }),
      ['never_matches /campaigns/0/audience/clock.weekday/$in'],
    ],
    [
      'a list where there is one value',
      campaign({ audience: { 'clock.weekday': ['sat', 'sun'], 'geo.country': { $eq: ['PT', 'ES'] } } }),
      [
        'never_matches /campaigns/0/audience/clock.weekday',
        'never_matches /campaigns/0/audience/geo.country/$eq',
      ],
    ],
    [
      'an operator without its "$"',
      campaign({ audience: { 'geo.country': { in: ['PT'] }, 'clock.hour': { $not: { gte: 18 } } } }),
      [
        'never_matches /campaigns/0/audience/geo.country',
        'never_matches /campaigns/0/audience/clock.hour/$not',
      ],
    ],
    [
      'an object where there is none, or one of many attributes',
      campaign({
        audience: {
          'clock.weekday': { sat: true },
          'device.type': { $in: [{}] },
          geo: { country: 'PT' },
          'page.query': { $eq: { q: 'tea' } },
          'page.path': {},
        },
      }),
      [
        'never_matches /campaigns/0/audience/clock.weekday',
        'never_matches /campaigns/0/audience/device.type/$in',
        'never_matches /campaigns/0/audience/geo',
        'never_matches /campaigns/0/audience/page.query/$eq',
        'never_matches /campaigns/0/audience/page.path',
      ],
    ],
    [
      'a value of another type, where it is compared as it is',
      campaign({
        audience: {
          'clock.hour': { $in: [18, '19'] },
          'clock.minute': { $eq: '5' },
          'clock.isWeekend': { $eq: 'true' },
          'geo.isEU': 'yes',
          'page.query.n': { $in: [5] },
          'page.path': { $ne: true },
        },
      }),
      [
        'never_matches /campaigns/0/audience/clock.hour/$in',
        'never_matches /campaigns/0/audience/clock.minute/$eq',
        'never_matches /campaigns/0/audience/clock.isWeekend/$eq',
        'never_matches /campaigns/0/audience/geo.isEU',
        'never_matches /campaigns/0/audience/page.query.n/$in',
        'never_matches /campaigns/0/audience/page.path/$ne',
      ],
    ],
    [
      'no value that is like one of its type, nor nothing',
      campaign({
        audience: {
          'clock.hour': '18',
          'clock.isWeekend': 1,
          'geo.isEU': 'true',
          'page.query.n': 5,
          'geo.country': { $in: ['PT', null] },
          geo: { $exists: true },
          'page.query': { $ne: null },
        },
      }),
      [],
    ],
    [
      'what is asked of lists, where there is one value, and many attributes as one',
      campaign({
        audience: {
          'geo.country': { $all: ['PT'] },
          'geo.region': { $elemMatch: { $eq: 'Lisbon' } },
          'clock.hour': { $not: { $size: 1 } },
          geo: 'PT',
        },
      }),
      [
        'never_matches /campaigns/0/audience/geo.country/$all',
        'never_matches /campaigns/0/audience/geo.region/$elemMatch',
        'never_matches /campaigns/0/audience/clock.hour/$not/$size',
        'never_matches /campaigns/0/audience/geo',
      ],
    ],
    [
      'an empty list, which nobody is in',
      campaign({
        audience: { 'geo.country': { $in: [] }, 'geo.region': { $ini: [] }, 'page.path': { $nin: [] } },
      }),
      [
        'never_matches /campaigns/0/audience/geo.country/$in',
        'never_matches /campaigns/0/audience/geo.region/$ini',
      ],
    ],
    ['a list where languages are named', campaign({ because: [] }), ['wrong_type /campaigns/0/because']],
    [
      'a country in small letters',
      campaign({ audience: { 'geo.country': 'pt' } }),
      ['never_matches /campaigns/0/audience/geo.country'],
    ],
    [
      'a number that is none',
      campaign({ audience: { 'clock.hour': { $gte: '18:00' }, 'visit.count': 'many' } }),
      [
        'never_matches /campaigns/0/audience/clock.hour/$gte',
        'never_matches /campaigns/0/audience/visit.count',
      ],
    ],
    [
      'an hour that no clock shows',
      campaign({ audience: { 'clock.hour': 24, 'clock.minute': { $in: [0, 60] } } }),
      [
        'never_matches /campaigns/0/audience/clock.hour',
        'never_matches /campaigns/0/audience/clock.minute/$in',
      ],
    ],
    [
      'a saved group',
      campaign({ audience: { 'geo.city': { $inGroup: 'x' } } }),
      ['unknown_group /campaigns/0/audience/geo.city/$inGroup'],
    ],
    [
      'a saved group by reference',
      campaign({ audience: { $savedGroup: { id: 'x' } } }),
      ['unknown_group /campaigns/0/audience/$savedGroup'],
    ],
    [
      'operators among keys',
      campaign({ audience: { geo: { $eq: 1, city: 2 } } }),
      ['mixed_condition /campaigns/0/audience/geo'],
    ],
    [
      'a condition that is none',
      campaign({ audience: { $or: [{ $and: 1 }, 2] } }),
      ['wrong_type /campaigns/0/audience/$or/0/$and', 'wrong_type /campaigns/0/audience/$or/1'],
    ],
    [
      'a key that belongs to every object',
      campaign({ audience: { constructor: 1 } }),
      ['unknown_path /campaigns/0/audience/constructor'],
    ],
    [
      'a redirect elsewhere',
      campaign({ variants: [{ id: 'a', redirect: 'https://evil.example/' }] }),
      ['redirect_host /campaigns/0/variants/0/redirect'],
    ],
    [
      'a redirect to itself',
      campaign({ variants: [{ id: 'a', redirect: '/x' }] }),
      ['redirect_loop /campaigns/0/variants/0/redirect'],
    ],
    [
      'a redirect with edits',
      campaign({ pages: ['/'], variants: [variant({ redirect: '/x' })] }),
      ['invalid /campaigns/0/variants/0/redirect'],
    ],
  ])('reports %s', (_name, sent, wanted) => {
    expect(brief(sent)).toEqual(wanted)
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'http://outlet.example',
    'https://a@outlet.example',
    'x',
    '\\x',
  ])('refuses the redirect %j', (redirect) => {
    expect(brief(campaign({ pages: ['/'], variants: [{ id: 'a', redirect }] }))).toHaveLength(1)
  })

  it.each([
    { 'clock.hour': '18', 'visit.count': { $gte: '2' } },
    { follows: ['Brisa'], 'traits.sizes': ['m', 'l'] },
    { 'geo.country': { $in: ['PT', 'ES'] }, 'clock.hour': { $lt: 24 } },
  ])('passes an audience that can match: %j', (audience) => {
    expect(brief(campaign({ audience }))).toEqual([])
  })

  it.each(['/pt', '/pt?a=b#c', 'https://outlet.example/x'])('passes the redirect %s', (redirect) => {
    expect(brief(campaign({ pages: ['/'], variants: [{ id: 'a', redirect }] }))).toEqual([])
  })

  it.each([
    [campaign({ prioritty: 1 }), /did you mean "priority"/],
    [withEdit({ action: 'txt' }), /did you mean "text"/],
    [withEdit({ value: '{{ geo.cty }}' }), /did you mean "geo.city"/],
    [withEdit({ value: '{{ data.nam }}' }), /did you mean "name"/],
    [campaign({ audience: { 'geo.contry': 1 } }), /did you mean "geo.country"/],
    [campaign({ audience: { 'geo.city': { $exist: 1 } } }), /did you mean "\$exists"/],
    [campaign({ status: 'pausd' }), /did you mean "paused"/],
  ])('says what was probably meant', (sent, message) => {
    expect(
      faultsOf(sent)
        .map((fault) => fault.message)
        .join(),
    ).toMatch(message)
  })

  it.each<[string, Loose, string]>([
    ['an operator without its "$"', { 'geo.country': { in: ['PT'] } }, '"geo.country" takes "$in", not "in"'],
    ['one attribute of many', { geo: { country: 'PT' } }, '"geo" is never just this; write "geo.country"'],
    ['an object', { 'geo.country': { x: 1 } }, '"geo.country" is never an object'],
  ])('says what to write for %s', (_, audience, message) => {
    expect(faultsOf(campaign({ audience }))).toMatchObject([{ message }])
  })

  it('says what a time is, where a number is none', () => {
    expect(faultsOf(campaign({ schedule: { from: 1.5 } }))).toMatchObject([
      { path: '/campaigns/0/schedule/from', message: 'a time as a number is whole milliseconds' },
    ])
  })

  it('reports every fault at once', () => {
    const sent = campaign({
      id: 'Hero',
      pages: ['x'],
      colour: 'red',
      shape: 'round',
      audience: { nothing: 1 },
      variants: [
        variant({ weight: 0.2, edits: [edit({ value: '{% nope %}' }), edit({ selector: 'i:hover', x: 1 })] }),
      ],
    })
    expect([...brief(sent, { id: 'Hero' })].sort()).toEqual(
      [
        'format /campaigns/0/id',
        'bad_page /campaigns/0/pages/0',
        'unknown_field /campaigns/0/colour',
        'unknown_field /campaigns/0/shape',
        'unknown_path /campaigns/0/audience/nothing',
        'weight_sum /campaigns/0/variants',
        'liquid /campaigns/0/variants/0/edits/0/value',
        'unknown_field /campaigns/0/variants/0/edits/1/x',
        'bad_selector /campaigns/0/variants/0/edits/1/selector',
        'format /campaigns/1/id',
        'required /campaigns/1/pages',
        'required /campaigns/1/variants',
        'duplicate_id /campaigns/1/id',
      ].sort(),
    )
  })

  describe('with one broken field', () => {
    const personal = { audience: { 'affinity.tea': { $gt: 1 } }, variants: [variant({ edits: [edit()] })] }
    const watching = [edit({ value: 'We noticed you like tea' })]

    it('still looks at all that belongs together in a campaign', () => {
      const sent = withEdit({ value: '{{ geo.contry }}' })
      const promises = {
        withoutConsent: 'nope',
        caps: { group: { day: 1 } },
        limit: {},
        supply: { at: 'online' },
      }
      expect(brief({ ...sent, ...promises }).toSorted()).toEqual(
        [
          `unknown_path ${EDIT}/value`,
          'unknown_variant /campaigns/0/withoutConsent',
          'limited /campaigns/0/withoutConsent',
          'no_group /campaigns/0/caps/group',
          'required /campaigns/0/limit',
          'required /campaigns/0/supply',
        ].sort(),
      )
    })

    it('still looks at all other members of an edit', () => {
      expect(
        brief(withEdit({ selector: 'h1:hover', value: '{{ x | nofilter }}', extra: 1 })).toSorted(),
      ).toEqual(
        [`bad_selector ${EDIT}/selector`, `liquid ${EDIT}/value`, `unknown_field ${EDIT}/extra`].sort(),
      )
      expect(brief(withEdit({ selector: 'h1:hover', value: 5 })).toSorted()).toEqual(
        [`bad_selector ${EDIT}/selector`, `wrong_type ${EDIT}/value`].sort(),
      )
      expect(brief(withEdit({ action: 'txt', selector: 'h1:hover', value: '{{' })).toSorted()).toEqual(
        [`bad_selector ${EDIT}/selector`, `unknown_action ${EDIT}/action`].sort(),
      )
      expect(
        brief(withEdit({ action: 'setAttribute', name: 'onclick', selector: 1, value: '{{ x' })).toSorted(),
      ).toEqual(
        [`liquid ${EDIT}/value`, `unsafe_attribute ${EDIT}/name`, `wrong_type ${EDIT}/selector`].sort(),
      )
    })

    it.each<[string, Loose, readonly string[]]>([
      ['of the campaign', { prioritty: 1 }, ['unknown_field /campaigns/0/prioritty']],
      [
        'of another kind',
        { pages: 'x', priority: 'y' },
        ['wrong_type /campaigns/0/pages', 'wrong_type /campaigns/0/priority'],
      ],
      [
        'of the edit',
        { variants: [variant({ edits: [{ ...watching[0], extra: 1 }] })] },
        [`unknown_field ${EDIT}/extra`],
      ],
      [
        'of the variant',
        { variants: [variant({ id: 'A', edits: watching })] },
        ['format /campaigns/0/variants/0/id'],
      ],
    ])('of the guard still hears the words: %s', (_name, more, faults) => {
      const sent = campaign({ ...personal, variants: [variant({ edits: watching })], ...more })
      expect(brief(sent).toSorted()).toEqual([`guard_watching_copy ${EDIT}/value`, ...faults].sort())
    })

    it('of the words still hears the others, at their own places', () => {
      const edits = [
        edit({ value: 5 }),
        'x',
        ...watching,
        edit({ selector: 'h2', value: 'I saw {{ geo.city' }),
      ]
      expect(brief(campaign({ ...personal, variants: [7, variant({ edits })] }))).toContain(
        'guard_watching_copy /campaigns/0/variants/1/edits/2/value',
      )
    })

    it('makes up no fault that goes with it', () => {
      const bought = { variants: [variant({ edits: [edit({ value: 'Because you bought tea' })] })] }
      expect(brief(campaign({ ...bought, audience: { 'ordes.count': 1 } }))).toEqual([
        'unknown_path /campaigns/0/audience/ordes.count',
      ])
      expect(brief(campaign({ withoutConsent: 'b', variants: [variant({ id: 'B' })] }))).toEqual([
        'format /campaigns/0/variants/0/id',
        'unknown_variant /campaigns/0/withoutConsent',
      ])
      expect(brief(campaign({ withoutConsent: 'b', variants: [{}] }))).toEqual([
        'required /campaigns/0/variants/0/id',
      ])
    })

    it('names an action that is no text', () => {
      const odd = campaign({
        variants: [variant({ edits: [{ action: { toString: null }, selector: 'a' }] })],
      })
      expect(brief(odd)).toEqual(['unknown_action /campaigns/0/variants/0/edits/0/action'])
    })

    it('throws nothing, whatever any part of it is', () => {
      const full = campaign({
        ...personal,
        schedule: { from: 1, hours: [[1, 2]] },
        caps: { group: { day: 1 } },
        supply: { at: 'store', sku: 'x' },
        limit: { day: 1 },
        data: { a: ['b'] },
        because: { en: 'x' },
        override: { reason: 'x', by: 'y' },
        variants: [
          variant({
            edits: [...watching, { action: 'move', selector: 'a', target: 'b', position: 'after' }],
          }),
        ],
      })
      const steps = pathsOf(full)
      fc.assert(
        fc.property(fc.constantFrom(...steps), fc.jsonValue({ maxDepth: 2 }), (path, junk) => {
          expect(() => faultsOf(replaced(full, path, junk) as Loose)).not.toThrow()
        }),
        { numRuns: 2_000 },
      )
    })
  })

  it.each([null, undefined, 1, 'x', [], {}, { campaigns: 1 }, { campaigns: [1, null, []] }, () => 1, 1n])(
    'answers %s with faults',
    (input) => {
      const parsed = parseRelease(input, options)
      expect(parsed.ok).toBe(false)
      expect(!parsed.ok && parsed.error.length).toBeGreaterThan(0)
    },
  )

  it('refuses a document above 1 MB, and more than 10,000 campaigns', () => {
    const large = parseRelease({ campaigns: [campaign({ name: 'x'.repeat(1_100_000) })] }, options)
    expect(!large.ok && large.error).toMatchObject([{ path: '', code: 'too_large' }])
    const many = parseRelease({ campaigns: Array.from({ length: 10_001 }, () => 0) }, options)
    expect(!many.ok && many.error.map(({ code }) => code)).toContain('too_long')
  })

  it('takes a nest of 10,000 levels for a fault', () => {
    let deep: Loose = {}
    for (let level = 0; level < 10_000; level++) deep = { $not: deep }
    expect(faultsOf(campaign({ audience: deep }))).toHaveLength(1)
  })

  it('asks about each selector once', () => {
    const asked: string[] = []
    const edits = [edit(), edit({ action: 'before', value: 'x' })]
    parseRelease(
      { campaigns: [campaign({ variants: [variant({ edits })] })] },
      { redirectHosts: [], checkSelector: (selector) => void asked.push(selector) },
    )
    expect(asked).toEqual(['h1'])
  })
})

describe('a large release', () => {
  it('is parsed, compiled and planned with 10,000 campaigns', () => {
    const campaigns = Array.from({ length: 10_000 }, (_, index) => ({
      id: `c${index}`,
      pages: [`/p${index}`],
      variants: [{ id: 'a', edits: [{ action: 'remove', selector: 'i' }] }],
    }))
    const parsed = parseRelease({ campaigns }, options)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error.slice(0, 3)))
    const { plan } = compileRelease(parsed.value, { number: 1, checksum: '' })
    expect(plan(new URL('https://x/p77')).campaigns.map(({ id }) => id)).toEqual(['c77'])
  })
})

describe('releaseJsonSchema', () => {
  const schema = releaseJsonSchema()
  const text = JSON.stringify(schema)
  const validate = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false }).compile(schema)
  const full = campaign({
    audience: { 'geo.country': 'PT', 'affinity.tea': { $gt: 1 }, $or: [{ 'clock.hour': 1 }] },
    schedule: { from: '2026-07-01T00:00:00Z', to: 1_900_000_000_000, hours: [[22, 6]], weekdays: ['fri'] },
    caps: { day: 1, rest: { ignored: 3, days: 7 } },
    supply: { at: 'store', sku: 'x' },
    limit: { day: 1 },
    because: { en: 'x' },
    override: { reason: 'x', by: 'y' },
    variants: [
      variant({ edits: [edit(), { action: 'move', selector: 'a', target: 'b', position: 'after' }] }),
    ],
  })

  it('closes every object that has members of its own', () => {
    expect(text).toContain('"additionalProperties":false')
    expect(text).not.toContain('"not":{}')
  })

  it('knows every action, limits and defaults', () => {
    for (const word of [
      'setAttribute',
      'removeClass',
      'move',
      '"maxItems":10000',
      '"default":"live"',
      '"const":"remove"',
      '"format":"date-time"',
    ]) {
      expect(text).toContain(word)
    }
  })

  it('describes members, and completes attributes and what they may be', () => {
    const { properties } = schema as { properties: Record<string, Loose> }
    expect(properties.holdout?.description).toMatch(/all visitors/)
    const { items } = properties.campaigns as { items: { properties: Record<string, Loose> } }
    expect(items.properties.holdout?.description).toMatch(/compare/)
    expect(items.properties.audience).toMatchObject({
      description: expect.stringContaining('$elemMatch'),
      properties: { 'clock.weekday': { examples: expect.arrayContaining(['mon']) }, $or: { type: 'array' } },
    })
  })

  it('passes all that is accepted', () => {
    const passes = (sent: unknown): boolean => validate({ campaigns: [sent] })
    expect(brief(full)).toEqual([])
    expect(passes(full), JSON.stringify(validate.errors)).toBe(true)
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(full)), fc.jsonValue({ maxDepth: 1 }), (path, part) => {
        const sent = replaced(full, path, part)
        if (brief(sent as Loose).length === 0) expect(passes(sent)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('passes the examples of the README, which are accepted', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
    const [release, ...parts] = [...readme.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) =>
      JSON.parse(text as string),
    ) as [{ campaigns: [Loose] }, ...Loose[]]
    expect(parts.length).toBeGreaterThan(2)
    for (const part of [{}, ...parts]) {
      const sent = { ...release.campaigns[0], ...part }
      expect(brief(sent)).toEqual([])
      expect(validate({ campaigns: [sent] }), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  it.each<[string, Loose]>([
    ['an unknown field', { prioritty: 1 }],
    ['a span of three hours', { schedule: { hours: [[1, 2, 3]] } }],
    ['a span of words', { schedule: { hours: [['1', '2']] } }],
    ['an audience that is none', { audience: [] }],
    ['no variants', { variants: [] }],
  ])('refuses %s', (_name, more) => {
    expect(validate({ campaigns: [campaign(more)] })).toBe(false)
  })
})
