/** Rows that were not taken, beside the file that they came from: as they stood there, with line and reason. */
import { appendFileSync, rmSync } from 'node:fs'

export interface Rejects {
  readonly file: string
  readonly count: () => number
  readonly add: (row: { readonly line: number; readonly cells: readonly string[] }, reason: string) => void
}

/** What could be mended is written so that the file can be mended and imported itself. */
export function createRejects(path: string, columns: readonly string[] | null): Rejects {
  const file = `${path}.rejects.csv`
  const names = columns ?? ['row']
  let count = 0
  rmSync(file, { force: true })
  return {
    file,
    count: () => count,
    add({ line, cells }, reason) {
      if (count++ === 0) appendFileSync(file, csvLine([...names, 'line', 'reason']))
      const own = cells.length === names.length ? cells : [cells.join(' | ')]
      const padding = Array.from({ length: names.length - own.length }, () => '')
      appendFileSync(file, csvLine([...own, ...padding, String(line), reason]))
    },
  }
}

const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`
