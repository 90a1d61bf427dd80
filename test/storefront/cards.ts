/** The pieces that several pages are made of. Pure. */
import { SERVICES } from './doings.ts'
import { type Product, price } from './goods.ts'
import { html, type Markup, type Part } from './html.ts'
import { SITE } from './layout.ts'
import type { Store } from './places.ts'
import type { Review } from './words.ts'

const STARS = 5
/** Everybody sleeps in once a week. */
const SUNDAY_OPENS = '10:00'

export function stars(count: number): Markup {
  const full = Math.round(count)
  return html`<span class="stars" role="img" aria-label="${count} of ${STARS} stars">${'★'.repeat(full)}<span class="stars-off">${'★'.repeat(STARS - full)}</span></span>`
}

export const productPicture = (product: Product, width: number, loading: 'lazy' | 'eager' = 'lazy'): Markup =>
  html`<img src="/pictures/${product.id}.svg" width="${width}" height="${width}" alt="${product.name} by ${product.brand}" loading="${loading}">`

/** Tells Selvedge that a product goes into the basket, when its form is sent. */
export const addingOf = ({ id, brand, category }: Product): Markup =>
  html`data-selvedge-track="add_to_cart" data-selvedge-sku="${id}" data-selvedge-brand="${brand}" data-selvedge-category="${category}"`

/** Hidden where nobody would hear it: see `shop.js`. */
export const followButton = (brand: string): Markup =>
  html`<p class="follow"><button type="button" class="follow-button" data-selvedge-track="follow" data-selvedge-brand="${brand}" aria-pressed="false" hidden>Follow ${brand}</button> <span role="status"></span></p>`

export function productCard(product: Product, symbol?: string, level: 'h2' | 'h3' = 'h3'): Markup {
  const name = html`<a href="/products/${product.id}">${product.name}</a>`
  return html`<article class="product-card" data-product="${product.id}" data-category="${product.category}">
<div class="product-card-picture">${productPicture(product, 400)}${product.badge !== undefined && html`<span class="badge">${product.badge}</span>`}</div>
<div class="product-card-words">
<p class="brand">${product.brand} · ${product.category}</p>
${level === 'h2' ? html`<h2>${name}</h2>` : html`<h3>${name}</h3>`}
<p class="tagline">${product.tagline}</p>
<p class="rating">${stars(product.rating)} <span class="rating-count">${product.rating} from ${product.ratings} people</span></p>
<details class="card-notes"><summary>On the label</summary><dl>${product.notes.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl></details>
</div>
<div class="product-card-foot">
<p class="price">${price(product.cents, symbol)} <span class="size">${product.size}</span></p>
<form action="/cart/add" method="post" class="add-form" ${addingOf(product)}><input type="hidden" name="product" value="${product.id}"><button type="submit" aria-label="Add ${product.name} to the basket">Add</button></form>
</div>
</article>
`
}

/** One item of a rail; the demo's campaigns write the same. */
export const railItem = (product: Product): Markup => html`<li class="rail-item">
<a href="/products/${product.id}">
<img src="/pictures/${product.id}.svg" width="260" height="260" alt="" loading="lazy">
<span class="rail-brand">${product.brand}</span>
<strong class="rail-name">${product.name}</strong>
<span class="rail-tagline">${product.tagline}</span>
<span class="rail-price">${price(product.cents)}</span>
</a>
</li>
`

export function storeCard(store: Store): Markup {
  return html`<li class="store-card" id="store-${store.id}" data-latitude="${store.latitude}" data-longitude="${store.longitude}">
<h4>${store.name}</h4>
<address>${store.street}, ${store.city}</address>
<dl class="hours"><div><dt>Monday to Saturday</dt><dd><time datetime="${store.opens}">${store.opens}</time> – <time datetime="${store.closes}">${store.closes}</time></dd></div><div><dt>Sunday</dt><dd><time datetime="${SUNDAY_OPENS}">${SUNDAY_OPENS}</time> – <time datetime="${store.closes}">${store.closes}</time></dd></div></dl>
<p class="keeper">${store.keeper} keeps it. ${store.note}.</p>
<ul class="services" aria-label="Also here">${['Takes bottles back', ...(SERVICES[store.id] ?? ['Fills flasks'])].map((service) => html`<li>${service}</li>`)}</ul>
<p class="directions"><a href="/stores#store-${store.id}">Details</a> <a href="https://www.openstreetmap.org/?mlat=${store.latitude}&amp;mlon=${store.longitude}#map=17/${store.latitude}/${store.longitude}" rel="noopener">Map of ${store.street}</a></p>
</li>
`
}

export function storeGroup([city, stores]: readonly [string, readonly Store[]], isOpen = false): Markup {
  return html`<details class="store-group" id="city-${stores[0]?.id.split('-')[0]}"${isOpen && html` open`}>
<summary><h3>${city}</h3><span>${stores.length === 1 ? 'one corner' : `${stores.length} corners`}</span></summary>
<ul>
${stores.map(storeCard)}</ul>
</details>
`
}

export function reviewCard(review: Review, product: Product | undefined): Markup {
  return html`<figure class="review">
${stars(review.stars)}
<blockquote><p>${review.text}</p></blockquote>
<figcaption><b>${review.name}</b>, ${review.city}${product !== undefined && html` · <a href="/products/${product.id}">${product.name}</a>`}</figcaption>
</figure>
`
}

export function newsletter(): Markup {
  return html`<section class="newsletter" id="newsletter" aria-labelledby="newsletter-title">
<div>
<h2 id="newsletter-title">A postcard, not a newsletter</h2>
<p>Four times a year, when a season turns: what is ripe, what is new, which corner just opened. No countdowns, no “we miss you”.</p>
</div>
<form action="/newsletter" method="post" class="newsletter-form">
<label for="newsletter-email">Your address</label>
<div class="field"><input id="newsletter-email" name="email" type="email" autocomplete="email" placeholder="you@somewhere.shade" required><button type="submit">Send me one</button></div>
<p class="fine">One click to leave. We keep the address and nothing else.</p>
</form>
</section>
`
}

export const breadcrumbs = (steps: readonly (readonly [string, string])[], here: string): Markup =>
  html`<nav class="breadcrumbs" aria-label="Breadcrumb"><ol>${steps.map(([href, label]) => html`<li><a href="${href}">${label}</a></li>`)}<li aria-current="page">${here}</li></ol></nav>
`

export const breadcrumbData = (steps: readonly (readonly [string, string])[]): unknown => ({
  '@context': 'https://schema.org',
  '@type': 'BreadcrumbList',
  itemListElement: steps.map(([path, name], index) => ({
    '@type': 'ListItem',
    position: index + 1,
    name,
    item: `${SITE}${path}`,
  })),
})

export const productData = (product: Product): unknown => ({
  '@context': 'https://schema.org',
  '@type': 'Product',
  '@id': `${SITE}/products/${product.id}#product`,
  sku: product.id,
  name: product.name,
  description: product.tagline,
  category: product.category,
  brand: { '@type': 'Brand', name: product.brand },
  image: `${SITE}/pictures/${product.id}.svg`,
  aggregateRating: { '@type': 'AggregateRating', ratingValue: product.rating, reviewCount: product.ratings },
  offers: {
    '@type': 'Offer',
    url: `${SITE}/products/${product.id}`,
    price: (product.cents / 100).toFixed(2),
    priceCurrency: 'EUR',
    availability: 'https://schema.org/InStock',
  },
})

export const sectionHead = (id: string, title: string, lead: string, more?: Part): Markup =>
  html`<div class="section-head"><h2 id="${id}">${title}</h2><p>${lead}</p>${more}</div>
`
