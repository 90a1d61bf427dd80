/** The schema's complaints in the words of an author: where, a stable code, and what to do. Pure. */
import type * as v from 'valibot'
import { type Fault, pointer } from '../kit/fault.ts'
import { ACTIONS } from './shape.ts'
import { hint } from './suggest.ts'

const CODES: Readonly<Record<string, string>> = {
  max_length: 'too_long',
  non_empty: 'empty',
  regex: 'format',
  min_value: 'out_of_range',
  max_value: 'out_of_range',
}

/** `at` is the pointer of what the schema was asked about. */
export function faultOf(issue: v.BaseIssue<unknown>, at: string): Fault {
  const steps = (issue.path ?? []).map(({ key }) => key as string | number)
  const path = at + pointer(...steps)
  const name = String(steps.at(-1) ?? '')
  if (issue.type === 'never') {
    const known = issue.message.split(' ')
    const meant = hint(name, known) || `; known: ${known.join(', ')}`
    return { path, code: 'unknown_field', message: `there is no field "${name}"${meant}` }
  }
  if (issue.kind === 'schema' && issue.received === 'undefined') {
    return { path, code: 'required', message: `"${name}" is missing` }
  }
  if (issue.type === 'variant' && name === 'action') {
    const meant = hint(String(issue.input), ACTIONS) || `; known: ${ACTIONS.join(', ')}`
    return { path, code: 'unknown_action', message: `there is no action ${issue.received}${meant}` }
  }
  const code = CODES[issue.type] ?? (issue.kind === 'schema' ? 'wrong_type' : 'invalid')
  return { path, code, message: messageOf(issue) }
}

/** The schema's own sentence, or one made of what was expected. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message
  const known = [...(issue.expected ?? '').matchAll(/"([^"]+)"/g)].map(([, word]) => word as string)
  const meant = typeof issue.input === 'string' ? hint(issue.input, known) : ''
  return `expected ${issue.expected ?? 'something else'}, not ${issue.received}${meant}`
}
