/** What the figures of a campaign's report mean: below the tables, and only of what stands in them. Pure. */
import type { CampaignReport, HoldoutReport } from '../flow/report.ts'
import { CELL_MIN_VISITORS } from '../measure/compare.ts'
import { percent } from './figures.ts'

type Report = CampaignReport | HoldoutReport

export function legendOf(report: Report): readonly string[] {
  const told = report.results.filter(({ verdict }) => verdict.status === 'ok')
  const window = `Counted: what visitors did within ${report.windowDays} days of first meeting it; retention: who came back`
  return [
    `* the objective, ! a harm, of which less is better. ${window} on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view.`,
    ...(told.length === 0
      ? []
      : [
          `chance: that the arm is the better one, were this the only look. detectable: the smallest change that so many visitors would show, with a probability of ${percent(report.power)}.`,
        ]),
    ...(told.some(({ verdict }) => verdict.varianceReduction !== 0)
      ? [
          'Lifts leave out what the same visitors did in the 28 days before (CUPED), so they are not quite those of the two means.',
        ]
      : []),
    ...(report.byDay ? [MOVED] : []),
    ...suppressedOf(report),
  ]
}

const MOVED =
  'Weights changed meanwhile: days are compared with themselves, and means are those of days that count the same in both arms.'

function suppressedOf({ segments: { suppressed } }: Report): readonly string[] {
  const hidden = Object.entries(suppressed).map(([segment, values]) => `${values} of ${segment}`)
  if (hidden.length === 0) return []
  return [
    `Segments that are not told, for having fewer than ${CELL_MIN_VISITORS} visitors in an arm or giving such a one away: ${hidden.join(', ')}.`,
  ]
}
