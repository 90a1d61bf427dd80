/**
 * GrowthBook's condition language, compiled once to closures: per request no JSON is walked and no regular expression
 * is built. The rule of every operator is that of GrowthBook's JavaScript SDK 1.8.0, coercions and what it makes of odd
 * operands included, so that an audience means the same in both; where the SDK throws, nothing matches. Three things
 * differ on purpose: attributes are own properties only, texts and patterns have bounds (see regex.ts), and `$notRegex`
 * and `$notRegexi` are ours. Pure; a compiled condition never throws.
 */
import type { Attributes, Condition } from './model.ts'
import { tryMatcher } from './regex.ts'
import { paddedVersion } from './version.ts'

/** A bare list is one of ids, for `$inGroup`; the other forms came with SDK 1.8.0, and with it `$savedGroup`. */
export type SavedGroup =
  | readonly unknown[]
  | { readonly type: 'list'; readonly attributeKey?: string; readonly values: readonly unknown[] }
  | { readonly type: 'condition'; readonly condition: Condition }

/** By id. */
export type SavedGroups = Readonly<Record<string, SavedGroup>>

type Test = (value: unknown) => boolean
type Build = (operand: unknown, groups: SavedGroups) => Test

const NEVER: Test = () => false
/** Ends the whole evaluation, so that a `$not` around it does not turn it into a match. */
const BROKEN: Test = () => {
  throw new TypeError('malformed condition')
}
const NO_GROUPS: SavedGroups = {}

/** A predicate over attributes. */
export function compileCondition(
  condition: Condition,
  groups: SavedGroups = NO_GROUPS,
): (attributes: Attributes) => boolean {
  const test = compileObject(condition, groups)
  return (attributes) => {
    try {
      return test(attributes)
    } catch {
      return false
    }
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `{"$gt": 1}` and the like: only operators, and at least one. */
export function isOperatorObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => key.startsWith('$'))
}

function compileObject(condition: unknown, groups: SavedGroups): Test {
  if (condition === null || condition === undefined) return BROKEN
  return every(Object.entries(condition).map(([key, operand]) => compileMember(key, operand, groups)))
}

function compileMember(key: string, operand: unknown, groups: SavedGroups): Test {
  switch (key) {
    case '$or':
      return some(operand, groups)
    case '$nor':
      return negate(some(operand, groups))
    case '$and':
      return every(compileList(operand, groups))
    case '$not':
      return negate(compileObject(operand, groups))
    case '$savedGroup':
      return savedGroup(operand, groups)
    default: {
      const read = compilePath(key)
      const test = compileValue(operand, groups)
      return (attributes) => test(read(attributes))
    }
  }
}

/** A text is a list of its characters to JavaScript; what is no list has no members. */
const compileList = (operand: unknown, groups: SavedGroups): Test[] => {
  if (operand === null || operand === undefined) return [BROKEN]
  const items: readonly unknown[] = Array.isArray(operand) || typeof operand === 'string' ? [...operand] : []
  return items.map((item) => compileObject(item, groups))
}

/** An empty `$or` holds, as upstream has it. */
function some(operand: unknown, groups: SavedGroups): Test {
  const tests = compileList(operand, groups)
  return (value) => tests.length === 0 || tests.some((test) => test(value))
}

function every(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0] as Test
  return (value) => {
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

const negate =
  (test: Test): Test =>
  (value) =>
    !test(value)

/** Reads a dotted path through own properties only; null where it leads nowhere. */
export function compilePath(path: string): (attributes: unknown) => unknown {
  const steps = path.split('.')
  return (attributes) => {
    let current = attributes
    for (const step of steps) {
      if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return null
      current = (current as Record<string, unknown>)[step]
    }
    return current ?? null
  }
}

function compileValue(condition: unknown, groups: SavedGroups): Test {
  if (typeof condition === 'string') return (value) => `${value}` === condition
  if (typeof condition === 'number') return (value) => (value as number) * 1 === condition
  if (typeof condition === 'boolean') return (value) => value !== null && !!value === condition
  if (condition === null) return (value) => value === null
  if (!isOperatorObject(condition)) {
    const json = JSON.stringify(condition)
    return (value) => JSON.stringify(value) === json
  }
  return every(Object.entries(condition).map(([name, operand]) => compileOperator(name, operand, groups)))
}

function compileOperator(name: string, operand: unknown, groups: SavedGroups): Test {
  return Object.hasOwn(OPERATORS, name) ? (OPERATORS[name] as Build)(operand, groups) : NEVER
}

const fold = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)

/** An attribute that is a list matches if any of its items does. Without a list to look in, nothing matches. */
function member(operand: unknown, insensitive: boolean, wanted: boolean): Test {
  if (!Array.isArray(operand)) return NEVER
  const set = new Set(insensitive ? operand.map(fold) : operand)
  const has = insensitive ? (item: unknown) => set.has(fold(item)) : (item: unknown) => set.has(item)
  return (value) => (Array.isArray(value) ? value.some(has) : has(value)) === wanted
}

/** An unknown group is an empty list. One that is no list matches nobody, whichever way it is asked. */
function groupMember(operand: unknown, groups: SavedGroups, wanted: boolean): Test {
  const group: unknown = Object.hasOwn(groups, `${operand}`) ? groups[`${operand}`] : []
  return member(isRecord(group) && group.type === 'list' ? group.values : group, false, wanted)
}

/** `{"$savedGroup": {"id": …, "attributeKey": …}}`: in the group, whichever kind it is. Anything unknown is not. */
function savedGroup(reference: unknown, groups: SavedGroups): Test {
  if (!isRecord(reference)) return NEVER
  const { id, attributeKey } = reference
  if (typeof id !== 'string' || !Object.hasOwn(groups, id)) return NEVER
  const group: unknown = groups[id]
  if (!isRecord(group) || (attributeKey !== undefined && typeof attributeKey !== 'string')) return NEVER
  if (group.type === 'list') {
    const key = attributeKey ?? group.attributeKey
    if (typeof key !== 'string') return NEVER
    const read = compilePath(key)
    const test = member(group.values, false, true)
    return (attributes) => test(read(attributes))
  }
  if (group.type !== 'condition' || typeof group.condition !== 'object') return NEVER
  // Within itself a group is unknown, so that no circle of groups is walked for ever.
  const { [id]: _, ...others } = groups
  return group.condition === null ? NEVER : compileObject(group.condition, others)
}

/** Every wanted item must equal some item of the attribute, by the rules of plain values. */
function all(operand: unknown, insensitive: boolean, groups: SavedGroups): Test {
  if (!Array.isArray(operand)) return NEVER
  const tests = operand.map((item) => {
    if (!insensitive || typeof item !== 'string') return compileValue(item, groups)
    const folded = item.toLowerCase()
    return (value: unknown) => String(value).toLowerCase() === folded
  })
  return (value) => Array.isArray(value) && tests.every((test) => value.some(test))
}

function elemMatch(operand: unknown, groups: SavedGroups): Test {
  if (operand === null) return (value) => Array.isArray(value) && BROKEN(value)
  const test = isOperatorObject(operand) ? compileValue(operand, groups) : compileObject(operand, groups)
  return (value) => Array.isArray(value) && value.some((item) => (item ?? null) !== null && test(item))
}

function matches(operand: unknown, flags: '' | 'i', wanted: boolean): Test {
  const test = tryMatcher(operand, flags)
  if (test === null) return NEVER
  return (value) => test(String(value)) === wanted
}

function version(operand: unknown, compare: (actual: string, expected: string) => boolean): Test {
  const expected = paddedVersion(operand)
  return (value) => compare(paddedVersion(value), expected)
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

// The comparisons are JavaScript's own on purpose: they coerce numbers and strings as upstream does.
const OPERATORS: Readonly<Record<string, Build>> = {
  $eq: (operand) => (value) => value === operand,
  $ne: (operand) => (value) => value !== operand,
  $gt: (operand) => (value) => (value as number) > (operand as number),
  $gte: (operand) => (value) => (value as number) >= (operand as number),
  $lt: (operand) => (value) => (value as number) < (operand as number),
  $lte: (operand) => (value) => (value as number) <= (operand as number),
  $in: (operand) => member(operand, false, true),
  $nin: (operand) => member(operand, false, false),
  $ini: (operand) => member(operand, true, true),
  $nini: (operand) => member(operand, true, false),
  $inGroup: (operand, groups) => groupMember(operand, groups, true),
  $notInGroup: (operand, groups) => groupMember(operand, groups, false),
  $all: (operand, groups) => all(operand, false, groups),
  $alli: (operand, groups) => all(operand, true, groups),
  $elemMatch: elemMatch,
  $size: (operand, groups) => {
    const test = compileValue(operand, groups)
    return (value) => Array.isArray(value) && test(value.length)
  },
  $exists: (operand) => (value) => (value !== null && value !== undefined) === Boolean(operand),
  $type: (operand) => (value) => typeName(value) === operand,
  $not: (operand, groups) => negate(compileValue(operand, groups)),
  $regex: (operand) => matches(operand, '', true),
  $regexi: (operand) => matches(operand, 'i', true),
  $notRegex: (operand) => matches(operand, '', false),
  $notRegexi: (operand) => matches(operand, 'i', false),
  $veq: (operand) => version(operand, (actual, expected) => actual === expected),
  $vne: (operand) => version(operand, (actual, expected) => actual !== expected),
  $vgt: (operand) => version(operand, (actual, expected) => actual > expected),
  $vgte: (operand) => version(operand, (actual, expected) => actual >= expected),
  $vlt: (operand) => version(operand, (actual, expected) => actual < expected),
  $vlte: (operand) => version(operand, (actual, expected) => actual <= expected),
}

export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS)
