import { describe, expect, it } from 'vitest'
import { type SQL, slices, sql, statement } from '../../src/kit/query.ts'

const said = (query: SQL) => statement(query).toSQL()

describe('sql', () => {
  it('makes a parameter of every value, whatever it says', () => {
    const name = "'; DROP TABLE visitors; --"
    expect(said(sql`SELECT ${name}, ${1}, ${null}, ${true}`)).toEqual({
      sql: 'SELECT ?, ?, ?, ?',
      params: [name, 1, null, true],
    })
  })

  it('takes a template within a template for a piece of it, its parameters in their order', () => {
    const inner = sql`b = ${2} AND ${sql`c = ${3}`}`
    expect(said(sql`a = ${1} AND (${inner}) ${sql``}OR d = ${4}`)).toEqual({
      sql: 'a = ? AND (b = ? AND c = ?) OR d = ?',
      params: [1, 2, 3, 4],
    })
  })

  it('puts commas between the pieces of a list', () => {
    expect(said(sql`(${sql.list([sql`${1}`, sql.raw('2'), sql`f(${3}, ${4})`])})`)).toEqual({
      sql: '(?, 2, f(?, ?))',
      params: [1, 3, 4],
    })
  })

  it('quotes names', () => {
    expect(said(sql`SELECT ${sql.identifier('at"; --')}`).sql).toBe('SELECT "at""; --"')
  })

  it('leaves a piece as it was, however often it is used', () => {
    const piece = sql`x = ${1}`
    said(sql`${piece} OR ${piece}`)
    expect(said(piece)).toEqual({ sql: 'x = ?', params: [1] })
  })
})

describe('slices', () => {
  it('gives all of the list in order, in pieces of a size', () => {
    expect(slices([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
    expect(slices([1, 2], 2)).toEqual([[1, 2]])
    expect(slices([], 2)).toEqual([])
  })
})
