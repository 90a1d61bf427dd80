import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition, type SavedGroups } from '../../src/campaign/condition.ts'
import type { Attributes, Condition } from '../../src/campaign/model.ts'
import { evalCondition } from '../help/condition.ts'

type Case = readonly [string, Condition, Attributes, boolean, SavedGroups?]
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../spec/growthbook_conditions_sample.json'), 'utf8'),
) as { readonly evalCondition: readonly Case[] }

/** Rules of GrowthBook's SDK that the sample has no case for. */
const RULES: readonly Case[] = [
  ['an empty $or holds', { $or: [] }, {}, true],
  ['an empty $and holds', { $and: [] }, {}, true],
  ['an empty $nor does not hold', { $nor: [] }, {}, false],
  ['a missing attribute counts as 0 in comparisons', { n: { $gt: -1, $lt: 1 } }, {}, true],
  ['$ne holds for a missing attribute', { a: { $ne: 1 } }, {}, true],
  ['null matches a missing attribute', { a: null }, {}, true],
  ['a number equals its text', { n: 8 }, { n: '8' }, true],
  ['a text equals its number', { n: '8' }, { n: 8 }, true],
  ['$eq does not coerce', { n: { $eq: 8 } }, { n: '8' }, false],
  ['$in does not coerce', { n: { $in: [8] } }, { n: '8' }, false],
  ['$in finds null', { a: { $in: [null] } }, {}, true],
  ['$nin of no list does not hold', { a: { $nin: 1 } }, { a: 2 }, false],
  ['$nini of no list does not hold', { a: { $nini: 1 } }, { a: 2 }, false],
  ['$all coerces', { a: { $all: [1] } }, { a: ['1'] }, true],
  ['an empty object equals only an empty object', { a: {} }, { a: {} }, true],
  ['objects are equal in the order of their keys', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } }, true],
  ['$exists false holds for null', { a: { $exists: false } }, { a: null }, true],
  ['$type of a missing attribute is null', { a: { $type: 'null' } }, {}, true],
  ['$type tells arrays from objects', { a: { $type: 'array' } }, { a: [] }, true],
  ['$size of no list does not hold', { a: { $size: 1 } }, { a: 'x' }, false],
  ['$not with operators negates them', { a: { $not: { $gt: 5 } } }, { a: 1 }, true],
  ['$elemMatch looks at 0', { a: { $elemMatch: { $lt: 1 } } }, { a: [0] }, true],
  ['$elemMatch looks at an empty text', { a: { $elemMatch: { $eq: '' } } }, { a: ['a', ''] }, true],
  ['$elemMatch looks at false', { a: { $elemMatch: { $eq: false } } }, { a: [false] }, true],
  ['$elemMatch passes over null', { a: { $elemMatch: { $exists: false } } }, { a: [null] }, false],
  ['$elemMatch of nothing ends it all', { $not: { a: { $elemMatch: null } } }, { a: [] }, false],
  ['$elemMatch takes a condition', { a: { $elemMatch: { b: 1 } } }, { a: [{ b: 1 }] }, true],
  ['$regex looks at the text of numbers', { n: { $regex: '^4' } }, { n: 42 }, true],
  ['$notRegex holds where $regex does not', { a: { $notRegex: 'x' } }, { a: 'b' }, true],
  ['a bad $regex does not hold', { a: { $regex: '(' } }, { a: '(' }, false],
  ['a bad $notRegex does not hold', { a: { $notRegex: '(' } }, { a: 'b' }, false],
  ['$notRegexi ignores case', { a: { $notRegexi: 'X' } }, { a: 'x' }, false],
  ['$inGroup of an unknown group does not hold', { a: { $inGroup: 'g' } }, { a: 1 }, false],
  ['$notInGroup of an unknown group holds', { a: { $notInGroup: 'g' } }, { a: 1 }, true],
  ['an unknown operator does not hold', { a: { $near: 1 } }, { a: 1 }, false],
  ['$vgte pads numbers', { v: { $vgte: '1.9.0' } }, { v: '1.10.0' }, true],
  ['a version that is missing counts as 0', { v: { $vlt: '0.0.1' } }, {}, true],
  ['build metadata is ignored', { v: { $veq: '1.2.3' } }, { v: '1.2.3+7' }, true],
  ['paths reach into lists', { 'a.0': 1 }, { a: [1] }, true],
  ['$or of no list holds', { $or: 5 }, {}, true],
  ['$nor of no list does not hold', { $nor: 5 }, {}, false],
  ['$and of no list holds', { $and: 5 }, {}, true],
  ['$or of null ends it all, negated or not', { $not: { $or: null } }, {}, false],
  ['$and of null ends it all, negated or not', { $not: { $and: null } }, {}, false],
  ['$not of null ends it all', { $not: null }, {}, false],
  ['$not of a number does not hold', { $not: 5 }, {}, false],
]

const LISTS: SavedGroups = {
  bare: ['u1', 7],
  list: { type: 'list', attributeKey: 'id', values: ['u1', 7] },
  open: { type: 'list', values: ['u1'] },
  loose: { type: 'condition', condition: { plan: 'pro' } },
  both: {
    type: 'condition',
    condition: { $and: [{ $savedGroup: { id: 'list' } }, { $savedGroup: { id: 'loose' } }] },
  },
  circle: { type: 'condition', condition: { $or: [{ $savedGroup: { id: 'circle' } }, { id: 'u1' }] } },
  around: { type: 'condition', condition: { $not: { $savedGroup: { id: 'around' } } } },
}
const MALFORMED = {
  future: { type: 'future', values: ['u1'] },
  empty: { type: 'list', attributeKey: 'id' },
  none: { type: 'condition', condition: null },
  text: 'u1',
  null: null,
} as unknown as SavedGroups

/** As SDK 1.8.0 has them, which came without published cases. */
const GROUPS: readonly Case[] = [
  ['$inGroup of a typed list', { id: { $inGroup: 'list' } }, { id: 'u1' }, true],
  ['$inGroup of a typed list without', { id: { $inGroup: 'list' } }, { id: 'u2' }, false],
  ['$notInGroup of a typed list', { id: { $notInGroup: 'list' } }, { id: 'u2' }, true],
  ['$notInGroup of a typed list with', { id: { $notInGroup: 'list' } }, { id: 'u1' }, false],
  ['$inGroup looks at the attribute it stands on', { other: { $inGroup: 'list' } }, { other: 7 }, true],
  ['$inGroup finds any item of a list', { id: { $inGroup: 'list' } }, { id: ['x', 'u1'] }, true],
  ['$inGroup of a condition does not hold', { id: { $inGroup: 'loose' } }, { id: 'u1' }, false],
  ['$notInGroup of a condition does not hold', { id: { $notInGroup: 'loose' } }, { id: 'u1' }, false],
  ...['future', 'empty', 'none', 'text', 'null'].flatMap((id): Case[] => [
    [`$inGroup of what is no list: ${id}`, { id: { $inGroup: id } }, { id: 'u1' }, false],
    [`$notInGroup of what is no list: ${id}`, { id: { $notInGroup: id } }, { id: 'u9' }, false],
    [`$savedGroup of what is none: ${id}`, { $savedGroup: { id } }, { id: 'u1' }, false],
  ]),
  ['$savedGroup of a list', { $savedGroup: { id: 'list' } }, { id: 'u1' }, true],
  ['$savedGroup of a list without', { $savedGroup: { id: 'list' } }, { id: 'u2' }, false],
  [
    '$savedGroup by another attribute',
    { $savedGroup: { id: 'list', attributeKey: 'x.y' } },
    { id: 0, x: { y: 7 } },
    true,
  ],
  ['$savedGroup of a list without an attribute', { $savedGroup: { id: 'open' } }, { id: 'u1' }, false],
  ['$savedGroup that names one', { $savedGroup: { id: 'open', attributeKey: 'id' } }, { id: 'u1' }, true],
  ['$savedGroup by no text', { $savedGroup: { id: 'list', attributeKey: 3 } }, { id: 'u1' }, false],
  ['$savedGroup of a bare list', { $savedGroup: { id: 'bare', attributeKey: 'id' } }, { id: 'u1' }, false],
  ['$savedGroup that is unknown', { $savedGroup: { id: 'nobody' } }, { id: 'u1' }, false],
  ['$savedGroup of every object', { $savedGroup: { id: 'constructor' } }, { id: 'u1' }, false],
  ['$savedGroup of no reference', { $savedGroup: 'list' }, { id: 'u1' }, false],
  ['$savedGroup of a condition', { $savedGroup: { id: 'loose' } }, { plan: 'pro' }, true],
  [
    'a condition ignores the attribute',
    { $savedGroup: { id: 'loose', attributeKey: 'id' } },
    { plan: 'pro' },
    true,
  ],
  ['$savedGroup of groups', { $savedGroup: { id: 'both' } }, { plan: 'pro', id: 'u1' }, true],
  ['$savedGroup of groups, one without', { $savedGroup: { id: 'both' } }, { plan: 'pro', id: 'u2' }, false],
  ['a group within itself is unknown', { $savedGroup: { id: 'circle' } }, { id: 'u1' }, true],
  ['a group that is not itself', { $savedGroup: { id: 'around' } }, {}, true],
  ['$not of a group', { $not: { $savedGroup: { id: 'list' } } }, { id: 'u2' }, true],
]

const named = ([name, condition, attributes, wanted, groups]: Case) => ({
  name,
  condition,
  attributes,
  wanted,
  groups,
})

describe('evalCondition', () => {
  it.each(vectors.evalCondition.map(named))(
    'agrees with GrowthBook: $name',
    ({ condition, attributes, wanted, groups }) => {
      expect(evalCondition(condition, attributes, groups)).toBe(wanted)
    },
  )

  it.each(RULES.map(named))('$name', ({ condition, attributes, wanted }) => {
    expect(evalCondition(condition, attributes)).toBe(wanted)
  })

  it.each(GROUPS.map(named))('knows saved groups: $name', ({ condition, attributes, wanted }) => {
    expect(evalCondition(condition, attributes, { ...LISTS, ...MALFORMED })).toBe(wanted)
  })

  it.each(['constructor.name', '__proto__', 'toString', 'a.constructor', '__proto__.polluted', 'a.length.x'])(
    'reads own properties only: %s',
    (path) => {
      expect(evalCondition({ [path]: { $exists: true } }, { a: {} })).toBe(false)
    },
  )
})

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
const attributes = fc.record({ a: scalar, b: fc.array(scalar), c: fc.record({ d: scalar }) })
const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition; value: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.dictionary(fc.constantFrom('a', 'b', 'c.d', 'x'), tie('value'), { maxKeys: 3 }),
    fc.record({ $not: tie('condition') }),
    fc.record({ $or: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ $and: fc.array(tie('condition'), { maxLength: 3 }) }),
  ),
  value: fc.oneof(
    scalar,
    fc.dictionary(
      fc.constantFrom(
        '$eq',
        '$ne',
        '$gt',
        '$lte',
        '$in',
        '$nin',
        '$all',
        '$size',
        '$exists',
        '$regex',
        '$vgt',
        '$x',
      ),
      fc.oneof(scalar, fc.array(scalar)),
      { maxKeys: 2 },
    ),
  ),
})).condition

describe('compileCondition', () => {
  it('never throws and always answers the same', () => {
    fc.assert(
      fc.property(condition, attributes, (given, seen) => {
        const compiled = compileCondition(given)
        expect(compiled(seen)).toBe(compiled(seen))
        expect(compiled(seen)).toBe(evalCondition(given, seen))
      }),
    )
  })

  it('keeps the laws of logic', () => {
    fc.assert(
      fc.property(condition, condition, attributes, (one, other, seen) => {
        const p = evalCondition(one, seen)
        const q = evalCondition(other, seen)
        expect(evalCondition({ $not: one }, seen)).toBe(!p)
        expect(evalCondition({ $or: [one, other] }, seen)).toBe(p || q)
        expect(evalCondition({ $and: [one, other] }, seen)).toBe(p && q)
        expect(evalCondition({ $nor: [one, other] }, seen)).toBe(!(p || q))
      }),
    )
  })

  it('finds in a list what equals one of its values', () => {
    fc.assert(
      fc.property(fc.array(scalar), scalar, (list, a) => {
        const anyEqual = { $or: list.map((item) => ({ a: { $eq: item } })) }
        expect(evalCondition({ a: { $in: list } }, { a })).toBe(
          list.length > 0 && evalCondition(anyEqual, { a }),
        )
        expect(evalCondition({ a: { $nin: list } }, { a })).toBe(!evalCondition({ a: { $in: list } }, { a }))
      }),
    )
  })
})
