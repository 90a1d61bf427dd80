import fc from 'fast-check'
import { analyzeSync, Liquid } from 'liquidjs'
import { describe, expect, it } from 'vitest'
import { isTemplate, parseLiquid } from '../../src/campaign/liquid.ts'
import { compileNodes, Run, type Sink } from '../../src/campaign/template.ts'

const PLAIN: Sink = { value: (text) => text, fixed: (text) => text, isUrl: () => true }

function render(
  source: string,
  attributes: Record<string, unknown>,
  data: Record<string, unknown> = {},
): string {
  const parsed = parseLiquid(source)
  if (!parsed.ok) throw new Error(parsed.error)
  return compileNodes(parsed.value.nodes, PLAIN)(new Run(attributes, data))
}

const problem = (source: string): string => {
  const parsed = parseLiquid(source)
  return parsed.ok ? '' : parsed.error
}

const reads = (source: string): readonly string[] => {
  const parsed = parseLiquid(source)
  return parsed.ok ? parsed.value.reads : [parsed.error]
}

/** Up to the first step that is only known at the request. */
function dotted(segments: readonly unknown[]): string {
  const end = segments.findIndex((segment) => typeof segment !== 'string')
  return segments.slice(0, end < 0 ? undefined : end).join('.')
}

const reference = new Liquid({ ownPropertyOnly: true, timezoneOffset: 0, locale: 'en-US' })

const word = fc.constantFrom('a', 'b', 'ab', '', 'x y', '<i>')
const attributes = fc.record({
  geo: fc.record({ city: fc.option(word), hot: fc.boolean(), degrees: fc.integer({ min: -9, max: 40 }) }),
  follows: fc.array(word, { maxLength: 4 }),
  items: fc.array(fc.record({ title: word, price: fc.integer({ min: 0, max: 99 }) }), { maxLength: 4 }),
})
const value = fc.constantFrom(
  'geo.city',
  'geo.degrees',
  'geo.nothing',
  'follows',
  'follows.size',
  'follows[1]',
  'follows[-1]',
  'follows.first',
  'items.last.title',
  'geo["city"]',
  'geo[follows.first]',
  '"x"',
  '7',
  'nil',
  'true',
  '(1..3)',
)
const filter = fc.constantFrom(
  '',
  '| upcase',
  '| default: "none"',
  '| append: geo.city',
  '| truncate: 3, "…"',
  '| replace: "a", "z"',
  '| size',
  '| join: "-"',
  '| plus: 2 | times: 3',
  '| split: " " | first',
)
const comparison = fc.constantFrom('==', '!=', '<', '>=', 'contains', 'and', 'or')
const template = fc.letrec<{ node: string; body: string }>((tie) => ({
  body: fc.array(tie('node'), { maxLength: 3 }).map((nodes) => nodes.join('')),
  node: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('text ', '{%- comment -%}c{%- endcomment -%}', '{% assign v = geo.city %}', '{{ v }}'),
    fc.tuple(value, filter).map(([v, f]) => `{{ ${v} ${f} }}`),
    fc
      .tuple(value, comparison, value, tie('body'), tie('body'))
      .map(
        ([a, op, b, yes, no]) => `{% if ${a} ${op} ${b} %}${yes}{% elsif ${b} %}e{% else %}${no}{% endif %}`,
      ),
    fc.tuple(value, tie('body')).map(([a, body]) => `{% unless ${a} %}${body}{% else %}-{% endunless %}`),
    fc
      .tuple(value, value, tie('body'))
      .map(
        ([a, b, body]) =>
          `{% case ${a} %}{% when ${b}, "ab" %}${body}{% when "a" %}w{% else %}o{% endcase %}`,
      ),
    fc
      .tuple(value, fc.constantFrom('', 'limit: 2', 'offset: 1', 'reversed limit: 1'), tie('body'))
      .map(
        ([list, how, body]) =>
          `{% for i in ${list} ${how} %}{{ i.title }}{{ forloop.index }}{{ forloop.last }}${body}{% else %}none{% endfor %}`,
      ),
    fc.tuple(value, filter).map(([v, f]) => `{% liquid\n assign w = ${v} ${f}\n echo w\n%}`),
  ),
})).body

describe('parseLiquid', () => {
  it('gives the same text as liquidjs', () => {
    fc.assert(
      fc.property(template, attributes, (source, seen) => {
        // An object has no text here; the library would print "[object Object]".
        const wanted = reference.parseAndRenderSync(source, seen).replaceAll('[object Object]', '')
        expect(render(source, seen)).toBe(wanted)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    [
      '{{ geo.city }} {{ weather.temperature | plus: clock.hour }}',
      ['clock.hour', 'geo.city', 'weather.temperature'],
    ],
    ['{% if a.b == c %}{% elsif d %}{% endif %}', ['a.b', 'c', 'd']],
    [
      '{% for p in data.items limit: clock.hour %}{{ p.x }}{{ forloop.index }}{% endfor %}',
      ['clock.hour', 'data.items'],
    ],
    ['{% assign x = geo %}{{ x.city }}', ['geo']],
    ['{{ affinity[geo.city] }}', ['affinity', 'geo.city']],
    ['{{ follows[0].size }}', ['follows']],
    ['{% case a %}{% when b %}{{ c }}{% endcase %}', ['a', 'b', 'c']],
    ['{{ x | default: y, allow_false: z }}', ['x', 'y', 'z']],
    ['{% liquid\n echo m\n%}{% echo n %}', ['m', 'n']],
    ['{{ (a..b) | join: c }}', ['a', 'b', 'c']],
    ['{% unless a contains b %}{% endunless %}', ['a', 'b']],
  ])('knows what %s reads', (source, paths) => {
    expect(reads(source)).toEqual(paths)
  })

  it('knows what a template reads as the library’s own analysis does', () => {
    fc.assert(
      fc.property(template, (source) => {
        const parsed = parseLiquid(source)
        if (!parsed.ok) return
        const { globals } = analyzeSync(reference.parse(source), { partials: false })
        const known = Object.values(globals).flatMap((found) => found.map(({ segments }) => dotted(segments)))
        // It takes the name of a loop, outside of that loop, for something from outside.
        const { binds } = parsed.value
        const outside = (paths: readonly string[]): ReadonlySet<string> =>
          new Set(paths.filter((path) => !binds.includes(path.split('.')[0] as string)).sort())
        expect(outside(parsed.value.reads)).toEqual(outside(known))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '{% render "x" %}',
    '{% include "x" %}',
    '{% layout "x" %}',
    '{% block x %}{% endblock %}',
    '{% raw %}{{ x }}{% endraw %}',
    '{% capture x %}y{% endcapture %}',
    '{% increment x %}',
    '{% cycle "a", "b" %}',
    '{% tablerow x in y %}{% endtablerow %}',
    '{% for x in y %}{% break %}{% endfor %}',
  ])('refuses the tag of %s', (source) => {
    expect(problem(source)).toMatch(/there is no tag/)
  })

  it.each(['raw', 'newline_to_br', 'where_exp: "x", "y"', 'sample', 'md5'])(
    'refuses the filter %s',
    (name) => {
      expect(problem(`{{ x | ${name} }}`)).toMatch(/there is no filter/)
    },
  )

  it('suggests a filter for a slip', () => {
    expect(problem('{{ x | upcas }}')).toMatch(/did you mean "upcase"/)
  })

  it.each(['{{ x', '{% if x %}', '{% endif %}', '{{ | }}', '{% for x y %}{% endfor %}', '{% assign %}'])(
    'says that %s is not Liquid',
    (source) => {
      expect(problem(source)).not.toBe('')
    },
  )

  it('refuses loops nested too deep', () => {
    const nested = '{% for a in x %}'.repeat(4) + '{% endfor %}'.repeat(4)
    expect(problem(nested)).toMatch(/nest loops/)
  })

  it('refuses a variable whose name is computed', () => {
    expect(problem('{{ [geo.city] }}')).not.toBe('')
  })

  it('does not read the clock', () => {
    expect(render('{{ "now" | date: "%Y" }}{{ x | date: "%Y" }}', { x: 'today' })).toBe('')
  })

  it('formats a date in UTC', () => {
    expect(render('{{ clock.date | date: "%e %B %Y" }}', { clock: { date: '2026-07-01' } })).toBe(
      ' 1 July 2026',
    )
  })

  it.each([
    'constructor',
    '__proto__',
    'geo.constructor',
    'geo.__proto__',
    'geo.city.constructor',
    'toString',
  ])('reads own properties only: %s', (path) => {
    expect(render(`{{ ${path} }}`, { geo: { city: 'x' } })).toBe('')
  })

  it.each([
    ['{% for a in (1..1000) %}{% for b in (1..1000) %}{% endfor %}{% endfor %}', /steps/],
    ['{% for a in (1..900) %}{{ data.long }}{% endfor %}', /long/],
    ['{{ (1..100000000) | join: "" }}', /range/],
    ['{% assign x = data.long %}{% for a in (1..900) %}{% assign x = x | append: x %}{% endfor %}', /limit/],
    ['{{ "2026-07-01" | date: data.long }}', /format/],
  ])('bounds the work of %s', (source, message) => {
    expect(() => render(source, {}, { long: 'x'.repeat(1_000) })).toThrow(message)
  })
})

describe('isTemplate', () => {
  it('tells plain text', () => {
    expect(isTemplate('a { b } %')).toBe(false)
    expect(isTemplate('{{ a }}')).toBe(true)
    expect(isTemplate('{% a %}')).toBe(true)
  })
})
