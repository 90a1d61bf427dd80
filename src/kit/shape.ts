/**
 * What the schemas of all doors share: objects that are closed for good, ids, and their complaints in the words of an
 * author: where, a stable code, and what to do. Pure.
 */
import * as v from 'valibot'
import { type Fault, pointer } from './fault.ts'
import { hint } from './suggest.ts'

/** The id of a campaign, a variant, a group: a key of a structured-fields dictionary (RFC 9651). */
export const ID = /^[a-z][a-z0-9_-]{0,63}$/

/** Of one object; the sentence about each is longer than the shortest member by far, and whoever asks may be anybody. */
const STRANGERS_MAX = 20

/**
 * An object of exactly these members; any other is a fault. Unlike valibot's `strictObject`, which it is, twenty of them
 * are reported and not the first only. `constructor` and the like are members as any other.
 */
export function closed<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries).join(' ')
  const schema = v.strictObject(entries, ({ expected, received }) =>
    // Such an issue does not know what there is; `faultOf` makes the sentence.
    expected === 'never' ? known : `${DEFAULT}${expected}, not ${received}`,
  )
  const run = schema['~run'].bind(schema)
  return Object.assign(schema, {
    '~run'(...[dataset, config]: Parameters<typeof run>): ReturnType<typeof run> {
      const input = dataset.value as Readonly<Record<string, unknown>>
      // Valibot takes a list for an object, and an empty one for an object with nothing in it.
      if (Array.isArray(input)) {
        const refused = run({ value: null }, config)
        for (const issue of refused.issues ?? []) Object.assign(issue, { input, received: 'Array' })
        return refused
      }
      const done = run(dataset, config)
      const first = done.issues?.find(
        ({ path, expected }) => expected === 'never' && path?.length === 1 && path[0].input === input,
      )
      const step = first?.path?.[0]
      if (first === undefined || step === undefined) return done
      const others = Object.keys(input)
        .filter((key) => !Object.hasOwn(entries, key) && key !== step.key)
        .slice(0, STRANGERS_MAX - 1)
      const more = others.map((key) => ({
        ...first,
        input: key,
        path: [{ ...step, key, value: input[key] }],
      }))
      done.issues?.push(...(more as unknown as (typeof first)[]))
      return done
    },
  })
}

/**
 * An object of any keys of this form, each with such a value. Unlike valibot's `record`, for which it stands, no list is
 * one, and `constructor` and `prototype` are keys as any other: campaigns may be called so. `__proto__` is none, for
 * valibot would make what it says the prototype of what comes out.
 */
export function dictionary<const K extends v.GenericSchema<string>, const V extends v.GenericSchema>(
  key: K,
  value: V,
) {
  return Object.assign(closed({}), {
    type: 'record',
    key,
    value,
    '~run'(...[dataset, config]: Parameters<(typeof key)['~run']>) {
      const input = dataset.value
      const isObject = typeof input === 'object' && !Array.isArray(input)
      const names = isObject ? Object.keys(input ?? {}).filter((name) => name !== '__proto__') : []
      const done = closed(Object.fromEntries(names.map((name) => [name, value])))['~run'](dataset, config)
      const wrong = names.flatMap((name) =>
        (key['~run']({ value: name }, config).issues ?? []).map((issue) => ({
          ...issue,
          path: [{ key: name }],
        })),
      )
      const issues = [...wrong, ...(done.issues ?? [])]
      return issues.length === 0 ? done : { ...done, issues }
    },
  }) as unknown as v.RecordSchema<K, V, undefined>
}

/** How valibot's own sentences begin, which say less than we can. */
const DEFAULT = 'Invalid '
/** Of what somebody wrote, in the sentence about it: a value may be the whole document. */
const MAX_SHOWN_CHARS = 80

const CODES: Readonly<Record<string, string>> = {
  max_length: 'too_long',
  non_empty: 'empty',
  regex: 'format',
  min_value: 'out_of_range',
  max_value: 'out_of_range',
}

/** What a schema found wrong; `at` is the pointer of what it was asked about. */
export const faultsOf = (issues: readonly v.BaseIssue<unknown>[] | undefined, at = ''): Fault[] =>
  (issues ?? []).map((issue) => faultOf(issue, at))

function faultOf(issue: v.BaseIssue<unknown>, at: string): Fault {
  const steps = (issue.path ?? []).map(({ key }) => key as string | number)
  const path = at + pointer(...steps)
  const name = String(steps.at(-1) ?? '')
  if (issue.expected === 'never') {
    const known = issue.message.startsWith(DEFAULT) ? [] : issue.message.split(' ')
    return { path, code: 'unknown_field', message: `there is no field "${shown(name)}"${meant(name, known)}` }
  }
  if (issue.kind === 'schema' && issue.received === 'undefined') {
    return { path, code: 'required', message: `"${name}" is missing` }
  }
  if (issue.type === 'variant' && issue.expected !== 'Object') {
    // JSON has objects that cannot be made a text, such as {"toString": null}.
    const word = typeof issue.input === 'string' ? issue.input : ''
    const message = `there is no ${name} ${shown(issue.received)}${meant(word, wordsOf(issue))}`
    return { path, code: `unknown_${name}`, message }
  }
  const code = CODES[issue.type] ?? (issue.kind === 'schema' ? 'wrong_type' : 'invalid')
  return { path, code, message: messageOf(issue) }
}

const shown = (text: string): string =>
  text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text

const meant = (word: string, known: readonly string[]): string =>
  hint(word, known) || (known.length === 0 ? '' : `; known: ${known.join(', ')}`)

/** The schema's own sentence, or one made of what was expected. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith(DEFAULT)) return issue.message
  const near = typeof issue.input === 'string' ? hint(issue.input, wordsOf(issue)) : ''
  return `expected ${issue.expected ?? 'a whole number'}, not ${shown(issue.received)}${near}`
}

const wordsOf = ({ expected }: v.BaseIssue<unknown>): readonly string[] =>
  [...(expected ?? '').matchAll(/"([^"]+)"/g)].map(([, word]) => word as string)
