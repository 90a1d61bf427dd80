import { describe, expect, it } from 'vitest'
import {
  DatabaseError,
  executeAnswer,
  executeBody,
  transactionAnswers,
  transactionBody,
} from '../../src/kit/hrana.ts'
import { sql, statement } from '../../src/kit/query.ts'

const asked = (value: unknown) => ({ toSQL: () => ({ sql: 'SELECT ?', params: [value] }) })
const closed = { type: 'ok', response: { type: 'close' } }
const answered = (result: unknown) => ({ results: [{ type: 'ok', response: { result } }, closed] })
const resultWith = (...values: object[]) => ({
  cols: values.map((_, index) => ({ name: `c${index}` })),
  rows: [values],
  affected_row_count: 0,
})
const one = resultWith({ type: 'float', value: 1 })
const done = { cols: [], rows: [], affected_row_count: 1 }

describe('executeBody', () => {
  it('asks a statement and ends its stream', () => {
    expect(
      JSON.parse(executeBody(statement(sql`SELECT ${'a'}, ${1.5}, ${true}, ${false}, ${null}`))),
    ).toEqual({
      requests: [
        {
          type: 'execute',
          stmt: {
            sql: 'SELECT ?, ?, ?, ?, ?',
            args: [
              { type: 'text', value: 'a' },
              { type: 'float', value: 1.5 },
              { type: 'integer', value: '1' },
              { type: 'integer', value: '0' },
              { type: 'null' },
            ],
            want_rows: true,
          },
        },
        { type: 'close' },
      ],
    })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, {}, new Date(0), Symbol.iterator])(
    'refuses to bind what the store has no value for: %s',
    (value) => {
      expect(() => executeBody(asked(value))).toThrow(RangeError)
    },
  )
})

describe('transactionBody', () => {
  it('takes each step only where the one before it was, and undoes all where the last was not', async () => {
    const { requests } = JSON.parse(await transactionBody('write', [asked('a'), asked('b')]))
    const { steps } = requests[0].batch
    expect(steps.map(({ stmt }: { stmt: { sql: string } }) => stmt.sql)).toEqual([
      'BEGIN IMMEDIATE',
      'SELECT ?',
      'SELECT ?',
      'COMMIT',
      'ROLLBACK',
    ])
    expect(steps.map(({ condition }: { condition?: object }) => condition)).toEqual([
      undefined,
      { type: 'ok', step: 0 },
      { type: 'ok', step: 1 },
      { type: 'ok', step: 2 },
      { type: 'not', cond: { type: 'ok', step: 3 } },
    ])
    expect(requests[1]).toEqual({ type: 'close' })
  })

  it('lets others have their turn while a large one is written out', async () => {
    const order: string[] = []
    setTimeout(() => order.push('page'), 0)
    const body = await transactionBody('write', [asked('a'.repeat(200_000)), asked('b')])
    order.push('batch')
    expect(order).toEqual(['page', 'batch'])
    expect(JSON.parse(body).requests[0].batch.steps).toHaveLength(5)
  })

  it('locks nobody out to read', async () => {
    expect(await transactionBody('read', [asked(1)])).toContain('BEGIN TRANSACTION READONLY')
  })
})

describe('executeAnswer', () => {
  it('gives rows by the names of their columns', () => {
    const result = resultWith(
      { type: 'text', value: 'a' },
      { type: 'float', value: 1.5 },
      { type: 'integer', value: '-9007199254740991' },
      { type: 'null' },
    )
    expect(executeAnswer(answered(result))).toEqual({
      rows: [{ c0: 'a', c1: 1.5, c2: Number.MIN_SAFE_INTEGER, c3: null }],
      rowsAffected: 0,
    })
  })

  it.each([
    ['an integer that no number holds', { type: 'integer', value: '9007199254740993' }],
    ['an integer that is none', { type: 'integer', value: 'one' }],
    ['a number that is not finite', { type: 'float', value: null }],
    ['a text that is none', { type: 'text', value: 1 }],
    ['bytes, which the schema has not', { type: 'blob', base64: 'AA' }],
  ])('refuses %s', (_, value) => {
    expect(() => executeAnswer(answered(resultWith(value)))).toThrow(TypeError)
  })

  it('throws what the database says, with its code', () => {
    const error = { message: 'database is locked', code: 'SQLITE_BUSY' }
    const failed = () => executeAnswer({ results: [{ type: 'error', error }, closed] })
    expect(failed).toThrow(DatabaseError)
    expect(failed).toThrow(expect.objectContaining(error))
  })

  it.each([null, [], {}, { results: [] }, { results: [{ type: 'none' }] }, { results: [{ type: 'ok' }] }])(
    'takes %j for no answer',
    (body) => {
      expect(() => executeAnswer(body)).toThrow(TypeError)
    },
  )
})

describe('transactionAnswers', () => {
  const batch = (step_results: unknown[], step_errors: unknown[]) => answered({ step_results, step_errors })

  it('gives the answers of the statements, without those of the frame around them', () => {
    const body = batch([done, one, done, done, null], [null, null, null, null, null])
    expect(transactionAnswers(body)).toEqual([
      { rows: [{ c0: 1 }], rowsAffected: 0 },
      { rows: [], rowsAffected: 1 },
    ])
  })

  it('throws what failed first, not what failed for that reason', () => {
    const busy = { message: 'database is locked', code: 'SQLITE_BUSY' }
    const nothing = { message: 'cannot rollback - no transaction is active', code: 'SQLITE_ERROR' }
    const body = batch([null, null, null, null], [busy, null, null, nothing])
    expect(() => transactionAnswers(body)).toThrow(expect.objectContaining(busy))
  })

  it('takes a step without an answer for a fault', () => {
    const body = batch([done, null, done, null], [null, null, null, null])
    expect(() => transactionAnswers(body)).toThrow('a statement was not run')
  })
})
