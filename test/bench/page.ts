/** The page and the six edits that every variant of the bench has to make: one shape, many engines. */

const CARD_COUNT = 146

/** Eight things that a campaign recommends. */
const ITEMS = Array.from({ length: 8 }, (_, index) => ({
  title: `Iced tea No. ${index + 1}`,
  url: `/products/iced-tea-${index + 1}`,
  price: `${index + 2}.50`,
}))

/** A shop page of about 100 KB, the same on every machine. `note` makes pages distinct. */
export function benchPage(note = ''): string {
  const cards = Array.from({ length: CARD_COUNT }, (_, index) => card(index)).join('\n')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bench shop ${note}</title>
<link rel="stylesheet" href="/shop.css"><script src="/shop.js" defer></script></head>
<body><header class="site-header"><a href="/">Shop</a><nav><ul>${'<li><a href="/collections/tea">Tea</a></li>'.repeat(12)}</ul></nav></header>
<main><section id="hero"><h1>Drinks for every day</h1><p class="lead">Cold, fresh, around the corner.</p><img id="hero-picture" src="/hero.jpg" alt="A table of drinks"></section>
<aside id="popup"><p>Subscribe to our newsletter!</p></aside>
<section id="recommendations"><h2>For you</h2><ul class="rail"><li>Bestsellers</li></ul></section>
<p class="shipping-note">Delivery in two days.</p>
<section class="products">${cards}</section></main>
<footer><p>Made with care.</p></footer></body></html>`
}

function card(index: number): string {
  return `<article class="product-card" data-sku="SKU-${index}"><a href="/products/p-${index}"><img src="/pictures/p-${index}.jpg" width="320" height="320" loading="lazy" alt="Product number ${index}"></a>
<h3><a href="/products/p-${index}">A product with a believable name, number ${index}</a></h3>
<p class="description">Made in small batches from what the season gives; light, with a clean finish, and good with almost anything that comes from a grill or a picnic basket. It travels well, and it is never too sweet.</p>
<ul class="facts"><li>330 ml</li><li>Organic</li><li>Returnable glass</li></ul>
<p class="price"><span class="amount">${(index % 17) + 2}.90</span> <span class="currency">EUR</span></p><button class="add" type="button">Add to cart</button></article>`
}

/** What has to be on the page after the edits, whoever made them; the city is the visitor's own. */
export const EXPECTED = [
  'Fresh in ',
  '/hero-summer.jpg',
  'is-warm',
  'Order before noon',
  'Iced tea No. 8',
] as const
/** What must have gone. */
export const REMOVED = 'Subscribe to our newsletter!'

/** The list as markup, for the engines that have no templates of their own. */
export const LIST_HTML = ITEMS.map(
  (item) => `<li><a href="${item.url}">${item.title}</a> <b>${item.price}</b></li>`,
).join('')
export const NOTE_HTML = '<p class="note">Order before noon</p>'

/**
 * The six edits as a Selvedge campaign each, and 44 more that are live on other pages or for other people; those alone
 * where nothing is to be edited.
 */
export function benchRelease(total = 50, isEditing = true): unknown {
  const edits = [
    { action: 'text', selector: '#hero h1', value: 'Fresh in {{ geo.city | default: "town" }}' },
    {
      action: 'html',
      selector: '#recommendations .rail',
      value:
        '{% for item in data.items %}<li><a href="{{ item.url }}">{{ item.title }}</a> <b>{{ item.price }}</b></li>{% endfor %}',
    },
    {
      action: 'setAttribute',
      selector: '#hero-picture',
      name: 'src',
      value: '/hero-summer.jpg?at={{ clock.daypart }}',
    },
    { action: 'addClass', selector: '#hero', value: 'is-warm' },
    { action: 'before', selector: '.shipping-note', value: NOTE_HTML },
    { action: 'remove', selector: '#popup' },
  ]
  if (total === 0) return { holdout: 0, campaigns: [] }
  const matching = edits.map((edit, index) => ({
    id: `edit-${index}`,
    pages: ['/'],
    audience: index % 2 === 0 ? { 'geo.country': { $in: ['US', 'CA', 'PT'] } } : {},
    priority: 10 - index,
    variants: [
      { id: 'a', weight: 0.5, edits: [edit] },
      { id: 'b', weight: 0.5, edits: [edit] },
    ],
    data: { items: ITEMS },
  }))
  const others = Array.from({ length: total - matching.length }, (_, index) => other(index))
  return { holdout: 0, campaigns: isEditing ? [...matching, ...others] : others }
}

/** Half of the other campaigns live on the same page for somebody else, half on other pages. */
function other(index: number): unknown {
  return {
    id: `other-${index}`,
    pages: index < 22 ? ['/'] : [`/collections/c-${index}`, `/landing/${index}/*`],
    audience: { 'geo.country': 'ZZ', 'clock.hour': { $gte: 6 } },
    priority: 1,
    variants: [{ id: 'a', edits: [{ action: 'text', selector: `.other-${index}`, value: 'Other' }] }],
  }
}
