/**
 * Questions to the store as templates: the text stays text, and every value becomes a parameter. A template within a
 * template is a piece of it. Pure.
 *
 *   sql`SELECT id FROM visitors WHERE id = ${id} ${isFirst ? sql`LIMIT 1` : sql``}`
 */

/** A value that can be bound. libSQL takes every number as a REAL; SQLite stores it as its column has it. */
export type Bindable = string | number | boolean | null

/** A piece of SQL: its text with a question mark for each parameter. */
export class SQL {
  readonly text: string
  readonly params: readonly Bindable[]

  constructor(text: string, params: readonly Bindable[]) {
    this.text = text
    this.params = params
  }
}

/** A query that has not been run. */
export interface Statement {
  readonly toSQL: () => { readonly sql: string; readonly params: readonly unknown[] }
}

export function sql(texts: readonly string[], ...values: readonly (SQL | Bindable)[]): SQL {
  const params: Bindable[] = []
  let text = texts[0] ?? ''
  for (const [index, value] of values.entries()) {
    if (value instanceof SQL) {
      text += value.text
      params.push(...value.params)
    } else {
      text += '?'
      params.push(value)
    }
    text += texts[index + 1] ?? ''
  }
  return new SQL(text, params)
}

/** Text of our own that becomes SQL as it is. */
sql.raw = (text: string): SQL => new SQL(text, [])

/** The name of a table or column. */
sql.identifier = (name: string): SQL => new SQL(`"${name.replaceAll('"', '""')}"`, [])

/** An entry of the row `j` of a `json_each`, where rows travel as JSON lists. */
sql.entry = (index: number): SQL => sql.raw(`j.value ->> ${index}`)

/** A list of pieces with commas between them. */
sql.list = (pieces: readonly SQL[]): SQL =>
  new SQL(
    pieces.map(({ text }) => text).join(', '),
    pieces.flatMap(({ params }) => params),
  )

export const statement = ({ text, params }: SQL): Statement => ({ toSQL: () => ({ sql: text, params }) })

/** Rows in one statement of a large write: what goes onto the wire in about a millisecond. */
export const ROWS_MAX = 128

/** A list in pieces of up to `size`. */
export const slices = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
