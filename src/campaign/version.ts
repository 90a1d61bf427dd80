/**
 * Versions as sortable text, as GrowthBook's SDKs compare them: `v1.10.0-rc.1+build` → parts padded so that plain
 * string order is version order. Pure.
 */

/** Digits of a numeric part are padded to this width with spaces, which sort before digits. */
const PART_WIDTH = 5
/** Sorts after every letter, so that a release comes after its pre-releases. */
const RELEASE_MARK = '~'
const MAX_VERSION_CHARS = 128

/** The sortable form; whatever is not a version counts as `0`. */
export function paddedVersion(input: unknown): string {
  const text = typeof input === 'number' ? String(input) : input
  const version = typeof text === 'string' && text !== '' ? text.slice(0, MAX_VERSION_CHARS) : '0'
  const parts = version.replace(/^v|\+.*$/g, '').split(/[-.]/)
  if (parts.length === 3) parts.push(RELEASE_MARK)
  return parts.map((part) => (/^\d+$/.test(part) ? part.padStart(PART_WIDTH) : part)).join('-')
}
