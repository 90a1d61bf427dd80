/**
 * Whether the statistics keep their promises, by simulation: `npx node test/bench/statistics.ts` (`--runs N`, a multiple of
 * four; `--seed S`). One line a figure, with its bar where it has one; exits with 1 where a bar was missed.
 */
import { parseArgs } from 'node:util'
import { seeded } from '../help/sampling.ts'
import { alike, alikeAnywhere } from './alike.ts'
import { everyBarMet } from './bars.ts'
import { guardrails } from './guardrails.ts'
import { mismatch } from './mismatch.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
})
const random = seeded(Number(values.seed))

for (const simulate of [alike, alikeAnywhere, mismatch, guardrails]) {
  const started = performance.now()
  simulate(Number(values.runs), random)
  console.error(`${simulate.name}: ${((performance.now() - started) / 1_000).toFixed(1)} s`)
}
process.exitCode = everyBarMet() ? 0 : 1
