/** The home page. Ids and classes in it are what campaigns aim at; keep them when rewording. Pure. */
import {
  addingOf,
  followButton,
  newsletter,
  productCard,
  productData,
  railItem,
  reviewCard,
  sectionHead,
  storeGroup,
} from './cards.ts'
import { MAKERS, MONTHS, RECIPES, WEEK } from './doings.ts'
import { COLLECTIONS, PRODUCTS, productById, RECOMMENDED } from './goods.ts'
import { html, type Markup } from './html.ts'
import { anchor, type Sheet, SITE } from './layout.ts'
import { COUNTRY_NAMES, STORES, storesByCity } from './places.ts'
import { QUESTIONS, REVIEWS, STORIES, TIMELINE } from './words.ts'

export function home(): Sheet {
  return {
    path: '/',
    title: 'Toldo · cold drinks and picnic things, on your corner',
    description:
      'Iced teas, sparkling citrus, cordials and picnic things from small makers. Order by two, cold on your corner by five.',
    bodyClass: 'home',
    category: 'home',
    data: [organisation(), ...PRODUCTS.map(productData)],
    main: html`${hero()}${facts()}${shelves()}${cooler()}${quickPick()}${callout()}${recommendations()}${makers()}${mixing()}${stories()}${week()}${year()}${reviews()}${house()}${finder()}${questions()}${newsletter()}`,
  }
}

function hero(): Markup {
  return html`<section class="hero" id="hero" aria-labelledby="hero-title">
<div class="hero-words">
<p class="kicker">Cold drinks &amp; picnic things</p>
<h1 id="hero-title">There is always shade on the corner.</h1>
<p class="lead">Iced teas, sparkling citrus and cordials from small makers, kept at four degrees in twenty-one corner shops. Order now, stroll over later.</p>
<div class="hero-actions"><a class="button cta" href="/collections/chilled">See what is cold</a><a class="button button-quiet" href="/stores">Find your corner</a></div>
<p class="delivery-promise">Picked up at five, or delivered in one to three days.</p>
</div>
<div class="hero-picture"><img src="/pictures/hero.svg" width="1000" height="960" alt="A corner shop by the sea: striped awning, an ice chest of bottles, a parasol, and a cat in the shade" fetchpriority="high"></div>
</section>
`
}

function facts(): Markup {
  return html`<section class="facts" aria-label="Good to know">
<p class="fact"><svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d="M2 6h12v10H2zM14 10h5l3 3v3h-8zM6 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"></path></svg><span class="shipping-note">Free delivery over €35, wherever the post goes</span></p>
<p class="fact"><svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d="M3 10l2-6h14l2 6M3 10a3 3 0 0 0 6 0 3 3 0 0 0 6 0 3 3 0 0 0 6 0M5 13v7h14v-7"></path></svg><span class="pickup-note">Cold on your corner by five</span></p>
<p class="fact"><svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d="M10 2h4v5c0 3 3 3 3 7v7H7v-7c0-4 3-4 3-7zM7 14h10M4 8l-2 2 2 2M20 8l2 2-2 2"></path></svg><span class="deposit-note">Bottles come back, deposits too</span></p>
</section>
`
}

const SHELVES = [
  {
    href: '/collections/chilled#iced-tea',
    title: 'Iced tea',
    text: 'Steeped cold, overnight',
    picture: 'story-ice',
    tone: 'blush',
  },
  {
    href: '/collections/chilled#sparkling',
    title: 'Sparkling',
    text: 'Citrus with opinions',
    picture: 'blood-orange-spritz',
    tone: 'citron',
  },
  {
    href: '/collections/chilled#cordial',
    title: 'Cordials',
    text: 'One part hedge, seven parts water',
    picture: 'story-market',
    tone: 'mint',
  },
  {
    href: '/collections/picnic',
    title: 'Picnic things',
    text: 'Mended free for five years',
    picture: 'story-picnic',
    tone: 'sky',
  },
] as const

function shelves(): Markup {
  return html`<section class="section" id="categories" aria-labelledby="categories-title">
${sectionHead('categories-title', 'Start at a shelf', 'Four of them, none longer than your arm.')}
<ul class="category-grid">
${SHELVES.map(
  ({
    href,
    title,
    text,
    picture,
    tone,
  }) => html`<li class="category-card tone-${tone}"><a href="${href}"><img src="/pictures/${picture}.svg" width="320" height="320" alt="" loading="lazy"><span class="category-words"><strong>${title}</strong><span>${text}</span></span></a></li>
`,
)}</ul>
</section>
`
}

function cooler(): Markup {
  return html`<section class="section" id="cooler" aria-labelledby="cooler-title">
${sectionHead('cooler-title', 'In the chest today', 'Everything on this page is at a corner near somebody right now.', html`<a class="more" href="/collections/chilled">All chilled drinks</a>`)}
<div class="product-grid">
${PRODUCTS.map((product) => productCard(product))}</div>
</section>
`
}

const QUICK = 'peach-verbena-iced-tea'

function quickPick(): Markup {
  const product = productById(QUICK)
  return html`<aside class="quick-pick" aria-label="In a hurry">
<p><strong>In a hurry?</strong> Two iced teas, one tin of almonds: the six-minute bag.</p>
<form action="/cart/add" method="post" ${product !== undefined && addingOf(product)}><input type="hidden" name="product" value="${QUICK}"><input type="hidden" name="quantity" value="2"><button type="submit">Put two teas in my basket</button></form>
</aside>
`
}

function callout(): Markup {
  return html`<section class="store-callout" id="store-callout" aria-labelledby="callout-title">
<div class="store-callout-picture"><img src="/pictures/map.svg" width="960" height="600" alt="A drawn map with little awnings on the street corners" loading="lazy"></div>
<div class="store-callout-words">
<p class="kicker">Pick up</p>
<h2 id="callout-title">Closer than the supermarket, colder than your fridge.</h2>
<p class="store-line">Twenty-one corner shops in ten cities, each with a bench, a chest and somebody who knows your name by the third visit.</p>
<a class="button button-light" href="/stores">Find your corner</a>
</div>
</section>
`
}

function recommendations(): Markup {
  const items = RECOMMENDED.flatMap((id) => productById(id) ?? [])
  return html`<section class="section" id="recommendations" aria-labelledby="recommendations-title">
${sectionHead('recommendations-title', 'Goes well together', 'What people carry out under one arm.')}
<ul class="rail" tabindex="0" aria-labelledby="recommendations-title">
${items.map(railItem)}</ul>
</section>
`
}

function makers(): Markup {
  return html`<section class="section" id="makers" aria-labelledby="makers-title">
${sectionHead('makers-title', 'Who makes it', 'Six small houses. We have slept on most of their sofas.')}
<ul class="maker-grid">
${MAKERS.map(
  ({ name, place, since, text, products, tone }) => html`<li class="maker tone-${tone}">
<h3>${name}</h3>
<p class="maker-place">${place}, since ${since}</p>
<p>${text}</p>
<p class="maker-links">${products.flatMap((id) => productById(id) ?? []).map((product) => html`<a href="/products/${product.id}">${product.name}</a> `)}</p>
${followButton(name)}
</li>
`,
)}</ul>
</section>
`
}

function mixing(): Markup {
  return html`<section class="section" id="mixing" aria-labelledby="mixing-title">
${sectionHead('mixing-title', 'Four tall glasses', 'Six minutes at the very most.')}
<div class="recipe-grid">
${RECIPES.map(
  ({ id, title, when, minutes, needs, steps, product }) => html`<article class="recipe" id="recipe-${id}">
<img src="/pictures/${product}.svg" width="160" height="160" alt="" loading="lazy">
<div class="recipe-words">
<h3>${title}</h3>
<p class="recipe-when">${when} · ${minutes} min</p>
<ul class="recipe-needs">${needs.map((need) => html`<li>${need}</li>`)}</ul>
<details><summary>How</summary><ol>${steps.map((step) => html`<li>${step}</li>`)}</ol></details>
</div>
</article>
`,
)}</div>
</section>
`
}

function week(): Markup {
  return html`<section class="week" id="week" aria-labelledby="week-title">
<div class="week-inner">
<h2 id="week-title">This week on the bench</h2>
<ol class="week-list">
${WEEK.map(({ day, time, title, store, text }) => {
  const place = STORES.find(({ id }) => id === store)
  return html`<li><p class="week-when">${day} <time datetime="${time}">${time}</time></p><h3>${title}</h3><p>${text}</p><p class="week-where"><a href="/stores#store-${store}">${place?.name}</a>, ${place?.city}</p></li>
`
})}</ol>
</div>
</section>
`
}

function stories(): Markup {
  return html`<section class="section" id="stories" aria-labelledby="stories-title">
${sectionHead('stories-title', 'Told on the bench', 'Short enough for one bottle.', html`<a class="more" href="/stories">All stories</a>`)}
<div class="story-grid">
${STORIES.map(
  (story) => html`<article class="story-card">
<div class="story-picture"><img src="/pictures/${story.picture}.svg" width="960" height="600" alt="" loading="lazy"></div>
<p class="kicker">${story.kicker} · ${story.minutes} min</p>
<h3><a href="/stories#${story.id}">${story.title}</a></h3>
<p class="story-lead">${story.lead}</p>
<p class="story-opening">${story.paragraphs[0]}</p>
</article>
`,
)}</div>
</section>
`
}

function house(): Markup {
  return html`<section class="house" id="house" aria-labelledby="house-title">
<h2 id="house-title">One awning, then another</h2>
<ol class="timeline">
${TIMELINE.map(([year, text]) => html`<li><b>${year}</b><p>${text}</p></li>\n`)}</ol>
</section>
`
}

function year(): Markup {
  return html`<section class="section" id="year" aria-labelledby="year-title">
${sectionHead('year-title', 'A year on the shelf', 'What is ripe, and what to pour next to it.')}
<ol class="months">
${MONTHS.map(([month, ripe, drink]) => html`<li id="month-${month.toLowerCase()}"><h3>${month}</h3><p>${ripe}</p><b>${drink}</b></li>\n`)}</ol>
</section>
`
}

function reviews(): Markup {
  return html`<section class="section" id="reviews" aria-labelledby="reviews-title">
${sectionHead('reviews-title', 'Overheard at the till', '3,328 people have told us what they think. Twelve of them are here.')}
<div class="review-grid">
${REVIEWS.map((review) => reviewCard(review, productById(review.product)))}</div>
</section>
`
}

function finder(): Markup {
  return html`<section class="section finder" id="finder" aria-labelledby="finder-title">
${sectionHead('finder-title', 'Find your corner', `${STORES.length} shops, all with a bench. Open every day, because thirst is.`, html`<a class="more" href="/stores">All on one page</a>`)}
<div class="store-groups">
${storesByCity().map((group, index) => storeGroup(group, index === 0))}</div>
</section>
`
}

function questions(): Markup {
  return html`<section class="section questions" id="questions" aria-labelledby="questions-title">
${sectionHead('questions-title', 'Asked across the counter', 'And answered there, usually with ice.')}
<div class="question-list">
${QUESTIONS.map(([question, answer]) => html`<details class="question"><summary>${question}</summary><p>${answer}</p></details>\n`)}</div>
</section>
`
}

const organisation = (): unknown => ({
  '@context': 'https://schema.org',
  '@type': 'Organization',
  '@id': `${SITE}/#shop`,
  name: 'Toldo',
  url: `${SITE}/`,
  logo: `${SITE}/pictures/logo.svg`,
  hasOfferCatalog: COLLECTIONS.map(({ id, name, categories }) => ({
    '@type': 'OfferCatalog',
    name,
    url: `${SITE}/collections/${id}`,
    itemListElement: categories.map((category) => `${SITE}/collections/${id}#${anchor(category)}`),
  })),
  department: STORES.map((store) => ({
    '@type': 'GroceryStore',
    '@id': `${SITE}/stores#store-${store.id}`,
    name: store.name,
    address: {
      '@type': 'PostalAddress',
      streetAddress: store.street,
      addressLocality: store.city,
      addressCountry: COUNTRY_NAMES[store.country] ?? store.country,
    },
    geo: { '@type': 'GeoCoordinates', latitude: store.latitude, longitude: store.longitude },
    openingHours: [`Mo-Sa ${store.opens}-${store.closes}`, `Su 10:00-${store.closes}`],
  })),
})
