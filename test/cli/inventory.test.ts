import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InventoryEntry } from '../../src/privacy/inventory.ts'
import { selvedge } from '../help/stack.ts'

const CAMPAIGNS = join(import.meta.dirname, '../storefront/campaigns.json')

describe('inventory', () => {
  it('prints what is kept as a table, with the campaigns of a file that read it', async () => {
    const { code, stdout } = await selvedge(['inventory', '--campaigns', CAMPAIGNS]).ended
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^events \(table\)\n {2}purpose: personalization, with consent to personalization; kept 90 days/m,
    )
    expect(stdout).toMatch(/^ {4}visits +number of visits .*welcome-back/m)
  })

  it('prints the same as JSON, without readers where none can be asked', async () => {
    const { code, stdout, stderr } = await selvedge(['inventory', '--json', '--token', 'x'], {
      SELVEDGE_TOKEN: 'x',
    }).ended
    expect([code, stderr]).toEqual([0, expect.stringContaining('is not known')])
    const { entries } = JSON.parse(stdout) as { entries: InventoryEntry[] }
    expect(entries.find(({ id }) => id === 'events.kind')).toMatchObject({ readers: null, classes: [] })
  })

  it('says so where a named Selvedge cannot be asked', async () => {
    const { code, stderr } = await selvedge(['inventory', '--url', 'http://127.0.0.1:9', '--token', 'x'])
      .ended
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be reached')])
  })
})
