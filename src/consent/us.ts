/**
 * The US sections of GPP (IAB "US National" and state technical specifications, core segment and GPC sub-section), and
 * the older `uspv1` of four characters. Each field of interest is two bits: 0 not applicable, 1 opted out, 2 did not
 * opt out. Opting out of sale, of sharing or of targeted advertising is the same wish that `Sec-GPC` expresses, and
 * denies the same: both purposes.
 */
import { bitLength, bitsAt, isBitText } from './bits.ts'
import { type Answer, DENY_ALL, SILENT, UNREADABLE } from './model.ts'

const USP = 6
const US_NATIONAL = 7
const US_CALIFORNIA = 8
const US_UTAH = 11
const US_IOWA = 18
const US_MARYLAND = 24
const LAST_US_SECTION = 27

const OPTED_OUT = 1
const TWO_BIT_MAX = 2
const GPC_SEGMENT = 1

interface Layout {
  /** Length of the core segment in bits, without padding, by version from 1. */
  readonly coreBits: readonly number[]
  /** Bit offsets of SaleOptOut, SharingOptOut and TargetedAdvertisingOptOut, as far as the section has them. */
  readonly optOuts: readonly number[]
  readonly hasGpc: boolean
}

const layout = (coreBits: readonly number[], optOuts: readonly number[], hasGpc = true): Layout => ({
  coreBits,
  optOuts,
  hasGpc,
})

/** Six bits of version and three notices precede the opt-outs in most states. */
const LAYOUTS: Readonly<Record<number, Layout>> = {
  [US_NATIONAL]: layout([60, 70], [18, 20, 22]),
  [US_CALIFORNIA]: layout([46], [12, 14]),
  9: layout([40], [12, 14], false), // Virginia
  10: layout([38], [12, 14]), // Colorado
  [US_UTAH]: layout([42], [14, 16], false),
  12: layout([44], [12, 14]), // Connecticut
  13: layout([46], [12, 14], false), // Florida
  14: layout([46], [12, 14]), // Montana
  15: layout([52], [12, 14]), // Oregon
  16: layout([42], [12, 14]), // Texas
  17: layout([52], [12, 14]), // Delaware
  [US_IOWA]: layout([42], [14, 16]),
  19: layout([42], [12, 14]), // Nebraska
  20: layout([46], [12, 14]), // New Hampshire
  21: layout([54], [12, 14]), // New Jersey
  22: layout([42], [12, 14]), // Tennessee
  23: layout([42], [12, 14]), // Minnesota
  [US_MARYLAND]: layout([22], [16, 18]),
  25: layout([24], [16, 18], false), // Indiana
  26: layout([24], [16, 18], false), // Kentucky
  [LAST_US_SECTION]: layout([24], [16, 18], false), // Rhode Island
}

/** The section ids that `readUsSection` can read. */
export const hasUsReader = (id: number): boolean => id >= USP && id <= LAST_US_SECTION

/** What the text of one US section says: a denial, or nothing. */
export function readUsSection(id: number, text: string): Answer {
  if (id === USP) return readUsp(text)
  const layout = LAYOUTS[id]
  const segments = text.split('.')
  if (layout === undefined || !segments.every(isBitText)) return UNREADABLE
  const core = segments[0] as string
  const coreBits = layout.coreBits[bitsAt(core, 0, 6) - 1]
  if (coreBits === undefined || bitLength(core) < coreBits) return UNREADABLE
  const values = layout.optOuts.map((at) => bitsAt(core, at, 2))
  if (values.some((value) => value > TWO_BIT_MAX)) return UNREADABLE
  if (values.includes(OPTED_OUT) || (layout.hasGpc && segments.slice(1).some(saysGpc))) return DENY_ALL
  return SILENT
}

/** GpcSegmentType 2 (always 1), Gpc 1. */
const saysGpc = (segment: string): boolean =>
  bitsAt(segment, 0, 2) === GPC_SEGMENT && bitsAt(segment, 2, 1) === 1

/** Version, notice given, opted out of sale, covered by the LSPA: `1YNN`; as a section of GPP, or the cookie before it. */
export function readUsp(text: string): Answer {
  if (!/^1[YNyn-]{3}$/.test(text)) return UNREADABLE
  return text[2] === 'Y' || text[2] === 'y' ? DENY_ALL : SILENT
}
