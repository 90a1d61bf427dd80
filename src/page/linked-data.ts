/**
 * The two things that a shop's JSON-LD (schema.org) tells about a page's subject: Product and BreadcrumbList. Read for
 * what it is, not validated: a block that is broken, too deep or of another shape says nothing. Pure; never throws.
 */
export interface Product {
  readonly name?: string | undefined
  /** Steps of a way are joined by ` > `. */
  readonly category?: string | undefined
  readonly brand?: string | undefined
  readonly sku?: string | undefined
}

export interface Crumb {
  readonly name: string
  /** It leads to the shop's front page. */
  readonly isFront: boolean
  /** It leads nowhere: the page itself. */
  readonly isHere: boolean
}

export interface LinkedData {
  /** A list of products makes several, and then none of them is the page's subject. */
  readonly products: readonly Product[]
  /** The longest list, in its own order. */
  readonly crumbs: readonly Crumb[]
}

/** `WebPage.mainEntity.isVariantOf` is about as deep as shops write. */
const MAX_DEPTH = 5
const MAX_NODES = 2_000
const MAX_CRUMBS = 16

const PRODUCTS: ReadonlySet<string> = new Set([
  'Product',
  'ProductGroup',
  'IndividualProduct',
  'ProductModel',
])
/** Members that lead from what a page is to what it is about. */
const LINKS = ['@graph', 'mainEntity', 'mainEntityOfPage', 'breadcrumb', 'about']
/** Front pages of shops that greet by country or language: `/`, `/pt`, `/en-gb/`. */
const FRONT = /^\/(?:[a-z]{2}(?:[-_][a-z]{2,4})?\/?)?$/i
const ANY_BASE = 'https://page.invalid/'

type Node = Readonly<Record<string, unknown>>

/** `blocks`: the texts of the page's `application/ld+json` scripts. */
export function readLinkedData(blocks: readonly string[]): LinkedData {
  const nodes = blocks.flatMap((block) => [...nodesOf(tryParse(block))]).slice(0, MAX_NODES)
  const products = nodes.filter((node) => typesOf(node).some((type) => PRODUCTS.has(type)))
  const trails = nodes.filter((node) => typesOf(node).includes('BreadcrumbList')).map(crumbsOf)
  return {
    products: products.map(productOf),
    crumbs: trails.reduce((longest, trail) => (trail.length > longest.length ? trail : longest), []),
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function* nodesOf(value: unknown, depth = 0): Generator<Node> {
  if (depth > MAX_DEPTH) return
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_NODES)) yield* nodesOf(item, depth + 1)
  } else if (isNode(value)) {
    yield value
    for (const link of LINKS) yield* nodesOf(value[link], depth + 1)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, MAX_CRUMBS) : value === undefined ? [] : [value]

/** `Product`, `schema:Product` and `https://schema.org/Product` are the same word. */
const typesOf = (node: Node): readonly string[] =>
  list(node['@type']).flatMap((type) => (typeof type === 'string' ? (type.split(/[/#:]/).at(-1) ?? '') : []))

/** A text, or the name of a thing; the first of several. */
function textOf(value: unknown): string | undefined {
  for (const item of list(value)) {
    const text = isNode(item) ? (item.name ?? item.value) : item
    if (typeof text === 'string' && text.trim() !== '') return text
    if (typeof text === 'number') return String(text)
  }
  return undefined
}

const productOf = (node: Node): Product => ({
  name: textOf(node.name),
  category: categoryOf(node.category),
  brand: textOf(node.brand),
  sku: textOf(node.sku) ?? textOf(node.productID) ?? textOf(node.productGroupID),
})

/** Several categories are read as a way, which is how shops use the list. */
function categoryOf(value: unknown): string | undefined {
  const steps = list(value).flatMap((item) => textOf(item) ?? [])
  return steps.length === 0 ? undefined : steps.join(' > ')
}

function crumbsOf(node: Node): readonly Crumb[] {
  return list(node.itemListElement)
    .filter(isNode)
    .map((item, index) => ({ item, position: positionOf(item.position, index) }))
    .sort((a, b) => a.position - b.position)
    .flatMap(({ item }) => {
      const name = textOf(item.name) ?? (isNode(item.item) ? textOf(item.item.name) : undefined)
      const isHere = item.item === undefined
      return name === undefined ? [] : [{ name, isFront: isFrontPage(item.item), isHere }]
    })
}

function positionOf(position: unknown, index: number): number {
  const number = Number(position)
  return position !== null && Number.isFinite(number) ? number : index + 1
}

function isFrontPage(item: unknown): boolean {
  const address = isNode(item) ? (item['@id'] ?? item.url) : item
  if (typeof address !== 'string') return false
  const url = URL.parse(address, ANY_BASE)
  return url !== null && FRONT.test(url.pathname)
}
