import { expect, it } from 'vitest'
import { plainFailure } from '../../src/page/failure.ts'

it.each([
  [502, /reached/],
  [504, /in time/],
  [508, /circles/],
] as const)('%i says what is wrong, once and for all, and is kept by nobody', async (status, text) => {
  const answer = plainFailure(status, 'refused')
  expect(answer.status).toBe(status)
  expect(await answer.text()).toMatch(text)
  expect(Object.fromEntries(answer.headers)).toEqual({
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'selvedge-bypass': 'refused',
  })
})
