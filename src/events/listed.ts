/**
 * What the shop's catalog adds to an event: the category that a product is listed under, where the event names none of
 * its own. And what is taken from it: of sensitive products nothing is learned, whoever names them. Pure.
 */
import { sensitiveTopic } from '../consent/sensitive.ts'
import type { Evidence } from '../profile/model.ts'
import { categoryKey } from '../profile/text.ts'
import type { Item } from './model.ts'

/** Categories as the shop writes them, by SKU. */
export type Listed = ReadonlyMap<string, string>

const isSensitive = (text: string | undefined): boolean =>
  text !== undefined && sensitiveTopic(text) !== undefined

/** The event counts as one without a category, a brand and a product where any of them is sensitive. */
export const withoutSensitive = (evidence: Evidence): Evidence =>
  [evidence.category, evidence.brand, evidence.sku].some(isSensitive) ? withoutNames(evidence) : evidence

function withoutNames({ category: _, brand: __, sku: ___, query: ____, ...rest }: Evidence): Evidence {
  return rest
}

/** The products that the catalog may have to be asked about. */
export const skusOf = ({ sku }: Evidence, items: readonly Item[] = []): readonly string[] =>
  sku === undefined ? items.map((item) => item.sku) : [sku, ...items.map((item) => item.sku)]

/** An event of which nothing sensitive is left, with what the catalog knows of its product, or of the goods of its order. */
export function withListed(evidence: Evidence, listed: Listed, items: readonly Item[] = []): Evidence {
  const told = evidence.sku === undefined ? undefined : listed.get(evidence.sku)
  if (isSensitive(told)) return withoutNames(evidence)
  if (evidence.category !== undefined) return evidence
  const category = categoryKey(told) ?? categoryKey(mainCategory(items, listed))
  return category === undefined ? evidence : { ...evidence, category }
}

/** One event tells of one category: that on which most was spent, or of which most was bought where a price is missing. */
function mainCategory(items: readonly Item[], listed: Listed): string | undefined {
  const isPriced = items.every(({ price }) => price !== undefined)
  const sums = new Map<string, number>()
  for (const { sku, quantity, price } of items) {
    const category = listed.get(sku)
    if (category === undefined || isSensitive(category) || isSensitive(sku)) continue
    sums.set(category, (sums.get(category) ?? 0) + quantity * (isPriced ? (price as number) : 1))
  }
  return [...sums].sort(([, a], [, b]) => b - a)[0]?.[0]
}
