/** Size of what is deployed, and how long an isolate of it needs beyond what workerd itself needs to start. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundleWorker } from '../../src/cli/bundle.ts'
import { type Context, worker } from './context.ts'
import { median } from './load.ts'
import { startWorker } from './workerd.ts'

const STARTS = 7

export async function measureBundle(
  context: Context,
): Promise<{ bundle_gzip_bytes: number; startup_ms: number }> {
  const script = await bundleWorker(join(context.folder, 'deployed'))
  const bundle_gzip_bytes = gzipSync(readFileSync(script), { level: 9 }).length
  const startOf = async (name: string, entry: string): Promise<number> => {
    const running = await startWorker({ name, entry }, context.folder)
    running.stop()
    return running.startupMs
  }
  const differences: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    const empty = await startOf('start-empty', worker('empty'))
    const selvedge = await startOf('start-selvedge', join(import.meta.dirname, '../../src/worker.ts'))
    differences.push(selvedge - empty)
  }
  return { bundle_gzip_bytes, startup_ms: median(differences) }
}
