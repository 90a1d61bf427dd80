/** The leaves of an audience: what is compared with what, and whether a "not" stands around it. Pure. */
import { isRecord } from './condition.ts'

export interface Leaf {
  /** Of the attribute. */
  readonly path: string
  readonly operand: unknown
  /** Under an odd number of `$not` and `$nor`. What the operand itself negates is not counted. */
  readonly isNegated: boolean
}

/** Every leaf of a condition, in its order. */
export function leavesOf(condition: unknown, isNegated = false): readonly Leaf[] {
  if (Array.isArray(condition)) return condition.flatMap((item) => leavesOf(item, isNegated))
  if (!isRecord(condition)) return []
  return Object.entries(condition).flatMap(([key, operand]) =>
    key.startsWith('$')
      ? leavesOf(operand, (key === '$not' || key === '$nor') !== isNegated)
      : [{ path: key, operand, isNegated }],
  )
}
