/** Gives a server any free port of this machine; the URL that it answers at. */
import type { AddressInfo, Server } from 'node:net'

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
