/**
 * What an isolate has sent on a moment ago, so that a visitor who looks at ten pages is not written down ten times. It
 * holds numbers that stand for "this was sent" and from which nobody and nothing can be told; whatever it has forgotten
 * is sent again and counts once all the same.
 */
import { ofAlike } from '../decide/alike.ts'
import type { Decision } from '../decide/model.ts'
import { hashFnv32a } from '../kit/hash.ts'

export interface Recent {
  readonly has: (key: number) => boolean
  readonly add: (key: number) => void
  /** It was not sent after all. */
  readonly forget: (key: number) => void
}

/** Half of a 53-bit number that names something sent; two, since 32 bits would mix up a few of a million. */
export interface Lanes {
  readonly low: number
  readonly high: number
}

const SECOND_SEED = 0x9e3779b9

export const lanesOf = (text: string): Lanes => ({
  low: hashFnv32a(text),
  high: hashFnv32a(text, SECOND_SEED),
})

/** The number of one thing that concerns one visitor in one visit. */
export function keyOf(visitor: Lanes, visit: number, what: Lanes): number {
  const low = Math.imul(visitor.low ^ visit ^ Math.imul(what.low, 0x85ebca6b), 0xc2b2ae35)
  const high = Math.imul(visitor.high ^ what.high ^ Math.imul(visit / 65_536, 0x27d4eb2f), 0x165667b1)
  const mixed = high ^ (low >>> 15)
  return (mixed >>> 11) * 2 ** 32 + ((low ^ (high >>> 13)) >>> 0)
}

/** Decisions are shared by all page views of a release, so each is hashed once; weak, so they go with it. */
const lanesByDecision = new WeakMap<Decision, Lanes>()

export function lanesOfDecision(decision: Decision): Lanes {
  const known = lanesByDecision.get(decision)
  if (known !== undefined) return known
  const lanes = lanesOf(`${decision.campaign.id} ${decision.arm}`)
  lanesByDecision.set(decision, lanes)
  return lanes
}

/** The same for a list of them. */
export const lanesOfDecisions = ofAlike((decisions) => {
  const lanes = decisions.map(lanesOfDecision)
  return {
    low: lanes.reduce((sum, { low }) => Math.imul(sum, 31) + low, 1),
    high: lanes.reduce((sum, { high }) => Math.imul(sum, 31) + high, 1),
  }
})

/** Remembers the last `max` keys, and up to as many before them: two sets in turn, so that forgetting costs nothing. */
export function createRecent(max: number): Recent {
  let young = new Set<number>()
  let old = new Set<number>()
  return {
    has: (key) => young.has(key) || old.has(key),
    add(key) {
      if (young.size >= max) {
        old = young
        young = new Set()
      }
      young.add(key)
    },
    forget(key) {
      young.delete(key)
      old.delete(key)
    },
  }
}
