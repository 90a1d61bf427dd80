import { describe, expect, it } from 'vitest'
import { cardOf } from '../../src/identity/link.ts'
import type { Tie, TieSource } from '../../src/identity/model.ts'
import { receiptOf, scopeOf, scopeOfBrowser } from '../../src/privacy/erase.ts'

const PERSON = 'p'.repeat(43)
const CARD = cardOf(PERSON)
const tie = (visitor: string, source: TieSource): Tie => ({ visitor, person: PERSON, source, at: 1 })

describe('scopeOf', () => {
  it('is the browser alone where it is tied to nobody', () => {
    expect(scopeOf('a', [])).toMatchObject({ covers: 'browser', tells: ['a'], erases: ['a'], buries: ['a'] })
  })

  it('is everything of the customer who signed in, the card included even before it was used', () => {
    const scope = scopeOf('a', [tie('a', 'login'), tie('b', 'newsletter')])
    expect(scope).toMatchObject({ covers: 'person', tells: ['a', 'b', CARD].toSorted() })
    expect(scope.erases).toEqual(scope.tells)
    expect(scope.buries).toEqual(scope.tells)
  })

  it('tells and deletes nothing of other browsers to whoever only opened a newsletter’s link', () => {
    const scope = scopeOf('b', [tie('a', 'login'), tie('b', 'newsletter'), tie(CARD, 'card')])
    expect(scope).toMatchObject({ covers: 'newsletter', tells: ['b'], erases: ['b'], buries: ['b'] })
  })

  it('deletes the card with the last browser, without telling it or barring the person', () => {
    const scope = scopeOf('b', [tie('b', 'newsletter'), tie(CARD, 'card')])
    expect(scope).toMatchObject({ tells: ['b'], erases: ['b', CARD], buries: ['b'] })
  })
})

describe('scopeOfBrowser', () => {
  it('leaves the other browsers of a customer who signed in', () => {
    const ties = [tie('a', 'login'), tie('b', 'login'), tie(CARD, 'card')]
    expect(scopeOfBrowser('a', ties)).toMatchObject({ covers: 'browser', erases: ['a'], buries: ['a'] })
    expect(scopeOfBrowser('a', [tie('a', 'login'), tie(CARD, 'card')]).erases).toEqual(['a', CARD])
  })
})

describe('receiptOf', () => {
  it('names nobody', () => {
    const rows = {
      visitors: 1,
      contributions: 1,
      events: 2,
      identities: 0,
      consentLog: 1,
      measures: 1,
      deadLetters: 0,
    }
    const receipt = receiptOf(scopeOf('a-visitor-id', []), '0123456789abcdef', 0, rows)
    expect(receipt).toMatchObject({
      receipt: '0123456789abcdef',
      erasedAt: '1970-01-01T00:00:00.000Z',
      ids: 1,
      rows,
    })
    expect(JSON.stringify(receipt)).not.toContain('a-visitor-id')
  })
})
