/** A condition asked once, under the name that GrowthBook's SDKs and their vectors have for it. */
import { compileCondition, type SavedGroups } from '../../src/campaign/condition.ts'
import type { Attributes, Condition } from '../../src/campaign/model.ts'

export const evalCondition = (condition: Condition, attributes: Attributes, groups?: SavedGroups): boolean =>
  compileCondition(condition, groups)(attributes)
