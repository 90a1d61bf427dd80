/**
 * A client that asks at a steady pace whatever the answers do, on as many connections as that takes, so that a slow one
 * does not hide those who come behind it. It is a process of its own that makes no garbage to speak of (bytes are counted
 * in one buffer and let go), for a collection of the client's is long beside a page. Loopback only.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Headers } from './load.ts'

export interface Pace {
  readonly url: string
  readonly visitors: readonly Headers[]
  readonly perSecond: number
  readonly seconds: number
}

export interface Steady {
  /** Milliseconds from sending each until its last byte, sorted. */
  readonly latencies: Float64Array
  /** Answers that were no page. */
  readonly failed: number
}

const READ_BYTES = 64 * 1_024
/** More than the head of any answer here. */
const HEAD_BYTES = 8 * 1_024
const GIVES_UP_AFTER_MS = 10_000

/** Asks, and waits for all answers. */
export async function steady(pace: Pace): Promise<Steady> {
  const child = fork(import.meta.filename, { serialization: 'advanced' })
  child.send(pace)
  try {
    const ended = once(child, 'exit').then(() => {
      throw new Error('the client ended without an answer')
    })
    const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Steady]
    return answer
  } finally {
    child.kill()
  }
}

async function askAll({ url, visitors, perSecond, seconds }: Pace): Promise<Steady> {
  const { hostname, port, pathname } = new URL(url)
  const requests = visitors.map((headers) => requestOf(pathname, { Host: `${hostname}:${port}`, ...headers }))
  const total = Math.round(perSecond * seconds)
  const latencies = new Float64Array(total)
  const idle: Line[] = []
  let failed = 0
  const started = performance.now()
  const open: Promise<void>[] = []
  for (let n = 0; n < total; n++) {
    const due = started + (n * 1_000) / perSecond
    await sleep(Math.max(0, due - performance.now()))
    let line = idle.pop()
    while (line?.isClosed()) line = idle.pop()
    const own = line ?? lineTo(hostname, Number(port))
    const from = performance.now()
    open.push(
      own.ask(requests[n % requests.length] as Buffer).then((status) => {
        latencies[n] = performance.now() - from
        if (status === 200) idle.push(own)
        else failed += 1
      }),
    )
  }
  await Promise.all(open)
  return { latencies: latencies.sort(), failed }
}

function requestOf(path: string, headers: Headers): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
}

/** One connection, for one request at a time. */
interface Line {
  /** The status of the answer once all of it is there, 0 for none. */
  readonly ask: (request: Buffer) => Promise<number>
  /** Whoever is not asked for a while is hung up on. */
  readonly isClosed: () => boolean
}

function lineTo(host: string, port: number): Line {
  const head = Buffer.alloc(HEAD_BYTES)
  let headBytes = 0
  let left = -1
  let status = 0
  let done: (status: number) => void = () => {}
  const take = (bytes: number, buffer: Uint8Array): boolean => {
    if (left >= 0) left -= bytes
    else {
      const kept = Math.min(bytes, HEAD_BYTES - headBytes)
      head.set(buffer.subarray(0, kept), headBytes)
      headBytes += kept
      const end = head.subarray(0, headBytes).indexOf('\r\n\r\n')
      if (end < 0) return true
      const text = head.toString('latin1', 0, end)
      status = Number(text.slice(9, 12))
      const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
      if (length === undefined) throw new Error('an answer without its length cannot be timed')
      left = Number(length) - (headBytes - end - 4) - (bytes - kept)
    }
    if (left === 0) done(status)
    return true
  }
  const socket: Socket = connect({
    host,
    port,
    noDelay: true,
    onread: { buffer: Buffer.alloc(READ_BYTES), callback: take },
  })
  socket.setTimeout(GIVES_UP_AFTER_MS, () => socket.destroy())
  socket.on('error', () => {})
  socket.on('close', () => done(0))
  return {
    ask: (request) =>
      new Promise((resolve) => {
        done = resolve
        headBytes = 0
        left = -1
        socket.write(request)
      }),
    isClosed: () => socket.destroyed || !socket.writable,
  }
}

if (process.send !== undefined) {
  const [pace] = (await once(process, 'message')) as [Pace]
  process.send(await askAll(pace))
}
