import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyAll, EMPTY_FACTS, emptyContribution } from '../../src/profile/contribution.ts'
import { formatFacts, parseFacts } from '../../src/profile/document.ts'
import { anyEvidence } from '../help/evidence.ts'

describe('parseFacts', () => {
  it('is the inverse of formatFacts', () => {
    fc.assert(
      fc.property(fc.array(anyEvidence, { maxLength: 40 }), (events) => {
        const { facts } = applyAll(emptyContribution('v'), events)
        expect(parseFacts(formatFacts(facts))).toEqual(facts)
      }),
    )
    expect(parseFacts(formatFacts(EMPTY_FACTS))).toEqual(EMPTY_FACTS)
  })

  it.each([
    ['another version', '{"v":2}'],
    ['no version', '{}'],
    ['no JSON', '{"v":1'],
    ['no object', '1'],
    ['a count that is no number', '{"v":1,"events":"7"}'],
    ['a list that is none', '{"v":1,"days":{}}'],
    ['a row that is too short', '{"v":1,"affinity":[[1,"tea"]]}'],
    ['a row of other types', '{"v":1,"affinity":[["tea",1,1]]}'],
    ['half a day', '{"v":1,"days":[1.5]}'],
    ['a text beyond all bounds', `{"v":1,"x":"${'x'.repeat(70_000)}"}`],
  ])('refuses %s', (_name, text) => {
    expect(parseFacts(text)).toBeNull()
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.json(), (text) => parseFacts(text) === null))
  })
})
