/**
 * The only way data becomes markup. Escaping for the two places where a value may stand (text, a quoted attribute
 * value), the check of URLs, and the attributes that data may reach. Pure; nothing here throws.
 */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r\n': '\n',
  '\r': '\n',
}

// Beside the markup characters: controls, which a parser drops or replaces, and surrogates, which may stand alone.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NEEDS_TEXT_CARE = /[&<>\0-\x08\x0b-\x1f\x7f\ud800-\udfff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NEEDS_ATTRIBUTE_CARE = /[&<>"'\0-\x08\x0b-\x1f\x7f\ud800-\udfff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const TEXT_CHARS = /\r\n|[&<>\0-\x08\x0b-\x1f\x7f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ATTRIBUTE_CHARS = /\r\n|[&<>"'\0-\x08\x0b-\x1f\x7f]/g

const entityOf = (char: string): string => ENTITIES[char] ?? ''

/** Text between tags. Control characters go, CRLF becomes LF, a lone surrogate becomes U+FFFD. */
export function escapeText(value: string): string {
  if (!NEEDS_TEXT_CARE.test(value)) return value
  return value.toWellFormed().replace(TEXT_CHARS, entityOf)
}

/** An attribute value in single or double quotes; `&` as well, since `&copy=` in a value would change its meaning. */
export function escapeAttribute(value: string): string {
  if (!NEEDS_ATTRIBUTE_CARE.test(value)) return value
  return value.toWellFormed().replace(ATTRIBUTE_CHARS, entityOf)
}

const SAFE_SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const SCHEME = /^[a-z][a-z0-9+.-]*:/i
// What a URL parser drops before it looks at anything (URL standard, "basic URL parser", steps 1 to 3), and what
// `escapeAttribute` drops after: a control character must not hide a scheme here and be gone on the page.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const URL_DROPPED = /[\0-\x1f\x7f]+/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const LIST_DROPPED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]+/g

/**
 * The URL as a browser would read it, or null where its scheme is not http, https, mailto or tel. Relative URLs are
 * safe. A relative URL whose first segment holds a colon would be read as a scheme, so it is judged as one.
 */
export function safeUrl(value: string): string | null {
  const url = value
    .toWellFormed()
    .replace(URL_DROPPED, '')
    .replace(/^ +| +$/g, '')
  const scheme = SCHEME.exec(url)?.[0]
  return scheme === undefined || SAFE_SCHEMES.has(scheme.toLowerCase()) ? url : null
}

/**
 * The same for `srcset`: URLs with descriptors, separated by commas and white space. Of a form feed nobody knows yet
 * whether it will be dropped or part two URLs, so both have to be safe.
 */
export function safeUrlList(value: string): string | null {
  const list = value.toWellFormed().replace(LIST_DROPPED, '')
  return isSafeList(list) && isSafeList(value) ? list : null
}

const isSafeList = (list: string): boolean => list.split(/[\s,]+/).every((piece) => safeUrl(piece) !== null)

const BASIC_ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi
const BASIC_NAMES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Decodes the five entities of markup and numeric ones; other named entities stay, see `isSafeUrlMarkup`. */
export function decodeBasic(markup: string): string {
  return markup.replace(BASIC_ENTITY, (whole, name: string | undefined, decimal: string, hex: string) => {
    if (name !== undefined) return BASIC_NAMES[name.toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '\ufffd'
  })
}

/**
 * May this be the markup of a URL attribute's value? Judged as the browser will read it, entities decoded. What is
 * left of an entity before the first `/`, `?` or `#` (`javascript&colon;`) could be part of a scheme: not safe.
 */
export function isSafeUrlMarkup(markup: string, isList = false): boolean {
  // Nearly all URLs of a shop: no scheme can come after these, so nothing needs decoding.
  if (!isList && (markup.startsWith('/') || markup.startsWith('https://'))) return true
  const value = decodeBasic(markup)
  const head = isList ? value : (BEFORE_PATH.exec(value)?.[0] ?? '')
  if (AMBIGUOUS_ENTITY.test(head)) return false
  return (isList ? safeUrlList(value) : safeUrl(value)) !== null
}
/** Up to the first `/`, `?` or `#`, the `#` of an entity that has no semicolon not counted. */
const BEFORE_PATH = /^(?:[^/?#&]|&#?)*/
const AMBIGUOUS_ENTITY = /&(?:#|colon|tab|newline)/i

const URL_ATTRIBUTES = new Set(
  (
    'href src action formaction poster cite srcset imagesrcset xlink:href background data longdesc manifest ' +
    'ping lowsrc dynsrc codebase classid archive profile usemap icon'
  ).split(' '),
)

/** Does a browser read this attribute as a URL? Lower case. */
export const isUrlAttribute = (name: string): boolean => URL_ATTRIBUTES.has(name)

/** Does it hold several URLs? Lower case. */
export const isUrlList = (name: string): boolean => name === 'srcset' || name === 'imagesrcset'

/**
 * Does this attribute (lower case) decide what a script, a frame, a link or a `meta http-equiv` brings into the page? Its
 * URL, what kind of thing that is, and the words of the latter.
 */
export const choosesLoad = (name: string): boolean => isUrlAttribute(name) || CHOOSES_LOAD.has(name)
const CHOOSES_LOAD = new Set('content type rel language http-equiv sandbox integrity'.split(' '))

const SAFE_ATTRIBUTES = new Set(
  (
    'abbr accept accesskey action align allowfullscreen alt autocomplete autofocus autoplay checked cite class cols ' +
    'colspan content controls crossorigin datetime decoding default dir disabled download draggable enctype ' +
    'enterkeyhint fetchpriority for form formaction formmethod formnovalidate formtarget headers height hidden high ' +
    'href hreflang id imagesizes imagesrcset inert inputmode integrity itemid itemprop itemref itemscope itemtype ' +
    'kind label lang list loading loop low max maxlength media method min minlength multiple muted name novalidate ' +
    'open optimum pattern placeholder playsinline popover popovertarget poster preload property readonly ' +
    'referrerpolicy rel required reversed role rows rowspan scope selected shape size sizes slot span spellcheck src ' +
    'srclang srcset start step style summary tabindex target title translate type value width wrap'
  ).split(' '),
)
const OPEN_FAMILIES = /^(?:data|aria)-[a-z0-9_.-]{1,64}$/

/**
 * May an edit set this attribute (lower case)? An allow-list: no `on*`, `srcdoc`, `nonce`, `is`, `xmlns`, nor the
 * directives of script frameworks, which are code. `style` is in it for fixed values only, see `takesData`.
 */
export const isSafeAttribute = (name: string): boolean =>
  SAFE_ATTRIBUTES.has(name) || OPEN_FAMILIES.test(name)

/** May a value that is only known at the request stand in this attribute? Lower case. */
export const takesData = (name: string): boolean =>
  name !== 'style' && (isSafeAttribute(name) || isUrlAttribute(name))

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE_IN_CLASS = /["'&<>`=\0-\x1f\x7f\u2028\u2029]/

/** Can this stand in a class attribute as it is, with nothing to escape? */
export const isSafeClass = (name: string): boolean =>
  name !== '' && !/\s/.test(name) && !UNSAFE_IN_CLASS.test(name) && name.isWellFormed()
