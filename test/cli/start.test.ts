import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../src/cli/ports.ts'
import { readOptions } from '../../src/cli/start.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { childrenOf, leftOver, lineOf, type Shell, selvedge } from '../help/stack.ts'

const PAGE = '<!doctype html><title>Shop</title><h1 id="hero">Welcome</h1>'
const RELEASE = {
  campaigns: [
    {
      id: 'hero',
      pages: ['/*'],
      audience: { 'geo.country': 'US' },
      withoutConsent: 'a',
      variants: [{ id: 'a', weight: 1, edits: [{ action: 'text', selector: '#hero', value: 'Howdy' }] }],
    },
  ],
}

const folder = mkdtempSync(join(tmpdir(), 'selvedge-start-'))
let origin: FaultyOrigin
beforeAll(async () => {
  origin = await startOrigin()
  origin.on('/', page(PAGE, { 'Cache-Control': 'max-age=60' }))
})
afterAll(async () => {
  await origin.stop()
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('start, and stop', () => {
  const data = join(folder, 'data')
  let shell: Shell
  let url: string

  beforeAll(async () => {
    const campaigns = file('release.json', JSON.stringify(RELEASE))
    const port = await freePort()
    shell = selvedge([
      'start',
      '--origin',
      origin.url,
      '--port',
      `${port}`,
      '--data',
      data,
      '--campaigns',
      campaigns,
    ])
    await shell.ready()
    url = `http://127.0.0.1:${port}`
  })
  afterAll(async () => {
    shell.child.kill('SIGTERM')
    await shell.ended
  })

  it('prints a line for everything, and everything answers', async () => {
    const api = lineOf(shell, 'API')
    const health = (await (await fetch(lineOf(shell, 'health'))).json()) as { status: string }
    expect(health.status).toBe('ok')
    expect((await fetch(api)).status).toBe(200)
    expect((await fetch(`${lineOf(shell, 'store')}/health`)).status).toBe(200)
    expect(lineOf(shell, 'release')).toBe('1 is live')
  })

  it('serves the storefront’s page, finished for where the visitor is', async () => {
    const html = await (await fetch(`${url}/`, { headers: { Accept: 'text/html' } })).text()
    expect(html).toBe(PAGE.replace('Welcome', 'Howdy'))
  })

  it('keeps its secrets from everybody else', async () => {
    expect(statSync(join(data, 'secrets.json')).mode & 0o077).toBe(0)
    const api = `${url}/_selvedge/api/releases`
    expect((await fetch(api)).status).toBe(401)
    const allowed = await fetch(api, { headers: { Authorization: `Bearer ${lineOf(shell, 'token')}` } })
    expect(allowed.status).toBe(200)
  })

  it('refuses a second stack on the same data', async () => {
    const second = selvedge([
      'start',
      '--origin',
      origin.url,
      '--port',
      `${await freePort()}`,
      '--data',
      data,
    ])
    const { code, stderr } = await second.ended
    expect([code, stderr.split('\n').length]).toEqual([1, 2])
    expect(stderr).toContain(`in use by process ${shell.child.pid}`)
    expect((await fetch(`${url}/_selvedge/health`)).status).toBe(200)
  })

  it('starts a store that died again, and pages go on meanwhile', async () => {
    const { sqld } = childrenOf(data)
    process.kill(sqld as number, 'SIGKILL')
    expect((await fetch(`${url}/`)).status).toBe(200)
    while (childrenOf(data).sqld === sqld) await sleep(50)
    const store = lineOf(shell, 'store')
    while (!(await fetch(`${store}/health`).catch(() => ({ ok: false }))).ok) await sleep(50)
    expect(shell.stderr()).toContain('The store died (SIGKILL)')
  })

  it('says that a Worker died, which is there again', async () => {
    const { workerd } = childrenOf(data)
    process.kill(workerd as number, 'SIGKILL')
    while (childrenOf(data).workerd === workerd) await sleep(50)
    while (!(await fetch(`${url}/_selvedge/health`).catch(() => ({ ok: false }))).ok) await sleep(50)
    expect(shell.stderr()).toContain('The Worker died')
  })

  it('stops every child at Ctrl-C', async () => {
    const children = childrenOf(data)
    expect(Object.keys(children)).toEqual(['sqld', 'workerd'])
    const token = lineOf(shell, 'token')
    shell.child.kill('SIGINT')
    expect((await shell.ended).code).toBe(0)
    expect(await leftOver(data, Object.values(children))).toEqual([])
    expect(existsSync(join(data, 'run'))).toBe(false)
    expect(token).not.toBe('')
  })

  it('finds its data again, in front of the demo, whose release does not replace one’s own', async () => {
    const again = selvedge(['start', '--port', `${await freePort()}`, '--data', data])
    await again.ready()
    const children = childrenOf(data)
    const token = lineOf(again, 'token')
    const active = await fetch(`${lineOf(again, 'shop')}_selvedge/api/releases/active`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    const { number, document } = (await active.json()) as { number: number; document: typeof RELEASE }
    const home = await fetch(lineOf(again, 'shop'), { headers: { Accept: 'text/html' } })
    expect([home.headers.get('Selvedge-Bypass'), lineOf(again, 'release')]).toEqual([null, '1 is live'])
    again.child.kill('SIGTERM')
    expect((await again.ended).code).toBe(0)
    expect(token).toBe(lineOf(shell, 'token'))
    expect([number, document.campaigns[0]?.id]).toEqual([1, 'hero'])
    expect(again.stderr()).toContain('A release of your own is live')
    expect(await leftOver(data, Object.values(children))).toEqual([])
  })
})

describe('start, without anything said', () => {
  it('opens the demo with its release, and leaves no child when it is killed outright', async () => {
    const data = join(folder, 'demo')
    const shell = selvedge(['start', '--port', `${await freePort()}`, '--data', data])
    await shell.ready()
    const children = childrenOf(data)
    const home = await fetch(lineOf(shell, 'shop'), { headers: { Accept: 'text/html' } })
    expect([home.status, home.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await home.text()).length).toBeGreaterThan(10_000)
    expect(lineOf(shell, 'release')).toBe('1 is live')
    shell.child.kill('SIGKILL')
    await shell.ended
    expect(Object.keys(children)).toEqual(['sqld', 'workerd'])
    expect(await leftOver(data, Object.values(children))).toEqual([])
  })
})

describe('start, where it cannot', () => {
  /** One line on stderr, exit code 1, and nothing left that runs. */
  async function failure(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const data = join(folder, `failed-${Math.random()}`)
    const shell = selvedge(['start', '--origin', origin.url, '--data', data, ...args], env)
    const { code, stdout, stderr } = await shell.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(await leftOver(data, [])).toEqual([])
    return stderr
  }
  const oneLine = (text: string) => expect.stringMatching(new RegExp(`^[^\\n]*${text}[^\\n]*\\n$`))

  it('says which port is taken', async () => {
    const other = await startOrigin()
    const { port } = new URL(other.url)
    const said = await failure(['--port', port])
    await other.stop()
    expect(said).toEqual(oneLine(`Port ${port} is taken.*--port N`))
  })

  it('says that the store’s binary is missing', async () => {
    const port = `${await freePort()}`
    expect(await failure(['--port', port], { SELVEDGE_SQLD: '/nowhere/sqld' })).toEqual(
      oneLine('/nowhere/sqld'),
    )
  })

  it('says that the Worker’s runtime is missing', async () => {
    // As npm leaves it where optional packages were left out.
    const without = file(
      'without.mjs',
      `import { registerHooks } from 'node:module'
      registerHooks({
        resolve(name, context, next) {
          if (name.startsWith('@cloudflare/workerd-')) throw new Error('there is no ' + name)
          return next(name, context)
        },
      })`,
    )
    const said = await failure(['--port', `${await freePort()}`], { NODE_OPTIONS: `--import=${without}` })
    expect(said).toEqual(oneLine('runtime is missing: run "npm ci"'))
  })

  it('says that the Worker’s runtime is not where it was told to be', async () => {
    const said = await failure(['--port', `${await freePort()}`], {
      MINIFLARE_WORKERD_PATH: '/nowhere/workerd',
    })
    expect(said).toEqual(oneLine('/nowhere/workerd.*leave it unset'))
  })

  it('says that a package is missing', async () => {
    const without = file(
      'unpacked.mjs',
      `import { registerHooks } from 'node:module'
      registerHooks({
        resolve(name, context, next) {
          return next(name.replace(/^wrangler/, 'not-installed'), context)
        },
      })`,
    )
    const said = await failure(['--port', `${await freePort()}`], { NODE_OPTIONS: `--import=${without}` })
    expect(said).toEqual(oneLine('Cannot find .*not-installed.*run "npm ci"'))
  })

  it('says why the store does not start', async () => {
    const dies = file('dies', '#!/bin/sh\necho "error: no room" >&2\nexit 3\n', 0o700)
    const said = await failure(['--port', `${await freePort()}`], { SELVEDGE_SQLD: dies })
    expect(said).toEqual(oneLine('does not start \\(exit code 3: error: no room\\)'))
  })

  it('says that the data folder cannot be written', async () => {
    const said = await failure(['--port', `${await freePort()}`, '--data', join(file('plain', ''), 'data')])
    expect(said).toEqual(oneLine('--data DIR'))
  })

  it('says so of a folder within it, too', async () => {
    const data = join(folder, 'half')
    mkdirSync(data)
    writeFileSync(join(data, 'store'), '')
    const said = await failure(['--port', `${await freePort()}`, '--data', data])
    expect(said).toEqual(oneLine('half/store .*--data DIR'))
  })

  it('gives every fault of a release, and stops what runs already', async () => {
    const bad = file('bad.json', JSON.stringify({ campaigns: [{ id: 'UPPER' }], surprise: 1 }))
    const said = await failure(['--port', `${await freePort()}`, '--campaigns', bad])
    expect(said).toContain('was not published')
    expect(said).toContain('/surprise')
    expect(said).toContain('/campaigns/0/id')
  })

  it('stops early when it is told to before it has started', async () => {
    const data = join(folder, 'early')
    const shell = selvedge(['start', '--origin', origin.url, '--port', `${await freePort()}`, '--data', data])
    while (!existsSync(join(data, 'run/sqld.pid'))) await sleep(10)
    const children = Object.values(childrenOf(data))
    shell.child.kill('SIGINT')
    expect((await shell.ended).code).toBe(0)
    expect(await leftOver(data, children)).toEqual([])
  })
})

describe('readOptions', () => {
  it.each([
    [['--origin', 'shop.example'], /--origin shop\.example .*https:/],
    [['--origin', 'ftp://shop.example'], /--origin ftp:/],
    [['--origin', 'https://shop.example/eu/'], /--origin https:\/\/shop\.example\/eu\/ .*without a path/],
    [['--origin', 'https://shop.example/?a'], /without a path/],
    [['--origin', 'http://localhost:9999', '--port', '9999'], /--port N/],
    [['--port', '0'], /--port 0/],
    [['--port', '80a'], /--port 80a/],
    [['--campaigns', '/nowhere.json'], /--campaigns \/nowhere\.json/],
    [['--campaigns', tmpdir()], /or is no file/],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })

  it('takes a shop, and the port beside it', () => {
    const { origin: shop, port } = readOptions(['--origin', 'http://localhost:3000', '--port', '3001'])
    expect([shop?.href, port]).toEqual(['http://localhost:3000/', 3001])
  })
})
