/**
 * Encoders of IAB consent strings, written from the field tables of the specifications, so that tests can make any
 * string and break it anywhere.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Binary digits → base64url, padded with zeros to whole characters. */
export function packBits(digits: string): string {
  const padded = digits.padEnd(Math.ceil(digits.length / 6) * 6, '0')
  return (padded.match(/.{6}/g) ?? []).map((six) => ALPHABET[Number.parseInt(six, 2)]).join('')
}

export const int = (value: number, width: number): string => value.toString(2).padStart(width, '0')

/** 24 digits, the nth of them set for purpose n. */
export const purposeBits = (purposes: readonly number[]): string =>
  Array.from({ length: 24 }, (_, index) => (purposes.includes(index + 1) ? '1' : '0')).join('')

const NO_VENDORS = int(0, 16) + int(0, 1)
const NO_RESTRICTIONS = int(0, 12)
const CMP_FIELDS = int(31, 12) + int(1, 12) + int(1, 6) + int(0, 12) + int(48, 12) + int(4, 6)
const DATES = int(17_000_000_000, 36).repeat(2)

/** A TC string with consent for these purposes. */
export const tcfString = (purposes: readonly number[], version = 2): string =>
  packBits(
    int(version, 6) +
      DATES +
      CMP_FIELDS +
      '10' +
      int(0, 12) +
      purposeBits(purposes) +
      purposeBits([]) +
      '0' +
      int(0, 12) +
      NO_VENDORS.repeat(2) +
      NO_RESTRICTIONS,
  )

/** Fibonacci code of a positive integer: greatest terms first, then written from the smallest up, and a closing 1. */
function fibonacci(value: number): string {
  const terms = [1, 2]
  while ((terms.at(-1) ?? 0) <= value) terms.push((terms.at(-1) ?? 0) + (terms.at(-2) ?? 0))
  let rest = value
  const digits = terms.map(() => '0')
  for (let index = terms.length - 1; index >= 0; index--) {
    const term = terms[index] ?? 0
    if (term > rest) continue
    digits[index] = '1'
    rest -= term
  }
  return `${digits.join('').replace(/0+$/, '')}1`
}

/** The header for these ids, ascending, each as an entry of its own or, with `grouped`, runs as ranges. */
export function gppHeader(ids: readonly number[], grouped = false): string {
  const runs: [number, number][] = []
  for (const id of ids) {
    const run = runs.at(-1)
    if (grouped && run !== undefined && run[1] === id - 1) run[1] = id
    else runs.push([id, id])
  }
  let last = 0
  const entries = runs.map(([from, to]) => {
    const code =
      from === to ? `0${fibonacci(from - last)}` : `1${fibonacci(from - last)}${fibonacci(to - from)}`
    last = to
    return code
  })
  return packBits(int(3, 6) + int(1, 6) + int(runs.length, 12) + entries.join(''))
}

/** A whole GPP string: section id → section text. */
export function gppString(sections: Readonly<Record<number, string>>, grouped = false): string {
  const ids = Object.keys(sections).map(Number)
  return [gppHeader(ids, grouped), ...ids.map((id) => sections[id])].join('~')
}

/** A US National section, version 1: 0 not applicable, 1 opted out, 2 did not opt out. */
export const usNational = (sale: number, sharing: number, advertising: number, gpc?: boolean): string =>
  packBits(int(1, 6) + int(0, 12) + int(sale, 2) + int(sharing, 2) + int(advertising, 2) + int(0, 36)) +
  (gpc === undefined ? '' : `.${packBits(`01${gpc ? '1' : '0'}`)}`)

/** A OneTrust cookie value with these groups on or off. */
export const oneTrust = (groups: Readonly<Record<string, 0 | 1>>, more = '&interactionCount=1'): string =>
  `isGpcEnabled=0&datestamp=Thu+Jan+02+2025&version=202401.1.0${more}&groups=${encodeURIComponent(
    Object.entries(groups)
      .map(([group, on]) => `${group}:${on}`)
      .join(','),
  )}`

/** A Cookiebot cookie value. */
export const cookiebot = (preferences: boolean, statistics: boolean, method = 'explicit'): string =>
  encodeURIComponent(
    `{stamp:'xB2pZ7q0Zw==',necessary:true,preferences:${preferences},statistics:${statistics},` +
      `marketing:false,method:'${method}',ver:1,utc:1735776000000,region:'pt'}`,
  )
