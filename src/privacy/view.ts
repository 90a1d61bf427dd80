/**
 * What we know of a visitor, as data: what each kind of data holds, since when, what it is used for, and what was shown.
 * The page, `me` and the download all tell this one view, each in its own form. Pure; times in epoch milliseconds.
 */
import { ATTRIBUTES, type DataClass } from '../campaign/attributes.ts'
import { dataUse } from '../campaign/datause.ts'
import type { Attributes, CompiledCampaign, CompiledRelease } from '../campaign/model.ts'
import { draw, inGlobalHoldout } from '../decide/assign.ts'
import { countsImpressions } from '../decide/caps.ts'
import { HOUR_MS } from '../kit/time.ts'
import { visitStart } from '../measure/outcomes.ts'
import { capKey, isRefused } from '../profile/caps.ts'
import { COOKIE_LIFE_MS } from '../profile/cookie.ts'
import type { CapCount, Snapshot } from '../profile/model.ts'
import { PROFILE_LIFE_MS } from '../profile/retention.ts'
import { type Explanation, explain } from './explain.ts'
import { readersByClass } from './inventory.ts'
import type { Language } from './language.ts'
import { TEXTS } from './texts.ts'

/** Kinds of data that only a visitor who agreed may be known by: those that can be switched off. */
export const PERSONAL_CLASSES: readonly DataClass[] = [
  ...new Set(ATTRIBUTES.filter(({ personal }) => personal).map(({ dataClass }) => dataClass)),
]

/** A piece of the shop's page that this visitor was shown, or would have been. */
export interface Shown {
  readonly campaign: string
  readonly name: string
  /** Null where it was shown and nothing counts how often. */
  readonly times: number | null
  /** To the hour. */
  readonly lastAt: number
  /** Chance put the visitor among those who do not see it. */
  readonly comparison: boolean
  /** The visitor asked not to see it again. */
  readonly refused: boolean
  readonly why: Explanation
  /** No campaign of the live release: nobody can say why, or to whom it was shown, and it is not shown any more. */
  readonly isGone?: true
}

/** Names of the live campaigns that read each kind of data. */
export function usesOf(release: CompiledRelease | null): ReadonlyMap<DataClass, readonly string[]> {
  const sources = (release?.campaigns ?? []).map(({ source }) => source)
  const names = new Map(sources.map(({ id, name }) => [id, name ?? id]))
  return new Map(
    [...readersByClass(sources)].map(([dataClass, ids]) => [dataClass, ids.map((id) => names.get(id) ?? id)]),
  )
}

/** What the browser's own counts say was shown, last first. Campaigns that are no longer live are told by their id. */
export function shownOf(
  snapshot: Snapshot | null,
  release: CompiledRelease | null,
  attributes: Attributes,
  language: Language,
): readonly Shown[] {
  if (snapshot?.caps === undefined || release === null) return []
  const { caps, id } = snapshot
  const isHeldOut = inGlobalHoldout(id, release.holdout)
  // Weights go by the start of a visit, and change between visits.
  const visitAt = ({ hour }: CapCount): number => Math.min(visitStart(snapshot), (hour + 1) * HOUR_MS)
  const live = release.campaigns.flatMap((campaign): readonly Shown[] => {
    const count = caps[capKey('campaign', campaign.id)]
    if (count === undefined) return []
    return [
      {
        campaign: campaign.id,
        name: campaign.source.name ?? campaign.id,
        times: count.total === 0 || countsImpressions(campaign) ? count.total : null,
        lastAt: count.hour * HOUR_MS,
        comparison: isHeldOut || !seesVariant(campaign, id, visitAt(count), attributes),
        refused: isRefused(count),
        why: explain(campaign, attributes, language),
      },
    ]
  })
  const ids = new Set(live.map(({ campaign }) => campaign))
  const prefix = capKey('campaign', '')
  const gone = Object.entries(caps).flatMap(([key, count]): readonly Shown[] => {
    const campaign = key.slice(prefix.length)
    if (!key.startsWith(prefix) || ids.has(campaign)) return []
    const why = { sentence: TEXTS[language].unknownPiece, classes: [] }
    const seen = { times: 0, lastAt: count.hour * HOUR_MS, comparison: false, refused: isRefused(count) }
    return [{ campaign, name: campaign, ...seen, why, isGone: true }]
  })
  return [...live, ...gone].sort((a, b) => b.lastAt - a.lastAt || (a.campaign < b.campaign ? -1 : 1))
}

/** By hash alone, and by the weights of that visit, as deciding does: does this visitor's arm change the page? */
function seesVariant(
  campaign: CompiledCampaign,
  unit: string,
  visitAt: number,
  attributes: Attributes,
): boolean {
  const drawn = draw(campaign, unit, campaign.rangesAt?.(visitAt, attributes))
  const variant = typeof drawn === 'number' ? campaign.variants[drawn] : undefined
  return variant !== undefined && (variant.edits.length > 0 || variant.redirect !== undefined)
}

/** A live campaign by its id. */
export const campaignOf = (release: CompiledRelease | null, id: string): CompiledCampaign | undefined =>
  release?.campaigns.find((campaign) => campaign.id === id && campaign.source.status === 'live')

/** Categories whose weight a "not relevant" about this campaign takes away. */
export const categoriesOf = ({ source }: Pick<CompiledCampaign, 'source'>): readonly string[] =>
  dataUse(source)
    .reads.filter((path) => path.startsWith('affinity.'))
    .map((path) => path.slice('affinity.'.length))

/** When what is kept goes by itself, whatever else happens. */
export const keptUntil = (
  snapshot: Pick<Snapshot, 'createdAt' | 'lastSeenAt'>,
): { readonly cookie: number; readonly store: number } => ({
  cookie: snapshot.createdAt + COOKIE_LIFE_MS,
  store: snapshot.lastSeenAt + PROFILE_LIFE_MS,
})
