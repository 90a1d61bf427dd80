import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Then a store whose clock is minutes off changes nothing. Liquid's own words for now are no SQL. */
it('asks no statement for the store’s own time', () => {
  const asking: string[] = []
  for (const folder of ['src', 'db']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:tsx?|sql)$/.test(name)) continue
      const text = readFileSync(join(ROOT, folder, name), 'utf8')
      if (/\bunixepoch\b|\bjulianday\b|\bstrftime\(|\bCURRENT_TIME|\bdatetime\('/.test(text))
        asking.push(name)
    }
  }
  expect(asking).toEqual([])
})
