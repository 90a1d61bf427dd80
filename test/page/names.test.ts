import { describe, expect, it } from 'vitest'
import { compileNames, cookieNames } from '../../src/page/names.ts'

describe('compileNames', () => {
  it.each([
    [['cart'], 'cart', true],
    [['cart'], 'carts', false],
    [['utm_*'], 'utm_source', true],
    [['utm_*'], 'utm_', true],
    [['utm_*'], 'xutm_a', false],
    [['Cart'], 'cart', false],
    [[], 'cart', false],
    [['*'], 'anything', true],
  ])('%j on %s is %s', (list, name, expected) => {
    expect(compileNames(list)(name)).toBe(expected)
  })
})

describe('cookieNames', () => {
  it.each([
    [null, []],
    ['', []],
    ['a=1', ['a']],
    ['a=1; b=2;c', ['a', 'b', 'c']],
    ['a="x=y"; =z; b', ['a', 'b']],
  ])('%j names %j', (header, expected) => {
    expect(cookieNames(header)).toEqual(expected)
  })
})
