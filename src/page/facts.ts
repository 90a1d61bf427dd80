/**
 * What a page says of itself in the ways that search engines read: which category it is about, and which product. Read
 * once, when the page is cut; names are as the shop writes them. Pure; never throws, whatever the page holds.
 *
 * By rank, the first that says something is believed: `<meta name="selvedge:category">`, the `category` of the one
 * schema.org Product, `<meta property="product:category">`, the BreadcrumbList without the shop's front page and without
 * the product itself, `<meta name="category">`.
 */
import { sensitiveTopic } from '../consent/sensitive.ts'
import { decodeBasic } from '../kit/html.ts'
import { type LinkedData, type Product, readLinkedData } from './linked-data.ts'
import { type ContentKind, Scanner, type Tag, type TokenSink } from './scan.ts'
import { ATTRIBUTE_INTS, attributeRanges } from './scan-tag.ts'

export interface PageFacts {
  /** From general to specific; empty where the page does not say. */
  readonly categories: readonly string[]
  /** Of the product that the page is about. */
  readonly brand?: string
  readonly sku?: string
}

export const NO_FACTS: PageFacts = Object.freeze({ categories: Object.freeze([]) })

/** Heads are read; a page that says it later than here says it too late. */
const MAX_CHARS = 1024 * 1024
const MAX_BLOCKS = 8
const MAX_BLOCK_CHARS = 128 * 1024
const MAX_CATEGORIES = 6
const MAX_NAME_CHARS = 80

/** Most pages without any of this are told by a search that costs nothing. */
const HINT = /ld\+json|(?:selvedge|product):|["']category["']/i
const PATH_SEPARATOR = /\s*[>›»|]\s*|\s+\/\s+/
const RAW_ELEMENTS: ReadonlySet<string> = new Set(
  'script style title textarea xmp iframe noembed noframes noscript'.split(' '),
)
const META_NAMES: ReadonlySet<string> = new Set([
  'selvedge:category',
  'selvedge:brand',
  'selvedge:sku',
  'product:category',
  'product:brand',
  'product:retailer_item_id',
  'category',
])

/** `html`: the page as text. */
export function pageFacts(html: string): PageFacts {
  const text = html.length > MAX_CHARS ? html.slice(0, MAX_CHARS) : html
  if (!HINT.test(text)) return NO_FACTS
  const { metas, blocks } = findSources(text)
  const data = readLinkedData(blocks)
  const product = data.products.length === 1 ? data.products[0] : undefined
  const categories = categoriesOf(metas, data, product)
  const brand = nameOf(metas.get('selvedge:brand') ?? product?.brand ?? metas.get('product:brand'))
  const sku = nameOf(metas.get('selvedge:sku') ?? product?.sku ?? metas.get('product:retailer_item_id'))
  // They may say what the category does not, and then nobody is profiled by it.
  const isSensitive = (name = ''): boolean => sensitiveTopic(name) !== undefined
  if (isSensitive(product?.name) || isSensitive(brand) || isSensitive(sku)) return NO_FACTS
  return {
    categories,
    ...(brand === undefined ? {} : { brand }),
    ...(sku === undefined ? {} : { sku }),
  }
}

function categoriesOf(
  metas: ReadonlyMap<string, string>,
  data: LinkedData,
  product: Product | undefined,
): readonly string[] {
  const ranked = [
    stepsOf(metas.get('selvedge:category')),
    stepsOf(product?.category),
    stepsOf(metas.get('product:category')),
    crumbsOf(data, product),
    stepsOf(metas.get('category')),
  ]
  return ranked.find((steps) => steps.length > 0) ?? NO_FACTS.categories
}

/** `Drinks > Tea` is a way from general to specific. The specific end is kept where it is too long. */
const stepsOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : named(text.slice(0, MAX_CATEGORIES * MAX_NAME_CHARS).split(PATH_SEPARATOR))

/** The last step of a product's page is the product, unless the shop leaves it out. */
function crumbsOf({ crumbs }: LinkedData, product: Product | undefined): readonly string[] {
  const last = crumbs.at(-1)
  const isProduct = product !== undefined && last !== undefined && (last.isHere || last.name === product.name)
  const steps = isProduct ? crumbs.slice(0, -1) : crumbs
  return named(steps.filter(({ isFront }, index) => !(isFront && index === 0)).map(({ name }) => name))
}

const named = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => nameOf(name) ?? []).slice(-MAX_CATEGORIES)

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const SPACES = /[\s\0-\x1f\x7f]+/g

function nameOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const name = decodeBasic(text.slice(0, MAX_NAME_CHARS * 8))
    .replace(SPACES, ' ')
    .toWellFormed()
    .trim()
  return name === '' || name.length > MAX_NAME_CHARS ? undefined : name
}

interface Sources {
  /** The first of each name counts. */
  readonly metas: ReadonlyMap<string, string>
  /** The text of each JSON-LD block. */
  readonly blocks: readonly string[]
}

/** Walks the page's tags, so that what stands in comments and scripts is not taken for markup. */
function findSources(html: string): Sources {
  const metas = new Map<string, string>()
  const blocks: string[] = []
  let blockStart = -1
  const sink: TokenSink = {
    startTag(tag): ContentKind {
      if (tag.name === 'meta') keepMeta(metas, tag)
      if (tag.name === 'script' && isLinkedData(tag)) blockStart = tag.end
      return RAW_ELEMENTS.has(tag.name) ? 'raw' : tag.name === 'plaintext' ? 'plain' : 'markup'
    },
    endTag(tag) {
      if (blockStart < 0 || tag.name !== 'script') return
      const length = tag.start - blockStart
      if (length <= MAX_BLOCK_CHARS && blocks.length < MAX_BLOCKS)
        blocks.push(html.slice(blockStart, tag.start))
      blockStart = -1
    },
    text() {},
    doctype() {},
    cdata: () => false,
    nul() {},
  }
  new Scanner(sink).push(html)
  return { metas, blocks }
}

function keepMeta(metas: Map<string, string>, tag: Tag): void {
  const attributes = attributesOf(tag)
  const name = (attributes.get('name') ?? attributes.get('property') ?? '').trim().toLowerCase()
  const content = attributes.get('content')
  if (content !== undefined && content.trim() !== '' && META_NAMES.has(name) && !metas.has(name)) {
    metas.set(name, content)
  }
}

const isLinkedData = (tag: Tag): boolean =>
  (attributesOf(tag).get('type') ?? '').trim().toLowerCase().startsWith('application/ld+json')

function attributesOf({ text, start, nameEnd }: Tag): ReadonlyMap<string, string> {
  const ranges = attributeRanges(text, nameEnd - start, 0)
  const attributes = new Map<string, string>()
  for (let at = 0; at < ranges.length; at += ATTRIBUTE_INTS) {
    const [nameFrom, nameTo, from, to] = ranges.slice(at, at + 4) as [number, number, number, number]
    const name = text.slice(nameFrom, nameTo).toLowerCase()
    if (!attributes.has(name)) attributes.set(name, from < 0 ? '' : text.slice(from, to))
  }
  return attributes
}
