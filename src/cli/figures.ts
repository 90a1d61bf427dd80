/** Single figures, as people read them in a shell. Pure. */
import { CELL_MIN_VISITORS } from '../measure/compare.ts'
import { isMoney, kindOf } from '../measure/kinds.ts'
import type { Metric } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'

/** Beyond this, and below its rest, nothing is as sure as 100 % or 0 % would say. */
const NEARLY_SURE = 0.999

/** With a sign only where something is left of it. */
const fixed = (value: number, decimals: number): string => value.toFixed(decimals).replace(/^-(?=[0.]*$)/, '')

/** `8.1 %`, `-0.3 %`. */
export const percent = (share: number | null): string =>
  share === null ? 'no bound' : `${fixed(100 * share, Math.abs(share) < 0.1 ? 1 : 0)} %`

/** A probability, which is never quite 0 or 1. */
export function chance(probability: number): string {
  if (probability > NEARLY_SURE) return `>${100 * NEARLY_SURE} %`
  if (1 - probability > NEARLY_SURE) return '<0.1 %'
  return probability > 0.99 ? `${fixed(100 * probability, 1)} %` : percent(probability)
}

export const amount = (minor: number, { currency, decimals }: Money): string =>
  `${fixed(minor / 10 ** decimals, decimals)} ${currency}`

/** What the metric came to of a visitor, or of an order. */
export function mean(metric: Metric, value: number | null, money: Money): string {
  if (value === null) return '-'
  if (isMoney(metric)) return amount(value, money)
  return kindOf(metric) === 'mean' ? value.toFixed(3) : `${(100 * value).toFixed(2)} %`
}

/** A number of people; of a handful it is not told which. */
export const people = (count: number | null): string =>
  count === null ? `<${CELL_MIN_VISITORS}` : String(count)

export const label = (metric: string): string => metric.replaceAll('_', ' ')
