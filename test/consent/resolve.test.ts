import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type ConsentSource, PURPOSES, type Purpose } from '../../src/consent/model.ts'
import { type Place, parseOptOut } from '../../src/consent/region.ts'
import { resolveConsent } from '../../src/consent/resolve.ts'
import { cookiebot, gppString, oneTrust, tcfString, usNational } from '../help/consent-strings.ts'

const NOW = 1_763_800_000_000
const parsedOptOut = parseOptOut(['US', '-US-WA'])
const optOut = parsedOptOut.ok ? parsedOptOut.value : new Map<string, boolean>()

/** What one option of the matrix claims on each purpose, said by hand: G grants, D denies, M is broken, . is silent. */
type Claim = 'G' | 'D' | 'M' | '.'
interface Option {
  readonly name: string
  readonly cookies: readonly string[]
  readonly says: readonly [personalization: Claim, measurement: Claim]
}
const option = (name: string, says: string, ...cookies: string[]): Option => ({
  name,
  cookies,
  says: [says[0] as Claim, says[1] as Claim],
})

const own = (value: string): string => `__Host-selvedge-consent=${value}`
const tcf = (...purposes: number[]): string => `euconsent-v2=${tcfString(purposes)}`
const oneTrustCookie = (functional: 0 | 1, performance: 0 | 1, more?: string): string =>
  `OptanonConsent=${oneTrust({ C0001: 1, C0002: performance, C0003: functional }, more)}`

const CHOICES: readonly Option[] = [
  option('none', '..'),
  option('both granted', 'GG', own('v1.p1.m1.1763800000')),
  option('personalization only', 'GD', own('v1.p1.m0.1763800000')),
  option('measurement only', 'DG', own('v1.p0.m1.1763800000')),
  option('both denied', 'DD', own('v1.p0.m0.1763800000')),
  option('lapsed grant', '.D', own('v1.p1.m0.1700000000')),
  option('malformed', 'MM', own('v1.p1.m1')),
]

const PLATFORMS: readonly Option[] = [
  option('none', '..', 'session=1'),
  option('TCF all', 'GG', tcf(1, 5, 6, 8)),
  option('TCF content', 'GD', tcf(1, 5, 6)),
  option('TCF measurement', 'DG', tcf(1, 8)),
  option('TCF without storage', 'DD', tcf(5, 6, 8)),
  option('TCF none', 'DD', tcf()),
  option('TCF malformed', 'MM', 'euconsent-v2=CPXx'),
  option('TCF version 1', 'MM', `euconsent-v2=${tcfString([1, 5, 6, 8], 1)}`),
  option('GPP US kept in', '..', `__gpp=${gppString({ 7: usNational(2, 2, 2) })}`, '__gpp_sid=7'),
  option('GPP US out of sale', 'DD', `__gpp=${gppString({ 7: usNational(1, 2, 2) })}`, '__gpp_sid=7'),
  option('GPP US with GPC', 'DD', `__gpp=${gppString({ 7: usNational(2, 2, 2, true) })}`),
  option('GPP TCF in force', 'GG', `__gpp=${gppString({ 2: tcfString([1, 5, 6, 8]) })}`, '__gpp_sid=2'),
  option('GPP TCF not in force', '..', `__gpp=${gppString({ 2: tcfString([]) })}`, '__gpp_sid=7'),
  option('GPP malformed', 'MM', '__gpp=DBAA'.concat('~~')),
  option('GPP list malformed', 'MM', `__gpp=${gppString({ 2: tcfString([1, 5, 6, 8]) })}`, '__gpp_sid=x'),
  option('OneTrust on', 'GG', oneTrustCookie(1, 1)),
  option('OneTrust functional', 'GD', oneTrustCookie(1, 0)),
  option('OneTrust off', 'DD', oneTrustCookie(0, 0)),
  option('OneTrust untouched', '..', oneTrustCookie(1, 1, '&interactionCount=0')),
  option('US privacy opted out', 'DD', 'usprivacy=1YYY'),
  option('US privacy malformed', 'MM', 'usprivacy=yes'),
  option('OneTrust malformed', 'MM', 'OptanonConsent=groups=C0003%3A'),
  option('Cookiebot on', 'GG', `CookieConsent=${cookiebot(true, true)}`),
  option('Cookiebot statistics', 'DG', `CookieConsent=${cookiebot(false, true)}`),
  option('Cookiebot refused', 'DD', 'CookieConsent=0'),
  option('Cookiebot malformed', 'MM', 'CookieConsent=%7Bbroken'),
  option('TCF all, OneTrust functional', 'GD', tcf(1, 5, 6, 8), oneTrustCookie(1, 0)),
  option('TCF none, Cookiebot malformed', 'DD', tcf(), 'CookieConsent=%7Bbroken'),
  option('TCF all, Cookiebot malformed', 'MM', tcf(1, 5, 6, 8), 'CookieConsent=%7Bbroken'),
  option('OneTrust twice, on and off', 'DD', oneTrustCookie(1, 1), oneTrustCookie(0, 0)),
  option('TCF too long', 'MM', `euconsent-v2=${tcfString([1, 5, 6, 8])}${'A'.repeat(8_192)}`),
]

const PLACES: readonly (readonly [place: Place, presumed: boolean])[] = [
  [{}, false],
  [{ country: 'PT', isEU: true }, false],
  [{ country: 'GB' }, false],
  [{ country: 'BR' }, false],
  [{ country: 'US', regionCode: 'TX' }, true],
  [{ country: 'US', regionCode: 'WA' }, false],
]

const GPC: readonly (readonly [header: string | undefined, on: boolean])[] = [
  [undefined, false],
  ['1', true],
  ['true', false],
]

/** The rule table, strongest first, in the words of the privacy notice: who said it, whether it grants. */
const RULES: readonly (readonly [source: ConsentSource, granted: boolean])[] = [
  ['erasure', false],
  ['gpc', false],
  ['deny', false],
  ['cmp_deny', false],
  ['malformed', false],
  ['grant', true],
  ['cmp_grant', true],
  ['dnt', false],
]

interface Case {
  readonly erased: boolean
  readonly gpc: (typeof GPC)[number]
  readonly dnt: boolean
  readonly choice: Option
  readonly platform: Option
  readonly place: (typeof PLACES)[number]
}

/** Which rules speak in a case, found from the hand-written claims alone; the strongest of them is the answer. */
function expected(entry: Case, purpose: number) {
  const [chosen, told] = [entry.choice.says[purpose], entry.platform.says[purpose]]
  const speaks = new Set<ConsentSource>()
  if (entry.erased) speaks.add('erasure')
  if (entry.gpc[1]) speaks.add('gpc')
  if (entry.dnt) speaks.add('dnt')
  if (chosen === 'D') speaks.add('deny')
  if (chosen === 'G') speaks.add('grant')
  if (told === 'D') speaks.add('cmp_deny')
  if (told === 'G') speaks.add('cmp_grant')
  if (chosen === 'M' || told === 'M') speaks.add('malformed')
  const rule = RULES.find(([source]) => speaks.has(source))
  return rule === undefined
    ? { granted: entry.place[1], source: 'region' }
    : { granted: rule[1], source: rule[0] }
}

function resolve(entry: Case, more: readonly string[] = []) {
  const headers = new Headers()
  const cookies = [...entry.choice.cookies, ...entry.platform.cookies, ...more]
  if (entry.gpc[0] !== undefined) headers.set('Sec-GPC', entry.gpc[0])
  if (entry.dnt) headers.set('DNT', '1')
  if (cookies.length > 0) headers.set('Cookie', cookies.join('; '))
  return resolveConsent({ headers, place: entry.place[0], optOut, erased: entry.erased, now: NOW })
}

function* everyCase(): Generator<Case> {
  for (const erased of [false, true])
    for (const gpc of GPC)
      for (const dnt of [false, true])
        for (const choice of CHOICES)
          for (const platform of PLATFORMS)
            for (const place of PLACES) yield { erased, gpc, dnt, choice, platform, place }
}

const nameOf = ({ erased, gpc, dnt, choice, platform, place }: Case): string =>
  JSON.stringify({ erased, gpc: gpc[0], dnt, choice: choice.name, platform: platform.name, place: place[0] })

const anyCase: fc.Arbitrary<Case> = fc.record({
  erased: fc.boolean(),
  gpc: fc.constantFrom(...GPC),
  dnt: fc.boolean(),
  choice: fc.constantFrom(...CHOICES),
  platform: fc.constantFrom(...PLATFORMS),
  place: fc.constantFrom(...PLACES),
})

const granted = (consent: Readonly<Record<Purpose, { readonly granted: boolean }>>): readonly Purpose[] =>
  PURPOSES.filter((purpose) => consent[purpose].granted)

describe('resolveConsent', () => {
  it('follows the rule table in every combination of signals', () => {
    const wrong: string[] = []
    let cases = 0
    for (const entry of everyCase()) {
      const consent = resolve(entry)
      for (const [index, purpose] of PURPOSES.entries()) {
        cases++
        const want = expected(entry, index)
        const { granted, source } = consent[purpose]
        if (granted !== want.granted || source !== want.source) {
          wrong.push(`${purpose} of ${nameOf(entry)}: ${source}, not ${want.source}`)
        }
      }
    }
    expect(wrong).toEqual([])
    expect(cases).toBeGreaterThan(20_000)
  })

  it('grants nothing more when a denial is added', () => {
    const denials = [...CHOICES, ...PLATFORMS].filter(({ says }) => says.includes('D') && !says.includes('G'))
    fc.assert(
      fc.property(anyCase, fc.constantFrom(...denials), (entry, denial) => {
        const before = granted(resolve(entry))
        const after = granted(resolve(entry, denial.cookies))
        expect(after.filter((purpose) => !before.includes(purpose))).toEqual([])
        expect(after.filter((purpose) => denial.says[PURPOSES.indexOf(purpose)] === 'D')).toEqual([])
      }),
    )
  })

  it('grants nothing beside a malformed signal', () => {
    const broken = [...CHOICES, ...PLATFORMS].filter(({ says }) => says.includes('M'))
    fc.assert(
      fc.property(anyCase, fc.constantFrom(...broken), (entry, malformed) => {
        expect(granted(resolve(entry, malformed.cookies))).toEqual([])
      }),
    )
  })

  it('answers, and never throws, whatever the cookies hold', () => {
    const names = [
      '__Host-selvedge-consent',
      'euconsent-v2',
      '__gpp',
      '__gpp_sid',
      'OptanonConsent',
      'CookieConsent',
      'usprivacy',
    ]
    const cookieText = fc.string({
      unit: fc.constantFrom(..."AZaz09-_~.%=&:{},' 1DBC"),
      maxLength: 8_192,
      size: 'max',
    })
    const tampered = fc
      .tuple(fc.constantFrom(...PLATFORMS), fc.nat(), fc.constantFrom('', 'A', '~', '.', '_', '%'))
      .map(([{ cookies }, at, piece]) => {
        const text = cookies.join('; ')
        return text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1)
      })
    const cookies = fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...names), cookieText).map((pair) => pair.join('=')),
        tampered,
      ),
    )
    fc.assert(
      fc.property(anyCase, cookies, (entry, more) => {
        const consent = resolve(entry, more)
        for (const purpose of PURPOSES) expect(typeof consent[purpose].granted).toBe('boolean')
      }),
    )
  })

  it('looks for the sections in force once, however many GPP strings a header has room for', () => {
    const [place] = PLACES[4] ?? [{}]
    const searched = (strings: number): number => {
      const cookie = `__gpp=${gppString({ 7: usNational(2, 2, 2) })}; `.repeat(strings)
      const headers = new Headers({ cookie })
      const indexOf = vi.spyOn(String.prototype, 'indexOf')
      resolveConsent({ headers, place, optOut, erased: false, now: NOW })
      const count = indexOf.mock.calls.filter(([name]) => name === '__gpp_sid').length
      indexOf.mockRestore()
      return count
    }
    expect([searched(1), searched(1_000)]).toEqual([1, 1])
  })

  it('shares one frozen answer among visitors who send no signal', () => {
    const [place] = PLACES[4] ?? [{}]
    const silent = () => resolveConsent({ headers: new Headers(), place, optOut, erased: false, now: NOW })
    expect(silent()).toBe(silent())
    expect(Object.isFrozen(silent())).toBe(true)
  })

  it('reads no cookie whose name only ends or begins like one of ours', () => {
    const consent = resolve({
      erased: false,
      gpc: [undefined, false],
      dnt: false,
      choice: option('lookalikes', '..', 'xeuconsent-v2=bad', 'euconsent-v2x=bad', 'a=CookieConsent=bad'),
      platform: option('none', '..'),
      place: PLACES[4] ?? [{}, false],
    })
    expect(granted(consent)).toEqual(PURPOSES)
  })
})
