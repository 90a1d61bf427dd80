import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { type Child, Fragment, jsx } from '../../src/kit/jsx.ts'

const elementOf = (markup: unknown): DefaultTreeAdapterTypes.Element =>
  parseFragment(String(markup)).childNodes[0] as DefaultTreeAdapterTypes.Element

const hostile = fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '/', 'a', ' ', 'é', ';') })

describe('jsx', () => {
  it.each<[string, Child, string]>([
    ['text', 'a < b & "c"', 'a &lt; b &amp; "c"'],
    ['a number', 0, '0'],
    ['nothing', [null, undefined, true, false, ''], ''],
    ['markup', jsx('b', { children: '<' }), '<b>&lt;</b>'],
    ['a list of lists', ['a', [1, [jsx('br', {})]]], 'a1<br>'],
    ['a fragment', Fragment({ children: ['<', jsx('i', {})] }), '&lt;<i></i>'],
  ])('writes %s', (_, children, inner) => {
    expect(String(jsx('p', { children }))).toBe(`<p>${inner}</p>`)
  })

  it('writes attributes, and none for what is not so', () => {
    const props = { class: 'a "b"', checked: true, disabled: false, id: undefined, lang: null, tabindex: -1 }
    expect(String(jsx('input', props))).toBe('<input class="a &quot;b&quot;" checked="" tabindex="-1">')
  })

  it('leaves a script as it was written', () => {
    expect(String(jsx('script', { children: 'a<b&&"c"' }))).toBe('<script>a<b&&"c"</script>')
  })

  it('hands a component what it was given', () => {
    const Price = ({ of, children }: { of: number; children: Child }) =>
      jsx('b', { children: [of, children] })
    expect(String(jsx(Price, { of: 5, children: '<€' }))).toBe('<b>5&lt;€</b>')
  })

  it('lets no text and no value out of where it stands', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, title) => {
        const { attrs, childNodes } = elementOf(jsx('p', { title, children: [text, jsx('b', {})] }))
        expect(attrs).toEqual([{ name: 'title', value: title }])
        expect(childNodes.map(({ nodeName }) => nodeName)).toEqual(text === '' ? ['b'] : ['#text', 'b'])
        if (text !== '') expect((childNodes[0] as DefaultTreeAdapterTypes.TextNode).value).toBe(text)
      }),
    )
  })
})
