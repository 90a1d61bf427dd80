/**
 * What a page is given so that the beacon can tell whether campaigns came into view: one script tag, and marks where an
 * arm would otherwise leave no trace of its slot. All of it depends on which campaigns are counted on the page view, and
 * on nothing that was decided in them; see `src/beacon/place.ts` for why that makes arms comparable. Pure.
 *
 * A campaign that redirects is left out: whoever is sent away sees none of this page, whoever stays does.
 *
 * Limits. A page gets no tag where the end of its head is not written (minifiers may leave it out) or not proven; that
 * is counted as `beacon_no_slot` and `beacon_unfit`, and is the same in every arm. A mark is a comment: whoever strips
 * comments behind the Worker makes arms differ that replace, remove, move, or put something before, as does the rare
 * place where a comment may not stand (inside a drawing).
 */
import type { CompiledCampaign, CompiledVariant, Edit, PagePlan } from '../campaign/model.ts'
import { selectorsOf } from '../campaign/plan.ts'
import { ofAlike } from '../decide/alike.ts'
import type { Decision } from '../decide/model.ts'
import { escapeAttribute } from '../kit/html.ts'
import { HEAD_SELECTOR } from '../page/head.ts'
import type { Fill } from '../page/model.ts'
import { MARKUP } from '../page/needs.ts'
import { BEACON_URL } from './beacon.ts'

export interface PageView {
  readonly plan: PagePlan
  /** In the order of the plan. */
  readonly decisions: readonly Decision[]
  /** When the visit began, epoch milliseconds: its name for its visitor. */
  readonly visit: number
  /** The visit had a page before this one. */
  readonly isAgain: boolean
  /** It was fetched before anybody looks, and counts when they do. */
  readonly isAhead: boolean
  readonly now: number
  /** See `homeOf`. */
  readonly home: string
}

const NO_FILLS: readonly Fill[] = Object.freeze([])
const encoder = new TextEncoder()

/** The tag at the end of the head, behind whatever policy stands in it, then the marks. Behind all other fills. */
export function beaconFills(view: PageView): readonly Fill[] {
  const { plan, decisions } = view
  const slot = plan.slotOf.get(HEAD_SELECTOR)
  if (slot === undefined) return NO_FILLS
  return [{ slot, action: 'append', bytes: tagOf(view), needs: MARKUP }, ...markFills(decisions, plan)]
}

const markFills = ofAlike((decisions, { slotOf }: PagePlan): readonly Fill[] =>
  decisions.flatMap(({ campaign, variant, counted }) =>
    !counted || variant === undefined
      ? []
      : marksOf(campaign, variant).flatMap((selector): Fill[] => {
          const slot = slotOf.get(selector)
          if (slot === undefined) return []
          return [{ slot, action: 'before', bytes: markBytes(campaign), needs: MARKUP }]
        }),
  ),
)

/** What is said of page and visitor is short; all else is the same for many, and made once. */
function tagOf(view: PageView): Uint8Array {
  const { visit, isAgain, isAhead, now, decisions, home } = view
  const start = `<script src="${home}${BEACON_URL}" defer data-selvedge-visit="${visit.toString(36)}" data-selvedge-now="${now.toString(36)}"${isAgain ? ' data-selvedge-again' : ''}${isAhead ? ' data-selvedge-ahead' : ''}`
  const end = endOf(decisions)
  const bytes = new Uint8Array(start.length + end.length)
  encoder.encodeInto(start, bytes)
  bytes.set(end, start.length)
  return bytes
}

/** The end of the tag by which campaigns are counted. */
const endOf = ofAlike((decisions) =>
  encoder.encode(` data-selvedge-campaigns="${linesOf(decisions)}"></script>`),
)

const linesOf = (decisions: readonly Decision[]): string =>
  decisions.flatMap(({ campaign, counted }) => (counted ? (lineOf(campaign) ?? []) : [])).join('\n')

/** Facts of a release, worked out once; weak, so they go with it. */
const lines = new WeakMap<CompiledCampaign, string | null>()
const marks = new WeakMap<CompiledVariant, readonly string[]>()
const markTexts = new WeakMap<CompiledCampaign, Uint8Array>()

/** A campaign's line in the tag, escaped: its id, a space, its selectors as one list. Null where it has no place. */
function lineOf(campaign: CompiledCampaign): string | null {
  const known = lines.get(campaign)
  if (known !== undefined) return known
  const selectors = selectorsOf([campaign.source])
  const isSent = campaign.source.variants.some(({ redirect }) => redirect !== undefined)
  // A line break in a selector is a space to CSS, and would be the end of the line to the beacon.
  const list = selectors.join(',').replace(/\s+/g, ' ')
  const line = isSent || selectors.length === 0 ? null : `${campaign.id} ${escapeAttribute(list)}`
  lines.set(campaign, line)
  return line
}

function markBytes(campaign: CompiledCampaign): Uint8Array {
  const known = markTexts.get(campaign)
  if (known !== undefined) return known
  const bytes = encoder.encode(`<!--selvedge:${campaign.id}-->`)
  markTexts.set(campaign, bytes)
  return bytes
}

/** Selectors that would not find in this arm what they find in control, or find it further down. */
function marksOf(campaign: CompiledCampaign, variant: CompiledVariant): readonly string[] {
  const known = marks.get(variant)
  if (known !== undefined) return known
  const found = lineOf(campaign) === null ? [] : variant.edits.flatMap(({ edit }) => disturbed(edit))
  const made = [...new Set(found)]
  marks.set(variant, made)
  return made
}

function disturbed(edit: Edit): readonly string[] {
  switch (edit.action) {
    case 'before':
    case 'replace':
    case 'remove':
      return [edit.selector]
    case 'move':
      return edit.position === 'before' ? [edit.selector, edit.target] : [edit.selector]
    case 'setAttribute':
    case 'removeAttribute':
      return isAskedFor(edit.name, edit.selector) ? [edit.selector] : []
    case 'addClass':
    case 'removeClass':
      return isAskedFor('class', edit.selector) ? [edit.selector] : []
    default:
      return []
  }
}

/** May the selector depend on this attribute? A mark too many harms nobody. */
const isAskedFor = (attribute: string, selector: string): boolean =>
  selector.includes('[') ||
  (attribute === 'id' && selector.includes('#')) ||
  (attribute === 'class' && selector.includes('.'))
