/** A throwaway libSQL server with all migrations applied, for tests that need a real store. Stop it in `afterAll`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  const sqld = await startSqld({ folder })
  const stop = async (): Promise<void> => {
    await sqld.stop()
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
