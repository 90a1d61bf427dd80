/**
 * What may be kept of an event by a visitor who switched some classes of data off: nothing of those classes, and no event
 * that tells of nothing else. Pure.
 */
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind } from './model.ts'

/** The class of data that a kind is all about; without it the event is nothing. */
const CLASS_OF_KIND: Readonly<Record<EvidenceKind, string | null>> = {
  view: 'affinity',
  search: 'affinity',
  add_to_cart: 'affinity',
  purchase: 'orders',
  store_purchase: 'orders',
  store_visit: 'habit',
  visit: 'habit',
  follow: 'follows',
  unfollow: 'follows',
  declare: 'traits',
  served: 'stage',
  // A complaint is heard whatever is off.
  not_relevant: null,
  too_personal: null,
}

/** What tells of a class, whatever the kind. */
const FIELDS_OF_CLASS: Readonly<Record<string, readonly (keyof Evidence)[]>> = {
  affinity: ['category', 'brand', 'sku', 'query'],
  habit: ['store', 'cell'],
  orders: ['value', 'currency', 'quantity'],
  recent: ['sku'],
}

/** Kinds of event of which nothing may be kept. */
export const kindsOff = (off: readonly string[]): readonly EvidenceKind[] =>
  EVIDENCE_KINDS.filter((kind) => off.includes(CLASS_OF_KIND[kind] ?? ''))

/** Fields that an event of this kind may not keep. */
export function fieldsOff(kind: EvidenceKind, off: readonly string[]): readonly (keyof Evidence)[] {
  const gone = [...new Set(off.flatMap((name) => FIELDS_OF_CLASS[name] ?? []))]
  // Whom one follows is said by the brand, and by nothing that was watched.
  return CLASS_OF_KIND[kind] === 'follows' ? gone.filter((field) => field !== 'brand') : gone
}

/** The evidence as far as it may be kept, or null. `off`: names of data classes, as in the choice cookie. */
export function allowedEvidence(evidence: Evidence, off: readonly string[]): Evidence | null {
  if (off.length === 0) return evidence
  const own = CLASS_OF_KIND[evidence.kind]
  if (own !== null && off.includes(own)) return null
  const gone = fieldsOff(evidence.kind, off)
  return Object.fromEntries(
    Object.entries(evidence).filter(([field]) => !gone.includes(field as keyof Evidence)),
  ) as unknown as Evidence
}
