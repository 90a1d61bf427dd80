/** Ports of this machine's loopback address, the only one that the local stack listens on. */
import { createServer } from 'node:net'
import { messageOf, Trouble } from './trouble.ts'

export const LOOPBACK = '127.0.0.1'

/** A port that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return tryPort(0)
}

/** Makes sure that `port` can be listened on, or says what to do. */
export async function assertFree(port: number): Promise<void> {
  try {
    await tryPort(port)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') {
      throw new Trouble(`Port ${port} is taken: stop what listens there, or pick another with --port N.`)
    }
    if (code === 'EACCES') {
      throw new Trouble(`Port ${port} is not allowed to you: pick one above 1023 with --port N.`)
    }
    throw new Trouble(`Port ${port} cannot be used: ${messageOf(error)}`)
  }
}

/** Listens for a moment. Gives the port that was listened on. */
function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
