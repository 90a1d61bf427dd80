/**
 * The context of a page view: where and when, as far as a campaign's adaptive weights are told apart by it. The same
 * words name a context where its weights are laid out, where visitors are assigned, and where they are counted. Pure.
 *
 *   device      its type
 *   touchpoint  the first of the campaign's own page patterns that the page's path matches, so there are no more than those
 *   daypart     of the visit's start, by the visitor's own clock
 *   country     ISO 3166-1
 *   region      ISO 3166-2, such as PT-11, or the country alone
 */
import { clockAt } from '../signals/clock.ts'
import type { Attributes } from './model.ts'
import { compilePage, type PagePattern } from './pages.ts'

/** In the order in which they stand in a key. */
export const CONTEXT_PARTS = ['device', 'touchpoint', 'daypart', 'country', 'region'] as const
export type ContextPart = (typeof CONTEXT_PARTS)[number]

/** Stands for what is not known. */
const UNKNOWN = '-'

/** `mobile|evening|PT`: the parts that are asked for, in their own order. */
export const contextOf = (
  by: readonly ContextPart[],
  facts: Readonly<Partial<Record<ContextPart, string>>>,
): string =>
  CONTEXT_PARTS.filter((part) => by.includes(part))
    .map((part) => facts[part] ?? UNKNOWN)
    .join('|')

/**
 * The context that a visit has from its first page view to its last, at one touchpoint: the part of the day is that of its
 * start. Device and place are those of the page view, for they do not change on the way but for travellers; whoever
 * does change them is another context's from then on. Who goes on to another touchpoint may meet another arm there, as a
 * campaign that tells them apart wants; they stay counted under the first. `pages`: the campaign's.
 */
export function contextAt(
  by: readonly ContextPart[],
  visitAt: number,
  { clock, device, geo, page }: Attributes,
  pages: readonly string[],
): string {
  const { country, regionCode } = branch(geo)
  const region = country && regionCode ? `${country}-${regionCode}` : country
  return contextOf(by, {
    ...pick('device', branch(device).type),
    ...pick('country', country),
    ...pick('region', region),
    ...(by.includes('touchpoint') ? pick('touchpoint', touchpointOf(branch(page), pages)) : {}),
    ...(by.includes('daypart') ? { daypart: clockAt(visitAt, text(branch(clock).timezone)).daypart } : {}),
  })
}

/** Long patterns are told apart by their beginning. */
const TOUCHPOINT_MAX_CHARS = 64

function touchpointOf(
  { host, path }: Readonly<Record<string, unknown>>,
  pages: readonly string[],
): string | undefined {
  const url = URL.parse(`https://${host}${path}`)
  const found = url === null ? undefined : patternsOf(pages).find((pattern) => pattern.test(url))
  return found?.source.slice(0, TOUCHPOINT_MAX_CHARS)
}

/** Patterns of a campaign, compiled once; weak, so they go with its release. */
const patterns = new WeakMap<readonly string[], readonly PagePattern[]>()

function patternsOf(pages: readonly string[]): readonly PagePattern[] {
  const known = patterns.get(pages) ?? pages.map(compilePage)
  patterns.set(pages, known)
  return known
}

const branch = (value: unknown): Readonly<Record<string, unknown>> =>
  (value ?? {}) as Readonly<Record<string, unknown>>

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const pick = (part: ContextPart, value: unknown): Partial<Record<ContextPart, string>> =>
  typeof value === 'string' ? { [part]: value } : {}
