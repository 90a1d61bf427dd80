/**
 * What may be told of how many people: a figure about a handful is about each of them, so neither their number nor
 * their mean leaves a report. Statistics are made of the true numbers before. Pure.
 */
import { CELL_MIN_VISITORS } from './compare.ts'
import type { ArmCount, Result, Summary } from './summary.ts'
import type { Side, Verdict } from './verdict.ts'

/** A number of people; null where it is a handful. Nobody is nobody's secret. */
export const toldCount = (people: number): number | null =>
  people > 0 && people < CELL_MIN_VISITORS ? null : people

type Told<T, Key extends keyof T> = Omit<T, Key> & { readonly [name in Key]: number | null }

export type ToldArm = Told<ArmCount, 'visitors' | 'seen' | 'crossed'>
export type ToldSide = Told<Side, 'n'>
export interface ToldVerdict extends Omit<Verdict, 'control' | 'arm'> {
  readonly control: ToldSide
  readonly arm: ToldSide
}
export interface ToldResult extends Omit<Result, 'verdict'> {
  readonly verdict: ToldVerdict
}
export interface ToldSummary extends Omit<Summary, 'arms' | 'results'> {
  readonly arms: readonly ToldArm[]
  readonly results: readonly ToldResult[]
}

export const toldSummary = (summary: Summary): ToldSummary => ({
  ...summary,
  arms: summary.arms.map((arm) => ({
    ...arm,
    visitors: toldCount(arm.visitors),
    seen: toldCount(arm.seen),
    crossed: toldCount(arm.crossed),
  })),
  results: summary.results.map((result) => ({ ...result, verdict: toldVerdict(result.verdict) })),
})

export const toldVerdict = (verdict: Verdict): ToldVerdict => ({
  ...verdict,
  control: toldSide(verdict.control),
  arm: toldSide(verdict.arm),
})

const toldSide = ({ n, mean }: Side): ToldSide => {
  const people = toldCount(n)
  return { n: people, mean: people === null ? null : mean }
}
