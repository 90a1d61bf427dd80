/**
 * The context of a visit: where and when it began, as far as a campaign's adaptive weights are told apart by it. The same
 * words name a context where its weights are laid out, where visitors are assigned, and where they are counted. Pure.
 */
import { clockAt } from '../signals/clock.ts'
import type { Attributes } from './model.ts'

/** In the order in which they stand in a key. */
const PARTS = ['device', 'daypart', 'country'] as const
export type ContextPart = (typeof PARTS)[number]

/** Stands for what is not known. */
const UNKNOWN = '-'

/** `mobile|evening|PT`: the parts that are asked for, in their own order. */
export const contextOf = (
  by: readonly ContextPart[],
  facts: Readonly<Partial<Record<ContextPart, string>>>,
): string =>
  PARTS.filter((part) => by.includes(part))
    .map((part) => facts[part] ?? UNKNOWN)
    .join('|')

/**
 * The context that a visit has from its first page view to its last: the part of the day is that of its start, by the
 * visitor's own clock. Device and country are those of the page view, for they do not change on the way but for
 * travellers; whoever does change them is another context's from then on.
 */
export function contextAt(by: readonly ContextPart[], visitAt: number, attributes: Attributes): string {
  const { timezone } = branch(attributes.clock)
  return contextOf(by, {
    ...pick('device', branch(attributes.device).type),
    ...pick('country', branch(attributes.geo).country),
    ...(by.includes('daypart') ? { daypart: clockAt(visitAt, text(timezone)).daypart } : {}),
  })
}

const branch = (value: unknown): Readonly<Record<string, unknown>> =>
  (value ?? {}) as Readonly<Record<string, unknown>>

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const pick = (part: ContextPart, value: unknown): Partial<Record<ContextPart, string>> =>
  typeof value === 'string' ? { [part]: value } : {}
