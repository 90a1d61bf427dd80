/** What may be told of how many people: a figure about a handful is about each of them. Pure. */
import { CELL_MIN_VISITORS } from './compare.ts'

/** A number of people; null where it is a handful. Nobody is nobody's secret. */
export const toldCount = (people: number): number | null =>
  people > 0 && people < CELL_MIN_VISITORS ? null : people
