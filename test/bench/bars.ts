/** Figures of simulations, one a line, each with its bar. */
let missed = 0

export function line(label: string, value: string, bar = '', met = true): void {
  if (!met) missed++
  const verdict = bar === '' ? '' : `  ${bar}  ${met ? 'met' : 'MISSED'}`
  console.log(`${label.padEnd(76)} ${value.padStart(12)}${verdict}`)
}

export const everyBarMet = (): boolean => missed === 0

export const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`

/** An error rate: the bar leaves room for what chance alone may show in so many runs, three standard errors. */
export function atMost(label: string, share: number, bound: number, runs: number): void {
  const limit = bound + 3 * Math.sqrt((bound * (1 - bound)) / runs)
  line(label, percent(share), `≤ ${percent(bound)} (+ 3σ: ${percent(limit)})`, share <= limit)
}

export function shareOf(runs: number, happens: () => boolean): number {
  let count = 0
  for (let run = 0; run < runs; run++) count += Number(happens())
  return count / runs
}
