/**
 * Numbers that may not be known of a visitor: no weather came in time, no store is near, nothing was ever ordered. In
 * comparisons what is not known counts as 0, as in GrowthBook's SDKs, so that "below ten degrees" means all of those as
 * well. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { compileCondition } from './condition.ts'
import { type Leaf, leavesOf } from './leaves.ts'
import type { Campaign } from './model.ts'

/** Those of which 0 says something else than nothing: it freezes, they stand in the store, they ordered today. */
const MAY_BE_ABSENT = /^(?:weather\.temperature|store\.km|(?:visit|orders)\.(?:daysSince|gapDays))$/

/** Warnings, where the audience of a campaign takes in everybody of whom such a number is not known. */
export const absentNumbers = (campaigns: readonly Campaign[]): readonly Fault[] =>
  campaigns.flatMap(({ audience }, at) =>
    leavesOf(audience)
      .filter(isLoose)
      .map(({ path }) => ({
        path: pointer('campaigns', at),
        code: 'absent_number',
        message: `"${path}" is 0 where unknown: add "$exists": true`,
      })),
  )

/** Does a comparison hold of nothing, while no other leaf asks for something that is known together with it? */
const isLoose = ({ path, operand }: Leaf, _: number, leaves: readonly Leaf[]): boolean =>
  MAY_BE_ABSENT.test(path) &&
  /"\$[gl]te?"/.test(JSON.stringify(operand)) &&
  leaves.every((each) => !each.path.startsWith(path.replace(/\w+$/, '')) || holdsOfNothing(each))

const holdsOfNothing = ({ path, operand, isNegated }: Leaf): boolean =>
  compileCondition({ [path]: operand })({}) !== isNegated
