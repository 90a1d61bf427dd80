/**
 * What the HTML standard says about element names, as bit sets (HTML Living Standard, section 13.2.6 "Tree
 * construction", and 13.1.2 for the kinds of elements). One look-up per tag answers every question of the tree rules.
 */

export const VOID = 1 << 0
/** "Special" category (13.2.4.2): stops the search of an end tag for its element. */
export const SPECIAL = 1 << 1
/** Formatting elements: reopened after a block closed them, moved by the adoption agency. */
export const FORMATTING = 1 << 2
/** Start tag closes an open `p` in button scope. */
export const CLOSES_P = 1 << 3
/** Scope barrier (13.2.4.2, "has an element in scope"). */
export const SCOPE = 1 << 4
/** End tag may be implied (13.2.6.3). */
export const IMPLIED = 1 << 5
/** Content is text up to the own end tag, no character references. */
export const RAW = 1 << 6
/** Content is text up to the own end tag, with character references. */
export const RCDATA = 1 << 7
/** Handled by the rules of "in head" wherever it stands. */
export const HEADISH = 1 << 8
/** Pushes a marker onto the list of active formatting elements. */
export const MARKER = 1 << 9
/** End tag closes by scope, popping whatever is open inside (the block group of "in body"). */
export const BLOCK_END = 1 << 10
export const HEADING = 1 << 11
/** Only has a place inside a table. */
export const TABLE_PART = 1 << 12
/** Start tag does not reopen dangling formatting elements, although it is not a block. */
export const NO_REOPEN = 1 << 13
/** Leaves foreign content (13.2.6.5). */
export const BREAKOUT = 1 << 14
/** HTML integration points of SVG: scope barriers, with HTML inside. */
export const SVG_BARRIER = 1 << 15
/** Text integration points of MathML, and `annotation-xml`. */
export const MATH_BARRIER = 1 << 16

const table = new Map<string, number>()
const mark = (bits: number, names: string): void => {
  for (const name of names.split(' ')) table.set(name, (table.get(name) ?? 0) | bits)
}

mark(
  VOID,
  'area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr',
)
mark(
  SPECIAL,
  'address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup ' +
    'dd details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head ' +
    'header hgroup hr html iframe img input keygen li link listing main marquee menu meta nav noembed noframes ' +
    'noscript object ol p param plaintext pre script search section select source style summary table tbody td ' +
    'template textarea tfoot th thead title tr track ul wbr xmp',
)
mark(FORMATTING, 'a b big code em font i nobr s small strike strong tt u')
const BLOCKS =
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header ' +
  'hgroup main menu nav ol search section summary ul'
mark(CLOSES_P, `${BLOCKS} p h1 h2 h3 h4 h5 h6 pre listing form li dd dt plaintext table hr xmp`)
mark(BLOCK_END, `${BLOCKS} button listing pre`)
mark(SCOPE, 'applet caption html table td th marquee object template')
mark(IMPLIED, 'dd dt li optgroup option p rb rp rt rtc')
mark(RAW, 'script style xmp iframe noembed noframes noscript plaintext')
mark(RCDATA, 'title textarea')
mark(HEADISH, 'base basefont bgsound link meta title noscript noframes style script template')
mark(MARKER, 'applet marquee object td th caption template')
mark(HEADING, 'h1 h2 h3 h4 h5 h6')
mark(TABLE_PART, 'caption col colgroup tbody td tfoot th thead tr')
mark(NO_REOPEN, 'param source track textarea iframe noembed rb rtc rp rt')
mark(
  BREAKOUT,
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta ' +
    'nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
)
mark(SVG_BARRIER, 'foreignobject desc title')
mark(MATH_BARRIER, 'mi mo mn ms mtext annotation-xml')

/** Bit set of an element name in lower case; 0 for an element the standard says nothing special about. */
export const traits = (name: string): number => table.get(name) ?? 0
