/**
 * Normal, Student's t and χ² distributions. Tails keep their relative precision: a p-value of 1e-40 is one. Nothing
 * here returns NaN for finite arguments in their ranges. Pure.
 */
import { findRoot } from './root.ts'
import { logBeta, lowerBeta, upperGamma } from './special.ts'

const SQRT_2PI = 2.5066282746310002
/** From 4.5e-4 (the starting value) to double precision: each step cubes the error. */
const HALLEY_STEPS = 3
/** Degrees of freedom from which on t is normal: off by z⁴ / 4e10 of the tail. */
const NORMAL_FROM = 1e10

export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / SQRT_2PI

/** P(Z ≤ z), by the incomplete gamma function (A&S 26.2.30 and 7.1.22). */
export function normalCdf(z: number): number {
  const tail = upperGamma(0.5, (z * z) / 2) / 2
  return z < 0 ? tail : 1 - tail
}

/** The z below which a share `p` lies; ±Infinity at 0 and 1. A&S 26.2.23, made exact by Halley's method. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p === 0.5) return 0
  const t = Math.sqrt(-2 * Math.log(p))
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328)
  let z = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  for (let step = 0; step < HALLEY_STEPS; step++) {
    const error = (normalCdf(z) - p) / normalDensity(z)
    z -= error / (1 + (z * error) / 2)
  }
  return z
}

/** P(T ≤ t) with `freedom` > 0 degrees, not necessarily whole (A&S 26.7.1). */
export function studentCdf(t: number, freedom: number): number {
  const tail = studentTail(Math.abs(t), freedom)
  return t < 0 ? tail : 1 - tail
}

/** P(T > t) for t ≥ 0. */
function studentTail(t: number, freedom: number): number {
  if (freedom > NORMAL_FROM) return normalCdf(-t)
  const square = t * t
  // Where t² is no number any more, the tail is the first term of its series.
  if (square === Infinity)
    return Math.exp(freedom * (Math.log(freedom) / 2 - Math.log(t)) - logBeta(freedom / 2, 0.5)) / freedom
  const sum = freedom + square
  return lowerBeta(freedom / 2, 0.5, freedom / sum, square / sum) / 2
}

/** P(|T| ≥ |t|). */
export const studentTwoSided = (t: number, freedom: number): number => 2 * studentTail(Math.abs(t), freedom)

/** The t below which a share `p` lies; ±Infinity at 0 and 1. Solved in logarithms, where the tail is nearly straight. */
export function studentQuantile(p: number, freedom: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -studentQuantile(1 - p, freedom)
  if (p === 0.5) return 0
  const low = -normalQuantile(p) / 2
  let high = 2 * low
  while (studentTail(high, freedom) > p && high < Number.MAX_VALUE / 4) high *= 2
  const wanted = Math.log(p)
  return -Math.exp(
    findRoot((log) => Math.log(studentTail(Math.exp(log), freedom)) - wanted, Math.log(low), Math.log(high)),
  )
}

/** P(χ² > x) with `freedom` degrees (A&S 26.4.19). */
export const chiSquaredTail = (x: number, freedom: number): number =>
  x <= 0 ? 1 : upperGamma(freedom / 2, x / 2)
