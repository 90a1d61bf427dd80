/**
 * Redirects that lead to a page where another campaign redirects again. A visitor may be in both, and then makes a
 * journey that neither author planned; what goes in circles leaves everybody where they are. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import type { Campaign } from './model.ts'
import { mayShare } from './overlap.ts'
import { compilePage, type PagePattern } from './pages.ts'

const HERE = 'https://here.invalid'
/** Warnings in one answer. */
const MAX_CHAINS = 100

interface Gate {
  readonly campaign: Campaign
  readonly pattern: PagePattern
}

/** Warnings, at the redirect that is not the last. They are no faults: audiences may keep the two apart. */
export function redirectChains(campaigns: readonly Campaign[]): readonly Fault[] {
  const gates = gatesOf(campaigns)
  const faults: Fault[] = []
  for (const [index, campaign] of campaigns.entries()) {
    if (campaign.status !== 'live') continue
    for (const [v, { redirect = '' }] of campaign.variants.entries()) {
      const next = redirect.startsWith('/') ? gateAt(redirect, campaign, gates) : undefined
      if (next === undefined) continue
      const message =
        `this leads to a page where campaign "${next.id}" redirects again; lead to the last page at once ` +
        '(a circle would leave visitors where they are)'
      faults.push({
        path: pointer('campaigns', index, 'variants', v, 'redirect'),
        code: 'redirect_chain',
        message,
      })
      if (faults.length === MAX_CHAINS) return faults
    }
  }
  return faults
}

/** Pages from which somebody is redirected, by their literal start, so that a target is compared with a few of them. */
function gatesOf(campaigns: readonly Campaign[]): ReadonlyMap<string, readonly Gate[]> {
  const gates = new Map<string, Gate[]>()
  for (const campaign of campaigns) {
    const isGate =
      campaign.status === 'live' && campaign.variants.some(({ redirect }) => redirect !== undefined)
    for (const page of isGate ? campaign.pages : []) {
      const pattern = compilePage(page)
      const known = gates.get(pattern.prefix)
      if (known === undefined) gates.set(pattern.prefix, [{ campaign, pattern }])
      else known.push({ campaign, pattern })
    }
  }
  return gates
}

function gateAt(
  redirect: string,
  from: Campaign,
  gates: ReadonlyMap<string, readonly Gate[]>,
): Campaign | undefined {
  const { pathname } = new URL(redirect, HERE)
  for (let length = 0; length <= pathname.length; length++) {
    for (const { campaign, pattern } of gates.get(pathname.slice(0, length)) ?? []) {
      const url = new URL(redirect, pattern.host === undefined ? HERE : `https://${pattern.host}`)
      if (mayShare(from, campaign) && pattern.test(url)) return campaign
    }
  }
  return undefined
}
