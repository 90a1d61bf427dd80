/** Random numbers for simulations: seeded, and many visitors at a time where sums are all that is asked. */

export type Random = () => number

/** sfc32 (Doty-Humphrey's "small fast counting" generator): passes PractRand, period beyond 2^128 in the mean. */
export function seeded(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
  for (let warm = 0; warm < 16; warm++) next()
  return next
}

/** Marsaglia's polar method. */
export function normal(random: Random): number {
  for (;;) {
    const x = 2 * random() - 1
    const y = 2 * random() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square)
  }
}

/** Gamma(shape, 1) for shape ≥ 1 (Marsaglia & Tsang 2000). */
function gamma(shape: number, random: Random): number {
  const d = shape - 1 / 3
  for (;;) {
    const z = normal(random)
    const v = (1 + z / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

const SMALL_MEAN = 50

/** Exact: halves by the middle order statistic until the mean is small (Devroye 1986, chapter X.4), then inverts. */
export function binomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, random)
  let found = 0
  let [left, share] = [n, p]
  while (left * share > SMALL_MEAN) {
    const middle = (left + 1) >> 1
    const below = gamma(middle, random)
    const at = below / (below + gamma(left + 1 - middle, random))
    if (at <= share) {
      found += middle
      left -= middle
      share = (share - at) / (1 - at)
    } else {
      left = middle - 1
      share /= at
    }
  }
  return found + inverted(left, Math.min(1, share), random)
}

/** The cumulative distribution walked up from nobody. */
function inverted(n: number, p: number, random: Random): number {
  if (p > 0.5) return n - inverted(n, 1 - p, random)
  const odds = p / (1 - p)
  let chance = Math.exp(n * Math.log1p(-p))
  let rest = random() - chance
  let found = 0
  while (rest > 0 && found < n) {
    chance *= (odds * (n - found)) / (found + 1)
    found++
    rest -= chance
  }
  return found
}

/** How many of n fall into each of the shares, which add up to at most 1; the rest is not told. */
export function multinomial(n: number, shares: readonly number[], random: Random): readonly number[] {
  let [left, rest] = [n, 1]
  return shares.map((share) => {
    const count = binomial(left, Math.min(1, share / rest), random)
    left -= count
    rest -= share
    return count
  })
}
