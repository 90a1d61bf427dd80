/**
 * `npx node test/bench/kills.ts [--events 50000] [--kills 200] [--faults 500] [--people 400]`: events told while the Worker is
 * killed and its store breaks off or says nothing. Prints what was lost, counted twice or summed wrongly. Exits 1 where
 * anything was.
 */
import { parseArgs } from 'node:util'
import { runOrdeal } from '../help/ordeal.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '50000' },
    kills: { type: 'string', default: '200' },
    faults: { type: 'string', default: '500' },
    people: { type: 'string', default: '400' },
  },
})
const report = await runOrdeal({
  events: Number(values.events),
  kills: Number(values.kills),
  faults: Number(values.faults),
  people: Number(values.people),
})
console.log(JSON.stringify(report, null, 2))
const { lost, doubled, profiles, cells } = report
process.exitCode = lost + doubled + profiles + cells === 0 ? 0 : 1
