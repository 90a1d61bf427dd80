/**
 * Two campaigns that would both set the same thing on the same page, with nothing to say which goes first. Found at
 * publishing, so that what a visitor sees never depends on the order of a file. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { isTemplate } from './liquid.ts'
import type { Campaign, Edit } from './model.ts'
import { compilePage, mayMeet, type PagePattern } from './pages.ts'
import { subjectsOf } from './subjects.ts'

/** A campaign and where it stands in the document that was sent. */
export interface Placed {
  readonly campaign: Campaign
  readonly at: string
}

/** One thing that a campaign sets, in the author's words, and where it says so. */
interface Claim {
  readonly campaign: Campaign
  readonly what: string
  readonly path: string
  /** Claims of one side stand together; those of two do not, and one without a side stands with no other. */
  readonly side: string
}

/** A claim on the pages of one pattern. */
interface Reach extends Claim {
  readonly pattern: PagePattern
}

/** Pairs in one answer. More would drown an author. */
const MAX_OVERLAPS = 100

/** Faults for every pair that may meet, at both places. */
export function findOverlaps(placed: readonly Placed[]): readonly Fault[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const claims of contested(placed)) {
    for (const [one, other] of meetings(claims)) {
      const places = `${one.path} ${other.path}`
      if (seen.has(places)) continue
      if (seen.size === MAX_OVERLAPS) return [...faults, MORE]
      seen.add(places)
      faults.push(overlap(one, other), overlap(other, one))
    }
  }
  return faults
}

const MORE: Fault = {
  path: '',
  code: 'too_many_faults',
  message: `campaigns overlap at more than ${MAX_OVERLAPS} places; mend these first`,
}

function overlap({ path, campaign: { priority } }: Claim, other: Claim): Fault {
  const message =
    `campaign "${other.campaign.id}" also sets ${other.what} with priority ${priority} on a page that both can match; ` +
    'give them different priorities, or one group'
  return { path, code: 'overlap', message }
}

/** Everything that several campaigns of one priority set. */
function contested(placed: readonly Placed[]): readonly (readonly Claim[])[] {
  const contests = new Map<string, Claim[]>()
  for (const { campaign, at } of placed) {
    if (campaign.status !== 'live') continue
    for (const [key, claim] of claimsOf(campaign, at)) {
      const contest = contests.get(key)
      if (contest === undefined) contests.set(key, [claim])
      else contest.push(claim)
    }
  }
  return [...contests.values()].filter(isContest)
}

const isContest = ([first, ...others]: readonly Claim[]): boolean =>
  first?.side === ALONE ? others.length > 0 : others.some(({ side }) => side !== first?.side)

/** What a campaign sets → where it does so first. */
function claimsOf(campaign: Campaign, at: string): readonly (readonly [string, Claim])[] {
  const claims = new Map<string, readonly [string, Claim]>()
  const add = (key: string, side: string, what: string, path: string): void => {
    const contest = `${campaign.priority} ${key}`
    const own = `${contest}\n${side}`
    if (!claims.has(own)) claims.set(own, [contest, { campaign, what, path, side }])
  }
  for (const [v, { edits, redirect }] of campaign.variants.entries()) {
    if (redirect !== undefined) {
      add('redirect', ALONE, 'where visitors are sent', at + pointer('variants', v, 'redirect'))
    }
    for (const [e, edit] of edits.entries()) {
      const path = at + pointer('variants', v, 'edits', e, 'selector')
      for (const subject of subjectsOf(edit.selector)) {
        for (const [aspect, side, what] of aspectsOf(edit)) {
          add(`${aspect} of ${subject}`, side, `${what} of "${edit.selector}"`, path)
        }
      }
    }
  }
  return [...claims.values()]
}

const ALONE = ''
type Aspect = readonly [aspect: string, side: string, what: string]

/** What of its element an edit sets. Content inserted beside an element or at its edges stands with everything. */
function aspectsOf(edit: Edit): readonly Aspect[] {
  switch (edit.action) {
    case 'text':
    case 'html':
    case 'move':
      return [['content', ALONE, 'the content']]
    case 'replace':
    case 'remove':
      // Attributes and insertions are lost with their element, whichever came first.
      return [
        ['content', ALONE, 'the content'],
        ['whole', 'gone', 'the whole'],
      ]
    case 'prepend':
    case 'append':
      return [['whole', 'changed', 'the content']]
    case 'setAttribute':
    case 'removeAttribute': {
      const name = edit.name.toLowerCase()
      const what = `the attribute "${name}"`
      return [
        [`attribute ${name}`, ALONE, what],
        ['whole', 'changed', what],
      ]
    }
    case 'addClass':
    case 'removeClass':
      return classAspects(edit.action, edit.value)
    case 'before':
    case 'after':
      return []
  }
}

/** Classes stand together, but for one that is added here and removed there. Words of the visitor are not known yet. */
function classAspects(action: string, value: string): readonly Aspect[] {
  const names = isTemplate(value) ? [] : value.split(/\s+/).filter((name) => name !== '')
  return [
    ['attribute class', 'classes', 'classes'],
    ['whole', 'changed', 'classes'],
    ...names.map((name): Aspect => [`class ${name}`, action, `the class "${name}"`]),
  ]
}

/**
 * Pairs of campaigns that can meet. Sorted by literal start, patterns that share pages follow one another, so each is
 * compared only with those whose start its own begins with: thousands of disjoint pages cost one sort.
 */
function* meetings(claims: readonly Claim[]): Generator<readonly [Claim, Claim]> {
  const seen = new Set<string>()
  const around = new Map<string, Reach[]>()
  for (const reach of reachesOf(claims)) {
    for (const [side, others] of around) {
      while (others.length > 0 && !reach.pattern.prefix.startsWith(others.at(-1)?.pattern.prefix ?? ''))
        others.pop()
      if (side === reach.side && side !== ALONE) continue
      for (const other of others) {
        if (!canMeet(reach, other)) continue
        const pair = [reach.campaign.id, other.campaign.id].sort().join(' ')
        if (!seen.has(pair)) yield [other, reach]
        seen.add(pair)
      }
    }
    const mine = around.get(reach.side)
    if (mine === undefined) around.set(reach.side, [reach])
    else mine.push(reach)
  }
}

function reachesOf(claims: readonly Claim[]): readonly Reach[] {
  return claims
    .flatMap((claim) => claim.campaign.pages.map((page) => ({ ...claim, pattern: compilePage(page) })))
    .sort((a, b) => (a.pattern.prefix < b.pattern.prefix ? -1 : a.pattern.prefix > b.pattern.prefix ? 1 : 0))
}

const canMeet = (a: Reach, b: Reach): boolean =>
  mayShare(a.campaign, b.campaign) && mayMeet(a.pattern, b.pattern)

/** May one visitor be in both? */
export function mayShare(a: Campaign, b: Campaign): boolean {
  if (a === b) return false
  const { group } = a
  return (group === undefined || group !== b.group) && windowsMeet(a, b)
}

/** Do their absolute windows share a moment? Hours and weekdays are the visitor's own, so they do not count. */
function windowsMeet(a: Campaign, b: Campaign): boolean {
  const from = Math.max(
    a.schedule?.from ?? Number.NEGATIVE_INFINITY,
    b.schedule?.from ?? Number.NEGATIVE_INFINITY,
  )
  const to = Math.min(a.schedule?.to ?? Number.POSITIVE_INFINITY, b.schedule?.to ?? Number.POSITIVE_INFINITY)
  return from < to
}
