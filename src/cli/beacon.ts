/**
 * Makes the text of `beacon.js` from `src/beacon/`. It is kept as a file of its own, so that the Worker bundles without
 * a step before it, and a test says when the two differ.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './bundle.ts'
import { Trouble } from './trouble.ts'

const SOURCE = join(ROOT, 'src/beacon/main.ts')
const BEACON_TEXT_FILE = join(ROOT, 'src/events/beacon-text.ts')
/** Browsers of the last five years. */
const TARGET = 'es2021'

/** Names that only the parts of the program say to each other: neither the browser, the door, nor a shop's page. */
const OURS =
  /^(?:isEnd|element|selectors|places|isAgain|isAhead|skew|visit|retryAfter|drop|put|clear|change|read|flush|drain|add|isOnline|later|alone|told|shelf|post|piece)$/

/** The program as browsers get it: one script, minified, ASCII only. */
export async function buildBeacon(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: TARGET,
    charset: 'ascii',
    mangleProps: OURS,
    tsconfigRaw: '{}',
    logLevel: 'error',
  })
  return (outputFiles[0]?.text ?? '').trim()
}

/** The module that holds it. */
const beaconModule = (text: string): string =>
  `// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is a program\n/** \`beacon.js\`, minified. Made from \`src/beacon/\` by \`npm run beacon\`: change it there. */\nexport const BEACON_TEXT =\n  '${quoted(text)}'\n`

const quoted = (text: string): string => text.replace(/[\\']/g, (char) => `\\${char}`).replaceAll('\n', '\\n')

/** The command. */
export async function beacon(args: string[]): Promise<number> {
  if (args.length > 0) throw new Trouble('beacon takes no arguments.', 2)
  const text = await buildBeacon()
  writeFileSync(BEACON_TEXT_FILE, beaconModule(text))
  console.log(`beacon.js: ${text.length} bytes, gzipped ${gzipSync(text, { level: 9 }).length}.`)
  return 0
}
