import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { compileEdit } from '../../src/campaign/edit.ts'
import type { Attributes, Edit } from '../../src/campaign/model.ts'
import type { Fill } from '../../src/page/model.ts'

const SLOT = 3
const TARGET = 5

const fill = (edit: Edit, attributes: Attributes = {}, data = {}): Fill | null =>
  compileEdit(edit, data).render(attributes, SLOT, TARGET)

function textOf(edit: Edit, attributes: Attributes = {}, data = {}): string | null {
  const made = fill(edit, attributes, data)
  return made !== null && 'bytes' in made ? new TextDecoder().decode(made.bytes) : null
}

const html = (value: string): Edit => ({ action: 'html', selector: 'p', value })
const text = (value: string): Edit => ({ action: 'text', selector: 'p', value })
const attribute = (name: string, value: string): Edit => ({
  action: 'setAttribute',
  selector: 'a',
  name,
  value,
})

describe('compileEdit', () => {
  it('escapes the fixed words of a text', () => {
    expect(textOf(text('Fish & <chips> for {{ geo.city }}'), { geo: { city: 'A & B' } })).toBe(
      'Fish &amp; &lt;chips&gt; for A &amp; B',
    )
  })

  it('leaves the fixed markup of html as it is', () => {
    expect(textOf(html('<b>&copy; {{ x }}</b>'), { x: '<i>' })).toBe('<b>&copy; &lt;i&gt;</b>')
  })

  it('gives the same bytes again where nothing of the visitor is read', () => {
    const edit = compileEdit(html('<ul>{% for p in data.items %}<li>{{ p }}</li>{% endfor %}</ul>'), {
      items: [1, 2],
    })
    const first = edit.render({ a: 1 }, SLOT, TARGET)
    const second = edit.render({ a: 2 }, SLOT, TARGET)
    expect(first).toMatchObject({ slot: SLOT, action: 'inner' })
    expect(first !== null && 'bytes' in first && first.bytes).toBe(
      second !== null && 'bytes' in second && second.bytes,
    )
  })

  it('gives each visitor their own words, whoever came before', () => {
    const edit = compileEdit(text('{{ geo.city }}'), {})
    for (const city of ['Porto', 'Faro', 'Porto', 'Porto', 'Évora']) {
      const made = edit.render({ geo: { city } }, SLOT, TARGET)
      expect(made !== null && 'bytes' in made && new TextDecoder().decode(made.bytes)).toBe(city)
    }
  })

  it.each<[Edit, Fill]>([
    [
      { action: 'remove', selector: 'p' },
      { slot: SLOT, action: 'remove' },
    ],
    [
      { action: 'removeAttribute', selector: 'p', name: 'HREF' },
      { slot: SLOT, action: 'removeAttribute', name: 'href', loads: true },
    ],
    [
      { action: 'move', selector: 'p', target: 'q', position: 'append' },
      { slot: SLOT, action: 'move', target: TARGET, position: 'append' },
    ],
    [
      { action: 'addClass', selector: 'p', value: ' a  b a ' },
      { slot: SLOT, action: 'addClass', names: ['a', 'b'] },
    ],
  ])('makes %j', (edit, wanted) => {
    expect(fill(edit)).toEqual(wanted)
  })

  it.each(['replace', 'before', 'after', 'prepend', 'append'] as const)('makes markup for %s', (action) => {
    expect(fill({ action, selector: 'p', value: '<p>x</p>' })).toMatchObject({ action, slot: SLOT })
  })

  it('says what its markup may not stand inside of', () => {
    const made = fill(html('{% if x %}<div>a</div>{% else %}b{% endif %}'))
    const plain = fill(text('a'))
    expect(made !== null && 'needs' in made && made.needs).toBeGreaterThan(0)
    expect(plain !== null && 'needs' in plain && plain.needs).toBe(0)
  })

  it.each([
    ['javascript:alert(1)', null],
    [' java\nscript:alert(1)', null],
    ['java\u0001script:alert(1)', null],
    ['java\0\x0b\x0c\x7fscript:alert(1)', null],
    ['https://x/?a=1&b="2"', 'https://x/?a=1&amp;b=&quot;2&quot;'],
    ['/a', '/a'],
  ])('judges a URL by its whole value: %j', (url, wanted) => {
    expect(textOf(attribute('href', '{{ u }}'), { u: url })).toBe(wanted)
    expect(textOf(html('<a href="{{ u }}">x</a>'), { u: url })).toBe(wanted && `<a href="${wanted}">x</a>`)
  })

  it('judges a URL that fixed words and a value make together', () => {
    expect(fill(html('<a href="java{{ x }}">y</a>'), { x: 'script:alert(1)' })).toBeNull()
    expect(fill(attribute('href', 'java{{ x }}'), { x: 'script:alert(1)' })).toBeNull()
    expect(fill(html('<a href="javascript&{{ x }}">y</a>'), { x: 'colon;alert(1)' })).toBeNull()
  })

  it.each([
    '{{ x | divided_by: y }}',
    '{% for a in (1..900) %}{% for b in (1..900) %}x{% endfor %}{% endfor %}',
    '{{ x',
  ])('never throws: %s', (value) => {
    expect(() => fill(text(value), { x: { toString: 'no function' } })).not.toThrow()
  })

  it('gives nothing where long lists are looked through again and again, which took seconds a page', () => {
    const list = Array.from({ length: 7_000 }, (_, index) => `x${index}`)
    for (const test of ["data.list contains 'zz'", 'data.list == data.list', 'data.list != data.list']) {
      const template = text(`{% for i in (1..999) %}{% if ${test} %}x{% endif %}{% endfor %}`)
      expect(fill(template, {}, { list })).toBeNull()
      const once = text(`{% for i in (1..9) %}{% if ${test} %}x{% endif %}{% endfor %}.`)
      expect(textOf(once, {}, { list })).toMatch(/^x*\.$/)
      const short = text(`{% for i in (1..999) %}{% if ${test} %}x{% endif %}{% endfor %}.`)
      expect(textOf(short, {}, { list: list.slice(0, 100) })).toMatch(/^x*\.$/)
    }
  })

  it('counts comparing the lists of a case as it does those of an if: one line of them took seconds a page', () => {
    const list = Array.from({ length: 7_000 }, (_, index) => index)
    const data = { list, other: [...list.slice(1), -1] }
    const many = text(`{% case data.list %}{% when ${'data.other, '.repeat(999)}data.other %}x{% endcase %}.`)
    expect(fill(many, {}, data)).toBeNull()
    const few = text('{% case data.list %}{% when data.other, data.list %}x{% else %}y{% endcase %}.')
    expect(textOf(few, {}, data)).toBe('x.')
  })

  it('gives nothing where a rendering does too much', () => {
    expect(fill(text('{% for a in (1..900) %}{% for b in (1..900) %}x{% endfor %}{% endfor %}'))).toBeNull()
  })
})

const PAYLOADS = [
  '<script>alert(1)</script>',
  '</p></li></ul><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '" onfocus="alert(1)" autofocus="',
  '`alert(1)`',
  'javascript:alert(1)',
  'JAVASCRIPT&colon;alert(1)',
  'java\u0001script:alert(1)',
  'java\0\x0b\x7fscript:alert(1)',
  'java\x0cscript:alert(1)',
  'java\r\nscript\t:alert(1)',
  'java&#1;script:alert(1)',
  'j\u0001&#x61;va\t&#115;cript\x7f&colon;alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '&lt;script&gt;',
  '&#60;img src=x&#62;',
  '&copy=1&amp;reg',
  '&',
  '&#0;',
  '<!--',
  '-->',
  ']]>',
  '<![CDATA[',
  '</textarea><script>',
  '</title><script>',
  '{{ 7 | times: 7 }}',
  '{% raw %}',
  '\r\nSet-Cookie: a=b',
  '\u2028\u2029',
  '\ud800',
  '\udc00\ud800',
  '\0',
  '\x1b[31m',
  '\ufeff',
  '\u202e',
  ' \t\n',
  '',
  'x'.repeat(5_000),
  '<'.repeat(300),
  '"'.repeat(300),
]
const WRAPS = [
  (payload: string) => payload,
  (payload: string) => `a${payload}`,
  (payload: string) => `${payload}z`,
  (payload: string) => ` ${payload} `,
  (payload: string) => `"${payload}"`,
  (payload: string) => `'>${payload}`,
  (payload: string) => `\n${payload}\r\n`,
  (payload: string) => payload.toUpperCase(),
  (payload: string) => payload.replaceAll('<', '\uff1c'),
  (payload: string) => encodeURIComponent(payload.toWellFormed()),
  (payload: string) => payload + payload,
  (payload: string) => `https://x/${payload}`,
  (payload: string) => `/?q=${payload}`,
  (payload: string) => [...payload].toReversed().join(''),
  (payload: string) => `\u00a0${payload}\ud83d`,
  (payload: string) => `&${payload};`,
  (payload: string) => `x="${payload}`,
]
const HOSTILE: readonly unknown[] = [
  ...PAYLOADS.flatMap((payload) => WRAPS.map((wrap) => wrap(payload))),
  null,
  0,
  Number.NaN,
  true,
  [],
  ['<b>', ['"']],
  {},
  { toString: '<b>', size: '"' },
]

/** Element names and attribute names of a fragment, in order: what a value must not change. */
function shape(markup: string): string {
  const walk = (node: DefaultTreeAdapterTypes.ChildNode): string => {
    if (!('tagName' in node)) return node.nodeName === '#comment' ? '!' : ''
    return `<${node.tagName} ${node.attrs.map(({ name }) => name).join(' ')}>${node.childNodes.map(walk).join('')}`
  }
  return parseFragment(markup).childNodes.map(walk).join('')
}

const SINKS: readonly (readonly [string, Edit, (value: string) => string])[] = [
  ['text', text('Hi {{ x }}!'), (value) => `<p>${value}</p>`],
  ['html text', html('<p>{{ x }}</p>'), (value) => value],
  ['double quotes', html('<p title="a {{ x }}">b</p>'), (value) => value],
  ['single quotes', html("<p title='{{ x }}'>b</p>"), (value) => value],
  ['href', html('<a href="{{ x }}">b</a>'), (value) => value],
  ['end of a URL', html('<a href="/s?q={{ x }}">b</a>'), (value) => value],
  ['srcset', html('<img srcset="{{ x }} 2x" alt="">'), (value) => value],
  ['textarea', html('<textarea>{{ x }}</textarea>'), (value) => value],
  ['svg title', html('<svg><title>{{ x }}</title></svg>'), (value) => value],
  [
    'loop',
    html('<ul>{% for i in data.two %}<li class="{{ x }}">{{ x }}</li>{% endfor %}</ul>'),
    (value) => value,
  ],
  ['filters', html('<p>{{ x | append: x | upcase | escape | strip_html }}</p>'), (value) => value],
  ['attribute', attribute('title', 'a {{ x }}'), (value) => `<a title="${value}">b</a>`],
  ['URL attribute', attribute('href', '{{ x }}'), (value) => `<a href="${value}">b</a>`],
]

describe('sinks', () => {
  it('meets at least 500 hostile values', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(500)
  })

  it.each(SINKS)('%s: no value makes an element or an attribute', (_name, edit, place) => {
    const data = { two: [1, 2] }
    const wanted = shape(place(textOf(edit, { x: 'b' }, data) ?? 'missing'))
    for (const x of HOSTILE) {
      const made = textOf(edit, { x }, data)
      if (made !== null) expect(shape(place(made)), JSON.stringify(x)).toBe(wanted)
    }
  })

  it.each<[string, Edit, (made: string) => string]>([
    ['markup', html('<a href="{{ x }}">b</a>'), (made) => made],
    ['an attribute', attribute('href', '{{ x }}'), (made) => `<a href="${made}">b</a>`],
    ['a list', attribute('srcset', '{{ x }} 2x'), (made) => `<a href="${made.split(/[\t\n ,]/)[0]}">b</a>`],
  ])('no value gives a URL that a browser would run, in %s', (_name, edit, place) => {
    for (const x of HOSTILE) {
      const made = textOf(edit, { x })
      if (made === null) continue
      const { attrs } = parseFragment(place(made)).childNodes[0] as DefaultTreeAdapterTypes.Element
      const url = URL.parse(attrs[0]?.value ?? '', 'https://shop.example/')
      if (url !== null) expect(['http:', 'https:', 'mailto:', 'tel:'], made).toContain(url.protocol)
    }
  })

  it('no value leaves the class list', () => {
    for (const x of HOSTILE) {
      const made = fill({ action: 'addClass', selector: 'p', value: 'is-{{ x }}' }, { x })
      const names = made !== null && made.action === 'addClass' ? made.names : []
      expect(shape(`<p class="${names.join(' ')}">b</p>`)).toBe('<p class>')
    }
  })
})
