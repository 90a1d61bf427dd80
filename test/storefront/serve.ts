/** The shop by itself: `node test/storefront/serve.ts [port]`. */
import { startStorefront } from './server.ts'

const DEFAULT_PORT = 8788

const shop = await startStorefront({ port: Number(process.argv[2] ?? DEFAULT_PORT) })
console.log(`The shop is open at ${shop.url}`)
