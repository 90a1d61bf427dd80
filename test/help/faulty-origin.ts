/** An origin that answers each path as the test says, down to the bytes on the wire. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { listen } from './listen.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface FaultyOrigin {
  readonly url: string
  /** Requests so far, oldest first. */
  readonly seen: IncomingMessage[]
  /** Sets what a path answers from now on. */
  readonly on: (path: string, answer: Answer) => void
  /** Sets what is done with a request for another protocol. */
  readonly onUpgrade: (take: (request: IncomingMessage, socket: Duplex) => void) => void
  readonly stop: () => Promise<void>
}

export async function startOrigin(): Promise<FaultyOrigin> {
  const answers = new Map<string, Answer>()
  const seen: IncomingMessage[] = []
  const upgraded = new Set<Duplex>()
  const server = createServer((request, response) => {
    seen.push(request)
    const path = new URL(request.url ?? '/', 'http://origin').pathname
    const answer = answers.get(path) ?? ((_, missing) => missing.writeHead(404).end())
    answer(request, response)
  })
  return {
    url: await listen(server),
    seen,
    on: (path, answer) => answers.set(path, answer),
    onUpgrade: (take) => {
      server.on('upgrade', (request, socket) => {
        upgraded.add(socket)
        take(request, socket)
      })
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const socket of upgraded) socket.destroy()
      }),
  }
}

/** A well-formed answer. */
export const page =
  (body: string | Uint8Array, headers: Record<string, string | string[]> = {}, status = 200): Answer =>
  (request, response) => {
    response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...headers })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

/** Exactly these bytes, and then the end of the connection. */
export const wire =
  (head: Record<string, string>, ...body: readonly Uint8Array[]): Answer =>
  (_, response) => {
    const lines = Object.entries({ 'Content-Type': 'text/html; charset=utf-8', ...head })
    const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    response.socket?.end(
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nConnection: close\r\n${text}\r\n`), ...body]),
    )
  }
