import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { WRANGLER_CONFIG } from '../src/cli/bundle.ts'
import { type Env, parseEnv, type Settings } from '../src/env.ts'

const TOML = readFileSync(WRANGLER_CONFIG, 'utf8')
const ENV = readFileSync(join(import.meta.dirname, '../src/env.ts'), 'utf8')
const SECRETS = { SEAL_KEYS: 'k'.repeat(16), API_TOKEN: 't'.repeat(16) }

function settingsOf(env: Env): Settings {
  const parsed = parseEnv({ ...SECRETS, ...env })
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join())
  return parsed.value
}

describe('wrangler.toml', () => {
  const variables = [...TOML.matchAll(/^#? ?([A-Z_]+) = "(.*)"$/gm)].map(([, name, value]) => [name, value])
  const secrets = [...TOML.matchAll(/^# {3}([A-Z_]+) +(?:required|optional)/gm)].map(([, name]) => name)
  const bindings = [...TOML.matchAll(/^(?:name|binding) = "([A-Z_]+)"$/gm)].map(([, name]) => name)

  it('names every variable, secret and binding that is read, and no other', () => {
    const read = [...ENV.matchAll(/^ {2}readonly ([A-Z_]+)\?:/gm)].map(([, name]) => name)
    const named = new Set([...variables.map(([name]) => name), ...secrets, ...bindings])
    expect(read.length).toBeGreaterThan(30)
    expect([...named].sort()).toEqual(read.sort())
  })

  /** What can only be an example, because nothing, or another thing, stands in for it. */
  const EXAMPLES = /^(?:ORIGIN|EXEMPT_TESTS|DB_URL|\w+_URL)$/
  const defaults = variables.slice(
    0,
    variables.findIndex(([name]) => name === 'DB_URL'),
  )
  it.each(defaults.filter(([name]) => !EXAMPLES.test(name as string)))(
    'says of %s what stands in for it',
    (name, value) => {
      expect(settingsOf({ [name as string]: value })).toEqual(settingsOf({}))
    },
  )

  it('has an example of production that repeats all that it would not inherit', () => {
    const known = (env?: string) => {
      const config = readConfig({ config: WRANGLER_CONFIG, env }, { hideWarnings: true })
      const { vars, queues, triggers } = config
      const ratelimits: readonly { readonly name: string }[] = config.ratelimits
      const limits = ratelimits.map((limit) => ({ ...limit, namespace_id: null }))
      return { vars: Object.keys(vars).filter((name) => name !== 'DB_URL'), queues, limits, triggers }
    }
    expect(known('production')).toEqual(known())
  })
})

describe('parseEnv', () => {
  it('takes a store’s URL by any of its protocols, and says which those are', () => {
    expect(settingsOf({ DB_URL: 'libsql://shop.turso.io' }).dbUrl).toBe('https://shop.turso.io/')
    expect(() => settingsOf({ DB_URL: 'shop.turso.io' })).toThrow(/DB_URL .*http.*libsql/)
  })

  it('counts in the currency that orders name, however it is written', () => {
    expect(settingsOf({ CURRENCY: 'eur' }).money.currency).toBe('EUR')
  })
})
