/**
 * Pages for laws: tag soup, and well-formed pages with mishaps. Some start tags carry `s`, the number of the slot they
 * belong to, and `u`, which names the element alone.
 */
import fc from 'fast-check'

export const SLOTS = 4
export const SELECTORS = Array.from({ length: SLOTS }, (_, slot) => `[s="${slot}"]`)

const BLOCKS = [
  'div',
  'section',
  'p',
  'ul',
  'ol',
  'li',
  'dl',
  'dt',
  'dd',
  'h1',
  'h2',
  'form',
  'pre',
  'address',
  'center',
]
const PHRASES = [
  'span',
  'a',
  'b',
  'i',
  'em',
  'font',
  'button',
  'nobr',
  'label',
  'ruby',
  'rt',
  'object',
  'x-y',
  'code',
]
const TABLES = ['table', 'tbody', 'thead', 'tr', 'td', 'th', 'caption', 'colgroup', 'col']
const VOIDS = ['br', 'img', 'input', 'hr', 'wbr', 'link', 'meta']
const RAWS = ['script', 'style', 'title', 'textarea', 'iframe', 'noscript', 'xmp']
const ODD = [
  'select',
  'option',
  'optgroup',
  'svg',
  'path',
  'foreignobject',
  'desc',
  'math',
  'mi',
  'template',
  'g',
]
const FRAME = ['html', 'head', 'body']

const names = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...BLOCKS) },
  { weight: 6, arbitrary: fc.constantFrom(...PHRASES) },
  { weight: 4, arbitrary: fc.constantFrom(...TABLES) },
  { weight: 2, arbitrary: fc.constantFrom(...VOIDS) },
  { weight: 1, arbitrary: fc.constantFrom(...RAWS) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD) },
  { weight: 1, arbitrary: fc.constantFrom(...FRAME) },
)

const slot = fc.option(fc.nat(SLOTS - 1), { freq: 2, nil: undefined })
const attributes = fc.constantFrom(
  '',
  '',
  '',
  ' class="a b"',
  " title='>'",
  ' x=1',
  ' type=hidden',
  ' color=red',
  ' /',
)
const text = fc.constantFrom('t', ' ', '\n', 'two words', '&amp;', '&am', '<', 'a < b', '&#1', 'é')
const other = fc.constantFrom(
  '<!-- c -->',
  '<!-->',
  '<!--<div>-->',
  '</>',
  '<?x?>',
  '<![CDATA[x]]>',
  '<!doctype html>',
)

const start = (name: string, s: number | undefined, more: string): string =>
  s === undefined ? `<${name}${more}>` : `<${name} s="${s}" u="#"${more}>`

const startTag = fc.tuple(names, slot, attributes).map((parts) => start(...parts))
const endTag = names.map((name) => `</${name}>`)

const soup = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: startTag },
    { weight: 5, arbitrary: endTag },
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: other },
  ),
  { maxLength: 24 },
)

/** A tree as tokens: proper nesting, so that slots deep inside are fit more often than in soup. */
const { node } = fc.letrec<{ node: string[]; nodes: string[] }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.tuple(text).map(([one]) => [one]),
    fc.tuple(fc.constantFrom(...VOIDS), slot, attributes).map((parts) => [start(...parts)]),
    fc
      .tuple(names, slot, attributes, tie('nodes'))
      .map(([name, s, more, inside]) => [start(name, s, more), ...inside, `</${name}>`]),
  ),
  nodes: fc.array(tie('node'), { maxLength: 4 }).map((all) => all.flat()),
}))

/** One token lost, doubled or swapped with the next. */
const mishap = fc.tuple(fc.nat(), fc.constantFrom('none', 'none', 'lose', 'double', 'swap'))

const tree = fc
  .tuple(fc.array(node, { maxLength: 5 }), fc.array(mishap, { maxLength: 2 }))
  .map(([all, mishaps]) => {
    const tokens = all.flat()
    for (const [place, what] of mishaps) {
      const at = tokens.length === 0 ? 0 : place % tokens.length
      const token = tokens[at]
      const next = tokens[at + 1]
      if (token === undefined) continue
      if (what === 'lose') tokens.splice(at, 1)
      else if (what === 'double') tokens.splice(at, 0, token)
      else if (what === 'swap' && next !== undefined) tokens.splice(at, 2, next, token)
    }
    return tokens
  })

const head = fc.constantFrom<string[]>(
  [],
  ['<!doctype html>'],
  ['<!DOCTYPE html>', '<html>', '<head>', '<title>', 'T', '</title>', '</head>', '<body>'],
  ['<!doctype html>', '<body>'],
  ['<body>', '<p>', '<b>'],
  ['<!doctype html>', '<body>', '<table>', '<tr>', '<td>'],
  ['<!doctype html>', '<body>', '<table>'],
  ['<!doctype html>', '<body>', '<div s="0" u="#">', '<b>', '<i>'],
)
const tail = fc.constantFrom<string[]>([], ['</body>', '</html>'], ['</body>', '\n', '</html>', '\n'])

/** A page as its tokens; every `u` is different. */
export const pageTokens: fc.Arbitrary<string[]> = fc
  .tuple(head, fc.oneof({ weight: 1, arbitrary: soup }, { weight: 2, arbitrary: tree }), tail)
  .map((parts) => {
    let unique = 0
    return parts.flat().map((token) => token.replace('u="#"', () => `u="${unique++}"`))
  })

/** Anything at all: bytes, pieces of tags, raw text that never ends. */
export const byteSoup: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '<',
          '>',
          '</',
          '<!--',
          '-->',
          '"',
          "'",
          '=',
          '/',
          '<script',
          '</script>',
          '<div s="0" ',
          '<![CDATA[',
        ),
        startTag,
        text,
        fc.string({ maxLength: 4 }),
      ),
      { maxLength: 40 },
    )
    .map((parts) => new TextEncoder().encode(parts.join(''))),
)
