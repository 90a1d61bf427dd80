import { describe, expect, it } from 'vitest'
import { idsOfBad } from '../../src/cli/spoilt.ts'

const table = (columns: string, ...cells: string[]): readonly string[] =>
  idsOfBad({ line: 2, reason: 'bad', cells }, 'orders', { columns: columns.split(','), delimiter: ',' })
const json = (text: string): readonly string[] =>
  idsOfBad({ line: 2, reason: 'bad', cells: [text] }, 'orders', { columns: null, delimiter: null })

describe('idsOfBad', () => {
  it('knows the id of a row that is bad for something else', () => {
    const file = { columns: ['Order ID', 'date'], delimiter: ',' }
    const bad = (id: unknown) => ({ line: 2, cells: [], fields: { 'Order ID': id, date: 'yesterday' } })
    expect(idsOfBad(bad('7'), 'orders', file)).toEqual(['7'])
    expect(idsOfBad(bad(7), 'orders', file)).toEqual(['7'])
    expect(idsOfBad(bad(''), 'orders', file)).toEqual([])
  })

  it.each([
    ['as many cells as there should be', 'at,id,sku', ['now', 'O1', 't\ufffda'], ['O1']],
    ['one cell missing', 'at,id,sku', ['O1', 'tea'], ['O1', 'tea']],
    ['one cell too many', 'at,id,sku', ['n', 'ow', 'O1', 'tea'], ['ow', 'O1']],
    ['the id first', 'id,at,sku', ['O1', 'now'], ['O1']],
    ['a quote left open', 'at,id,sku', ['now,"O1","tea'], ['O1']],
    ['no column of ids', 'at,sku', ['now'], []],
  ])('looks where the id could be, with %s', (_, columns, cells, ids) => {
    expect(table(columns, ...cells)).toEqual(ids)
  })

  it('finds the id in what is no JSON', () => {
    expect(json('{"order_id": "O1", "sku": "tea", "price": 1,}')).toEqual(['O1'])
    expect(json('{"price": 1, "id": 17')).toEqual(['17'])
    expect(json('{"sku": "tea",}')).toEqual([])
  })
})
