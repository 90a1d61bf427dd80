/**
 * The demo storefront as an origin behaves: shared pages with validators, a basket that is one visitor's own, and, in
 * the local stack only, the bar that lets one be somebody else.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { prepare, sendOn, sendPrivate, sendShared, sendText } from './answer.ts'
import { type Basket, basketSheet, countOf, createBaskets, orderSheet, setQuantity } from './basket.ts'
import { layout } from './layout.ts'
import { createPreviewDoor, type PreviewApi } from './preview.ts'
import { createSite } from './site.ts'

export interface StorefrontOptions {
  /** 0 or absent: any free one. */
  readonly port?: number
  readonly host?: string
  /** Where to get preview tokens. With it, every page has the preview bar. */
  readonly api?: PreviewApi
}

export interface Storefront {
  readonly url: string
  readonly port: number
  readonly close: () => Promise<void>
}

const BODY_MAX_BYTES = 16_384
const SESSION_COOKIE = 'basket'
const COUNT_COOKIE = 'basket_count'
const SESSION_SHAPE = /^[0-9a-f-]{36}$/

/** Starts the shop; rejects where the port is taken. */
export async function startStorefront(options: StorefrontOptions = {}): Promise<Storefront> {
  const handle = createShop(options.api)
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) sendText(response, 500, 'The shop dropped something. Try again.')
      else response.destroy()
    })
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function createShop(api: PreviewApi | undefined): Handle {
  const frame = { hasBar: api !== undefined }
  const site = createSite(frame)
  const ready = new Map([...site.items].map(([path, item]) => [path, prepare(item)]))
  const missing = prepare(site.missing)
  const baskets = createBaskets(randomUUID)
  const preview = api === undefined ? undefined : createPreviewDoor(api)

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop.invalid')
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const session = sessionOf(request)
    if (isReading) {
      const shared = ready.get(pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname)
      if (shared !== undefined) return sendShared(request, response, shared)
      if (pathname === '/cart') {
        const basket = baskets.open(session)
        return sendPrivate(request, response, layout(basketSheet(basket), frame), cookies(session, basket))
      }
      const order = /^\/orders\/([0-9a-f-]{36})$/.exec(pathname)?.[1]
      const placed = order === undefined ? undefined : baskets.order(session, order)
      if (placed !== undefined) return sendPrivate(request, response, layout(orderSheet(placed), frame))
      if (preview !== undefined && pathname === '/_demo/choices') return preview.choices(response)
      return sendShared(request, response, missing, 404)
    }
    if (request.method !== 'POST')
      return sendText(response, 405, 'GET, HEAD or POST.', { Allow: 'GET, HEAD, POST' })
    // Forms of other sites have no business here; browsers say where a form came from.
    if (request.headers['sec-fetch-site'] === 'cross-site')
      return sendText(response, 403, 'This form is not ours.')
    const body = await readBody(request)
    if (body === undefined)
      return sendText(response, 413, 'That is more than fits in a basket.', { Connection: 'close' })
    if (preview !== undefined && pathname === '/_demo/preview') return preview.start(body, response)
    if (preview !== undefined && pathname === '/_demo/reset') return preview.stop(response)
    if (preview !== undefined && pathname === '/_demo/redraw') return preview.redraw(response)
    if (pathname === '/newsletter') return sendOn(response, '/newsletter/thanks')
    const basket = baskets.open(session)
    if (pathname === '/cart/checkout') {
      const placed = baskets.checkout(session)
      return sendOn(
        response,
        placed === undefined ? '/cart' : `/orders/${placed.id}`,
        cookies(session, basket),
      )
    }
    if (pathname === '/cart/add' || pathname === '/cart/update') {
      if (!change(basket, new URLSearchParams(body), pathname.endsWith('add')))
        return sendText(response, 400, 'We do not sell that.')
      return sendOn(response, '/cart', cookies(session, basket))
    }
    return sendShared(request, response, missing, 404)
  }
}

function change(basket: Basket, form: URLSearchParams, isAdding: boolean): boolean {
  const product = form.get('product') ?? ''
  const quantity = Number(form.get('quantity') ?? '1')
  return setQuantity(
    basket,
    product,
    isAdding ? (basket.get(product) ?? 0) + Math.max(quantity, 0) : quantity,
  )
}

function sessionOf(request: IncomingMessage): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  const session = pairs.find(([name]) => name === SESSION_COOKIE)?.[1] ?? ''
  return SESSION_SHAPE.test(session) ? session : randomUUID()
}

/** The count is for the script that shows it in the header of shared pages; the session is for nobody but us. */
const cookies = (session: string, basket: Basket): { readonly 'Set-Cookie': readonly string[] } => ({
  'Set-Cookie': [
    `${SESSION_COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax`,
    `${COUNT_COOKIE}=${countOf(basket)}; Path=/; SameSite=Lax`,
  ],
})

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
