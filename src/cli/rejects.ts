/** Rows that were not taken, beside the file that they came from: as they stood there, with line and reason. */
import { appendFileSync, rmSync } from 'node:fs'
import type { RowFile } from './rows.ts'

export interface Rejects {
  readonly file: string
  readonly count: () => number
  readonly add: (row: { readonly line: number; readonly cells: readonly string[] }, reason: string) => void
}

/** Columns that a file of rejects has behind those of its rows. */
const TOLD = ['line', 'reason']

/** Is it a line that could not be read, in a file of rejects, where it stands in the first cell and nobody mended it? */
export const isUnmended = (cells: readonly string[], columns: readonly string[]): boolean =>
  TOLD.every((name, at) => columns[columns.length - TOLD.length + at] === name) &&
  cells.slice(1, -TOLD.length).every((cell) => cell === '')

/**
 * What could be mended is written so that the file can be mended and imported itself: between its cells stands what
 * stood there, for that tells how its numbers are read.
 */
export function createRejects(
  path: string,
  { columns, delimiter }: Pick<RowFile, 'columns' | 'delimiter'>,
): Rejects {
  const file = `${path}.rejects.csv`
  const names = columns ?? ['row']
  const csvLine = (cells: readonly string[]): string =>
    `${cells.map((cell) => quoted(cell, delimiter ?? ',')).join(delimiter ?? ',')}\n`
  let count = 0
  rmSync(file, { force: true })
  return {
    file,
    count: () => count,
    add({ line, cells }, reason) {
      if (count++ === 0) appendFileSync(file, csvLine([...names, ...TOLD]))
      const own = cells.length === names.length ? cells : [cells.join(delimiter ?? ' | ')]
      const padding = Array.from({ length: names.length - own.length }, () => '')
      appendFileSync(file, csvLine([...own, ...padding, String(line), reason]))
    },
  }
}

const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell
