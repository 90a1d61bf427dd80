/**
 * `npm run bench` (`-- --json FILE` writes the figures, `-- --quick` finishes within 90 s, `-- --only PART` measures one
 * part). Raw workerd, loopback only, one process a variant, rounds interleaved and their order turned each time, medians.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureBundle } from './bundle.ts'
import { measureCompile } from './compile.ts'
import { measureCookie } from './cookie.ts'
import { measureDecide } from './decide.ts'
import { measureFirstByte } from './first-byte.ts'
import { measureMemory } from './memory.ts'
import { type Figures, print } from './report.ts'
import { measureVariants } from './variants.ts'

const { values } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})

const folder = join(import.meta.dirname, '../../.selvedge/bench')
const peers = installPeers()
const context = { folder, peers, quick: values.quick }

const parts = {
  variants: () => measureVariants(context),
  cookie_us: () => measureCookie(context),
  decide_us: () => measureDecide(context),
  first_byte_ms: () => measureFirstByte(context),
  template_rss_mb: () => measureMemory(context),
  compile_ms: () => measureCompile(context),
  bundle: () => measureBundle(context),
}
const measured: Record<string, unknown> = {}
for (const [name, measure] of Object.entries(parts)) {
  if (values.only !== undefined && values.only !== name) continue
  const started = performance.now()
  const figures = await measure()
  Object.assign(measured, name === 'bundle' ? figures : { [name]: figures })
  console.error(`measured ${name} in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
}
if (values.only === undefined) print(measured as unknown as Figures)
else console.log(JSON.stringify(measured, null, 2))
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`)
process.exit(0)

/** The peers live beside the bench's results, so that the product never depends on them. */
function installPeers(): string {
  const target = join(folder, 'peers')
  const modules = join(target, 'node_modules')
  if (existsSync(join(modules, '@optimizely/edge-delivery'))) return modules
  mkdirSync(target, { recursive: true })
  cpSync(join(import.meta.dirname, 'peers/package.json'), join(target, 'package.json'))
  execFileSync('npm', ['install', '--no-fund', '--no-audit', '--ignore-scripts'], {
    cwd: target,
    stdio: 'ignore',
  })
  return modules
}
