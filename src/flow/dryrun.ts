/**
 * Runs a compiled release once before it may go live. Compiled campaigns promise never to throw; a release that
 * breaks the promise must be met here, with its author watching, and not on the first visitor's page.
 */
import type { Attributes, CompiledCampaign, CompiledRelease, ReleaseDocument } from '../campaign/model.ts'
import { type Fault, pointer } from '../kit/fault.ts'

/** Plans are made for this many of the release's own page patterns, spread over all of them. */
const MAX_DRY_PAGES = 64
const BASE = 'https://dry-run.invalid'

/** Pages that every site has, and paths that trip careless decoding. */
const COMMON_PAGES = ['/', '/index.html?utm_source=x&q=%C3%A9', '/%E2%82', '/a//b/../c;d=1']

/** Nothing known, and everything known: most mistakes show at either end. */
const SAMPLES: readonly Attributes[] = [
  {},
  {
    geo: { country: 'PT', region: 'Lisboa', regionCode: '11', city: 'Lisboa', continent: 'EU', isEU: true },
    clock: { hour: 23, minute: 59, weekday: 'sun', isWeekend: true, daypart: 'night', date: '2024-02-29' },
    device: { type: 'mobile', os: 'ios', saveData: true, isBot: false, language: 'pt-pt' },
    page: { host: 'dry-run.invalid', path: '/', query: { q: '<"&\'>' }, utm: { source: 'x' } },
    visit: { count: 1_000_000, returning: true, daysSince: 0 },
    weather: { temperature: -40.5, condition: 'snow', isHot: false },
    store: { id: 's1', name: '</script>', km: 0 },
    cookie: { a: '\ud800' },
  },
]

/** One fault for each campaign that threw, with the path of the campaign in the document. */
export function dryRun(release: CompiledRelease, document: ReleaseDocument): readonly Fault[] {
  const indexes = new Map(document.campaigns.map((campaign, index) => [campaign.id, index]))
  const faults: Fault[] = []
  for (const campaign of release.campaigns) {
    const cause = attempt(() => runCampaign(campaign))
    if (cause !== null) faults.push(failed(pointer('campaigns', indexes.get(campaign.id) ?? 0), cause))
  }
  for (const url of samplePages(document)) {
    const cause = attempt(() => release.plan(url))
    if (cause !== null) faults.push(failed('', `${url.pathname}: ${cause}`))
  }
  return faults
}

/** Addresses that the release's own page patterns match or nearly match. */
export function samplePages(document: ReleaseDocument): readonly URL[] {
  const patterns = [...new Set(document.campaigns.flatMap((campaign) => campaign.pages))]
  const step = Math.max(1, patterns.length / MAX_DRY_PAGES)
  const chosen: string[] = []
  for (let at = 0; at < patterns.length; at += step) chosen.push(patterns[Math.floor(at)] ?? '/')
  return [...COMMON_PAGES, ...chosen.map(fillPattern)].flatMap((page) => {
    const url = URL.parse(page, BASE)
    return url === null ? [] : [url]
  })
}

/** A pattern with its wildcards, names, groups and braces filled in by a plain word. */
function fillPattern(pattern: string): string {
  return pattern
    .replace(/\([^)]*\)|(?<=[/.{]):\w+/g, 'x')
    .replace(/[{}?+]/g, '')
    .replaceAll('*', 'x')
}

function runCampaign(campaign: CompiledCampaign): void {
  for (const attributes of SAMPLES) {
    campaign.audience(attributes)
    for (const variant of campaign.variants) {
      for (const edit of variant.edits) edit.render(attributes, 0, 0)
    }
  }
}

function attempt(work: () => void): string | null {
  try {
    work()
    return null
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

const failed = (path: string, cause: string): Fault => ({
  path,
  code: 'dry_run',
  message: `failed when it was tried: ${cause}`,
})
