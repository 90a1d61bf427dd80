/** Time to the first byte of a page that nobody has seen yet, from an origin that streams it over half a second. */
import { type Context, worker } from './context.ts'
import { get, median } from './load.ts'
import { startOrigin } from './origin.ts'
import { growthbookPayload, optimizelyManifest } from './payloads.ts'
import { startSelvedge } from './selvedge.ts'
import { startWorker } from './workerd.ts'

const HEADERS = {
  Accept: 'text/html',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
  'CF-Blob': JSON.stringify({ country: 'US', regionCode: 'TX', city: 'Austin', timezone: 'America/Chicago' }),
}

export async function measureFirstByte(context: Context): Promise<Record<string, number>> {
  const origin = await startOrigin()
  const text = { ORIGIN: origin.url }
  const nodePaths = [context.peers]
  const variants = [
    await startWorker({ name: 'passthrough-slow', entry: worker('proxy'), text }, context.folder),
    await startSelvedge(context, { name: 'selvedge-slow', origin: origin.url }),
    await startWorker(
      {
        name: 'growthbook-edge-slow',
        entry: worker('growthbook'),
        text: { ...text, PAYLOAD: growthbookPayload() },
        nodePaths,
      },
      context.folder,
    ),
    await startWorker(
      {
        name: 'optimizely-edge-slow',
        entry: worker('optimizely'),
        text: { ...text, MANIFEST: optimizelyManifest() },
        flags: ['nodejs_compat'],
        nodePaths,
      },
      context.folder,
    ),
  ]
  const times = context.quick ? 5 : 15
  const taken = new Map<string, number[]>()
  for (let time = 0; time <= times; time += 1) {
    for (const { name, url } of variants) {
      const answer = await get(`${url}/slow/${name}-${time}`, HEADERS)
      if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}`)
      // The first one pays for connections and just-in-time compilation.
      if (time > 0) taken.set(name, [...(taken.get(name) ?? []), answer.firstByteMs])
    }
  }
  for (const variant of variants) variant.stop()
  origin.stop()
  return Object.fromEntries([...taken].map(([name, all]) => [name.replace(/-slow$/, ''), median(all)]))
}
