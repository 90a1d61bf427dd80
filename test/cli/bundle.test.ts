import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleWorker } from '../../src/cli/bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('bundleWorker', () => {
  it('says in one line what does not bundle, and where', async () => {
    const config = join(folder, 'wrangler.toml')
    writeFileSync(config, 'name = "x"\nmain = "worker.ts"\ncompatibility_date = "2026-07-01"\n')
    writeFileSync(join(folder, 'worker.ts'), 'const answer = 42\nexport default answer +\n')
    const failure = await bundleWorker(join(folder, 'out'), { config }).catch((error: Error) => error.message)
    expect(failure).toMatch(/^The Worker does not bundle: [^\n]+ \(.*worker\.ts:3:0\)$/)
  })
})
