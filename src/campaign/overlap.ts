/**
 * Two campaigns that would both set the same thing on the same page, with nothing to say which goes first. Found at
 * publishing, so that what a visitor sees never depends on the order of a file. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import type { Campaign, Edit } from './model.ts'
import { compilePage, mayMeet, type PagePattern } from './pages.ts'

/** A campaign and where it stands in the document that was sent. */
export interface Placed {
  readonly campaign: Campaign
  readonly at: string
}

/** One thing that a campaign sets, and where it says so. */
interface Claim {
  readonly campaign: Campaign
  readonly path: string
}

/** A claim on the pages of one pattern. */
interface Reach extends Claim {
  readonly pattern: PagePattern
}

/** More would drown an author; the rest is found on the next try. */
const MAX_OVERLAPS = 100

/** Faults for every pair that may meet, at both places. */
export function findOverlaps(placed: readonly Placed[]): readonly Fault[] {
  const faults: Fault[] = []
  for (const { what, claims } of contested(placed)) {
    for (const [one, other] of meetings(claims)) {
      faults.push(overlap(one, other, what), overlap(other, one, what))
      if (faults.length >= 2 * MAX_OVERLAPS) return faults
    }
  }
  return faults
}

function overlap({ path, campaign: { priority } }: Claim, other: Claim, what: string): Fault {
  const message =
    `campaign "${other.campaign.id}" also sets ${what} with priority ${priority} on a page that both can match; ` +
    'give them different priorities, or one group'
  return { path, code: 'overlap', message }
}

interface Contest {
  readonly what: string
  readonly claims: Claim[]
}

/** Everything that several campaigns of one priority set. */
function contested(placed: readonly Placed[]): readonly Contest[] {
  const contests = new Map<string, Contest>()
  for (const { campaign, at } of placed) {
    if (campaign.status !== 'live') continue
    for (const [what, path] of claimsOf(campaign, at)) {
      const key = `${campaign.priority} ${what}`
      const contest = contests.get(key)
      if (contest === undefined) contests.set(key, { what, claims: [{ campaign, path }] })
      else contest.claims.push({ campaign, path })
    }
  }
  return [...contests.values()].filter(({ claims }) => claims.length > 1)
}

/** What a campaign sets → where it does so first. */
function claimsOf({ variants }: Campaign, at: string): ReadonlyMap<string, string> {
  const claims = new Map<string, string>()
  for (const [v, { edits }] of variants.entries()) {
    for (const [e, edit] of edits.entries()) {
      const what = claimOf(edit)
      if (what !== undefined && !claims.has(what)) {
        claims.set(what, at + pointer('variants', v, 'edits', e, 'selector'))
      }
    }
  }
  return claims
}

function claimOf(edit: Edit): string | undefined {
  switch (edit.action) {
    case 'text':
    case 'html':
    case 'replace':
    case 'remove':
    case 'move':
      return `the content of "${edit.selector}"`
    case 'setAttribute':
    case 'removeAttribute':
      return `the attribute "${edit.name.toLowerCase()}" of "${edit.selector}"`
    default:
      // What is inserted beside or added to a class list stands together.
      return undefined
  }
}

/**
 * Pairs of campaigns that can meet. Sorted by literal start, patterns that share pages follow one another, so each is
 * compared only with those whose start its own begins with: thousands of disjoint pages cost one sort.
 */
function* meetings(claims: readonly Claim[]): Generator<readonly [Claim, Claim]> {
  const seen = new Set<string>()
  const around: Reach[] = []
  for (const reach of reachesOf(claims)) {
    while (around.length > 0 && !reach.pattern.prefix.startsWith(around.at(-1)?.pattern.prefix ?? ''))
      around.pop()
    for (const other of around) {
      if (!canMeet(reach, other)) continue
      const pair = [reach.campaign.id, other.campaign.id].sort().join(' ')
      if (!seen.has(pair)) yield [other, reach]
      seen.add(pair)
    }
    around.push(reach)
  }
}

function reachesOf(claims: readonly Claim[]): readonly Reach[] {
  return claims
    .flatMap((claim) => claim.campaign.pages.map((page) => ({ ...claim, pattern: compilePage(page) })))
    .sort((a, b) => (a.pattern.prefix < b.pattern.prefix ? -1 : a.pattern.prefix > b.pattern.prefix ? 1 : 0))
}

function canMeet(a: Reach, b: Reach): boolean {
  if (a.campaign === b.campaign) return false
  const { group } = a.campaign
  if (group !== undefined && group === b.campaign.group) return false
  return windowsMeet(a.campaign, b.campaign) && mayMeet(a.pattern, b.pattern)
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
