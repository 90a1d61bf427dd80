/** What each metric is to the statistics, and which way it should go. Pure. */
import { HARMS, type Metric } from './model.ts'
import type { MetricKind } from './statistic.ts'

/** More is better, or less is. */
export type Better = 'up' | 'down'

const KINDS: Readonly<Partial<Record<Metric, MetricKind>>> = {
  orders: 'mean',
  revenue: 'mean',
  margin: 'mean',
  engagement: 'mean',
  store_revenue: 'mean',
  average_order: 'ratio',
}

const MONEY: readonly Metric[] = ['revenue', 'margin', 'average_order', 'store_revenue']

export const isMoney = (metric: Metric): boolean => MONEY.includes(metric)

/** Whatever is 0 or 1 of a visitor is a share of visitors. */
export const kindOf = (metric: Metric): MetricKind => KINDS[metric] ?? 'share'

export const isHarm = (metric: Metric): boolean => (HARMS as readonly string[]).includes(metric)

export const betterOf = (metric: Metric): Better => (isHarm(metric) ? 'down' : 'up')
