import { describe, expect, it } from 'vitest'
import { csvOf } from '../../src/measure/csv.ts'

describe('csvOf', () => {
  it('quotes what needs it, and ends lines as RFC 4180 asks', () => {
    expect(csvOf(['a', 'b'], [['x, "y"\nz', -1.5]])).toBe('a,b\r\n"x, ""y""\nz",-1.5\r\n')
  })

  it('leaves nothing empty that is said, and says nothing for null', () => {
    expect(csvOf(['a', 'b', 'c'], [[null, false, 0]])).toBe('a,b,c\r\n,false,0\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('lets no spreadsheet compute %j', (text) => {
    expect(csvOf(['a'], [[text]])).toBe(`a\r\n'${text}\r\n`)
  })
})
