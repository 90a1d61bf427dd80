/**
 * Which campaigns can show anything on a page. Patterns are indexed by their literal start, so a page asks only those
 * that begin like it, and most pages are answered from a bounded cache of finished plans: the cost of a request does
 * not grow with the number of campaigns. Pure but for its own cache of a pure function.
 */
import { createSieve } from '../kit/sieve.ts'
import { HEAD_SELECTORS } from '../page/head.ts'
import { selectorSet } from '../page/selectors.ts'
import type { Campaign, CompiledCampaign, PagePlan } from './model.ts'
import { compilePage, type PagePattern } from './pages.ts'

/** Pages whose plan is remembered. An entry is a key and a reference: plans themselves are shared, see below. */
const MAX_PAGES = 4_096
const MAX_PAGE_BYTES = 4 * 1024 * 1024
const ENTRY_BYTES = 16
/** Distinct plans that are kept for sharing among pages. */
const MAX_PLANS = 1_024
const MAX_PLAN_BYTES = 8 * 1024 * 1024
const CAMPAIGN_BYTES = 64

/** A pattern and the campaigns that use it, as indexes in order of priority. */
interface Posting {
  readonly pattern: PagePattern
  readonly campaigns: number[]
}

/** The `plan` of a release. Paused campaigns are left out. */
export function createPlanner(campaigns: readonly CompiledCampaign[]): (url: URL) => PagePlan {
  const live = campaigns.filter(({ source }) => source.status === 'live').sort(byPriority)
  const index = createIndex(live)
  const pages = createSieve<PagePlan>({
    maxBytes: MAX_PAGE_BYTES,
    maxEntries: MAX_PAGES,
    sizeOf: () => ENTRY_BYTES,
  })
  const plans = createSieve<PagePlan>({ maxBytes: MAX_PLAN_BYTES, maxEntries: MAX_PLANS, sizeOf: sizeOfPlan })

  /** Pages with the same campaigns share one plan, and with it everything that is cached by plan. */
  function planOf(found: readonly number[]): PagePlan {
    const key = found.join(' ')
    const known = plans.get(key)
    if (known !== undefined) return known
    const plan = createPlan(found.map((at) => live[at] as CompiledCampaign))
    plans.set(key, plan)
    return plan
  }

  return (url) => {
    const key = index.usesSearch ? url.origin + url.pathname + url.search : url.origin + url.pathname
    const known = pages.get(key)
    if (known !== undefined) return known
    const plan = planOf(index.find(url))
    pages.set(key, plan)
    return plan
  }
}

/** Array sort is stable, so equal priorities keep the order of the document. */
const byPriority = (a: CompiledCampaign, b: CompiledCampaign): number => b.source.priority - a.source.priority

const sizeOfPlan = ({ campaigns, selectors }: PagePlan): number =>
  campaigns.length * CAMPAIGN_BYTES + selectors.selectors.length * CAMPAIGN_BYTES

interface PageIndex {
  readonly usesSearch: boolean
  /** Indexes of the campaigns that match, ascending. */
  readonly find: (url: URL) => readonly number[]
}

function createIndex(live: readonly CompiledCampaign[]): PageIndex {
  const postings = createPostings(live)
  const byPrefix = Map.groupBy(postings, ({ pattern }) => pattern.prefix)
  const lengths = [...new Set([...byPrefix.keys()].map(({ length }) => length))].sort((a, b) => a - b)
  return {
    usesSearch: postings.some(({ pattern }) => pattern.usesSearch),
    find(url) {
      const { pathname } = url
      const found = new Set<number>()
      for (const length of lengths) {
        if (length > pathname.length) break
        for (const { pattern, campaigns } of byPrefix.get(pathname.slice(0, length)) ?? []) {
          if (pattern.test(url)) for (const at of campaigns) found.add(at)
        }
      }
      return [...found].sort((a, b) => a - b)
    },
  }
}

/** One posting for each distinct pattern, however many campaigns use it. */
function createPostings(live: readonly CompiledCampaign[]): readonly Posting[] {
  const bySource = new Map<string, Posting>()
  for (const [at, { source }] of live.entries()) {
    for (const page of source.pages) {
      const posting = bySource.get(page)
      if (posting === undefined) bySource.set(page, { pattern: compilePage(page), campaigns: [at] })
      else posting.campaigns.push(at)
    }
  }
  return [...bySource.values()]
}

function createPlan(campaigns: readonly CompiledCampaign[]): PagePlan {
  const edited = selectorsOf(campaigns.map(({ source }) => source))
  const selectors = selectorSet(campaigns.length === 0 ? edited : [...edited, ...HEAD_SELECTORS])
  const slotOf = new Map(selectors.selectors.map((selector, slot) => [selector, slot]))
  return { campaigns, selectors, slotOf }
}

/** Every selector that these campaigns edit, the targets of moves included; each once. */
export function selectorsOf(campaigns: readonly Campaign[]): readonly string[] {
  const found = new Set<string>()
  for (const { variants } of campaigns) {
    for (const edit of variants.flatMap(({ edits }) => edits)) {
      found.add(edit.selector)
      if (edit.action === 'move') found.add(edit.target)
    }
  }
  return [...found]
}
