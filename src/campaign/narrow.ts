/**
 * What can single somebody out and cannot be counted: of cookies, positions and numbers of visits no sample of profiles
 * knows how many share them. Most uses are harmless and common (a town, "returning", `cookie.currency` is EUR), so only
 * what narrows to a handful is named. Pure.
 */
import { isRecord } from './condition.ts'
import { leavesOf } from './leaves.ts'
import type { Condition } from './model.ts'

/** Many visitors have come so often; of "the 37th visit" there are few. */
const SHARED_VISITS = 5
/** Cookies that tell one person from the next by their purpose. */
const IDENTITY = /(?:^|[._-])(?:u?u?id|user|customer|client|visitor|session|sid|login|account|e?mail|name)/i
/** What a setting looks like, once only letters and digits are left: a word, with a year or a small number. */
const SETTING = /^(?:.{0,3}|(?:20\d\d)?\p{L}{1,24}(?:20\d\d|\d{0,2}))$/u

/** Without a shared position distances are whole kilometres, see signals/stores.ts. */
const COARSE_KM = 1

/** The first path by which an audience picks out so few that nobody can say how many, or undefined. */
export function singledOutBy(audience: Condition): string | undefined {
  const leaves = leavesOf(audience)
  const operandsOf = (path: string): readonly unknown[] =>
    leaves.filter((leaf) => leaf.path === path).map(({ operand }) => operand)
  return leaves.find(({ path, operand }) => {
    if (path.startsWith('cookie.')) return isIdentity(path.slice(7), operand)
    if (path === 'visit.count')
      return comparedIn(operand).some(([, visits]) => Number(visits) > SHARED_VISITS)
    // Around the corner from the very store that they often go to.
    if (path === 'store.visitsPerWeek') return operandsOf('store.km').some(isFine)
    if (path !== 'geo.latitude' && path !== 'geo.longitude') return false
    // One bound is a half of the world; two of one axis are a strip, and of both axes a box.
    const bounds = operandsOf(path).flatMap((each) => comparedIn(each))
    return bounds.length > 1 || bounds.some(([name]) => !/^\$[gl]te?$/.test(name))
  })?.path
}

const isIdentity = (name: string, operand: unknown): boolean =>
  comparedIn(operand).some(
    ([, value]) => IDENTITY.test(name) || !SETTING.test(String(value).replace(/[^\p{L}\p{N}@]+/gu, '')),
  )

/** Every number and text of an operand with the operator that it stands under; `$eq` for one that stands alone. */
function comparedIn(
  operand: unknown,
  name = '$eq',
): readonly (readonly [operator: string, value: unknown])[] {
  if (typeof operand === 'number' || typeof operand === 'string') return [[name, operand]]
  if (Array.isArray(operand)) return operand.flatMap((item) => comparedIn(item, name))
  return isRecord(operand) ? Object.entries(operand).flatMap(([key, value]) => comparedIn(value, key)) : []
}

/** Does a comparison with a distance ask for less than whole kilometres? */
export function isFine(operand: unknown): boolean {
  if (typeof operand === 'number') return operand < COARSE_KM
  if (Array.isArray(operand)) return operand.some(isFine)
  if (!isRecord(operand)) return false
  return Object.entries(operand).some(
    ([name, value]) => isFine(value) || (name === '$lt' && value === COARSE_KM),
  )
}
