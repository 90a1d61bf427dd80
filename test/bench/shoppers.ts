/**
 * Visitors as shops have them: few buy, those who buy spend very differently, and those who bought before buy again.
 * Both arms are alike. Told as the moments of a day.
 */
import type { Moments } from '../../src/measure/model.ts'
import { multinomial, normal, type Random } from '../help/sampling.ts'

export interface Day {
  readonly conversion: Moments
  readonly revenue: Moments
  /** Companion: orders. */
  readonly average_order: Moments
}

/** Share of visitors, and how many of them buy in the four weeks before, and in those after. */
const KINDS = [
  { share: 0.1, before: 0.6, after: 0.5 },
  { share: 0.9, before: 0.01, after: 0.01 },
]
/** Cents; the logarithm's mean. A visitor's own level, and how much orders differ: one in a hundred is six times as large. */
const ORDER = { log: Math.log(4_500), own: 0.5, noise: 0.6 }
const SECOND_ORDER = 0.2

/** Sums that visitors are added to one by one, where most of them are 0. */
function summing(n: number) {
  const sums = { n, y: 0, yy: 0, x: 0, xx: 0, xy: 0 }
  const add = (y: number, x: number): void => {
    sums.y += y
    sums.yy += y * y
    sums.x += x
    sums.xx += x * x
    sums.xy += x * y
  }
  return { sums, add }
}

/** Of all visitors, those who buy in the four weeks after. */
export const BUYING = KINDS.reduce((sum, { share, after }) => sum + share * after, 0)

/** `buying`: how many of them buy, other shares being as they are. */
export function dayOf(visitors: number, random: Random, buying = BUYING): Day {
  const [conversion, revenue, order] = [summing(visitors), summing(visitors), summing(visitors)]
  const counts = multinomial(
    visitors,
    KINDS.map(({ share }) => share),
    random,
  )
  for (const [kind, count] of counts.entries()) {
    const { before, after: usual } = KINDS[kind] as (typeof KINDS)[number]
    const after = (usual * buying) / BUYING
    const [both, only, earlier] = multinomial(
      count,
      [before * after, after * (1 - before), before * (1 - after)],
      random,
    ) as [number, number, number]
    for (let visitor = 0; visitor < both + only + earlier; visitor++) {
      const [bought, had] = [visitor < both + only, visitor < both || visitor >= both + only]
      const level = ORDER.log + ORDER.own * normal(random)
      const orders = bought ? 1 + Number(random() < SECOND_ORDER) : 0
      const spent = spendOn(orders, level, random)
      conversion.add(Number(bought), Number(had))
      revenue.add(spent, had ? spendOn(1, level, random) : 0)
      order.add(spent, orders)
    }
  }
  return { conversion: conversion.sums, revenue: revenue.sums, average_order: order.sums }
}

function spendOn(orders: number, level: number, random: Random): number {
  let sum = 0
  for (let order = 0; order < orders; order++)
    sum += Math.round(Math.exp(level + ORDER.noise * normal(random)))
  return sum
}
