import { describe, expect, it } from 'vitest'
import { isDnt, isGpc } from '../../src/consent/gpc.ts'

describe('isGpc', () => {
  it.each(['1', '1, 1', '0, 1', 'x,1', ' 1'])('hears %j', (header) => {
    expect(isGpc(header)).toBe(true)
  })

  it.each([null, '', '0', '?1', 'true', '11', '1;a', '"1"', '1.0'])('takes %j for no signal', (header) => {
    expect(isGpc(header)).toBe(false)
  })
})

describe('isDnt', () => {
  it('hears 1 and nothing else', () => {
    expect([isDnt('1'), isDnt('0'), isDnt('null'), isDnt(null)]).toEqual([true, false, false, false])
  })
})
