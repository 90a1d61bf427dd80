/**
 * Reports of what was served, to whom and why, out of the counts of page views: how well we know our visitors, and what
 * became of campaigns.
 */
import { PAGE, type ViewCount, type ViewCounts } from '../decide/store.ts'
import { sum } from '../kit/sum.ts'
import { toldCount } from '../measure/few.ts'
import { type ProfileStore, STAGES, type Stage, type StageCounts } from '../profile/model.ts'
import { STAGE_PREFIX } from './tally.ts'

export interface ServedPorts {
  readonly views: Pick<ViewCounts, 'read'>
  readonly profiles: Pick<ProfileStore, 'stageCounts'>
}

/** Page views that were personalised or could have been, of people. */
export interface PageFigures {
  readonly pages: number
  /** Without any decision from somebody's own profile. */
  readonly generic: number
  /** That went on without something, because the time was up. */
  readonly budgetMissed: number
  /** By how well we knew who asked. Whoever is `unknown` has no id, so their page views are all that can be counted. */
  readonly views: Readonly<Record<Stage, number>>
}

export interface FunnelDay extends PageFigures {
  /** YYYY-MM-DD, UTC. */
  readonly day: string
  /** Those who have an id, at the end of the day; null before it was counted, and for each stage of a handful. */
  readonly visitors: Readonly<Record<keyof StageCounts, number | null>> | null
}

export interface FunnelReport extends PageFigures {
  readonly from: string
  readonly to: string
  readonly days: readonly FunnelDay[]
  /** Shares; null where there were no pages, or nobody. */
  readonly genericShare: number | null
  readonly budgetMissShare: number | null
  /** Of page views, those of somebody with an id: how much of our traffic we recognise. */
  readonly identifiedRate: number | null
  /** Of the visitors that have an id, those of whom more is known than that; null where either is a handful. */
  readonly knownShare: number | null
}

/** How well we know our visitors, and how much of what they got was for them. */
export async function reportFunnel(
  { views, profiles }: ServedPorts,
  from: string,
  to: string,
): Promise<FunnelReport> {
  const [counts, stages] = await Promise.all([views.read(from, to, PAGE), profiles.stageCounts(from, to)])
  const byDay = Map.groupBy(counts, ({ day }) => day)
  const counted = new Map(stages.map((each) => [each.day, each.counts]))
  const figures = figuresOf(counts)
  const asked = sum(Object.values(figures.views))
  return {
    from,
    to,
    ...figures,
    genericShare: share(figures.generic, figures.pages),
    budgetMissShare: share(figures.budgetMissed, figures.pages),
    identifiedRate: share(asked - figures.views.unknown, asked),
    knownShare: knownShareOf(stages.at(-1)?.counts),
    days: [...new Set([...byDay.keys(), ...counted.keys()])].sort().map((day) => {
      const visitors = counted.get(day)
      return {
        day,
        ...figuresOf(byDay.get(day) ?? []),
        visitors: visitors === undefined ? null : toldStages(visitors),
      }
    }),
  }
}

function figuresOf(counts: readonly ViewCount[]): PageFigures {
  const of = (reason: string): number => total(counts.filter((count) => count.reason === reason))
  const views = Object.fromEntries(STAGES.map((stage) => [stage, of(STAGE_PREFIX + stage)]))
  return {
    pages: of('pages'),
    generic: of('generic'),
    budgetMissed: of('budget_missed'),
    views: views as Record<Stage, number>,
  }
}

const toldStages = ({ identified, connected, known, personalized }: StageCounts) => ({
  identified: toldCount(identified),
  connected: toldCount(connected),
  known: toldCount(known),
  personalized: toldCount(personalized),
})

function knownShareOf(counts: StageCounts | undefined): number | null {
  if (counts === undefined) return null
  const [known, others] = [counts.known + counts.personalized, counts.identified + counts.connected]
  return toldCount(known) === null || toldCount(others) === null ? null : share(known, known + others)
}

export interface ReasonsReport {
  readonly from: string
  readonly to: string
  readonly pages: number
  readonly campaigns: readonly {
    readonly campaign: string
    /** Times that each reason was given, most first. */
    readonly reasons: readonly { readonly reason: string; readonly n: number }[]
    /** Of the page views that it was asked about, those on which it was enrolled: shown, held out or in control. */
    readonly coverage: number
  }[]
  /** What went on beside decisions: bypasses, faults, edits without a slot. */
  readonly service: readonly { readonly reason: string; readonly n: number }[]
}

const ENROLLED = new Set(['match', 'control', 'holdout', 'global_holdout'])
/** What the funnel tells. */
const PAGE_FIGURES = new Set([
  'pages',
  'personal',
  'generic',
  'budget_missed',
  ...STAGES.map((stage) => STAGE_PREFIX + stage),
])

/** Why campaigns did and did not show. */
export async function reportReasons(
  { views }: ServedPorts,
  from: string,
  to: string,
): Promise<ReasonsReport> {
  const counts = await views.read(from, to)
  const pages = counts.filter(({ campaign }) => campaign === PAGE)
  const campaigns = [...Map.groupBy(counts, ({ campaign }) => campaign)].filter(([id]) => id !== PAGE)
  return {
    from,
    to,
    pages: total(pages.filter(({ reason }) => reason === 'pages')),
    campaigns: campaigns.map(([campaign, own]) => ({
      campaign,
      reasons: histogram(own),
      coverage: share(total(own.filter(({ reason }) => ENROLLED.has(reason))), total(own)) ?? 0,
    })),
    service: histogram(pages.filter(({ reason }) => !PAGE_FIGURES.has(reason))),
  }
}

const histogram = (counts: readonly ViewCount[]) =>
  [...Map.groupBy(counts, ({ reason }) => reason)]
    .map(([reason, own]) => ({ reason, n: total(own) }))
    .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1))

const total = (counts: readonly ViewCount[]): number => sum(counts.map(({ n }) => n))
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
