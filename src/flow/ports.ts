/** What the flows need of the world, as interfaces; `src/deps/` joins the adapters to them for each request. */
import type { ViewCount } from '../decide/store.ts'
import type { Counters } from '../kit/counters.ts'
import type { Money } from '../measure/money.ts'
import type { Classify } from '../page/classify.ts'
import type { Compile } from '../page/keep.ts'
import type { Pages } from '../page/origin.ts'
import type { VisitorNews } from './news.ts'
import type { Recent } from './recent.ts'
import type { Releases } from './releases.ts'
import type { Supplies } from './supply.ts'
import type { SurroundingsPorts } from './surroundings.ts'
import type { Tally } from './tally.ts'
import type { VisitorPorts } from './visitor.ts'

export interface PersonalizePorts {
  readonly settings: {
    readonly enabled: boolean
    readonly budgetMs: number
    readonly dynamicPages: 'pass' | 'stream'
    readonly readCookies: readonly string[]
    readonly redirectHosts: readonly string[]
    readonly decisionHeader: 'full' | 'applied' | 'off'
    readonly pageMaxBytes: number
    readonly originTimeoutMs: number
    readonly beacon: boolean
  }
  readonly classify: Classify
  readonly releases: Releases
  readonly pages: Pages
  readonly compile: Compile
  readonly visitor: VisitorPorts
  readonly surroundings: SurroundingsPorts
  readonly supplies: Supplies
  /** Counts what a page view says of its visitor. After the response. */
  readonly remember: (news: VisitorNews) => Promise<unknown>
  /** What was remembered a moment ago. */
  readonly recent: Recent
  readonly tally: Tally
  /** Adds to the counts of page views. After the response. */
  readonly keepCounts: (counts: readonly ViewCount[]) => Promise<unknown>
  /** The shop's own. */
  readonly money: Money
  /** Erases an id whose owner said no, or hands it to whoever surely will. Throws where neither can be had now. */
  readonly forget: (visitor: string) => Promise<unknown>
  readonly counters: Counters
  /** Epoch milliseconds. */
  readonly now: () => number
  /** A word that no page contains: 128 random bits, letters and digits. */
  readonly nonce: () => string
  /** Work that goes on after the response. */
  readonly waitUntil: (work: Promise<unknown>) => void
}
