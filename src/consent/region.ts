/**
 * Where consent has to be asked for, and where it may be presumed until it is refused.
 *
 * | place                                        | default | why                                                    |
 * | -------------------------------------------- | ------- | ------------------------------------------------------ |
 * | EU, EEA, UK and Crown dependencies           | ask     | ePrivacy Directive 5(3), PECR 6; no setting changes it |
 * | Switzerland, Brazil, Québec, everywhere else | ask     | the stricter reading of FADP, LGPD, Law 25             |
 * | unknown place                                | ask     | nobody loses a right to a missing header               |
 * | what the operator lists, such as `US`        | presume | opt-out laws: CCPA and its siblings                    |
 *
 * No US state asks for opt-in before a shop personalises its own pages for an adult; some do for health data
 * (Washington's MHMDA) and minors. Operators who sell such things take the state out: `US,-US-WA`.
 */
import type { Fault } from '../kit/fault.ts'
import { pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'

/** Member states, and territories of theirs with a code of their own where EU law applies. ISO 3166-1 alpha-2. */
export const EU_COUNTRIES: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK AX GF GP MF MQ RE YT'.split(
    ' ',
  ),
)

const ASK_BY_LAW: ReadonlySet<string> = new Set([...EU_COUNTRIES, 'IS', 'LI', 'NO', 'GB', 'GG', 'IM', 'JE'])

/** ISO 3166-1 country or ISO 3166-2 subdivision (`US-WA`) → consent is presumed there. */
export type OptOutRegions = ReadonlyMap<string, boolean>

/** Where a request comes from, as far as is known. */
export interface Place {
  readonly country?: string | undefined
  /** Without the country, such as `WA`. */
  readonly regionCode?: string | undefined
  readonly isEU?: boolean | undefined
}

const ENTRY = /^(-?)([A-Z]{2})(?:-([A-Z0-9]{1,3}))?$/

/**
 * Reads the operator's list: `US` presumes consent in a country, `US-TX` in a part of one, `-US-WA` takes a part out
 * again, whatever the order. Faults point at the entry's index.
 */
export function parseOptOut(entries: readonly string[]): Result<OptOutRegions, readonly Fault[]> {
  const faults: Fault[] = []
  const regions = new Map<string, boolean>()
  for (const [index, entry] of entries.entries()) {
    const fault = (code: string, message: string): void => {
      faults.push({ path: pointer(index), code, message: `${JSON.stringify(entry)} ${message}` })
    }
    const [, minus, country, part] = ENTRY.exec(entry.trim().toUpperCase()) ?? []
    if (country === undefined)
      fault('bad_region', 'must be a country such as US, or a part of one such as US-TX')
    else if (minus === '-') regions.set(part === undefined ? country : `${country}-${part}`, false)
    else if (ASK_BY_LAW.has(country)) fault('opt_in_by_law', 'asks for consent by law: take it out')
    else setUnlessTaken(regions, part === undefined ? country : `${country}-${part}`)
  }
  return faults.length === 0 ? ok(regions) : err(faults)
}

function setUnlessTaken(regions: Map<string, boolean>, key: string): void {
  if (regions.get(key) !== false) regions.set(key, true)
}

/** Whether consent is presumed at this place until it is refused. */
export function presumesConsent(place: Place, optOut: OptOutRegions): boolean {
  const { country, regionCode } = place
  if (country === undefined || place.isEU === true || ASK_BY_LAW.has(country)) return false
  const part = regionCode === undefined ? undefined : optOut.get(`${country}-${regionCode}`)
  return (
    part ?? (optOut.get(country) === true && (regionCode !== undefined || !hasExceptions(country, optOut)))
  )
}

/** A country with parts taken out presumes nothing about a visitor whose part is unknown. */
function hasExceptions(country: string, optOut: OptOutRegions): boolean {
  for (const [key, presumed] of optOut) if (!presumed && key.startsWith(`${country}-`)) return true
  return false
}
