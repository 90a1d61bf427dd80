/**
 * workerd, which runs the Worker on this machine, and miniflare, which drives it. Loaded when they are needed: where the
 * platform's binary was not installed, importing miniflare throws, and that is nothing of ours to print a stack for.
 */
import { createRequire } from 'node:module'
import { executable } from './binaries.ts'
import { messageOf, Trouble } from './trouble.ts'

export type Runtime = typeof import('miniflare')

/** Where somebody told us to find it. */
export const TOLD_WORKERD = process.env.MINIFLARE_WORKERD_PATH

const WHAT = 'The Worker’s runtime'

/** Loads miniflare, or says what is missing. */
export async function loadRuntime(): Promise<Runtime> {
  try {
    const runtime = await import('miniflare')
    findWorkerd()
    return runtime
  } catch (error) {
    if (error instanceof Trouble) throw error
    throw new Trouble(`${WHAT} is missing: run "npm ci" (${messageOf(error)}).`)
  }
}

/** Path of the binary: `MINIFLARE_WORKERD_PATH` where set, else the optional package of this platform. */
export function findWorkerd(): string {
  if (TOLD_WORKERD !== undefined) {
    return executable(
      WHAT,
      TOLD_WORKERD,
      'MINIFLARE_WORKERD_PATH names it: name a workerd, or leave it unset',
    )
  }
  const require = createRequire(createRequire(import.meta.url).resolve('miniflare'))
  return executable(
    WHAT,
    (require('workerd') as { default: string }).default,
    'it belongs to workerd: run "npm ci"',
  )
}
