/** The simulator as a person at the shell sees it, over a stack of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { selvedge } from '../help/stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-simulate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('simulate', () => {
  it('prints the truth beside what the reports of the visited shop say', async () => {
    const truth = join(folder, 'truth.json')
    writeFileSync(truth, JSON.stringify({ campaigns: { uplift: { conversion: 0.5 } } }))
    const { ended } = selvedge(['simulate', '--visitors', '60', '--days', '1', '--truth', truth])
    const { code, stdout, stderr } = await ended
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^60 shoppers over 1 days, seed 1, at http/)
    const views = Number(/^views +(\d+)/m.exec(stdout)?.[1])
    expect(views).toBeGreaterThan(60)
    // Visitors of both arms were counted, and their conversion stands beside the truth.
    const [, control, treated] = /^uplift \(live\) +(\d+) \/ (\d+) +conversion +50\.0 %/m.exec(stdout) ?? []
    expect(Number(control) + Number(treated)).toBeGreaterThan(30)
  })

  it.each([
    [['--visitors', 'many'], '"many" is no whole number from 1 on.'],
    [['--days', '61'], '--days 61 is more than 60.'],
    [['--truth', 'no-such-file.json'], 'no-such-file.json cannot be read'],
  ])('says what is wrong with %s', async (args, said) => {
    const { code, stderr } = await selvedge(['simulate', ...args]).ended
    expect(code).not.toBe(0)
    expect(stderr).toContain(said)
  })
})
