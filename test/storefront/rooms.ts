/** The other pages: regions, stories, corner shops, help, about, thanks, and the page that is not there. Pure. */
import { breadcrumbData, breadcrumbs, newsletter, productCard, storeCard, storeGroup } from './cards.ts'
import { PRODUCTS } from './goods.ts'
import { html } from './html.ts'
import type { Sheet } from './layout.ts'
import { REGIONS, type Region, STORES, storesByCity } from './places.ts'
import { QUESTIONS, STORIES, TIMELINE } from './words.ts'

export const roomPages = (): Sheet[] => [
  ...REGIONS.map(region),
  start(),
  stories(),
  stores(),
  help(),
  about(),
  thanks(),
]

const REGION_PRODUCTS = 8

function region(place: Region): Sheet {
  const shops = STORES.filter(({ country }) => country === place.country)
  return {
    path: `/${place.id}`,
    title: `Toldo ${place.name} · ${place.title}`,
    description: place.lead,
    lang: place.lang,
    bodyClass: `region region-${place.id}`,
    category: 'region',
    main: html`<section class="hero hero-region" id="hero" aria-labelledby="hero-title">
<div class="hero-words">
<p class="kicker">Toldo ${place.name}</p>
<h1 id="hero-title">${place.title}</h1>
<p class="lead">${place.lead}</p>
<div class="hero-actions"><a class="button cta" href="/collections/chilled">${place.cta}</a></div>
<p class="shipping-note">${place.shipping}</p>
</div>
<div class="hero-picture"><img src="/pictures/region-${place.id}.svg" width="960" height="600" alt="" fetchpriority="high"></div>
</section>
<section class="reasons">${place.reasons.map(([title, text]) => html`<div class="reason"><h2>${title}</h2><p>${text}</p></div>\n`)}</section>
<section class="section" id="favourites" aria-labelledby="favourites-title">
<div class="section-head"><h2 id="favourites-title">${place.listTitle}</h2></div>
<div class="product-grid" lang="en">
${PRODUCTS.slice(0, REGION_PRODUCTS).map((product) => productCard(product, place.symbol))}</div>
</section>
<section class="section finder" id="finder" aria-labelledby="finder-title">
<div class="section-head"><h2 id="finder-title">${place.storesTitle}</h2></div>
<h3 class="hidden">${place.name}</h3>
<ul class="store-list" lang="en">
${shops.map(storeCard)}</ul>
</section>
`,
  }
}

const start = (): Sheet => ({
  path: '/start',
  title: 'Where are you? · Toldo',
  description: 'Choose the region whose prices, words and corners you want to see.',
  bodyClass: 'start',
  category: 'region',
  main: html`<div class="plain-head"><h1>Where are you?</h1><p class="lead">Prices, words and corners differ a little. The cold is the same.</p></div>
<ul class="region-grid">
${REGIONS.map((place) => html`<li><a href="/${place.id}" hreflang="${place.lang}" lang="${place.lang}"><img src="/pictures/region-${place.id}.svg" width="960" height="600" alt="" loading="lazy"><strong>${place.name}</strong><span>${place.title}</span></a></li>\n`)}</ul>
<p class="plain-foot"><a href="/">Somewhere else entirely</a></p>
`,
})

const stories = (): Sheet => ({
  path: '/stories',
  title: 'Stories · Toldo',
  description: 'Cold tea, quick picnics and three sisters with a hedge.',
  bodyClass: 'stories-page',
  category: 'stories',
  data: [
    breadcrumbData([
      ['/', 'Home'],
      ['/stories', 'Stories'],
    ]),
  ],
  main: html`${breadcrumbs([['/', 'Home']], 'Stories')}<div class="plain-head"><h1>Told on the bench</h1><p class="lead">Short enough for one bottle.</p></div>
${STORIES.map(
  (story) => html`<article class="story" id="${story.id}">
<img src="/pictures/${story.picture}.svg" width="960" height="600" alt="" loading="lazy">
<div class="story-words"><p class="kicker">${story.kicker} · ${story.minutes} min</p><h2>${story.title}</h2><p class="lead">${story.lead}</p>
${story.paragraphs.map((paragraph) => html`<p>${paragraph}</p>\n`)}</div>
</article>
`,
)}${newsletter()}`,
})

const stores = (): Sheet => ({
  path: '/stores',
  title: 'Corner shops · Toldo',
  description: `${STORES.length} corner shops in ten cities, each with a bench and a chest at four degrees.`,
  bodyClass: 'stores-page',
  category: 'stores',
  data: [
    breadcrumbData([
      ['/', 'Home'],
      ['/stores', 'Corner shops'],
    ]),
  ],
  main: html`${breadcrumbs([['/', 'Home']], 'Corner shops')}<div class="plain-head"><h1>Find your corner</h1><p class="lead">${STORES.length} shops, all with a bench. Open every day, because thirst is.</p></div>
<div class="stores-map"><img src="/pictures/map.svg" width="960" height="600" alt="A drawn map with little awnings on the street corners"></div>
<section class="section finder" id="finder" aria-labelledby="finder-title"><h2 id="finder-title" class="hidden">All shops by city</h2>
<div class="store-groups">
${storesByCity().map((group) => storeGroup(group, true))}</div>
</section>
`,
})

const help = (): Sheet => ({
  path: '/help',
  title: 'Help · Toldo',
  description: 'Delivery, returns, mending, bottles, and what we remember about you.',
  bodyClass: 'help',
  category: 'help',
  main: html`${breadcrumbs([['/', 'Home']], 'Help')}<div class="plain-head"><h1>Asked across the counter</h1><p class="lead">And answered there, usually with ice.</p></div>
<div class="prose">
<h2 id="delivery">Delivery</h2>
<p class="shipping-note">Free delivery over €35, wherever the post goes</p>
<p>Below that it is €4.90 in Europe and €9.50 elsewhere. Chilled drinks travel by van or bicycle, and only where we can keep them at four degrees; everything else goes by post.</p>
<h2 id="returns">Returns and mending</h2>
<p>Sixty days for anything that is not a drink. Blankets, bags and parasols are mended free for five years: bring them to a corner.</p>
<h2 id="privacy">Your data</h2>
<p>Your basket is kept while you are here. With your consent we also remember which shelves you like and which corner is yours, so that the page starts where you would. You can look at it, take it with you, or have it deleted.</p>
<h2 id="questions">Questions</h2>
<div class="question-list">
${QUESTIONS.map(([question, answer]) => html`<details class="question"><summary>${question}</summary><p>${answer}</p></details>\n`)}</div>
</div>
`,
})

const about = (): Sheet => ({
  path: '/about',
  title: 'About us · Toldo',
  description: 'One second-hand awning in Lisbon, and what came of it.',
  bodyClass: 'about',
  category: 'about',
  main: html`${breadcrumbs([['/', 'Home']], 'About us')}<div class="plain-head"><h1>One awning, then another</h1><p class="lead">Toldo means awning. We started with one, second-hand, and a borrowed chest of ice.</p></div>
<ol class="timeline timeline-page">
${TIMELINE.map(([year, text]) => html`<li><b>${year}</b><p>${text}</p></li>\n`)}</ol>
${newsletter()}`,
})

const thanks = (): Sheet => ({
  path: '/newsletter/thanks',
  title: 'Thank you · Toldo',
  description: 'The next postcard has your name on it.',
  bodyClass: 'thanks',
  main: html`<div class="plain-head"><h1>The next one has your name on it.</h1><p class="lead">We write when the season turns. Until then, there is shade.</p><p><a class="button" href="/">Back to the corner</a></p></div>
`,
})

export const missing = (): Sheet => ({
  path: '/404',
  title: 'Nothing here · Toldo',
  description: 'This page is not on the shelf.',
  bodyClass: 'missing',
  main: html`<div class="plain-head"><img src="/pictures/lost.svg" width="640" height="400" alt="An empty ice chest, and a cat who knows nothing about it"><h1>The chest is empty here.</h1><p class="lead">This page was drunk, moved or never bottled. The cat will not say.</p><p><a class="button" href="/">Back to the corner</a> <a class="button button-quiet" href="/collections/chilled">See what is cold</a></p></div>
`,
})
