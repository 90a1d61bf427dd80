import { describe, expect, it } from 'vitest'
import { parseTokens } from '../../src/kit/auth.ts'
import { importKeyring } from '../../src/kit/seal.ts'
import { selvedge } from '../help/stack.ts'

describe('selvedge', () => {
  it('lists every command', async () => {
    const { code, stdout } = await selvedge(['help']).ended
    expect(code).toBe(0)
    for (const name of ['start', 'campaigns', 'migrate', 'keys']) expect(stdout).toContain(`selvedge ${name}`)
  })

  it('names every verb that campaigns has', async () => {
    const [all, one] = await Promise.all([selvedge(['help']).ended, selvedge(['campaigns']).ended])
    const verbs = one.stderr.match(/(?<=^campaigns )\w+(?: \| \w+)*/gm)?.flatMap((text) => text.split(' | '))
    expect(all.stdout).toContain(`selvedge campaigns ${verbs?.join('|')} …`)
  })

  it('names a command that it does not know, and exits with 2', async () => {
    const { code, stderr } = await selvedge(['strat']).ended
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'There is no command "strat": see "help".\n' })
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
