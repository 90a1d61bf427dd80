/**
 * The floors: imports go down only, and rooms of floor 1 import only from the rooms to their left. The README draws
 * the same map; this test is what keeps it true.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const ROOMS = [
  'consent',
  'signals',
  'page',
  'profile',
  'identity',
  'campaign',
  'supply',
  'decide',
  'events',
  'measure',
  'privacy',
]
/** They stand in no row: each is on a floor of its own. */
const FLOORS = ['flow', 'deps', 'api', 'beacon', 'cli', 'kit']
const WIRING = ['src/worker.ts', 'src/app.ts', 'src/env.ts']
/** Adapters of floor 2 that are not called `store.ts`. */
const ADAPTERS = [
  'src/page/mark.ts',
  'src/page/stream.ts',
  'src/page/cache.ts',
  'src/page/origin.ts',
  'src/page/keep.ts',
  'src/page/upstream.ts',
  'src/events/lookup.ts',
  'src/campaign/state-store.ts',
  'src/signals/weather.ts',
]
const TOP_LEVEL = [
  'LICENSE',
  'README.md',
  'db',
  'package-lock.json',
  'package.json',
  'src',
  'test',
  'tsconfig.json',
  'wrangler.toml',
]
/** A program for browsers, as a text. */
const BROWSER_TEXT = 'src/events/beacon-text.ts'
/** Floor 1 takes `now` and `random` as arguments and does no I/O. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bgetRandomValues\(|\brandomUUID\(|[^.\w]fetch\(|\bcaches\.|\bconsole\.|\bsetTimeout\(|\bperformance\.now\(/

/** And it knows nothing of requests: bodies are read, and frameworks spoken to, by doors. */
const SHELL =
  /\bread(?:Form|Data|Json|SmallJson|JsonText)\(|\brequest\.(?:json|text|formData|arrayBuffer)\(|from 'hono'|kit\/hono/

const files = [...walk(join(ROOT, 'src')), join(ROOT, 'db/schema.ts')].map((file) => relative(ROOT, file))

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* walk(path)
    else if (/\.tsx?$/.test(name)) yield path
  }
}

function roomOf(file: string): string {
  return file.split('/')[1]?.replace(/\.tsx?$/, '') ?? ''
}

function floorOf(file: string): number {
  if (file.startsWith('src/cli/') || file.startsWith('src/beacon/')) return 6
  if (file.startsWith('src/deps/') || WIRING.includes(file)) return 5
  if (/\/routes\.tsx?$/.test(file) || file.startsWith('src/api/')) return 4
  if (file.startsWith('src/flow/')) return 3
  if (/\/store\.ts$/.test(file) || ADAPTERS.includes(file)) return 2
  if (file.startsWith('src/kit/') || file === 'db/schema.ts') return 0
  return 1
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map((match) => relative(ROOT, resolve(ROOT, dirname(file), match[1] as string)))
    .filter((target) => /\.tsx?$/.test(target))
}

/** Says what is wrong with one import, or nothing. */
function wrong(file: string, target: string): string | undefined {
  const from = floorOf(file)
  const to = floorOf(target)
  if (to > from) return `${file} (floor ${from}) imports ${target} (floor ${to}): imports go down only`
  if (from !== 1 || to !== 1 || roomOf(file) === roomOf(target)) return undefined
  if (ROOMS.indexOf(roomOf(target)) < ROOMS.indexOf(roomOf(file))) return undefined
  return `${file} imports ${target}: rooms import only from their left (${ROOMS.join(' ')})`
}

describe('the floors', () => {
  it('imports go down only, and between rooms to the left only', () => {
    const faults = files.flatMap((file) => importsOf(file).map((target) => wrong(file, target)))
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })

  it('every folder of src is a room of the README, which names them in their order', () => {
    const map = readFileSync(join(ROOT, 'README.md'), 'utf8').split('| room |')[1]?.split('\n\n')[0] ?? ''
    const named = [...map.matchAll(/^\| `(\w+)` \|/gm)].map(([, room]) => room)
    expect(named).toEqual([...ROOMS, ...FLOORS])
    const rooms = files.filter((file) => file.startsWith('src/') && file.split('/').length > 2).map(roomOf)
    expect([...new Set(rooms)].toSorted()).toEqual(named.toSorted())
  })

  it('no room has a third level and no folder has a barrel', () => {
    expect(files.filter((file) => file.split('/').length > 3 || /\/index\.tsx?$/.test(file))).toEqual([])
  })

  it('rules read no body and know no framework', () => {
    const shell = files.filter(
      (file) => floorOf(file) === 1 && SHELL.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    expect(shell).toEqual([])
  })

  it('rules do no I/O and read neither the clock nor randomness', () => {
    const impure = files.filter((file) => {
      if (floorOf(file) !== 1 || file === BROWSER_TEXT) return false
      const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return IMPURE.test(code)
    })
    expect(impure).toEqual([])
  })

  it('the top level holds what the README says and nothing else', () => {
    const entries = readdirSync(ROOT).filter((name) => !name.startsWith('.') && name !== 'node_modules')
    expect(entries.filter((name) => !TOP_LEVEL.includes(name))).toEqual([])
  })
})
