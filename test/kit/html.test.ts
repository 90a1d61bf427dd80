import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import {
  escapeAttribute,
  escapeText,
  isSafeAttribute,
  isSafeClass,
  isSafeUrlMarkup,
  safeUrl,
  safeUrlList,
  takesData,
} from '../../src/kit/html.ts'

/** What is left of a value by design: no controls, LF for CRLF, whole surrogate pairs. */
const kept = (value: string): string => value.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, '')
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/g

/** The one element of a fragment. */
const elementOf = (html: string): DefaultTreeAdapterTypes.Element =>
  parseFragment(html).childNodes[0] as DefaultTreeAdapterTypes.Element

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', "'", '=', '/', '\r', '\n', '\0', '\ud800', 'a', ';', '#'),
  }),
)

describe('escapeText', () => {
  it('gives one text node with the value', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const [node, ...others] = elementOf(`<p>${escapeText(value)}</p>`).childNodes
        expect(others).toEqual([])
        expect(node === undefined ? '' : (node as DefaultTreeAdapterTypes.TextNode).value).toBe(kept(value))
      }),
    )
  })
})

describe('escapeAttribute', () => {
  it.each(['"', "'"])('gives the value between %s', (quote) => {
    fc.assert(
      fc.property(anyText, (value) => {
        const { attrs, childNodes } = elementOf(`<p title=${quote}${escapeAttribute(value)}${quote}></p>`)
        expect(attrs).toEqual([{ name: 'title', value: kept(value) }])
        expect(childNodes).toEqual([])
      }),
    )
  })
})

const SCRIPT_URLS = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' \t\njavascript:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'java\u0001script:alert(1)',
  'java\0script:alert(1)',
  'javascript\x0b:alert(1)',
  'j\x0cavascript:alert(1)',
  'java\x7fscript:alert(1)',
  '\x7f javascript:alert(1)',
  'vbscript:x',
  'data:text/html,<script>1</script>',
  'blob:https://x/1',
  'file:///etc/passwd',
]

describe('safeUrl', () => {
  it.each(SCRIPT_URLS)('refuses %j', (url) => {
    expect(safeUrl(url)).toBeNull()
  })

  it.each([
    '/a?b=c&d=e',
    'a/b',
    '?q=1',
    '#top',
    '//cdn.example/x',
    'https://x/',
    'mailto:a@b.c',
    'tel:+1',
    '',
  ])('keeps %j', (url) => {
    expect(safeUrl(url)).toBe(url)
  })

  it('lets through only what a URL parser reads with a safe scheme', () => {
    const schemes = fc.constantFrom('javascript', 'https', 'data', 'mailto', 'x')
    const noise = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\0', ':', '/', 'a', '&') })
    fc.assert(
      fc.property(noise, schemes, noise, noise, (before, scheme, between, after) => {
        const safe = safeUrl(`${before}${scheme}${between}:${after}`)
        if (safe === null) return
        const parsed = URL.parse(safe, 'https://shop.example/')
        if (parsed !== null) expect(['http:', 'https:', 'mailto:', 'tel:']).toContain(parsed.protocol)
      }),
      { numRuns: 1_000 },
    )
  })
})

/** Strings that are nearly a scheme: its pieces, and all that a parser, an escape or an entity could take out of it. */
const nearlyUrl = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'java',
        'script',
        'javascript',
        'data',
        'https',
        ':',
        '/',
        '//',
        ',',
        ' ',
        '2x',
        '&',
        ';',
        '#',
      ),
      fc.constantFrom(
        '&#1;',
        '&#x0;',
        '&#58',
        '&colon;',
        '&Tab;',
        '&#127;',
        '\ud800',
        '\ufeff',
        '\xa0',
        '\x85',
      ),
      fc.integer({ min: 0, max: 0x20 }).map((code) => String.fromCharCode(code)),
      fc.constant('\x7f'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''))
/** The schemes that a browser reads from an emitted attribute; `srcset` is split as HTML says (4.8.4.2.2, "srcset"). */
function schemesOf(name: string, markup: string): readonly string[] {
  const value = elementOf(`<a ${name}="${markup}"></a>`).attrs[0]?.value ?? ''
  const urls =
    name === 'srcset' ? value.split(/[\t\n\f\r ]+/).map((url) => url.replace(/^,+|,+$/g, '')) : [value]
  return urls.flatMap((url) => URL.parse(url, 'https://shop.example/')?.protocol ?? [])
}
const SAFE = ['http:', 'https:', 'mailto:', 'tel:']

describe('an emitted URL', () => {
  it.each([
    ['href', safeUrl],
    ['srcset', safeUrlList],
  ] as const)('of %s has no other scheme, whatever the value was', (name, judge) => {
    fc.assert(
      fc.property(nearlyUrl, (value) => {
        const safe = judge(value)
        if (safe === null) return
        for (const scheme of schemesOf(name, escapeAttribute(safe))) expect(SAFE).toContain(scheme)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each(['href', 'srcset'])('of %s in markup has no other scheme either', (name) => {
    fc.assert(
      fc.property(nearlyUrl, nearlyUrl, (fixed, value) => {
        const markup = `${fixed.replaceAll('"', '')}${escapeAttribute(value)}`
        if (!isSafeUrlMarkup(markup, name === 'srcset')) return
        for (const scheme of schemesOf(name, markup)) expect(SAFE).toContain(scheme)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('safeUrlList', () => {
  it('judges every candidate', () => {
    expect(safeUrlList('/a.jpg 1x, https://x/b.jpg 2x')).toBe('/a.jpg 1x, https://x/b.jpg 2x')
    expect(safeUrlList('/a.jpg 1x, javascript:alert(1) 2x')).toBeNull()
    expect(safeUrlList('/a.jpg 1x, java\u0001script:alert(1) 2x')).toBeNull()
    expect(safeUrlList('java\x0cscript:alert(1) 2x')).toBeNull()
    expect(isSafeUrlMarkup('//\x0cjavascript:alert(1)', true)).toBe(false)
  })
})

describe('isSafeUrlMarkup', () => {
  it.each([
    'javascript:alert(1)',
    'javascript&colon;alert(1)',
    'java&Tab;script:alert(1)',
    'java&NewLine;script:1',
    '&#106;avascript:alert(1)',
    '&#x6A;avascript:alert(1)',
    'javascript&#58alert(1)',
    'javascript&#x3a;alert(1)',
  ])('refuses %s', (markup) => {
    expect(isSafeUrlMarkup(markup)).toBe(false)
  })

  it.each(['/a?b=1&amp;c=2', '/a?x=1&copy=2', 'https://x/a', 'a?b&colon;', 'mailto:a@b.c?subject=R&amp;D'])(
    'passes %s',
    (markup) => {
      expect(isSafeUrlMarkup(markup)).toBe(true)
    },
  )
})

describe('isSafeAttribute', () => {
  it.each([
    'onclick',
    'onload',
    'srcdoc',
    'nonce',
    'is',
    'xmlns',
    'http-equiv',
    'x-data',
    '@click',
    'v-html',
    'ping',
  ])('refuses %s', (name) => {
    expect(isSafeAttribute(name)).toBe(false)
  })

  it.each(['href', 'src', 'alt', 'class', 'aria-label', 'data-id', 'style'])('passes %s', (name) => {
    expect(isSafeAttribute(name)).toBe(true)
  })

  it('keeps data out of style', () => {
    expect(takesData('style')).toBe(false)
  })
})

describe('isSafeClass', () => {
  it.each(['', 'a b', 'a"b', "a'", 'a&b', '<a', 'a\u2028b', 'a\ud800', 'a\nb'])('refuses %j', (name) => {
    expect(isSafeClass(name)).toBe(false)
  })

  it.each(['a', 'md:w-1/2', 'é', 'btn--primary', '😀'])('passes %s', (name) => {
    expect(isSafeClass(name)).toBe(true)
  })
})
