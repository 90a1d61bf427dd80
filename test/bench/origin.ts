/** The storefront of the bench: its page, cacheable, at any path; under `/slow/` it streams over half a second. */
import { createServer, type ServerResponse } from 'node:http'
import { benchPage } from './page.ts'
import { freePort } from './workerd.ts'

const SLOW_CHUNKS = 10
const SLOW_MS = 500

export interface Origin {
  readonly url: string
  readonly stop: () => void
}

export async function startOrigin(): Promise<Origin> {
  const port = await freePort()
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.setHeader('Cache-Control', 'public, max-age=3600')
    const page = Buffer.from(benchPage(path))
    if (path.startsWith('/slow/')) void stream(response, page)
    else response.end(page)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function stream(response: ServerResponse, page: Buffer): Promise<void> {
  const size = Math.ceil(page.length / SLOW_CHUNKS)
  for (let chunk = 0; chunk < SLOW_CHUNKS; chunk += 1) {
    response.write(page.subarray(chunk * size, (chunk + 1) * size))
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS / SLOW_CHUNKS))
  }
  response.end()
}
