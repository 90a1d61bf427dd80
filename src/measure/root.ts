/** Where a function crosses zero: quantiles, bounds and sample sizes are all found with it. Pure. */

const MAX_STEPS = 200
/** Of the root's size; two places of a double are 4.4e-16 apart. */
const PRECISION = 1e-15

/**
 * A root of `f` between `low` and `high`, where it has opposite signs: inverse quadratic interpolation that falls back
 * on halving (Chandrupatla 1997, Advances in Engineering Software 28). The nearer end, where the signs do not differ.
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  let a = high
  let b = low
  let fa = f(a)
  let fb = f(b)
  if (fa === 0 || fb === 0 || fa > 0 === fb > 0) return Math.abs(fa) < Math.abs(fb) ? a : b
  let step = 0.5
  for (let count = 0; count < MAX_STEPS; count++) {
    const x = a + step * (b - a)
    const fx = f(x)
    const outer = fx > 0 === fa > 0 ? { at: a, f: fa } : { at: b, f: fb }
    if (outer.at === a) [a, fa] = [x, fx]
    else [b, fb, a, fa] = [a, fa, x, fx]
    const best = Math.abs(fa) < Math.abs(fb) ? a : b
    const reach = (PRECISION * Math.abs(best) + Number.MIN_VALUE) / Math.abs(b - a)
    if (fx === 0 || reach > 0.5) return best
    step = Math.min(1 - reach, Math.max(reach, nextStep(a, fa, b, fb, outer.at, outer.f)))
  }
  return a
}

/** Interpolates only where the three points say that the curve is monotone enough; halves otherwise. */
function nextStep(a: number, fa: number, b: number, fb: number, c: number, fc: number): number {
  const along = (a - b) / (c - b)
  const rise = (fa - fb) / (fc - fb)
  if (!(rise * rise < along && (1 - rise) ** 2 < 1 - along)) return 0.5
  return (fa / (fb - fa)) * (fc / (fb - fc)) + ((((c - a) / (b - a)) * fa) / (fc - fa)) * (fb / (fc - fb))
}
