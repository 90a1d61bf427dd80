/**
 * What may be kept of an event by a visitor who switched some classes of data off: nothing of those classes, and no event
 * that says nothing else. Pure.
 */
import type { Evidence } from '../profile/model.ts'

/** The evidence as far as it may be kept, or null. `off`: names of data classes, as in the choice cookie. */
export function allowedEvidence(evidence: Evidence, off: readonly string[]): Evidence | null {
  if (off.length === 0) return evidence
  const may = (name: string): boolean => !off.includes(name)
  switch (evidence.kind) {
    case 'visit':
    case 'store_visit':
      return may('habit') ? evidence : null
    case 'follow':
    case 'unfollow':
      return may('follows') ? evidence : null
    case 'declare':
      return may('traits') ? evidence : null
    case 'purchase':
      return may('orders') ? withoutAffinity(evidence, may) : null
    case 'store_purchase': {
      const rest = may('orders') ? withoutAffinity(evidence, may) : null
      if (rest === null || may('habit')) return rest
      const { store: _, ...order } = rest
      return order
    }
    case 'view':
    case 'search':
    case 'add_to_cart':
      return may('affinity') ? evidence : null
    case 'not_relevant':
    case 'too_personal':
      return withoutAffinity(evidence, may)
    case 'served':
      return may('stage') ? evidence : null
  }
}

function withoutAffinity(evidence: Evidence, may: (name: string) => boolean): Evidence {
  if (may('affinity')) return evidence
  const { category: _, brand: __, sku: ___, query: ____, ...rest } = evidence
  return rest
}
