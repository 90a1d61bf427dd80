/** Collections and products. Pure. */
import {
  addingOf,
  breadcrumbData,
  breadcrumbs,
  followButton,
  newsletter,
  productCard,
  productData,
  productPicture,
  railItem,
  reviewCard,
  sectionHead,
  stars,
} from './cards.ts'
import {
  COLLECTIONS,
  type Collection,
  PRODUCTS,
  type Product,
  price,
  productById,
  productsOf,
} from './goods.ts'
import { html, type Markup } from './html.ts'
import { anchor, type Sheet, SITE } from './layout.ts'
import { REVIEWS } from './words.ts'

export const shelfPages = (): Sheet[] => [...COLLECTIONS.map(collection), ...PRODUCTS.map(productSheet)]

function collection(shelf: Collection): Sheet {
  const products = productsOf(shelf.id)
  const path = `/collections/${shelf.id}`
  const present = shelf.categories.filter((category) =>
    products.some((product) => product.category === category),
  )
  return {
    path,
    title: `${shelf.name} · Toldo`,
    description: shelf.lead,
    bodyClass: `collection collection-${shelf.id}`,
    category: shelf.name,
    data: [
      breadcrumbData([
        ['/', 'Home'],
        [path, shelf.name],
      ]),
      {
        '@context': 'https://schema.org',
        '@type': 'ItemList',
        itemListElement: products.map(({ id }, index) => ({
          '@type': 'ListItem',
          position: index + 1,
          url: `${SITE}/products/${id}`,
        })),
      },
    ],
    main: html`<div class="shelf-head shelf-${shelf.id}">
${breadcrumbs([['/', 'Home']], shelf.name)}<h1>${shelf.title}</h1>
<p class="lead">${shelf.lead}</p>
<p class="shipping-note">Free delivery over €35, wherever the post goes</p>
<ul class="shelf-anchors">${present.map((category) => html`<li><a href="#${anchor(category)}">${category}</a></li>`)}</ul>
</div>
<section class="section" aria-label="${shelf.name}">
<div class="product-grid">
${present.map((category) => html`${products.filter((product) => product.category === category).map((product, index) => html`<div class="product-cell"${index === 0 && html` id="${anchor(category)}"`}>${productCard(product, undefined, 'h2')}</div>\n`)}`)}</div>
</section>
${newsletter()}`,
  }
}

function productSheet(product: Product): Sheet {
  const shelf = COLLECTIONS.find(({ id }) => id === product.collection)
  const path = `/products/${product.id}`
  const steps = [
    ['/', 'Home'],
    [`/collections/${product.collection}`, shelf?.name ?? 'Shelf'],
  ] as const
  return {
    path,
    title: `${product.name} by ${product.brand} · Toldo`,
    description: product.tagline,
    bodyClass: `product product-${product.collection}`,
    category: product.category,
    data: [productData(product), breadcrumbData([...steps, [path, product.name]])],
    main: html`${breadcrumbs(steps, product.name)}${details(product)}${beside(product)}${newsletter()}`,
  }
}

function details(product: Product): Markup {
  return html`<article class="product-sheet" data-product="${product.id}" data-category="${product.category}">
<div class="product-sheet-picture">${productPicture(product, 640, 'eager')}</div>
<div class="product-sheet-words">
<p class="brand">${product.brand} · ${product.category}</p>
<h1>${product.name}</h1>
<p class="lead">${product.tagline}</p>
<p class="rating">${stars(product.rating)} <span class="rating-count">${product.rating} from ${product.ratings} people</span></p>
<p class="price">${price(product.cents)} <span class="size">${product.size}</span></p>
<form action="/cart/add" method="post" class="buy-form" ${addingOf(product)}>
<input type="hidden" name="product" value="${product.id}">
<label for="quantity">How many</label>
<select id="quantity" name="quantity">${[1, 2, 3, 4, 6, 12].map((count) => html`<option value="${count}">${count}</option>`)}</select>
<button type="submit" class="button buy">Add to basket</button>
</form>
${followButton(product.brand)}
<ul class="promises">
<li class="shipping-note">Free delivery over €35, wherever the post goes</li>
<li class="delivery-promise">Picked up at five, or delivered in one to three days.</li>
</ul>
${product.story.map((paragraph) => html`<p>${paragraph}</p>\n`)}<dl class="notes">
${product.notes.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
</div>
</article>
`
}

function beside(product: Product): Markup {
  const others = [...productsOf(product.collection), ...PRODUCTS].filter(
    (other, index, all) => other.id !== product.id && all.indexOf(other) === index,
  )
  const reviews = REVIEWS.filter((review) => review.product === product.id)
  return html`${
    reviews.length > 0 &&
    html`<section class="section" id="reviews" aria-labelledby="reviews-title">
${sectionHead('reviews-title', 'Overheard at the till', 'By people who finished the bottle.')}<div class="review-grid">${reviews.map((review) => reviewCard(review, productById(review.product)))}</div>
</section>
`
  }<section class="section" id="recommendations" aria-labelledby="recommendations-title">
${sectionHead('recommendations-title', 'Goes well together', 'What people carry out under one arm.')}
<ul class="rail" tabindex="0" aria-labelledby="recommendations-title">
${others.slice(0, 8).map(railItem)}</ul>
</section>
`
}
