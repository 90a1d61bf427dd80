/**
 * Stands between a Worker and its store, counts what is asked, and fails in the way that it is told to: from a server
 * that is not there to one that answers without end.
 */
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { listen } from './listen.ts'

const SLOW_MS = 400
const DRIP_MS = 50
const CHUNK = Buffer.alloc(64 * 1024, ' ')

interface Exchange {
  readonly asked: IncomingMessage
  readonly answer: ServerResponse
  readonly socket: Socket
  /** Lets the store answer. */
  readonly forward: () => void
  /** Lets the store do what it was asked, and its answer be heard by nobody; `done` when it has come. */
  readonly unheard: (done: () => void) => void
}
type Fault = (exchange: Exchange) => void

/** Ends the answer's head and its first bytes, and holds the rest back. */
const begin = ({ answer }: Exchange, announced: number, text: string): void => {
  answer.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': announced })
  answer.write(text)
}
const say =
  (status: number, body: string, headers: Record<string, string> = {}): Fault =>
  ({ answer }) =>
    void answer.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body)
/** These bytes where an HTTP answer is expected, and then the end. */
const bytes =
  (raw: string): Fault =>
  ({ socket }) =>
    void socket.end(Buffer.from(raw, 'latin1'))

/** What a database says of itself, in the words of its own protocol. */
const hrana = (code: string, message: string): string =>
  JSON.stringify({
    baton: null,
    base_url: null,
    results: [{ type: 'error', error: { message, code } }],
  })

const HALF = '{"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"execute","resu'

/** Every way in which the store can fail a request. */
export const FAULTS = {
  refuses: ({ socket }) => void socket.destroy(),
  hangs: () => {},
  'is slow': ({ forward }) => void setTimeout(forward, SLOW_MS),
  'speaks another language': bytes('SSH-2.0-OpenSSH_9.6\r\n'),
  'speaks TLS': bytes('\x15\x03\x03\x00\x02\x02\x46'),
  'is a web page': say(200, '<h1>Welcome to nginx</h1>', { 'Content-Type': 'text/html' }),
  'fails (500)': say(500, '{"error":"disk full"}'),
  'is overloaded (429)': say(429, '', { 'Retry-After': '60' }),
  'refuses its token (401)': say(401, '{"error":"Unauthorized"}'),
  'is locked': say(200, hrana('SQLITE_BUSY', 'database is locked')),
  'is corrupt': say(200, hrana('SQLITE_CORRUPT', 'database disk image is malformed')),
  'has moved (302)': ({ asked, answer }) => void answer.writeHead(302, { Location: asked.url ?? '/' }).end(),
  'answers other JSON': say(200, '{"results":[{"type":"ok"}]}'),
  'answers with nothing': say(200, ''),
  'answers by halves': (exchange) => begin(exchange, 4_096, HALF),
  'breaks off': (exchange) => {
    begin(exchange, 4_096, HALF)
    setTimeout(() => exchange.socket.resetAndDestroy(), 5)
  },
  drips: (exchange) => {
    begin(exchange, 1_000_000, '{')
    const timer = setInterval(() => exchange.answer.write(' '), DRIP_MS)
    exchange.socket.once('close', () => clearInterval(timer))
  },
  'answers without end': ({ answer, socket }) => {
    answer.writeHead(200, { 'Content-Type': 'application/json' })
    const more = (): void => {
      while (!socket.destroyed && answer.write(CHUNK));
    }
    answer.on('drain', more)
    more()
  },
} as const satisfies Readonly<Record<string, Fault>>
export type FaultName = keyof typeof FAULTS
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[]

/** Ways to fail in the middle: the store was not asked, or it did as asked and nobody knows. */
const STRIKES = {
  'is reset before': ({ socket }) => void socket.resetAndDestroy(),
  'is reset behind': ({ unheard, socket }) => unheard(() => void socket.resetAndDestroy()),
  'is not asked in time': () => {},
  'is not heard in time': ({ unheard }) => unheard(() => {}),
} as const satisfies Readonly<Record<string, Fault>>
export type Strike = keyof typeof STRIKES
export const STRIKE_NAMES = Object.keys(STRIKES) as readonly Strike[]

export interface FaultyStore {
  readonly url: string
  /** The next request meets this, and no other does. */
  readonly strike: (name: Strike) => void
  /** Strikes that nobody has met yet. */
  readonly waiting: () => number
  /** From now on; null: all is well. Connections that wait are let go. */
  readonly become: (fault: FaultName | null) => void
  /** Requests so far. */
  readonly asked: () => number
  /** Bodies of the requests since the last call. */
  readonly said: () => readonly string[]
  /** Requests that have no answer yet. */
  readonly pending: () => number
  /** Most requests that had no answer at one time, since the last change of its ways. */
  readonly peak: () => number
  readonly stop: () => void
}

/** Stands before the store at `url`. */
export async function startFaultyStore(url: string): Promise<FaultyStore> {
  const agent = new Agent({ keepAlive: true })
  const sockets = new Set<Socket>()
  const strikes: Fault[] = []
  let fault: Fault | null = null
  let asked = 0
  let pending = 0
  let peak = 0
  let said: string[] = []

  const server = createServer((incoming, answer) => {
    asked += 1
    pending += 1
    peak = Math.max(peak, pending)
    answer.once('close', () => {
      pending -= 1
    })
    const parts: Buffer[] = []
    incoming.on('error', () => {})
    answer.on('error', () => {})
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const body = Buffer.concat(parts)
      said.push(body.toString())
      const forward = (): void => pass(incoming, body, answer)
      const unheard = (done: () => void): void => {
        ask(incoming, body, (got) => got.resume().once('end', done))
      }
      const met = strikes.shift() ?? fault
      if (met === null) forward()
      else met({ asked: incoming, answer, socket: incoming.socket, forward, unheard })
    })
  })

  function pass(incoming: IncomingMessage, body: Buffer, answer: ServerResponse): void {
    const sent = ask(incoming, body, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    sent.on('error', () => answer.destroy())
  }

  function ask(
    { url: path = '/', method = 'GET', headers }: IncomingMessage,
    body: Buffer,
    heard: (got: IncomingMessage) => void,
  ): ClientRequest {
    const sent = request(new URL(path, url).href, { method, headers, agent }, heard)
    sent.on('error', () => {})
    sent.end(body)
    return sent
  }

  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  })
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: await listen(server),
    become: (name) => {
      peak = pending
      // Health leaves its connections as they are: the fault is what they meet, not that they broke.
      if (fault !== null) hangUp()
      fault = name === null ? null : FAULTS[name]
    },
    strike: (name) => void strikes.push(STRIKES[name]),
    waiting: () => strikes.length,
    asked: () => asked,
    said: () => {
      const all = said
      said = []
      return all
    },
    pending: () => pending,
    peak: () => peak,
    stop: () => {
      hangUp()
      server.close()
      agent.destroy()
    },
  }
}
