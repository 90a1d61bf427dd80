/**
 * Orders that have a bad line. An order is told once, so that what is sent without one of its lines stays too small for
 * good: the mended line would be taken for the same again. None of it is sent until the line is mended. Pure.
 */
import { type Kind, mapColumns } from './fields.ts'
import type { Row, RowFile, Unread } from './rows.ts'

/** `"order_id": "7"` or `"order_id": 7` of a text that is no JSON. */
const MEMBER = /"([^"\\]+)"\s*:\s*(?:"([^"\\]*)"|(-?\d+))/g

/**
 * Ids that a bad line may have: its own where it can be told, and where cells are missing, too many or run together,
 * whatever stands where the id could have moved to. One too many costs an order its turn, one too few its size.
 */
export function idsOfBad(
  row: Row | Unread,
  kind: Kind,
  { columns, delimiter }: Pick<RowFile, 'columns' | 'delimiter'>,
): readonly string[] {
  if ('fields' in row) {
    const id = row.fields[idColumn(kind, Object.keys(row.fields)) ?? '']
    return id === undefined || id === null || id === '' ? [] : [String(id)]
  }
  const [text = ''] = row.cells
  if (columns === null || delimiter === null) {
    return [...text.matchAll(MEMBER)].flatMap(([, name = '', said, number]) =>
      idColumn(kind, [name]) === undefined ? [] : [(said ?? number) as string],
    )
  }
  const at = columns.indexOf(idColumn(kind, columns) ?? '')
  if (at === -1) return []
  const cells = row.cells.length === 1 ? text.split(delimiter) : row.cells
  const moved = at + cells.length - columns.length
  return cells
    .slice(Math.max(0, Math.min(at, moved)), Math.max(at, moved) + 1)
    .map((cell) => cell.trim().replace(/^"|"$/g, ''))
    .filter((cell) => cell !== '')
}

function idColumn(kind: Kind, columns: readonly string[]): string | undefined {
  for (const [column, name] of mapColumns(kind, columns)) if (name === 'id') return column
  return undefined
}
