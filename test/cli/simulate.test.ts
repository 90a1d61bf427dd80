/** The simulator as a person at the shell sees it, over a stack of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { selvedge } from '../help/stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-simulate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('simulate', () => {
  it('has shoppers come, come again, do things and tell of them, and prints the truth beside what reports say', async () => {
    const truth = join(folder, 'truth.json')
    const shoppers = {
      grants: 1,
      denies: 0,
      gpc: 0,
      visits: 6,
      buys: 0.6,
      follows: 0.5,
      complains: 0.3,
      optsOut: 0.3,
    }
    const campaigns = { uplift: { conversion: 0.5 }, loud: { too_personal: 0.5 } }
    writeFileSync(truth, JSON.stringify({ shoppers, campaigns }))
    // The first of the four days is quiet: nothing is live yet.
    const { ended } = selvedge(['simulate', '--visitors', '60', '--days', '4', '--truth', truth])
    const { code, stdout, stderr } = await ended
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^60 shoppers over 4 days, seed 1, at http/)
    const numbers = (line: RegExp): number[] => (line.exec(stdout) ?? []).slice(1).map(Number)
    const [visits = 0, views = 0] = numbers(/^visits +(\d+), (\d+) pages/m)
    expect([visits > 80, views > 2 * visits]).toEqual([true, true])
    const [accepted, told] = numbers(/^told +(\d+) of (\d+) events/m)
    expect(accepted).toBe(told)
    const [complaints = 0, optOuts = 0] = numbers(/(\d+) complaints, (\d+) opt-outs/m)
    expect(Math.min(complaints, optOuts)).toBeGreaterThan(0)
    const [kept = 0, orders = 0] = numbers(/(\d+) by the shop's servers, of (\d+) orders/m)
    expect(Math.min(kept, orders)).toBeGreaterThan(0)
    const [connected = 0] = numbers(/^stages .* (\d+) connected/m)
    expect(connected).toBeGreaterThan(0)
    // Visitors of both arms were counted, and their conversion stands beside the truth.
    const [control = 0, treated = 0] = numbers(
      /^uplift \(live\) treated +(\d+) \/ (\d+) +conversion +50\.0 %/m,
    )
    expect(control + treated).toBeGreaterThan(30)
  })

  it.each([
    [['--visitors', 'many'], '--visitors many is no whole number from 1 to 9999999.'],
    [['--days', '61'], '--days 61 is more than 60.'],
    [['--truth', 'no-such-file.json'], 'no-such-file.json cannot be read'],
  ])('says what is wrong with %s', async (args, said) => {
    const { code, stderr } = await selvedge(['simulate', ...args]).ended
    expect(code).not.toBe(0)
    expect(stderr).toContain(said)
  })
})
