/**
 * Which attribute kept a visitor out of an audience: the path of the first leaf that did not hold. For the header that
 * says so; deciding itself asks the compiled condition, which stops without saying where. Pure, never throws.
 */
import { compileCondition, isRecord } from './condition.ts'
import type { Attributes, CompiledCampaign, Condition } from './model.ts'

/** The path that failed, or undefined where the condition holds or has nothing to name. */
type Explainer = (attributes: Attributes) => string | undefined

/** Explainers of compiled campaigns, made at the first question; weak, so they go with their release. */
const explainers = new WeakMap<Pick<CompiledCampaign, 'source'>, Explainer>()

/** For every request: the explainer of a campaign, compiled once. */
export function explainCampaign(
  campaign: Pick<CompiledCampaign, 'source'>,
  attributes: Attributes,
): string | undefined {
  let explainer = explainers.get(campaign)
  if (explainer === undefined) {
    explainer = createExplainer(campaign.source.audience)
    explainers.set(campaign, explainer)
  }
  return explainer(attributes)
}

/** Compiles a condition to its explanation. Of an `$or` that fails, the first branch is named; of `$not`, its inside. */
function createExplainer(condition: Condition): Explainer {
  const members = Object.entries(condition).map(([key, operand]) => createMember(key, operand))
  return (attributes) => {
    for (const member of members) {
      const path = member(attributes)
      if (path !== undefined) return path
    }
    return undefined
  }
}

function createMember(key: string, operand: unknown): Explainer {
  const holds = compileCondition({ [key]: operand })
  const explain = createReason(key, operand)
  return (attributes) => (holds(attributes) ? undefined : explain(attributes))
}

/** What to name once it is known that the member does not hold. */
function createReason(key: string, operand: unknown): Explainer {
  if (!key.startsWith('$')) return () => key
  const named = firstPath({ [key]: operand })
  if (!Array.isArray(operand) || key === '$nor') return () => named
  const branches = operand.filter(isRecord).map((branch) => createExplainer(branch))
  return (attributes) => {
    for (const branch of branches) {
      const path = branch(attributes)
      if (path !== undefined) return path
    }
    return named
  }
}

/** The first attribute that a condition names. */
function firstPath(condition: unknown): string | undefined {
  if (Array.isArray(condition)) return condition.map(firstPath).find((path) => path !== undefined)
  if (!isRecord(condition)) return undefined
  for (const [key, operand] of Object.entries(condition)) {
    const path = key.startsWith('$') ? firstPath(operand) : key
    if (path !== undefined) return path
  }
  return undefined
}
