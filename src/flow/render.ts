/**
 * Decisions → fills, and outcomes → settled decisions. Pure: the order of decisions is the order of priority, and
 * stitching keeps it.
 */
import type { Attributes, PagePlan } from '../campaign/model.ts'
import type { Decision, Reason } from '../decide/model.ts'
import type { Fill, Outcome } from '../page/model.ts'

export interface Rendered {
  readonly fills: readonly Fill[]
  /** For each fill, the index of the decision it belongs to. */
  readonly owners: readonly number[]
  /** Edits that gave no fill, as decision indexes: a value was not safe where it should have gone. */
  readonly refused: readonly number[]
}

const NO_SLOT = -1

/** Renders the edits of every decision that shows a variant. Never throws: compiled edits do not. */
export function render(decisions: readonly Decision[], attributes: Attributes, plan: PagePlan): Rendered {
  const fills: Fill[] = []
  const owners: number[] = []
  const refused: number[] = []
  for (let owner = 0; owner < decisions.length; owner += 1) {
    const variant = decisions[owner]?.variant
    if (variant === undefined) continue
    for (const compiled of variant.edits) {
      const { edit } = compiled
      const slot = plan.slotOf.get(edit.selector) ?? NO_SLOT
      const target = edit.action === 'move' ? (plan.slotOf.get(edit.target) ?? NO_SLOT) : NO_SLOT
      const fill = compiled.render(attributes, slot, target)
      if (fill === null) refused.push(owner)
      else {
        fills.push(fill)
        owners.push(owner)
      }
    }
  }
  return { fills, owners, refused }
}

/**
 * Corrects what was decided by what the page allowed: a variant none of whose edits reached a slot was not shown, and
 * says why. Partly applied variants stay what they are.
 */
export function settle(
  decisions: readonly Decision[],
  rendered: Rendered,
  outcomes: readonly Outcome[],
): readonly Decision[] {
  if (rendered.refused.length === 0 && outcomes.every((outcome) => outcome === 'applied')) return decisions
  return decisions.map((decision, index) => {
    if (decision.variant === undefined || decision.variant.edits.length === 0) return decision
    const reached = rendered.owners.flatMap((owner, fill) =>
      owner === index ? [outcomes[fill] ?? 'no_slot'] : [],
    )
    if (reached.includes('applied')) return decision
    return { ...decision, reason: whyNot(reached), counted: false }
  })
}

function whyNot(outcomes: readonly Outcome[]): Reason {
  if (outcomes.length === 0) return 'error'
  if (outcomes.every((outcome) => outcome === 'no_slot')) return 'no_slot'
  return outcomes.some((outcome) => outcome === 'taken' || outcome === 'covered') ? 'conflict' : 'unfit'
}
