import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseTokens } from '../../src/kit/auth.ts'
import { importKeyring } from '../../src/kit/seal.ts'
import { selvedge } from '../help/stack.ts'

describe('selvedge', () => {
  it('lists every command', async () => {
    const { code, stdout } = await selvedge(['help']).ended
    expect(code).toBe(0)
    for (const name of ['start', 'campaigns', 'migrate', 'erasures', 'keys'])
      expect(stdout).toContain(`selvedge ${name}`)
  })

  it('names every verb that campaigns has', async () => {
    const [all, one] = await Promise.all([selvedge(['help']).ended, selvedge(['campaigns']).ended])
    const verbs = one.stderr.match(/(?<=^campaigns )\w+(?: \| \w+)*/gm)?.flatMap((text) => text.split(' | '))
    expect(all.stdout).toContain(`selvedge campaigns ${verbs?.join('|')} …`)
  })

  it('tells of campaigns all that can be asked for, where help is asked for', async () => {
    const [help, misuse] = await Promise.all([
      selvedge(['campaigns', '--help']).ended,
      selvedge(['campaigns']).ended,
    ])
    expect([help.code, help.stderr, misuse.code]).toEqual([0, '', 2])
    expect(help.stdout).toContain(misuse.stderr)
  })

  it('says in one line what the file system did not allow', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'selvedge-main-'))
    try {
      const file = join(folder, 'stock.csv')
      writeFileSync(file, 'sku,place,quantity\ntea,online,3\n')
      mkdirSync(`${file}.rejects.csv`)
      const { code, stderr } = await selvedge(['import', file, '--dry-run']).ended
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^[^\n]*stock\.csv\.rejects\.csv[^\n]*\n$/)])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('names a command that it does not know, and exits with 2', async () => {
    const { code, stderr } = await selvedge(['strat']).ended
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'There is no command "strat": see "help".\n' })
  })

  it.each([
    [['start', '--port', 'soon'], '--port soon'],
    [['start', '--campaigns', '/nowhere.json'], '--campaigns /nowhere.json'],
    [['simulate', '--visitors', '99999999'], '--visitors 99999999'],
    [['simulate', '--truth', '/nowhere.json'], '/nowhere.json'],
  ])('names what was asked for wrongly in one line, and exits with 2: %j', async (args, named) => {
    const { code, stderr } = await selvedge(args).ended
    expect([code, stderr.trimEnd().split('\n').length, stderr]).toEqual([
      2,
      1,
      expect.stringContaining(named),
    ])
  })

  it('names an option that it does not know, and exits with 2', async () => {
    const { code, stderr } = await selvedge(['start', '--prot', '1']).ended
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^[^\n]*--prot[^\n]*\n$/) })
  })
})

describe('keys', () => {
  it('prints secrets that the Worker takes, new ones every time', async () => {
    const [one, two] = await Promise.all([selvedge(['keys']).ended, selvedge(['keys']).ended])
    const { SEAL_KEYS = '', API_TOKEN = '' } = Object.fromEntries(
      one.stdout
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    expect((await importKeyring(SEAL_KEYS)).ok).toBe(true)
    expect(parseTokens(API_TOKEN).ok).toBe(true)
    expect(two.stdout).not.toContain(SEAL_KEYS)
    expect(two.stdout).not.toContain(API_TOKEN)
  })
})
