/**
 * Margins that nobody knows. Such an order adds nothing to its visitor's margin, which is a guess; of few buyers it does
 * no harm, and of many it would turn whatever sells products of unknown cost into a loss. Pure.
 */
import type { Cell, Count, Metric } from './model.ts'
import { sumMoments } from './moments.ts'

/** Where more of the buyers than this have a margin that nobody knows, margins say nothing. */
const MAX_UNKNOWN = 0.05

/** What has to be read to judge these metrics. */
export const withUnknown = (metrics: readonly Metric[]): readonly (Metric | Count)[] =>
  metrics.includes('margin') ? [...metrics, 'conversion', 'unknown_margin'] : metrics

/** Share of buyers whose margin nobody knows. `cells`: of one campaign, and of one segment or of parts of all visitors. */
export function unknownShare(cells: readonly Cell[]): number {
  const countOf = (metric: Cell['metric']) => sumMoments(cells.filter((cell) => cell.metric === metric))
  const buyers = countOf('conversion').y
  return buyers === 0 ? 0 : Math.min(1, countOf('unknown_margin').n / buyers)
}

/** Is this metric one that nobody can judge by these cells? */
export const isUnknown = (metric: Cell['metric'], cells: readonly Cell[]): boolean =>
  metric === 'margin' && unknownShare(cells) > MAX_UNKNOWN
