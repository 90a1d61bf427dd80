/**
 * Decisions → fills, and outcomes → settled decisions. Pure: the order of decisions is the order of priority, and
 * stitching keeps it.
 */
import type { Attributes, CompiledEdit, PagePlan } from '../campaign/model.ts'
import { alike, ofAlike } from '../decide/alike.ts'
import type { Decision, Reason } from '../decide/model.ts'
import { notReached } from '../decide/outcomes.ts'
import type { Fill, Outcome } from '../page/model.ts'

export interface Rendered {
  readonly fills: readonly Fill[]
  /** For each fill, the index of the decision it belongs to. */
  readonly owners: readonly number[]
  /** Edits that gave no fill, as decision indexes: a value was not safe where it should have gone. */
  readonly refused: readonly number[]
}

const NO_SLOT = -1

/** One edit that a list of decisions makes on its plan's pages. */
interface Step {
  /** Index of the decision. */
  readonly owner: number
  readonly edit: CompiledEdit
  readonly slot: number
  /** Of a move; else `NO_SLOT`. */
  readonly target: number
}

const stepsOf = ofAlike((decisions, { slotOf }: PagePlan): readonly Step[] =>
  decisions.flatMap(({ variant }, owner) =>
    (variant?.edits ?? []).map((compiled): Step => {
      const { edit } = compiled
      const target = edit.action === 'move' ? slotOf.get(edit.target) : undefined
      return { owner, edit: compiled, slot: slotOf.get(edit.selector) ?? NO_SLOT, target: target ?? NO_SLOT }
    }),
  ),
)

/** Renders the edits of every decision that shows a variant. Never throws: compiled edits do not. */
export function render(decisions: readonly Decision[], attributes: Attributes, plan: PagePlan): Rendered {
  const fills: Fill[] = []
  const owners: number[] = []
  const refused: number[] = []
  for (const { owner, edit, slot, target } of stepsOf(decisions, plan)) {
    const fill = edit.render(attributes, slot, target)
    if (fill === null) refused.push(owner)
    else {
      fills.push(fill)
      owners.push(owner)
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
  plan: PagePlan,
): readonly Decision[] {
  if (rendered.refused.length === 0 && outcomes.every((outcome) => outcome === 'applied')) return decisions
  const settled = decisions.map((decision, index) => {
    if (decision.variant === undefined || decision.variant.edits.length === 0) return decision
    const reached = rendered.owners.flatMap((owner, fill) =>
      owner === index ? [outcomes[fill] ?? 'no_slot'] : [],
    )
    if (reached.includes('applied')) return decision
    return notReached(decision, whyNot(reached))
  })
  return alike(plan, settled)
}

function whyNot(outcomes: readonly Outcome[]): Reason {
  if (outcomes.length === 0) return 'error'
  if (outcomes.every((outcome) => outcome === 'no_slot')) return 'no_slot'
  return outcomes.some((outcome) => outcome === 'taken' || outcome === 'covered') ? 'conflict' : 'unfit'
}
