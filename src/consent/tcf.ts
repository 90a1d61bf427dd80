/**
 * IAB Transparency and Consent Framework: the TC string of the `euconsent-v2` cookie ("Consent string and vendor list
 * formats v2", sections "Core string" and "Publisher Purposes Transparency and Consent"), and its Canadian sibling
 * (GPP section 5). Only consent counts; legitimate interest is not asked of the string, since we rely on consent.
 *
 * | our purpose     | TCF purposes (Policies, appendix A), all of them needed                        |
 * | --------------- | ------------------------------------------------------------------------------ |
 * | personalization | 1 store on a device, 5 create a profile for content, 6 use it to choose content |
 * | measurement     | 1 store on a device, 8 measure content performance                              |
 *
 * Purpose 7 (advertising performance) is not needed: what we measure is the shop's own page. Purpose 1 is needed even
 * under `PurposeOneTreatment`, because our cookies are stored all the same. Vendor lists are walked but not asked:
 * the reader is the shop itself, not a vendor. A publisher segment that says anything (a CMP that does not use it
 * writes zeros) must grant as well.
 */
import { bitAt, bitLength, bitsAt, isBitText, OUT_OF_RANGE } from './bits.ts'
import { type Answer, type Stance, UNREADABLE } from './model.ts'

const PERSONALIZATION_PURPOSES = [1, 5, 6]
const MEASUREMENT_PURPOSES = [1, 8]
/** "Note that purpose 1 bit is not used in TCF Canada." */
const CANADIAN_PERSONALIZATION_PURPOSES = [5, 6]
const CANADIAN_MEASUREMENT_PURPOSES = [8]

const EU_VERSION = 2
const CANADA_VERSION = 1
const VERSION_BITS = 6
const PURPOSE_BITS = 24
/** Version 6, Created 36, LastUpdated 36, CmpId 12, CmpVersion 12, ConsentScreen 6, ConsentLanguage 12,
 * VendorListVersion 12, TcfPolicyVersion 6, IsServiceSpecific 1, UseNonStandardTexts 1, SpecialFeatureOptIns 12. */
const EU_PURPOSES_AT = 152
/** PurposesConsent and PurposesLITransparency, PurposeOneTreatment 1, PublisherCC 12. */
const EU_VENDORS_AT = EU_PURPOSES_AT + 2 * PURPOSE_BITS + 13
/** As above without IsServiceSpecific. */
const CANADA_EXPRESS_AT = 151
const CANADA_IMPLIED_AT = CANADA_EXPRESS_AT + PURPOSE_BITS
const CANADA_VENDORS_AT = CANADA_IMPLIED_AT + PURPOSE_BITS

const SEGMENT_TYPE_BITS = 3
const PUBLISHER_SEGMENT = 3
const PUBLISHER_CUSTOM_AT = SEGMENT_TYPE_BITS + 2 * PURPOSE_BITS
const CUSTOM_COUNT_BITS = 6

/** What a TC string (version 2) says. */
export function readTcf(text: string): Answer {
  const segments = text.split('.')
  const core = segments[0] as string
  if (!segments.every(isBitText) || bitsAt(core, 0, VERSION_BITS) !== EU_VERSION) return UNREADABLE
  if (!vendorsFit(core, EU_VENDORS_AT)) return UNREADABLE
  const publisher = segments.find(isPublisherSegment)
  if (publisher !== undefined && bitLength(publisher) < PUBLISHER_CUSTOM_AT) return UNREADABLE
  const stance = (purposes: readonly number[]): Stance =>
    allSet(core, EU_PURPOSES_AT, purposes) &&
    (publisher === undefined || isBlank(publisher) || allSet(publisher, SEGMENT_TYPE_BITS, purposes))
      ? 'grant'
      : 'deny'
  return { personalization: stance(PERSONALIZATION_PURPOSES), measurement: stance(MEASUREMENT_PURPOSES) }
}

/**
 * What a Canadian string (GPP section 5, version 1) says. Express consent grants. Implied consent is a default that
 * the visitor has not objected to, so it is no answer; neither of both is an objection.
 */
export function readCanadianTcf(text: string): Answer {
  const segments = text.split('.')
  const core = segments[0] as string
  if (!segments.every(isBitText) || bitsAt(core, 0, VERSION_BITS) !== CANADA_VERSION) return UNREADABLE
  if (!vendorsFit(core, CANADA_VENDORS_AT)) return UNREADABLE
  const stance = (purposes: readonly number[]): Stance => {
    if (allSet(core, CANADA_EXPRESS_AT, purposes)) return 'grant'
    const unopposed = (purpose: number): boolean =>
      isSet(core, CANADA_EXPRESS_AT, purpose) || isSet(core, CANADA_IMPLIED_AT, purpose)
    return purposes.every(unopposed) ? 'silent' : 'deny'
  }
  return {
    personalization: stance(CANADIAN_PERSONALIZATION_PURPOSES),
    measurement: stance(CANADIAN_MEASUREMENT_PURPOSES),
  }
}

/** Purpose n is the nth bit of its field, counted from 1. */
const isSet = (text: string, fieldAt: number, purpose: number): boolean =>
  bitAt(text, fieldAt + purpose - 1) === 1

const allSet = (text: string, fieldAt: number, purposes: readonly number[]): boolean =>
  purposes.every((purpose) => isSet(text, fieldAt, purpose))

const isPublisherSegment = (segment: string, index: number): boolean =>
  index > 0 && bitsAt(segment, 0, SEGMENT_TYPE_BITS) === PUBLISHER_SEGMENT

/** No purpose of the publisher's own was asked: no consent, no legitimate interest, no custom purpose. */
const isBlank = (publisher: string): boolean =>
  bitsAt(publisher, SEGMENT_TYPE_BITS, PURPOSE_BITS) === 0 &&
  bitsAt(publisher, SEGMENT_TYPE_BITS + PURPOSE_BITS, PURPOSE_BITS) === 0 &&
  Math.max(0, bitsAt(publisher, PUBLISHER_CUSTOM_AT, CUSTOM_COUNT_BITS)) === 0

/**
 * Walks two vendor lists and the publisher restrictions, for one thing: a string that was cut short is not believed.
 */
function vendorsFit(core: string, at: number): boolean {
  const afterConsent = afterVendorList(core, at)
  const afterInterest = afterVendorList(core, afterConsent)
  return afterRestrictions(core, afterInterest) <= bitLength(core)
}

/** MaxVendorId 16, IsRangeEncoding 1, then a bit per vendor or ranges. Infinity where the text ends before. */
function afterVendorList(core: string, at: number): number {
  const maxVendor = bitsAt(core, at, 16)
  const isRange = bitsAt(core, at + 16, 1)
  if (maxVendor === OUT_OF_RANGE || isRange === OUT_OF_RANGE) return Number.POSITIVE_INFINITY
  return isRange === 1 ? afterRanges(core, at + 17) : at + 17 + maxVendor
}

/** NumEntries 12, then IsARange 1 and one or two ids of 16 bits for each. */
function afterRanges(core: string, at: number): number {
  const entries = bitsAt(core, at, 12)
  if (entries === OUT_OF_RANGE) return Number.POSITIVE_INFINITY
  let end = at + 12
  for (let entry = 0; entry < entries && end <= bitLength(core); entry++)
    end += bitAt(core, end) === 1 ? 33 : 17
  return end
}

/** NumPubRestrictions 12, then PurposeId 6, RestrictionType 2 and ranges for each. */
function afterRestrictions(core: string, at: number): number {
  const restrictions = bitsAt(core, at, 12)
  if (restrictions === OUT_OF_RANGE) return Number.POSITIVE_INFINITY
  let end = at + 12
  for (let index = 0; index < restrictions && end <= bitLength(core); index++)
    end = afterRanges(core, end + 8)
  return end
}
