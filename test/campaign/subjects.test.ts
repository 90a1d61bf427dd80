import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { subjectsOf } from '../../src/campaign/subjects.ts'

describe('subjectsOf', () => {
  it.each([
    ['H1', ['h1']],
    [' h1 ', ['h1']],
    ['h1, H2,h1', ['h1', 'h2']],
    ['A.Big#ID  >  B', ['a.Big#ID>b']],
    ['ul   LI', ['ul li']],
    ['p ~ a', ['p~a']],
    ['[DATA-x = y]', ['[data-x="y"]']],
    ["a[title='x, Y'], b", ['a[title="x, Y"]', 'b']],
    [':not(p, A), b', [':not(p, a)', 'b']],
    ['[a~=B]', ['[a~="B"]']],
    ['.md\\:W', ['.md\\:W']],
  ])('of %j is %j', (selector, subjects) => {
    expect(subjectsOf(selector)).toEqual(subjects)
  })

  it('of what it gave is the same', () => {
    const piece = fc.constantFrom(
      'h1',
      'A',
      '.B',
      '#C',
      ' ',
      '>',
      '~',
      '+',
      ',',
      '[x=y]',
      '[X = "y, z"]',
      ':not(',
      ')',
      '\\,',
      '*',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        for (const subject of subjectsOf(pieces.join(''))) expect(subjectsOf(subject)).toEqual([subject])
      }),
    )
  })
})
