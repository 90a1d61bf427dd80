/**
 * Traits: what people say of themselves, in their own words or from a list, and nothing else. Age bands begin at 18,
 * because children are never profiled. Pure.
 */
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { cleanText } from '../signals/text.ts'
import type { Trait } from './facts.ts'
import type { Declaration, TraitName, Traits } from './model.ts'
import { categoryKey, shortText } from './text.ts'

export const AGE_BANDS = ['18-24', '25-34', '35-44', '45-54', '55-64', '65+'] as const
export const TRAIT_NAMES = ['ageBand', 'occupation', 'interests', 'name'] as const satisfies TraitName[]
const TRAIT_TEXT_MAX_CHARS = 40
export const INTERESTS_MAX = 8

const isTraitName = (name: unknown): name is TraitName => TRAIT_NAMES.includes(name as TraitName)

/**
 * A declaration as it is kept: texts trimmed, interests written as categories are. `value` null, '' or [] takes an
 * earlier one back. Faults point at `/trait` and `/value` of what was sent.
 */
export function parseDeclaration(name: unknown, value: unknown): Result<Declaration, readonly Fault[]> {
  if (!isTraitName(name)) return fault('/trait', `Name a trait: ${TRAIT_NAMES.join(', ')}.`)
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) {
    return ok({ name, value: null })
  }
  switch (name) {
    case 'ageBand':
      return AGE_BANDS.includes(value as (typeof AGE_BANDS)[number])
        ? ok({ name, value: value as string })
        : fault('/value', `An age band is one of ${AGE_BANDS.join(', ')}.`)
    case 'occupation':
    case 'name': {
      const isShort = typeof value === 'string' && value.length <= TRAIT_TEXT_MAX_CHARS
      const text = isShort ? cleanText(value, TRAIT_TEXT_MAX_CHARS) : undefined
      const short = text === undefined ? undefined : shortText(text, TRAIT_TEXT_MAX_CHARS)
      return short === undefined
        ? fault('/value', `Write a text of up to ${TRAIT_TEXT_MAX_CHARS} characters.`)
        : ok({ name, value: short })
    }
    case 'interests': {
      const list = Array.isArray(value) ? value.map(categoryKey) : []
      const interests = [...new Set(list.filter((item) => item !== undefined))].sort()
      return list.length === 0 || list.length > INTERESTS_MAX || list.includes(undefined)
        ? fault('/value', `Interests are a list of 1 to ${INTERESTS_MAX} words.`)
        : ok({ name, value: interests })
    }
  }
}

/** The declarations that stand, or undefined where none does. */
export function traitsOf(traits: readonly Trait[]): Traits | undefined {
  const standing = traits.filter(([, value]) => value !== null)
  return standing.length === 0
    ? undefined
    : (Object.fromEntries(standing.map(([name, value]) => [name, value])) as Traits)
}

const fault = (path: string, message: string): Result<Declaration, readonly Fault[]> =>
  err([{ path, code: 'trait', message }])
