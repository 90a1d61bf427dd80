/**
 * Baskets: kept in memory by the session cookie, gone when the process ends. The pages of this file are the shop's
 * business with one visitor and are never cached.
 */
import { breadcrumbs, productPicture } from './cards.ts'
import { price, productById } from './goods.ts'
import { html, type Markup } from './html.ts'
import type { Sheet } from './layout.ts'

const MAX_BASKETS = 1_000
const MAX_QUANTITY = 24
const MAX_ORDERS = 1_000

export interface Order {
  readonly id: string
  readonly lines: ReadonlyMap<string, number>
  readonly cents: number
}

export type Basket = Map<string, number>

export interface Baskets {
  /** The basket of a session; a new one where there is none. */
  readonly open: (session: string) => Basket
  /** Turns a basket into an order and empties it; undefined where it holds nothing. */
  readonly checkout: (session: string) => Order | undefined
  /** An order, for the session that placed it. */
  readonly order: (session: string, id: string) => Order | undefined
}

/** `newId` gives unguessable ids. */
export function createBaskets(newId: () => string): Baskets {
  const baskets = new Map<string, Basket>()
  const orders = new Map<string, Order & { readonly session: string }>()
  const open = (session: string): Basket => {
    const basket = baskets.get(session) ?? new Map<string, number>()
    // Set again, so that the one dropped is the one not opened for longest.
    baskets.delete(session)
    baskets.set(session, basket)
    dropOldest(baskets, MAX_BASKETS)
    return basket
  }
  return {
    open,
    checkout: (session) => {
      const basket = open(session)
      if (basket.size === 0) return undefined
      const id = newId()
      const order = { id, session, lines: new Map(basket), cents: totalOf(basket) }
      orders.set(id, order)
      dropOldest(orders, MAX_ORDERS)
      basket.clear()
      return order
    },
    order: (session, id) => {
      const order = orders.get(id)
      return order?.session === session ? order : undefined
    },
  }
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return
    map.delete(key)
  }
}

/** Sets how many of a product a basket holds, within reason; false where there is no such product. */
export function setQuantity(basket: Basket, product: string, quantity: number): boolean {
  if (productById(product) === undefined || !Number.isInteger(quantity)) return false
  if (quantity <= 0) basket.delete(product)
  else basket.set(product, Math.min(quantity, MAX_QUANTITY))
  return true
}

export const countOf = (basket: ReadonlyMap<string, number>): number =>
  [...basket.values()].reduce((sum, count) => sum + count, 0)

const totalOf = (lines: ReadonlyMap<string, number>): number =>
  [...lines].reduce((sum, [id, count]) => sum + (productById(id)?.cents ?? 0) * count, 0)

export function basketSheet(basket: Basket): Sheet {
  return {
    path: '/cart',
    title: 'Your basket · Toldo',
    description: 'What you are carrying.',
    bodyClass: 'cart',
    main: html`${breadcrumbs([['/', 'Home']], 'Basket')}<div class="plain-head"><h1>Your basket</h1></div>
${basket.size === 0 ? empty() : full(basket)}`,
  }
}

const empty = (): Markup =>
  html`<div class="basket-empty"><img src="/pictures/corner-cool-bag.svg" width="280" height="280" alt=""><p class="lead">Light as a feather. Let us change that.</p><p><a class="button" href="/collections/chilled">See what is cold</a></p></div>
`

function full(basket: Basket): Markup {
  const total = totalOf(basket)
  return html`<div class="basket">
<ul class="basket-lines">
${[...basket].flatMap(([id, count]) => {
  const product = productById(id)
  if (product === undefined) return []
  return html`<li class="basket-line" data-product="${id}">${productPicture(product, 110)}<div><h2><a href="/products/${id}">${product.name}</a></h2><p class="brand">${product.brand} · ${product.size}</p>
<form action="/cart/update" method="post"><input type="hidden" name="product" value="${id}"><label>How many <input name="quantity" type="number" min="0" max="${MAX_QUANTITY}" value="${count}"></label><button type="submit">Change</button></form></div><p class="price">${price(product.cents * count)}</p></li>
`
})}</ul>
<aside class="basket-total"><h2>At the till</h2><dl><div><dt>${countOf(basket)} things</dt><dd>${price(total)}</dd></div><div><dt>Cold bag, lent</dt><dd>€0.00</dd></div><div class="sum"><dt>Together</dt><dd>${price(total)}</dd></div></dl>
<form action="/cart/checkout" method="post"><button type="submit" class="button">Buy and pick up at five</button></form><p class="fine">No card needed: this shop only pretends.</p></aside>
</div>
`
}

export function orderSheet(order: Order): Sheet {
  return {
    path: '/orders',
    title: 'Thank you · Toldo',
    description: 'Your order.',
    bodyClass: 'order',
    main: html`<div class="plain-head" data-order="${order.id}" data-cents="${order.cents}"><h1>It is on ice.</h1><p class="lead">Your ${countOf(order.lines) === 1 ? 'bottle waits' : `${countOf(order.lines)} things wait`} at the corner from five, with your name on the chest.</p>
<ul class="order-lines">${[...order.lines].map(([id, count]) => html`<li>${count} × ${productById(id)?.name}</li>`)}</ul><p class="price">${price(order.cents)}</p><p><a class="button" href="/">Back to the corner</a></p></div>
`,
  }
}
