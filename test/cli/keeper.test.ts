import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { keepStore } from '../../src/cli/keeper.ts'
import { findSqld } from '../../src/cli/sqld.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-keeper-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('keepStore', () => {
  it('gives a store up that does not start again, and says why', async () => {
    const once = join(folder, 'once')
    const binary = join(folder, 'sqld')
    writeFileSync(
      binary,
      `#!/bin/sh\n[ -e ${once} ] && { echo "error: data is damaged" >&2; exit 7; }\ntouch ${once}\nexec ${findSqld()} "$@"\n`,
    )
    chmodSync(binary, 0o700)
    const said: string[] = []
    const pidFile = join(folder, 'pid')
    const store = await keepStore({ folder: join(folder, 'data'), binary, pidFile }, (line) =>
      said.push(line),
    )
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
    expect(await store.lost).toContain('exit code 7: error: data is damaged')
    expect(said).toEqual(['The store died (SIGKILL): starting it again.'])
    await store.stop()
    expect(existsSync(once)).toBe(true)
  })
})
