/**
 * The two integrals that every test here rests on, the incomplete gamma and beta functions, and ln Γ beneath them.
 * Written out, because the libraries that have them are too big for a Worker (README, Libraries). Good to about 1e-12 of
 * the value for parameters up to some thousands, tails included. Beyond, the exponent in front of the beta integral is a
 * difference of large numbers and loses what they have before the point: lowerBeta(1e6, 1e6, 1/2) is off by 2e-11. Pure.
 */

const HALF_LOG_2PI = 0.9189385332046727
/** Stirling's series is exact to double precision from here on. */
const STIRLING_FROM = 10
const EPSILON = 1e-16
/** Lentz: stands for a denominator of zero. */
const TINY = 1e-300
/** Both expansions need about √a terms; this is enough for a of a thousand million. */
const MAX_TERMS = 200_000

/** What ln Γ(x) has beyond (x - 1/2) ln x - x + ln √2π, for x ≥ 10 (Abramowitz & Stegun 6.1.41). */
function stirling(x: number): number {
  const s = 1 / (x * x)
  const series =
    1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156)))))
  return series / x
}

/** ln Γ(x) for x > 0: the recurrence up to 10 (A&S 6.1.15), Stirling's series from there. */
export function logGamma(x: number): number {
  let shift = 1
  let at = x
  while (at < STIRLING_FROM) shift *= at++
  return (at - 0.5) * Math.log(at) - at + HALF_LOG_2PI + stirling(at) - Math.log(shift)
}

/**
 * ln B(a, b). Not the sum of three ln Γ where one of them is large: that would lose as many digits as ln Γ(a) has
 * before the point (DiDonato & Morris 1992, ACM TOMS 708, section 4).
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b)
  const large = Math.max(a, b)
  if (large < STIRLING_FROM) return logGamma(small) + logGamma(large) - logGamma(a + b)
  const rest = stirling(large) - stirling(a + b) - (a + b - 0.5) * Math.log1p(small / large)
  if (small < STIRLING_FROM) return logGamma(small) + small - small * Math.log(large) + rest
  return HALF_LOG_2PI - 0.5 * Math.log(small) + small * Math.log(small / large) + stirling(small) + rest
}

/** Q(a, x) = Γ(a, x) / Γ(a), the upper share: series (A&S 6.5.29) left of a + 1, continued fraction (6.5.31) right. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  if (x === Infinity) return 0
  const front = gammaFront(a, x)
  if (front === 0) return x < a ? 1 : 0
  if (x < a + 1) return 1 - (front * lowerSeries(a, x)) / a
  return (
    front *
    lentz(
      (term) => (term === 0 ? 1 : -term * (term - a)),
      (term) => x + 2 * term + 1 - a,
    )
  )
}

/** xᵃ e⁻ˣ / Γ(a); of large numbers by their relative distance, since their own logarithms would cancel (DLMF 8.11(iii)). */
function gammaFront(a: number, x: number): number {
  if (a < STIRLING_FROM) return Math.exp(a * Math.log(x) - x - logGamma(a))
  const off = (x - a) / a
  const log = Math.abs(off) < 0.5 ? Math.log1p(off) : Math.log(x / a)
  return Math.exp(a * (log - off) - stirling(a) - HALF_LOG_2PI) * Math.sqrt(a)
}

function lowerSeries(a: number, x: number): number {
  let term = 1
  let sum = 1
  for (let at = a + 1; term > sum * EPSILON && at < a + MAX_TERMS; at++) {
    term *= x / at
    sum += term
  }
  return sum
}

/**
 * I_x(a, b), the share of Beta(a, b) below x. `y` is 1 - x, to be given where it is known better than by subtraction.
 * Continued fraction of DiDonato & Morris 1992 (TOMS 708, section 2), on the side of the mean where it is stable.
 */
export function lowerBeta(a: number, b: number, x: number, y = 1 - x): number {
  if (x <= 0) return 0
  if (y <= 0) return 1
  const front = Math.exp(a * logOf(x, y) + b * logOf(y, x) - logBeta(a, b))
  if (front === 0) return a * y >= b * x ? 0 : 1
  return a * y >= b * x ? front * betaFraction(a, b, x, y) : 1 - front * betaFraction(b, a, y, x)
}

const logOf = (x: number, rest: number): number => (x < 0.5 ? Math.log(x) : Math.log1p(-rest))

function betaFraction(a: number, b: number, x: number, y: number): number {
  const lambda = a * y - b * x
  return lentz(
    (m) => (m === 0 ? 1 : ((a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x) / (a + 2 * m - 1) ** 2),
    (m) =>
      m +
      (m === 0 ? 0 : (m * (b - m) * x) / (a + 2 * m - 1)) +
      ((a + m) * (lambda + 1 + m * (1 + y))) / (a + 2 * m + 1),
  )
}

/** numerator(0) / (denominator(0) + numerator(1) / (denominator(1) + …)), by the modified Lentz method (1976). */
function lentz(numerator: (term: number) => number, denominator: (term: number) => number): number {
  let value = TINY
  let c = value
  let d = 0
  for (let term = 0; term < MAX_TERMS; term++) {
    d = 1 / (denominator(term) + numerator(term) * d || TINY)
    c = denominator(term) + numerator(term) / c || TINY
    value *= c * d
    if (Math.abs(c * d - 1) < EPSILON) break
  }
  return value
}
