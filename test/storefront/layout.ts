/** The frame of every page: head, announcement, header with its awning, footer. Pure. */
import { COLLECTIONS } from './goods.ts'
import { html, jsonBlock, type Markup, type Part } from './html.ts'
import { REGIONS } from './places.ts'

/** The page of Selvedge, in front of the shop, that tells visitors what is known of them. */
export const PRIVACY = '/_selvedge/privacy'
/** Its script, by which buttons tell what was pressed. */
export const BEACON = '/_selvedge/beacon.js'
/** Where links in data for machines point. */
export const SITE = 'https://toldo.example'

export interface Sheet {
  readonly path: string
  readonly title: string
  readonly description: string
  readonly lang?: string
  readonly bodyClass: string
  /** What the page is about, for those who sort page views. */
  readonly category?: string
  readonly data?: readonly unknown[]
  readonly main: Part
}

/** Adds the preview bar of the local stack. */
export interface Frame {
  readonly hasBar: boolean
}

interface Words {
  readonly skip: string
  readonly announcement: string
  readonly drinks: string
  readonly picnic: string
  readonly stories: string
  readonly stores: string
  readonly help: string
  readonly region: string
  readonly basket: string
}

const ENGLISH: Words = {
  skip: 'Skip to the shelves',
  announcement: 'Order by two, cold on your corner by five.',
  drinks: 'Chilled drinks',
  picnic: 'Picnic things',
  stories: 'Stories',
  stores: 'Corner shops',
  help: 'Help',
  region: 'Choose a region',
  basket: 'Basket',
}

const WORDS: Readonly<Record<string, Words>> = {
  pt: {
    skip: 'Saltar para as prateleiras',
    announcement: 'Encomende até às duas, levante fresco na esquina até às cinco.',
    drinks: 'Bebidas frescas',
    picnic: 'Piquenique',
    stories: 'Histórias',
    stores: 'Lojas',
    help: 'Ajuda',
    region: 'Escolher região',
    basket: 'Cesto',
  },
  de: {
    skip: 'Zu den Regalen',
    announcement: 'Bis 14 Uhr bestellt, bis 17 Uhr kalt an der Ecke.',
    drinks: 'Kalte Getränke',
    picnic: 'Picknick',
    stories: 'Geschichten',
    stores: 'Läden',
    help: 'Hilfe',
    region: 'Region wählen',
    basket: 'Korb',
  },
}

export function layout(sheet: Sheet, frame: Frame): string {
  const words = WORDS[sheet.lang ?? 'en'] ?? ENGLISH
  return html`<!DOCTYPE html>
<html lang="${sheet.lang ?? 'en'}">
${head(sheet, frame)}
<body class="${sheet.bodyClass}">
<a class="skip" href="#main">${words.skip}</a>
<aside class="announcement-bar" aria-label="Announcement"><p class="announcement">${words.announcement}</p></aside>
${header(sheet.path, words)}
<main id="main">
${sheet.main}
</main>
${footer()}
</body>
</html>
`.text
}

function head({ path, title, description, category, data }: Sheet, { hasBar }: Frame): Markup {
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${description}">
${category !== undefined && html`<meta name="category" content="${category}">\n`}<meta name="theme-color" content="#17332d">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
<meta property="og:type" content="website">
<meta property="og:url" content="${SITE}${path}">
<link rel="canonical" href="${SITE}${path}">
${REGIONS.map((region) => html`<link rel="alternate" hreflang="${region.lang}" href="${SITE}/${region.id}">\n`)}<link rel="icon" href="/pictures/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/shop.css">
${hasBar && html`<link rel="stylesheet" href="/_demo/bar.css">\n`}<script src="${BEACON}" defer></script>
<script src="/shop.js" defer></script>
${hasBar && html`<script src="/_demo/bar.js" defer></script>\n`}${data?.map((value) => jsonBlock('application/ld+json', value))}
</head>`
}

function header(path: string, words: Words): Markup {
  const links = [
    ['/collections/chilled', words.drinks],
    ['/collections/picnic', words.picnic],
    ['/stories', words.stories],
    ['/stores', words.stores],
    ['/help', words.help],
  ] as const
  return html`<header class="site-header">
<div class="site-header-inner">
<a class="logo" href="/"><img src="/pictures/logo.svg" width="130" height="50" alt="Toldo, home"></a>
<nav class="site-nav" aria-label="Main">
<ul>
${links.map(
  ([href, label]) =>
    html`<li><a href="${href}"${href === path && html` aria-current="page"`}>${label}</a></li>\n`,
)}</ul>
</nav>
<div class="site-tools">
<a class="region-link" href="/start" aria-label="${words.region}"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><circle cx="12" cy="12" r="9"></circle><path d="M3 12h18M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9s1-6 4-9z"></path></svg></a>
<a class="basket-link" href="/cart"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M3 10h18l-2 10H5zM8 10l3-6M16 10l-3-6"></path></svg><span>${words.basket}</span><b class="basket-count" hidden>0</b></a>
</div>
</div>
<div class="awning" aria-hidden="true"></div>
</header>`
}

function footer(): Markup {
  return html`<footer class="site-footer">
<div class="awning awning-up" aria-hidden="true"></div>
<div class="site-footer-inner">
<div class="footer-brand">
<img src="/pictures/logo-light.svg" width="156" height="60" alt="Toldo" loading="lazy">
<p>Toldo means awning. Under ours there is always shade, a bench, and something at four degrees.</p>
<p class="footer-address">Rua da Voz do Operário 58<br>1100-621 Lisboa, Portugal</p>
</div>
<nav class="footer-column" aria-label="Shelves">
<h2>Shelves</h2>
<ul>
${COLLECTIONS.map(
  ({ id, name, categories }) =>
    html`<li><a href="/collections/${id}">${name}</a></li>\n${categories.slice(0, 3).map((category) => html`<li><a href="/collections/${id}#${anchor(category)}">${category}</a></li>\n`)}`,
)}</ul>
</nav>
<nav class="footer-column" aria-label="House">
<h2>House</h2>
<ul>
<li><a href="/stories">Stories</a></li>
<li><a href="/stores">Corner shops</a></li>
<li><a href="/about">About us</a></li>
<li><a href="/help">Questions</a></li>
<li><a href="/help#delivery">Delivery</a></li>
<li><a href="/help#returns">Returns and mending</a></li>
<li><a href="/help#privacy">Your data</a></li>
<li><a href="${PRIVACY}">Your privacy</a></li>
</ul>
</nav>
<nav class="footer-column" aria-label="Regions">
<h2>Regions</h2>
<ul>
${REGIONS.map((region) => html`<li><a href="/${region.id}" hreflang="${region.lang}" lang="${region.lang}">${region.name}</a></li>\n`)}<li><a href="/">Everywhere else</a></li>
</ul>
</nav>
</div>
<p class="small-print">A shop that exists to be looked at: nothing here is for sale, and nobody is at the till.</p>
</footer>`
}

/** A fragment id from words. */
export const anchor = (words: string): string => words.toLowerCase().replace(/[^a-z0-9]+/g, '-')
