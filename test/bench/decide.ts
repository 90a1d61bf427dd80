/** What one page view's plan and decisions cost when 10, 100, 1,000 or 10,000 campaigns are live, 6 of them matching. */
import { compileRelease } from '../../src/campaign/compile.ts'
import { parseRelease } from '../../src/campaign/schema.ts'
import { decide } from '../../src/decide/decide.ts'
import { type DecideInput, NOTHING_FORCED } from '../../src/decide/model.ts'
import { collectSignals } from '../../src/signals/collect.ts'
import { geoOf } from '../../src/signals/geo.ts'
import type { Context } from './context.ts'
import { median } from './load.ts'
import { benchRelease } from './page.ts'

const COUNTS = [10, 100, 1_000, 10_000]
const ROUNDS = 15
const CALLS = 4_000
const GRANTED = { granted: true, source: 'grant' } as const

export async function measureDecide(_context: Context): Promise<Record<string, number>> {
  const subjects = COUNTS.map((count) => [count, subject(count)] as const)
  const taken = new Map<number, number[]>()
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [count, run] of subjects) {
      const started = performance.now()
      for (let call = 0; call < CALLS; call += 1) run(call)
      const us = ((performance.now() - started) * 1_000) / CALLS
      if (round > 0) taken.set(count, [...(taken.get(count) ?? []), us])
    }
  }
  return Object.fromEntries([...taken].map(([count, all]) => [String(count), median(all)]))
}

/** Plans and decides a page view for one of many visitors. */
function subject(count: number): (call: number) => number {
  const parsed = parseRelease(releaseOf(count), {
    checkSelector: () => undefined,
    redirectHosts: [],
    maxBytes: Number.MAX_SAFE_INTEGER,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error.slice(0, 3)))
  const release = compileRelease(parsed.value, { number: 1, checksum: String(count) })
  const url = new URL('https://shop.example/')
  const signals = collectSignals({
    url,
    headers: new Headers({ 'User-Agent': 'Mozilla/5.0 Chrome/140.0' }),
    geo: geoOf({ country: 'US', timezone: 'America/Chicago' }),
    now: Date.UTC(2026, 6, 1, 12),
    personal: true,
    cookieNames: [],
  })
  return (call) => {
    const input: DecideInput = {
      plan: release.plan(url),
      holdout: release.holdout,
      attributes: signals as unknown as DecideInput['attributes'],
      unit: `visitor-${call % 512}`,
      consent: { personalization: GRANTED, measurement: GRANTED },
      now: Date.UTC(2026, 6, 1, 12),
      clock: signals.clock,
      isBot: false,
      forced: NOTHING_FORCED,
      isPreview: false,
    }
    return decide(input).length
  }
}

/** The same six campaigns match; all others live on other pages. */
function releaseOf(count: number): unknown {
  const { campaigns } = benchRelease(6) as { campaigns: unknown[] }
  const others = Array.from({ length: count - campaigns.length }, (_, index) => ({
    id: `other-${index}`,
    pages: [`/collections/c-${index}`, `/landing/${index}/*`],
    priority: 1,
    variants: [{ id: 'a', edits: [{ action: 'text', selector: '#hero h1', value: 'Other' }] }],
  }))
  return { holdout: 0, campaigns: [...campaigns, ...others] }
}
