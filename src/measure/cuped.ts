/**
 * CUPED: what a visitor did before the exposure explains part of what they did after it, and the exposure cannot have
 * changed it, so that part is taken out of the comparison (Deng, Xu, Kohavi & Walker 2013, "Improving the Sensitivity
 * of Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM). One coefficient for both arms. Pure.
 */
import type { Moments } from './model.ts'
import {
  addMoments,
  covarianceOf,
  meanOf,
  shareCovarianceOf,
  shareVarianceOf,
  varianceOf,
} from './moments.ts'
import { type MetricKind, type Statistic, statisticOf } from './statistic.ts'

/** Both arms of a comparison, with the same adjustment. */
export interface Adjusted {
  readonly control: Statistic
  readonly arm: Statistic
  /** 0 where nothing was taken out. */
  readonly theta: number
  /** Share of the difference's variance that it took away; 0 without an adjustment, never more than 1. */
  readonly varianceReduction: number
}

interface Spread {
  readonly y: number
  readonly x: number
  readonly both: number
}

function spreadOf(kind: MetricKind, m: Moments): Spread {
  return kind === 'share'
    ? {
        y: shareVarianceOf(m.n, m.y),
        x: shareVarianceOf(m.n, m.x),
        both: shareCovarianceOf(m.n, m.y, m.x, m.xy),
      }
    : {
        y: varianceOf(m.n, m.y, m.yy),
        x: varianceOf(m.n, m.x, m.xx),
        both: covarianceOf(m.n, m.y, m.x, m.xy),
      }
}

/** The slope of `y` on its companion over both arms; 0 where either of them never varies. */
export function thetaOf(kind: MetricKind, control: Moments, arm: Moments): number {
  const { y, x, both } = spreadOf(kind, addMoments(control, arm))
  return y <= 0 || x <= 0 ? 0 : both / x
}

/** The arms as they are, where there is no companion that explains anything: `ratio` uses its companion already. */
export function adjust(kind: MetricKind, control: Moments, arm: Moments): Adjusted {
  const theta = kind === 'ratio' ? 0 : thetaOf(kind, control, arm)
  const before = { control: statisticOf(kind, control), arm: statisticOf(kind, arm) }
  if (theta === 0 || !Number.isFinite(theta)) return { ...before, theta: 0, varianceReduction: 0 }
  const after = { control: without(kind, control, theta), arm: without(kind, arm, theta) }
  return { ...after, theta, varianceReduction: reductionOf(before, after) }
}

/** The statistic of y - θ x. */
function without(kind: MetricKind, m: Moments, theta: number): Statistic {
  const { y, x, both } = spreadOf(kind, m)
  const base = meanOf(m.n, m.y)
  return {
    kind,
    n: m.n,
    mean: base - theta * meanOf(m.n, m.x),
    variance: m.n <= 1 ? 0 : y + theta * theta * x - 2 * theta * both,
    base,
    baseVariance: y,
    covariance: y - theta * both,
  }
}

type Pair = Pick<Adjusted, 'control' | 'arm'>
const varianceOfDifference = ({ control, arm }: Pair): number =>
  control.variance / control.n + arm.variance / arm.n

export function reductionOf(before: Pair, after: Pair): number {
  const reduction = 1 - varianceOfDifference(after) / varianceOfDifference(before)
  return Number.isFinite(reduction) ? reduction : 0
}
