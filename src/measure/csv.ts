/**
 * Rows as CSV (RFC 4180). Numbers stay as they are; a text that a spreadsheet would take for a formula is told as the
 * text that it is (OWASP, "CSV Injection"). Pure.
 */
import type { Result } from './summary.ts'

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

const HEADER = [
  'campaign',
  'metric',
  'arm',
  'objective',
  'harm',
  'status',
  'visitors_control',
  'visitors_arm',
  'mean_control',
  'mean_arm',
  'lift',
  'low',
  'high',
  'p_value',
  'chance_to_beat_control',
  'loss_of_keeping_control',
  'loss_of_taking_arm',
  'detectable',
  'message',
]

/** One row for each metric and arm of a campaign. */
export const resultsCsv = (campaign: string, results: readonly Result[]): string =>
  csvOf(
    HEADER,
    results.map(({ metric, arm, isObjective, isHarm, verdict, pValue, detectable }) => [
      campaign,
      metric,
      arm,
      isObjective,
      isHarm,
      verdict.status,
      verdict.control.n,
      verdict.arm.n,
      verdict.control.mean,
      verdict.arm.mean,
      verdict.lift,
      verdict.interval?.[0] ?? null,
      verdict.interval?.[1] ?? null,
      pValue,
      verdict.chance,
      verdict.risk?.control ?? null,
      verdict.risk?.arm ?? null,
      detectable,
      verdict.message,
    ]),
  )
