/**
 * Rows as CSV (RFC 4180). Numbers stay as they are; a text that a spreadsheet would take for a formula is told as the
 * text that it is (OWASP, "CSV Injection"). Pure.
 */
type Value = string | number | boolean | null

const FORMULA = /^[=+\-@\t\r]/

export function csvOf(header: readonly string[], rows: readonly (readonly Value[])[]): string {
  return [header, ...rows]
    .map((row) => row.map(cellOf).join(','))
    .join('\r\n')
    .concat('\r\n')
}

function cellOf(value: Value): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
