/**
 * What is kept of one visitor for measuring, and how two pieces of it become one: sets of what happened, with rules that
 * give the same whichever came first. Pure; times in epoch milliseconds.
 *
 *   {"v": 1, "since": …, "exposures": […], "outcomes": […], "sightings": […]}    empty ones are left out
 */
import { type Exposure, type Outcome, SEGMENTS, type Segments, type Sighting } from './model.ts'
import { isOpen, SIGHT_BEHIND_MS } from './windows.ts'

/**
 * Outcomes of one visitor: five visits a day on all of 90 days, each with a second page, leave room for a hundred more.
 * Whoever has more is no person; what comes on top is refused, so that no row grows without end.
 */
export const OUTCOMES_MAX = 1_000
/** More campaigns than a release holds. */
export const EXPOSURES_MAX = 500

/** A visitor's first exposure to a campaign. */
export interface Exposed extends Exposure {
  /** Met another arm as well. */
  readonly crossed?: true
}

export interface Measured {
  /** When measurement was withdrawn last: nothing that happened until then counts any more. */
  readonly since?: number
  /** By campaign. */
  readonly exposures: ReadonlyMap<string, Exposed>
  readonly outcomes: readonly Outcome[]
  /** The latest of each campaign, by its id. */
  readonly sightings: ReadonlyMap<string, number>
}

export const NOTHING: Measured = { exposures: new Map(), outcomes: [], sightings: new Map() }
const FORMAT = 1
/** Begins every document of this format. */
export const FORMAT_HEAD = `{"v":${FORMAT},`

/** Null where the text is of another format. */
export function parseMeasured(text: string): Measured | null {
  if (!text.startsWith(FORMAT_HEAD)) return null
  const { since, exposures = [], outcomes = [], sightings = [] } = JSON.parse(text) as Stored
  return {
    ...(since === undefined ? {} : { since }),
    exposures: new Map(exposures.map((each) => [each.campaign, each])),
    outcomes,
    sightings: new Map(sightings.map(({ campaign, at }) => [campaign, at])),
  }
}

export function formatMeasured({ since, exposures, outcomes, sightings }: Measured): string {
  const stored: Stored = {
    v: FORMAT,
    since,
    exposures: exposures.size === 0 ? undefined : [...exposures.values()],
    outcomes: outcomes.length === 0 ? undefined : outcomes,
    sightings: sightings.size === 0 ? undefined : [...sightings].map(([campaign, at]) => ({ campaign, at })),
  }
  return JSON.stringify(stored)
}

interface Stored {
  readonly v: number
  readonly since?: number | undefined
  readonly exposures?: readonly Exposed[] | undefined
  readonly outcomes?: readonly Outcome[] | undefined
  readonly sightings?: readonly Sighting[] | undefined
}

/** The earlier of two exposures to one campaign stands; the very same object where nothing changes. */
export function meetAgain(known: Exposed | undefined, { campaign, ...rest }: Exposure): Exposed {
  const { arm, at, release, windowDays, segments, split, cost } = rest
  const told: Exposed = {
    campaign,
    arm,
    at,
    release,
    windowDays,
    segments: inOrder(segments),
    ...(split === undefined ? {} : { split }),
    ...(cost === undefined ? {} : { cost: { exposure: cost.exposure ?? 0, order: cost.order ?? 0 } }),
  }
  if (known === undefined) return told
  const first = isBefore(told, known) ? told : known
  const crossed = known.crossed === true || known.arm !== arm
  return (first.crossed === true) === crossed ? first : { ...first, crossed: true }
}

/** By time, and by what they say where the times are the same, so that one of two is first whichever comes first. */
function isBefore(a: Exposed, { crossed: _, ...b }: Exposed): boolean {
  return a.at === b.at ? JSON.stringify(a) < JSON.stringify(b) : a.at < b.at
}

const inOrder = (segments: Segments): Segments =>
  Object.fromEntries(
    SEGMENTS.flatMap((name) => (segments[name] === undefined ? [] : [[name, segments[name]]])),
  )

/** A sighting counts for an exposure unless it must be of an earlier one that is no longer kept. */
export const isSeen = ({ campaign, at }: Exposed, sightings: Measured['sightings']): boolean =>
  (sightings.get(campaign) ?? Number.NEGATIVE_INFINITY) >= at - SIGHT_BEHIND_MS

/** Without what happened before that moment. */
export function withoutOld({ since, exposures, outcomes, sightings }: Measured, before: number): Measured {
  return {
    ...(since === undefined || since < before ? {} : { since }),
    exposures: new Map([...exposures].filter(([, { at }]) => at >= before)),
    outcomes: outcomes.filter(({ at }) => at >= before),
    sightings: new Map([...sightings].filter(([, at]) => at >= before)),
  }
}

/** Time of the oldest entry; infinite where there is none. */
export function oldestOf({ since, exposures, outcomes, sightings }: Measured): number {
  let oldest = since ?? Number.POSITIVE_INFINITY
  for (const { at } of exposures.values()) oldest = Math.min(oldest, at)
  for (const { at } of outcomes) oldest = Math.min(oldest, at)
  for (const at of sightings.values()) oldest = Math.min(oldest, at)
  return oldest
}

/** Exposures that can still change. */
export const openExposures = ({ exposures }: Measured, now: number): readonly Exposed[] =>
  [...exposures.values()].filter(({ at }) => isOpen(at, now))
