/** A throwaway libSQL server with all migrations applied, for tests that need a real store. Stop it in `afterAll`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRunFolder } from '../../src/cli/children.ts'
import { migrateStore } from '../../src/cli/migrate.ts'
import { startSqld } from '../../src/cli/sqld.ts'

export interface TestStore {
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** `migrated: false` gives an empty store. */
export async function startTestStore(options: { readonly migrated?: boolean } = {}): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-store-'))
  // A test run that is killed takes its server with it.
  const run = openRunFolder(join(folder, 'run'))
  const sqld = await startSqld({ folder: join(folder, 'store'), pidFile: run.pidFile('sqld') })
  const stop = async (): Promise<void> => {
    await sqld.stop()
    run.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    if (options.migrated !== false) await migrateStore({ url: sqld.url })
  } catch (error) {
    await stop()
    throw error
  }
  return { url: sqld.url, pid: sqld.pid, stop }
}
