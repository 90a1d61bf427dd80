/**
 * A release as it comes out of the store. It was checked when it was published, by whatever version of this program did
 * that; here its shape is looked at once more, as far as a page view reads it before it has a campaign in hand. Checking
 * all of it again would make an isolate's first visitors wait. Pure.
 */
import { compileRelease, type ReleaseMeta } from './compile.ts'
import { isRecord } from './condition.ts'
import type { CompiledRelease, ReleaseDocument } from './model.ts'

/** Compiles a stored document. Throws for one of another shape, which must never take the place of a good one. */
export function compileStored(document: unknown, about: ReleaseMeta): CompiledRelease {
  if (!isDocument(document)) throw new TypeError(`release ${about.number} is of another shape`)
  return compileRelease(document, about)
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1
const isList = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem)

const isDocument = (value: unknown): value is ReleaseDocument =>
  isRecord(value) && isShare(value.holdout) && isList(value.campaigns, isCampaign)

function isCampaign(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { id, status, pages, audience, priority, coverage, holdout, seed, hashVersion, variants, data } =
    value
  return (
    isText(id) &&
    isText(status) &&
    isList(pages, isText) &&
    isRecord(audience) &&
    Number.isFinite(priority) &&
    isShare(coverage) &&
    isShare(holdout) &&
    isText(seed) &&
    (hashVersion === 1 || hashVersion === 2) &&
    isList(variants, isVariant) &&
    (variants as readonly unknown[]).length > 0 &&
    isRecord(data)
  )
}

const isVariant = (value: unknown): boolean =>
  isRecord(value) && isText(value.id) && isShare(value.weight) && isList(value.edits, isEdit)

const isEdit = (value: unknown): boolean => isRecord(value) && isText(value.action) && isText(value.selector)
