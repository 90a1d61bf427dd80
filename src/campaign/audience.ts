/**
 * What is wrong with an audience condition before it is published, and which attributes it reads. Evaluation forgives
 * everything by not matching; an author must be told instead. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { hint } from '../kit/suggest.ts'
import { type AttributeEntry, attributesAt, suggestPath } from './attributes.ts'
import { isOperatorObject, isRecord, OPERATOR_NAMES } from './condition.ts'
import { regexProblem } from './regex.ts'

const MAX_DEPTH = 16
const MAX_LIST = 1_000
const TYPES = ['string', 'number', 'boolean', 'array', 'object', 'null']
const NO_LIST = 'is one value and never a list; write {"$in": […]}'
const LIKE_BOOLEAN = /^(?:true|false|[01])$/
const LOGICAL = ['$or', '$nor', '$and', '$not']

/** Where the walk is: `catalogue` is the attribute path read here, or undefined inside `$elemMatch`. */
interface Place {
  readonly at: string
  readonly depth: number
  readonly catalogue: boolean
  readonly faults: Fault[]
  readonly reads: Set<string>
}

export interface Audience {
  readonly faults: readonly Fault[]
  /** Attribute paths. */
  readonly reads: ReadonlySet<string>
}

/** Walks a condition. `at` is the pointer of the condition itself. */
export function inspectAudience(condition: unknown, at: string): Audience {
  const faults: Fault[] = []
  const reads = new Set<string>()
  walkObject(condition, { at, depth: 0, catalogue: true, faults, reads })
  return { faults, reads }
}

function report(place: Place, code: string, message: string): void {
  place.faults.push({ path: place.at, code, message })
}

const below = (place: Place, ...steps: readonly (string | number)[]): Place => ({
  ...place,
  at: place.at + pointer(...steps),
  depth: place.depth + 1,
})

function isTooDeep(place: Place): boolean {
  if (place.depth <= MAX_DEPTH) return false
  report(place, 'too_deep', `nest a condition at most ${MAX_DEPTH} levels deep`)
  return true
}

function walkObject(condition: unknown, place: Place): void {
  if (isTooDeep(place)) return
  if (!isRecord(condition)) {
    report(place, 'wrong_type', 'a condition is an object, such as {"geo.country": "PT"}')
    return
  }
  for (const [key, operand] of Object.entries(condition)) walkMember(key, operand, below(place, key))
}

function walkMember(key: string, operand: unknown, place: Place): void {
  if (key === '$not') {
    walkObject(operand, place)
    return
  }
  if (LOGICAL.includes(key)) {
    if (!Array.isArray(operand)) {
      report(place, 'wrong_type', `"${key}" takes a list of conditions`)
      return
    }
    for (const [index, item] of operand.entries()) walkObject(item, below(place, index))
    return
  }
  if (key === '$savedGroup') {
    reportGroup(place)
    return
  }
  if (place.catalogue && !readPath(key, place)) return
  walkValue(operand, place, place.catalogue ? key : undefined)
}

const reportGroup = (place: Place): void =>
  report(place, 'unknown_group', `a release holds no saved groups; list the values with "$in" instead`)

function readPath(path: string, place: Place): boolean {
  if (path.startsWith('$')) {
    report(place, 'unknown_operator', `"${path}" does not stand here${hint(path, LOGICAL)}`)
    return false
  }
  if (attributesAt(path).length === 0) {
    const near = suggestPath(path)
    const meant = near === undefined ? '' : `; did you mean "${near}"?`
    report(place, 'unknown_path', `there is no attribute "${path}"${meant}`)
    return false
  }
  place.reads.add(path)
  return true
}

/** `path` is the attribute compared, where the catalogue knows it. */
function walkValue(operand: unknown, place: Place, path: string | undefined): void {
  if (isTooDeep(place)) return
  if (!isOperatorObject(operand)) {
    if (isRecord(operand) && Object.keys(operand).some((key) => key.startsWith('$'))) {
      report(place, 'mixed_condition', 'operators and plain keys do not go together in one object')
      return
    }
    checkListed([operand], place, path)
    return
  }
  for (const [name, value] of Object.entries(operand)) walkOperator(name, value, below(place, name), path)
}

function walkOperator(name: string, operand: unknown, place: Place, path: string | undefined): void {
  switch (name) {
    case '$in':
    case '$nin':
    case '$ini':
    case '$nini':
    case '$all':
    case '$alli':
      if (name.startsWith('$all')) checkAsked(place, path)
      checkList(name, operand, place, name === '$in' || name === '$nin' ? path : undefined)
      return
    case '$eq':
    case '$ne':
      checkListed([operand], place, path, 'strict')
      return
    case '$regex':
    case '$regexi':
    case '$notRegex':
    case '$notRegexi':
      checkRegex(operand, place)
      return
    case '$inGroup':
    case '$notInGroup':
      reportGroup(place)
      return
    case '$elemMatch':
      checkAsked(place, path)
      if (isOperatorObject(operand)) {
        walkValue(operand, place, undefined)
        return
      }
      walkObject(operand, { ...place, catalogue: false })
      return
    case '$not':
      walkValue(operand, place, path)
      return
    case '$size':
      checkAsked(place, path)
      if (typeof operand !== 'number') walkValue(operand, place, undefined)
      return
    case '$exists':
      if (typeof operand !== 'boolean') report(place, 'wrong_type', '"$exists" takes true or false')
      return
    case '$type':
      if (!TYPES.includes(operand as string))
        report(place, 'wrong_type', `"$type" takes one of ${TYPES.join(', ')}`)
      return
    default:
      checkCompared(name, operand, place, path)
      return
  }
}

function checkCompared(name: string, operand: unknown, place: Place, path: string | undefined): void {
  if (!OPERATOR_NAMES.includes(name)) {
    report(place, 'unknown_operator', `there is no operator "${name}"${hint(name, OPERATOR_NAMES)}`)
    return
  }
  if (typeof operand !== 'string' && typeof operand !== 'number') {
    report(place, 'wrong_type', `"${name}" compares with a number or a string`)
  } else if (path !== undefined && attributeAt(path)?.type === 'number') {
    checkListed([operand], place, path, 'bound')
  }
}

function checkList(name: string, operand: unknown, place: Place, path: string | undefined): void {
  if (!Array.isArray(operand)) {
    report(place, 'wrong_type', `"${name}" takes a list`)
    return
  }
  if (operand.length > MAX_LIST) report(place, 'too_many', `"${name}" takes at most ${MAX_LIST} values`)
  else if (operand.length === 0 && (name === '$in' || name === '$ini')) {
    report(place, 'never_matches', `nobody is in an empty list; give "${name}" a value`)
  } else checkListed(operand, place, path, 'strict')
}

function checkRegex(operand: unknown, place: Place): void {
  const problem = regexProblem(operand)
  if (problem !== undefined) report(place, 'bad_regex', problem)
}

/** What asks for a list is never true of one value. */
function checkAsked(place: Place, path: string | undefined): void {
  const type = path === undefined ? undefined : attributeAt(path)?.type
  if (type === undefined || type === 'strings' || type === 'any') return
  report(place, 'never_matches', `"${path}" ${NO_LIST}`)
}

/** By itself a value is compared as what it is like, by an operator as what it is; a bound may lie anywhere. */
type Comparison = 'loose' | 'strict' | 'bound'

/** A value that the attribute can never have means a campaign that nobody sees. */
function checkListed(
  operands: readonly unknown[],
  place: Place,
  path: string | undefined,
  by: Comparison = 'loose',
): void {
  if (path === undefined) return
  for (const operand of operands) {
    const why = whyNever(operand, path, by)
    if (why !== null) report(place, 'never_matches', `"${path}" ${why}`)
  }
}

/** The one attribute that a path reads; undefined for a branch, whose value is an object. */
function attributeAt(path: string): AttributeEntry | undefined {
  const [only, ...others] = attributesAt(path)
  const isOne = others.length === 0 && (only?.path === path || only?.path.endsWith('*'))
  return isOne && only?.path !== `${path}.*` ? only : undefined
}

function whyNever(operand: unknown, path: string, by: Comparison): string | null {
  const only = attributeAt(path)
  if (isRecord(operand)) return whyNoObject(operand, path, only)
  if (operand === null || (only === undefined && typeof operand === 'boolean')) return null
  if (only === undefined) return 'is many attributes; name one of them'
  const { type, values, form } = only
  if (type === 'any') return null
  if (Array.isArray(operand)) {
    return type === 'strings' ? null : NO_LIST
  }
  const text = JSON.stringify(operand)
  if (values !== undefined && typeof operand === 'string' && !values.includes(operand)) {
    return `is never ${text}; it is one of ${values.join(', ')}${hint(operand, values)}`
  }
  const isOther = type !== 'strings' && type !== typeof operand
  const isUnlike =
    type === 'number'
      ? Number.isNaN(Number(operand))
      : type === 'boolean' && !LIKE_BOOLEAN.test(String(operand))
  if (isUnlike || (isOther && by === 'strict')) return `is a ${type}, which ${text} is not`
  if (by === 'bound' || form === undefined || typeof operand === 'boolean') return null
  return form.test(String(operand)) ? null : `is never ${text}`
}

/** No attribute is an object that one could name: an operator without its "$" was meant, or one attribute of many. */
function whyNoObject(operand: object, path: string, only?: AttributeEntry): string {
  const [key] = Object.keys(operand)
  if (OPERATOR_NAMES.includes(`$${key}`)) return `takes "$${key}", not "${key}"`
  return only === undefined && key !== undefined
    ? `is never just this; write "${path}.${key}"`
    : 'is never an object'
}
