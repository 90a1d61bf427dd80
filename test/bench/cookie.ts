/** Processor time that a visitor's cookie adds to a page view: opened, decoded, and decided by. */
import { HABIT_CELLS } from '../../src/profile/habit.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { newSnapshot } from '../../src/profile/visit.ts'
import { cookieOf } from '../help/crowd.ts'
import { keyringOf } from '../help/keyring.ts'
import type { Context } from './context.ts'
import { type Headers, load, median } from './load.ts'
import { startOrigin } from './origin.ts'
import { startSelvedge } from './selvedge.ts'

const WARM_UP_SECONDS = 3
/** A visit on each of the 28 days that are kept. */
const STORE_DAYS = 2 ** 28 - 1

/** Everything that a profile can hold, as much of it as the cookie takes. */
const heaviest = (now: number): Snapshot => ({
  ...newSnapshot('A'.repeat(22), now),
  visits: 900,
  asOf: now,
  stage: 'known',
  affinities: Array.from({ length: 12 }, (_, n) => [`some-category-name-${n}`, 50 - n] as const),
  habits: HABIT_CELLS.filter((cell) => cell.endsWith('.evening')).map((cell) => [cell, 1.5] as const),
  stores: Array.from({ length: 6 }, (_, n) => [`corner-store-${n}`, STORE_DAYS] as const),
  follows: Array.from({ length: 24 }, (_, n) => `brand-${n}`),
  traits: { name: 'Maria', occupation: 'teacher' },
  orders: { count: 40, total: 1_234.5, currency: 'EUR', lastAt: now - 100_000_000, gapDays: 12.5 },
  recent: 'some-product',
})

/** Microseconds a page view by nobody who can be known, by somebody quite new, and by the heaviest of cookies. */
export async function measureCookie({ folder, quick }: Context): Promise<Record<string, number>> {
  const origin = await startOrigin()
  // A page on which campaigns decide and none of them edits: the cookie is all that differs.
  const worker = await startSelvedge({ folder }, { name: 'cookie', origin: origin.url, edits: false })
  const keyring = await keyringOf()
  const now = Date.now()
  const { host } = new URL(worker.url)
  const common = {
    Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Language': 'en-US,en;q=0.9',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    'Sec-Fetch-Dest': 'document',
    'CF-Blob': JSON.stringify({
      country: 'US',
      regionCode: 'TX',
      city: 'Austin',
      timezone: 'America/Chicago',
    }),
  }
  const visitors: Readonly<Record<string, Headers>> = {
    nobody: { ...common, 'Sec-GPC': '1' },
    new: { ...common, Cookie: await cookieOf(newSnapshot('B'.repeat(22), now), keyring, host) },
    heaviest: { ...common, Cookie: await cookieOf(heaviest(now), keyring, host) },
  }
  const names = Object.keys(visitors)
  const figures = new Map(names.map((name) => [name, [] as number[]]))
  for (const headers of Object.values(visitors)) await load(`${worker.url}/`, [headers], WARM_UP_SECONDS)
  for (let round = 0; round < (quick ? 5 : 11); round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const before = worker.cpuUs()
      const { requests } = await load(`${worker.url}/`, [visitors[name] as Headers], 1)
      figures.get(name)?.push((worker.cpuUs() - before) / requests)
    }
  }
  worker.stop()
  origin.stop()
  return Object.fromEntries([...figures].map(([name, all]) => [name, median(all)]))
}
