/**
 * What is wrong with one campaign beyond its shape. It looks at whatever parts have their shape, so that one broken
 * field does not hide the faults of the others. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { ID } from '../kit/shape.ts'
import { hint } from '../kit/suggest.ts'
import { sum } from '../kit/sum.ts'
import { inspectAudience } from './audience.ts'
import { checkEdit } from './check-edit.ts'
import { isRecord } from './condition.ts'
import { dataUse } from './datause.ts'
import { type Campaign, type CheckSelector, CONTROL, HOLDOUT } from './model.ts'
import { pageProblem } from './pages.ts'
import { redirectProblem } from './redirect.ts'
import { soundEdit } from './sound.ts'

export interface CheckOptions {
  readonly checkSelector: CheckSelector
  /** Hosts beside the site's own that a redirect may lead to. */
  readonly redirectHosts: readonly string[]
  /** `MAX_DOCUMENT_BYTES` unless told: a stored release has its defaults filled in and is larger than its author's. */
  readonly maxBytes?: number
}

type Loose = Readonly<Record<string, unknown>>
type Report = (code: string, message: string, ...steps: readonly (string | number)[]) => void

/** How far from 1 the weights of a campaign may add up, for decimal fractions such as three times 0.3333333. */
const WEIGHT_SUM_TOLERANCE = 1e-6
const MAX_DATA_CHARS = 64 * 1024

/** Faults of a campaign that may still have faults of shape. `at` is its pointer. */
export function checkCampaign(campaign: unknown, at: string, options: CheckOptions): readonly Fault[] {
  if (!isRecord(campaign)) return []
  const faults: Fault[] = []
  const report: Report = (code, message, ...steps) => {
    faults.push({ path: at + pointer(...steps), code, message })
  }
  checkPages(campaign, report)
  checkCaps(campaign, report)
  checkSupply(campaign.supply, report)
  checkLimit(campaign, report)
  if (campaign.audience !== undefined) {
    faults.push(...inspectAudience(campaign.audience, `${at}/audience`).faults)
  }
  checkSchedule(campaign.schedule, report)
  checkData(campaign.data, report)
  const variants = Array.isArray(campaign.variants) ? (campaign.variants as readonly unknown[]) : []
  checkWeights(variants, report)
  checkIds(variants, report)
  checkShown(campaign.withoutConsent, variants, report)
  for (const [index, variant] of variants.entries()) {
    if (isRecord(variant)) checkVariant(variant, index, campaign, options, report)
  }
  return faults
}

/** Nobody may see without consent what reads personal data. */
export function checkConsent(campaign: Campaign, at: string): readonly Fault[] {
  if (campaign.withoutConsent === undefined) return []
  const { personal, classes } = dataUse(campaign)
  if (!personal) return []
  const message = `this campaign reads personal data (${classes.join(', ')}), so nobody may see it without consent`
  return [{ path: `${at}/withoutConsent`, code: 'personal', message }]
}

function checkShown(shown: unknown, variants: readonly unknown[], report: Report): void {
  if (typeof shown !== 'string' || !ID.test(shown) || variants.length === 0) return
  const ids = variants.map((variant) => (isRecord(variant) ? variant.id : undefined))
  // One of those that have no name yet may be meant.
  if (!ids.every((id) => typeof id === 'string') || ids.includes(shown)) return
  report('unknown_variant', `there is no variant "${shown}"${hint(shown, ids)}`, 'withoutConsent')
}

function checkCaps({ caps, group }: Loose, report: Report): void {
  if (!isRecord(caps) || caps.group === undefined || group !== undefined) return
  report('no_group', 'this campaign is in no group', 'caps', 'group')
}

/** What a campaign promises has to be something, … */
function checkSupply(supply: unknown, report: Report): void {
  if (!isRecord(supply) || supply.sku !== undefined || supply.capacity !== undefined) return
  report('required', 'name a "sku" or a "capacity"', 'supply')
}

/** … and limited to somebody who can be told apart. */
function checkLimit({ limit, withoutConsent }: Loose, report: Report): void {
  if (!isRecord(limit)) return
  const { total, day } = limit
  if (total === undefined && day === undefined) {
    report('required', 'say how many: "total" or "day"', 'limit')
  }
  if (typeof total === 'number' && typeof day === 'number' && day > total) {
    report('out_of_range', 'a day has at most as many as there are in all', 'limit', 'day')
  }
  if (withoutConsent !== undefined) {
    const message = 'a limited offer is made to visitors with an id only: without one nobody can be counted'
    report('limited', message, 'withoutConsent')
  }
}

function checkPages({ pages }: Loose, report: Report): void {
  if (!Array.isArray(pages)) return
  for (const [index, page] of pages.entries()) {
    const problem = typeof page === 'string' && page !== '' ? pageProblem(page) : undefined
    if (problem !== undefined) report('bad_page', problem, 'pages', index)
  }
}

function checkSchedule(schedule: unknown, report: Report): void {
  if (!isRecord(schedule)) return
  const { from, to, hours } = schedule
  if (typeof from === 'number' && typeof to === 'number' && from >= to) {
    report('out_of_range', '"to" has to be later than "from"', 'schedule', 'to')
  }
  if (!Array.isArray(hours)) return
  for (const [index, span] of hours.entries()) {
    if (Array.isArray(span) && span.length === 2 && span[0] === span[1]) {
      report(
        'out_of_range',
        'a span of hours has to end at another hour than it starts',
        'schedule',
        'hours',
        index,
      )
    }
  }
}

function checkData(data: unknown, report: Report): void {
  if (isRecord(data) && JSON.stringify(data).length > MAX_DATA_CHARS) {
    report('too_long', `data has at most ${MAX_DATA_CHARS} characters of JSON`, 'data')
  }
}

function checkWeights(variants: readonly unknown[], report: Report): void {
  const weights = variants.map((variant) => (isRecord(variant) ? variant.weight : undefined))
  const given = weights.filter((weight) => weight !== undefined)
  if (given.length === 0) return
  if (given.length < weights.length) {
    const index = weights.indexOf(undefined)
    report(
      'weight_missing',
      'give every variant a weight, or none for equal ones',
      'variants',
      index,
      'weight',
    )
    return
  }
  if (!weights.every((weight) => typeof weight === 'number')) return
  const total = sum(weights)
  if (Math.abs(total - 1) > WEIGHT_SUM_TOLERANCE) {
    report(
      'weight_sum',
      `the weights add up to ${Number(total.toFixed(6))}; they have to add up to 1`,
      'variants',
    )
  }
}

function checkIds(variants: readonly unknown[], report: Report): void {
  const seen = new Map<string, number>()
  for (const [index, variant] of variants.entries()) {
    if (!isRecord(variant) || typeof variant.id !== 'string') continue
    const first = seen.get(variant.id)
    if (first !== undefined) {
      const message = `the variant "${variant.id}" is here twice; see /variants/${first}`
      report('duplicate_id', message, 'variants', index, 'id')
    }
    seen.set(variant.id, first ?? index)
    checkReserved(variant, index, report)
  }
}

/** `holdout` is not an arm of its own; `control` is, where it changes nothing. */
function checkReserved({ id, edits, redirect }: Loose, index: number, report: Report): void {
  const isEmpty = (!Array.isArray(edits) || edits.length === 0) && redirect === undefined
  if (id === HOLDOUT)
    report('reserved_id', '"holdout" is reserved; choose another id', 'variants', index, 'id')
  if (id === CONTROL && !isEmpty) {
    report('reserved_id', '"control" changes nothing; choose another id', 'variants', index, 'id')
  }
}

function checkVariant(
  variant: Loose,
  index: number,
  campaign: Loose,
  options: CheckOptions,
  report: Report,
): void {
  const { edits, redirect } = variant
  const data = isRecord(campaign.data) ? campaign.data : {}
  const list = Array.isArray(edits) ? (edits as readonly unknown[]) : []
  for (const [at, edit] of list.entries()) {
    if (!isRecord(edit)) continue
    checkEdit(soundEdit(edit), data, options.checkSelector, (member, code, message) =>
      report(code, message, 'variants', index, 'edits', at, member),
    )
  }
  if (typeof redirect !== 'string' || redirect === '') return
  const pages = Array.isArray(campaign.pages) ? campaign.pages.filter((page) => typeof page === 'string') : []
  const problem = redirectProblem(redirect, pages, options.redirectHosts)
  if (problem !== undefined) report(problem.code, problem.message, 'variants', index, 'redirect')
  if (list.length > 0) {
    report('invalid', 'a variant either redirects or edits the page', 'variants', index, 'redirect')
  }
}
