/**
 * A clock that can be set, for simulated shoppers: the Worker's own bundle behind a module that puts time elsewhere. It
 * is written beside the local stack's bundle, for a second Worker that no visitor is sent to; the Worker that is deployed
 * knows nothing of it.
 */
import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Where it takes its time. */
const CLOCK_PATH = '/__clock'

/** Writes the module that stands in front of `script`; gives its path. */
export function writeClock(script: string): string {
  const file = join(dirname(script), 'clock.js')
  writeFileSync(
    file,
    `import worker from './${basename(script)}'
export * from './${basename(script)}'
const real = Date.now
let away = 0
Date.now = () => real() + away
export default {
  ...worker,
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== '${CLOCK_PATH}') return worker.fetch(request, env, context)
    away = Number(await request.text()) - real()
    return new Response(null, { status: 204 })
  },
}
`,
  )
  return file
}

/** Sets the Worker's clock; time goes on from there at its own pace. */
export async function setClock(url: string, now: number): Promise<void> {
  const answer = await fetch(url + CLOCK_PATH, { method: 'POST', body: String(now) })
  if (answer.status !== 204) throw new Error(`the clock answered ${answer.status}`)
}
