/**
 * A data centre's cache, for a Worker under test to keep its entries in and for tests to search. Speaks what workerd asks
 * of one: `GET` with the entry's address, `PUT` with a whole HTTP answer as its body, `PURGE`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'

export interface SearchableCache {
  /** Host and port. */
  readonly address: string
  /** Everything ever put, taken away since or not: address, head and body. */
  readonly entries: () => readonly { readonly key: string; readonly text: string }[]
  readonly stop: () => void
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')

export async function startCache(): Promise<SearchableCache> {
  const kept = new Map<string, Buffer>()
  const all: { key: string; text: string }[] = []
  const server = createServer((request, response) => {
    const key = `${request.headers['cf-cache-namespace'] ?? ''} ${request.headers.host}${request.url}`
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => answer(request, response, key, Buffer.concat(parts)))
  })

  function answer({ method }: IncomingMessage, response: ServerResponse, key: string, body: Buffer): void {
    if (method === 'PUT') {
      kept.set(key, body)
      all.push({ key, text: body.toString('latin1') })
      response.writeHead(204).end()
    } else if (method === 'PURGE') {
      response.writeHead(kept.delete(key) ? 200 : 404).end()
    } else {
      const found = kept.get(key)
      if (found === undefined) response.writeHead(504, { 'CF-Cache-Status': 'MISS' }).end()
      else replay(found, response)
    }
  }

  const { host } = new URL(await listen(server))
  return {
    address: host,
    entries: () => all,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Gives a kept answer as it was put. */
function replay(entry: Buffer, response: ServerResponse): void {
  const end = entry.indexOf(END_OF_HEAD)
  const lines = entry.subarray(0, end).toString('latin1').split('\r\n').slice(1)
  response.setHeader('CF-Cache-Status', 'HIT')
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (!/^(?:transfer-encoding|content-length)$/i.test(name))
      response.setHeader(name, line.slice(colon + 1).trim())
  }
  response.end(entry.subarray(end + END_OF_HEAD.length))
}
