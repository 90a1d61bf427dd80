import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ContentKind, Scanner } from '../../src/page/scan.ts'
import { ATTRIBUTE_INTS, attributeRanges } from '../../src/page/scan-tag.ts'

const RAW = new Set(['script', 'style', 'title', 'textarea'])

/** Every token as text; text tokens are joined, because chunks cut them anywhere. */
function scan(chunks: readonly string[]): string[] {
  const tokens: string[] = []
  const add = (kind: string, text: string): void => {
    if (kind === 'text' && tokens.at(-1)?.startsWith('text ')) tokens.push(`${tokens.pop()}${text}`)
    else tokens.push(`${kind} ${text}`)
  }
  const scanner = new Scanner({
    startTag: (tag): ContentKind => {
      add(
        'start',
        `${tag.name} ${tag.start}-${tag.nameEnd}-${tag.end}${tag.selfClosing ? ' /' : ''} ${tag.text}`,
      )
      return tag.name === 'plaintext' ? 'plain' : RAW.has(tag.name) ? 'raw' : 'markup'
    },
    endTag: (tag) => add('end', `${tag.name} ${tag.start}-${tag.end}`),
    text: (text) => add('text', text),
    doctype: (text) => add('doctype', text),
    cdata: () => false,
    nul: () => add('nul', ''),
  })
  for (const chunk of chunks) scanner.push(chunk)
  return tokens
}

describe('Scanner', () => {
  it.each([
    ['<p>a</p>', ['start p 0-2-3 <p>', 'text a', 'end p 4-8']],
    ['<P CLASS=">" x=\'>\'>', [`start p 0-2-19 <P CLASS=">" x='>'>`]],
    ['<a/b="1"/>', ['start a 0-2-10 / <a/b="1"/>']],
    ['<a b=c/>', ['start a 0-2-8 <a b=c/>']],
    ['a < b <3 <', ['text a < b <3 ']],
    ['<!--><b>', ['start b 5-7-8 <b>']],
    ['<!---><b>', ['start b 6-8-9 <b>']],
    ['<!-- > --!><b>', ['start b 11-13-14 <b>']],
    ['<!-- -- ><b>-->x', ['text x']],
    ['<!x><b>', ['start b 4-6-7 <b>']],
    ['</><b></ b><i>', ['start b 3-5-6 <b>', 'start i 11-13-14 <i>']],
    ['<?php echo "<b>" ?><i>', ['text " ?>', 'start i 19-21-22 <i>']],
    ['<!DOCTYPE html>', ['doctype  html']],
    ['<title><b></title ><i>', ['start title 0-6-7 <title>', 'end title 10-19', 'start i 19-21-22 <i>']],
    [
      '<script><!-- <script> </script> --></script>x',
      ['start script 0-7-8 <script>', 'end script 35-44', 'text x'],
    ],
    ['<script><!--></script>x', ['start script 0-7-8 <script>', 'end script 13-22', 'text x']],
    ['<script>"</scripty>"</script>x', ['start script 0-7-8 <script>', 'end script 20-29', 'text x']],
    ['<plaintext></plaintext>', ['start plaintext 0-10-11 <plaintext>']],
    ['\u00ef\u00bb\u00bf<p>', ['start p 3-5-6 <p>']],
    ['a\0', ['nul ', 'text a\0']],
  ])('reads %j', (html, tokens) => {
    expect(scan([html])).toEqual(tokens)
  })

  it('reads the same however the text is cut', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '!',
      '--',
      '-',
      '"',
      "'",
      '=',
      ' ',
      'a',
      'script',
      'title',
      '<script>',
      '</script>',
      '<!--',
      '-->',
      '<p x="',
      '</',
      '<title>',
      '<!doctype',
      'ï',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(12), { minLength: 1 }),
        (pieces, cuts) => {
          const html = pieces.join('')
          const chunks: string[] = []
          for (let at = 0, i = 0; at < html.length; i++) {
            const size = (cuts[i % cuts.length] as number) + 1
            chunks.push(html.slice(at, at + size))
            at += size
          }
          expect(scan(chunks)).toEqual(scan([html]))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('attributeRanges', () => {
  const read = (tag: string): (string | null)[][] => {
    const ranges = attributeRanges(tag, 2, 0)
    const list: (string | null)[][] = []
    for (let i = 0; i < ranges.length; i += ATTRIBUTE_INTS) {
      const [from, to, valueFrom, valueTo, end] = ranges.slice(i, i + ATTRIBUTE_INTS) as [
        number,
        number,
        number,
        number,
        number,
      ]
      list.push([
        tag.slice(from, to),
        valueFrom < 0 ? null : tag.slice(valueFrom, valueTo),
        tag.slice(from, end),
      ])
    }
    return list
  }

  it.each([
    ['<p>', []],
    ['<p a>', [['a', null, 'a']]],
    [
      '<p a=1 b = "2" c=\'3\'/>',
      [
        ['a', '1', 'a=1'],
        ['b', '2', 'b = "2"'],
        ['c', '3', "c='3'"],
      ],
    ],
    [
      '<p a="1"b=2>',
      [
        ['a', '1', 'a="1"'],
        ['b', '2', 'b=2'],
      ],
    ],
    [
      '<p =a /=b>',
      [
        ['=a', null, '=a'],
        ['=b', null, '=b'],
      ],
    ],
    ['<p a=/>', [['a', '/', 'a=/']]],
    ['<p a= >', [['a', '', 'a= ']]],
  ])('reads %j', (tag, expected) => {
    expect(read(tag)).toEqual(expected)
  })
})
