/** What the flows need of the world, as interfaces; `deps.ts` joins the adapters to them for each request. */
import type { Counters } from '../kit/counters.ts'
import type { Classify } from '../page/classify.ts'
import type { Compile } from '../page/keep.ts'
import type { Pages } from '../page/origin.ts'
import type { Evidence } from '../profile/model.ts'
import type { Releases } from './releases.ts'
import type { Supplies } from './supply.ts'
import type { SurroundingsPorts } from './surroundings.ts'
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
  }
  readonly classify: Classify
  readonly releases: Releases
  readonly pages: Pages
  readonly compile: Compile
  readonly visitor: VisitorPorts
  readonly surroundings: SurroundingsPorts
  readonly supplies: Supplies
  /** Counts what a page view says of its visitor. After the response. */
  readonly remember: (visitor: string, evidence: readonly Evidence[]) => Promise<unknown>
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
