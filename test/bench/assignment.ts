/**
 * Assignment of a million ids, of the kind that visitors have: `npx node test/bench/assignment.ts`. Arms come out as their
 * weights say (χ² p > 0.001), two experiments know nothing of each other, nobody who is enrolled changes arms when
 * coverage is raised, and adaptive weights move as few as a single line of ranges can: the figure says how many.
 */
import { getBucketRange } from '../../src/campaign/bucket.ts'
import type { CompiledCampaign } from '../../src/campaign/model.ts'
import { draw, inGlobalHoldout } from '../../src/decide/assign.ts'
import { splitPValue } from '../../src/measure/srm.ts'
import { newVisitorId, VISITOR_ID_BYTES } from '../../src/profile/visit.ts'
import { seeded } from '../help/sampling.ts'

const IDS = 1_000_000
const BAR = 0.001
const ARMS = 5

/** All that `draw` asks of a campaign. */
const campaign = (seed: string, weights: readonly number[], coverage = 1, holdout = 0): CompiledCampaign =>
  ({
    source: { seed, hashVersion: 2, holdout },
    ranges: getBucketRange(weights.length, coverage, weights),
  }) as unknown as CompiledCampaign

const started = performance.now()
const random = seeded(2026)
const bytes = new Uint8Array(VISITOR_ID_BYTES)
const ids = Array.from({ length: IDS }, () => {
  for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(random() * 256)
  return newVisitorId(bytes)
})
const equal = Array.from({ length: ARMS }, () => 1 / ARMS)

function tally(keys: Iterable<number>, size: number): readonly number[] {
  const counts = new Array<number>(size).fill(0)
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}
const armsOf = (of: CompiledCampaign): Int8Array => Int8Array.from(ids, (id) => Number(draw(of, id)))

let held = true
function report(what: string, value: string, isHeld: boolean): void {
  held &&= isHeld
  console.log(`${what.padEnd(58)} ${value.padStart(12)}  ${isHeld ? 'held' : 'MISSED'}`)
}
const pValue = (what: string, p: number): void => report(what, `p = ${p.toFixed(3)}`, p > BAR)

const first = armsOf(campaign('hero', equal))
const second = armsOf(campaign('shipping', equal))
pValue('five equal arms, chi-square', splitPValue(tally(first, ARMS), equal))
const skewed = [0.7, 0.2, 0.05, 0.04, 0.01]
pValue('weights 70, 20, 5, 4, 1', splitPValue(tally(armsOf(campaign('skewed', skewed)), ARMS), skewed))
const pairs = tally(
  first.map((arm, at) => arm * ARMS + (second[at] ?? 0)),
  ARMS * ARMS,
)
pValue('two experiments, all pairs of arms alike', splitPValue(pairs, new Array(ARMS * ARMS).fill(1)))
const held10 = ids.map((id) => (inGlobalHoldout(id, 0.1) ? 1 : 0))
const ofHeld = tally(
  first.filter((_, at) => held10[at] === 1),
  ARMS,
)
pValue('global holdout knows nothing of arms', splitPValue(ofHeld, equal))

let flips = 0
let before = new Int8Array(IDS).fill(-1)
for (const coverage of [0.05, 0.1, 0.25, 0.5, 0.9, 1]) {
  const of = campaign('ramp', skewed, coverage, 0.05)
  const now = Int8Array.from(ids, (id) => {
    const arm = draw(of, id)
    return arm === 'coverage' ? -1 : arm === 'holdout' ? ARMS : arm
  })
  flips += now.filter((arm, at) => before[at] !== -1 && before[at] !== arm).length
  before = now
}
report('changed arms while coverage went from 5 to 100 %', `${flips} ids`, flips === 0)

const adapted = [0.05, 0.05, 0.8, 0.05, 0.05]
const after = armsOf(campaign('hero', adapted))
const moved = first.filter((arm, at) => after[at] !== arm).length / IDS
const least = equal.reduce((sum, share, arm) => sum + Math.max(0, share - (adapted[arm] ?? 0)), 0)
console.log(
  `equal to ${adapted.join(', ')}: ${(100 * moved).toFixed(1)} % change arms, ${(100 * least).toFixed(0)} % at least have to`,
)
console.log(`${IDS.toLocaleString('en')} ids in ${((performance.now() - started) / 1_000).toFixed(1)} s`)
process.exitCode = held ? 0 : 1
