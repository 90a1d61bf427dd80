/**
 * The mark "Why this?" beside a piece that was chosen for somebody: a `<details>` that answers in place, without a script.
 * Pure.
 *
 * Its style sheet is a same-origin link inside of it. A page whose policy (CSP) forbids even that shows the mark in the
 * page's own style, which is why it is made of plain elements only; the policy itself is never touched.
 */
import type { Attributes } from '../campaign/model.ts'
import type { Decision } from '../decide/model.ts'
import { escapeAttribute, escapeText } from '../kit/html.ts'
import { analyzeFragment } from '../page/fragment.ts'
import type { Fill } from '../page/model.ts'
import { type Explanation, explain } from './explain.ts'
import type { Language } from './language.ts'
import { FEEDBACK_PATH, inLanguage, PRIVACY_PATH, WHY_CSS_PATH } from './paths.ts'
import { TEXTS } from './texts.ts'

/** Longer addresses are not gone back to. */
const BACK_MAX_CHARS = 2_048

export interface WhyView {
  readonly language: Language
  /** Path of the page, to come back to; the browser says with which query. */
  readonly back: string
  /** See `homeOf`. */
  readonly home: string
  /** There is somebody to remember an answer for. Without that there are no buttons that would do nothing. */
  readonly canAnswer: boolean
}

/** What rendering gave: fills, and for each the index of its decision. */
export interface Drawn {
  readonly fills: readonly Fill[]
  readonly owners: readonly number[]
}

const encoder = new TextEncoder()

/**
 * Marks for all campaigns that explain themselves, to stand behind the fills of `drawn` in one list: outcomes of marks
 * are then last, and none is taken for the campaign's own.
 */
export function whyFills(
  drawn: Drawn,
  decisions: readonly Decision[],
  attributes: Attributes,
  view: WhyView,
): readonly Fill[] {
  const fills: Fill[] = []
  for (const [owner, { campaign, variant }] of decisions.entries()) {
    if (variant === undefined || campaign.source.explain !== true) continue
    const place = placeOf(drawn, owner)
    if (place === undefined) continue
    const html = markHtml(campaign.id, explain(campaign, attributes, view.language), view)
    fills.push({ ...place, bytes: encoder.encode(html), needs: needsOf(view.canAnswer) })
  }
  return fills
}

type Place = Pick<Extract<Fill, { needs: number }>, 'slot' | 'action'>

/**
 * Where the mark of one decision stands: at its first piece of content that no campaign above has taken. Inside an
 * element that was given markup, after one that was given text (which may be a heading or a link), was replaced, or has
 * something before or after it.
 */
function placeOf({ fills, owners }: Drawn, owner: number): Place | undefined {
  let other: Place | undefined
  for (const [index, fill] of fills.entries()) {
    if (owners[index] !== owner || fill.action === 'move') continue
    if (isContent(fill)) {
      if (setsContent(fill) && isTaken(fills.slice(0, index), fill.slot)) continue
      return { slot: fill.slot, action: holdsMarkup(fill) ? 'append' : 'after' }
    }
    other ??= { slot: fill.slot, action: 'after' }
  }
  return other
}

const isContent = (fill: Fill): fill is Extract<Fill, { needs: number }> => 'needs' in fill

const setsContent = ({ action }: Fill): boolean =>
  action === 'inner' || action === 'replace' || action === 'remove'

const isTaken = (above: readonly Fill[], slot: number): boolean =>
  above.some((fill) => fill.slot === slot && setsContent(fill))

const holdsMarkup = (fill: Extract<Fill, { needs: number }>): boolean =>
  fill.action === 'append' || fill.action === 'prepend' || (fill.action === 'inner' && fill.needs !== 0)

/** The mark itself. */
export function markHtml(campaign: string, explanation: Explanation, view: WhyView): string {
  const texts = TEXTS[view.language]
  const { sentence, own, wording, chance } = explanation
  const said = [own, sentence, wording, chance].filter((text) => text !== undefined)
  return (
    `<details class="selvedge-why" lang="${view.language}"><summary>${escapeText(texts.why.summary)}</summary><div>` +
    `<link rel="stylesheet" href="${view.home}${WHY_CSS_PATH}">` +
    said.map((text) => `<p>${escapeText(text)}</p>`).join('') +
    (view.canAnswer ? answerForm(campaign, view) : '') +
    `<p><a href="${view.home}${inLanguage(PRIVACY_PATH, view.language)}">${escapeText(texts.yourPrivacy)}</a></p></div></details>`
  )
}

function answerForm(campaign: string, { language, back, home }: WhyView): string {
  const { notRelevant, tooPersonal } = TEXTS[language]
  const button = (verdict: string, text: string): string =>
    `<button type="submit" name="verdict" value="${verdict}">${escapeText(text)}</button>`
  const to = back.length > BACK_MAX_CHARS ? '/' : back
  return (
    `<form method="post" action="${home}${FEEDBACK_PATH}">` +
    `<input type="hidden" name="campaign" value="${escapeAttribute(campaign)}">` +
    `<input type="hidden" name="to" value="${escapeAttribute(to)}">` +
    `${button('not_relevant', notRelevant)} ${button('too_personal', tooPersonal)}</form>`
  )
}

/** What the mark may not stand inside of depends on its elements alone. Values of a pure function. */
const needs = new Map<boolean, number>()

function needsOf(canAnswer: boolean): number {
  const known = needs.get(canAnswer)
  if (known !== undefined) return known
  const sample = markHtml(
    'x',
    { sentence: 'x', classes: [] },
    { language: 'en', back: '/', home: '', canAnswer },
  )
  const fragment = analyzeFragment(sample)
  if (!fragment.ok) throw new Error(`the mark is no fragment: ${fragment.problem}`)
  needs.set(canAnswer, fragment.needs)
  return fragment.needs
}
