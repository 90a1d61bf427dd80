/** Comparisons that are looked at together, so that chance alone does not find something among so many. Pure. */
import { type Correction, correct } from './correction.ts'
import { ALPHA } from './fixed.ts'
import type { Verdict } from './verdict.ts'

export interface Found {
  /** Its interval is as wide as the others ask. */
  readonly verdict: Verdict
  /** Among all of them. */
  readonly pValue: number
}

/** Each of `members` with its verdict. Those that have nothing to say do not count among the many. */
export function judgeTogether<T>(
  members: readonly T[],
  verdictOf: (member: T, alpha: number) => Verdict,
  method: Correction,
): readonly (T & Found)[] {
  const raw = members.map((member) => verdictOf(member, ALPHA))
  const tested = raw.filter(({ status }) => status === 'ok')
  const { pValues, alpha } = correct(
    tested.map(({ pValue }) => pValue),
    method,
    ALPHA,
  )
  return members.map((member, index) => {
    const own = raw[index] as Verdict
    const place = tested.indexOf(own)
    const verdict = place === -1 || alpha === ALPHA ? own : verdictOf(member, alpha)
    return { ...member, verdict, pValue: pValues[place] ?? 1 }
  })
}
