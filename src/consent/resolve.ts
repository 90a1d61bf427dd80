/**
 * The settled consent of one request. For each purpose the first rule that has an answer wins:
 *
 *   erasure > GPC > explicit deny > CMP deny > malformed > explicit grant > CMP grant > DNT > regional default
 *
 * `explicit` is what the visitor told this shop (choice.ts); `CMP` is what a consent platform wrote (tcf.ts, gpp.ts,
 * cmp.ts). Malformed denies every purpose: what cannot be read may have been a refusal. Adding a signal that denies
 * never grants anything. Pure; never throws.
 */
import { cookieValues, decodeCookie } from '../kit/cookie.ts'
import { CHOICE_COOKIE, readChoice } from './choice.ts'
import { readCookiebot, readOneTrust } from './cmp.ts'
import { isDnt, isGpc } from './gpc.ts'
import { readGpp } from './gpp.ts'
import {
  type Answer,
  type Consent,
  type ConsentSource,
  type Purpose,
  type Settled,
  SILENT,
  strictest,
  UNREADABLE,
} from './model.ts'
import { type OptOutRegions, type Place, presumesConsent } from './region.ts'
import { readTcf } from './tcf.ts'
import { readUsp } from './us.ts'

const TCF_COOKIE = 'euconsent-v2'
const GPP_COOKIE = '__gpp'
const GPP_SID_COOKIE = '__gpp_sid'
const USP_COOKIE = 'usprivacy'
const ONETRUST_COOKIE = 'OptanonConsent'
const COOKIEBOT_COOKIE = 'CookieConsent'

/** Longer than any platform writes; reading stops there, and what is not read is not believed. */
const MAX_VALUE_LENGTH = 8_192

export interface ConsentInput {
  /** Read: `Cookie`, `Sec-GPC`, `DNT`. */
  readonly headers: Pick<Headers, 'get'>
  readonly place: Place
  readonly optOut: OptOutRegions
  /** This visitor was erased: a tombstone stands for the id they carry. */
  readonly erased: boolean
  /** Epoch milliseconds. */
  readonly now: number
}

const settled = (granted: boolean, source: ConsentSource): Settled => Object.freeze({ granted, source })
const both = (answer: Settled): Consent => Object.freeze({ personalization: answer, measurement: answer })

const DENIED = settled(false, 'deny')
const CMP_DENIED = settled(false, 'cmp_deny')
const MALFORMED = settled(false, 'malformed')
const GRANTED = settled(true, 'grant')
const CMP_GRANTED = settled(true, 'cmp_grant')

/** Shared and frozen: a visitor who sends no signal, which is most of them, costs no allocation. */
export const ERASED = both(settled(false, 'erasure'))
const UNDER_GPC = both(settled(false, 'gpc'))
const UNDER_DNT = both(settled(false, 'dnt'))
const PRESUMED = both(settled(true, 'region'))
const ASKED_FOR = both(settled(false, 'region'))

export function resolveConsent(input: ConsentInput): Consent {
  const { headers } = input
  if (input.erased) return ERASED
  if (isGpc(headers.get('sec-gpc'))) return UNDER_GPC
  const byDefault = isDnt(headers.get('dnt')) ? UNDER_DNT : regionalConsent(input.place, input.optOut)
  const cookies = headers.get('cookie')
  if (cookies === null) return byDefault
  const choice = explicitAnswer(cookies, input.now)
  const platform = platformAnswer(cookies)
  if (choice === SILENT && platform === SILENT) return byDefault
  return {
    personalization: settle('personalization', choice, platform, byDefault),
    measurement: settle('measurement', choice, platform, byDefault),
  }
}

const YES: Answer = { personalization: 'grant', measurement: 'grant' }
const OVERRULING = ['gpc', 'cmp_deny', 'malformed'] as const
/** A word that stands above what a visitor chooses here. */
export type Overruling = (typeof OVERRULING)[number]

/** Whose word would still refuse each purpose if the visitor allowed all of them here; none for those that theirs settles. */
export function overruling(headers: Pick<Headers, 'get'>): Readonly<Partial<Record<Purpose, Overruling>>> {
  const platform = platformAnswer(headers.get('cookie') ?? '')
  const gpc = isGpc(headers.get('sec-gpc')) ? 'gpc' : undefined
  const above = (purpose: Purpose): Overruling | undefined => {
    const { source } = settle(purpose, YES, platform, ASKED_FOR)
    return gpc ?? OVERRULING.find((each) => each === source)
  }
  const [personalization, measurement] = [above('personalization'), above('measurement')]
  return { ...(personalization && { personalization }), ...(measurement && { measurement }) }
}

/** What a place alone allows. */
export const regionalConsent = (place: Place, optOut: OptOutRegions): Consent =>
  presumesConsent(place, optOut) ? PRESUMED : ASKED_FOR

/**
 * Rules by which somebody said no, rather than not having been asked, having been asked too long ago or in another
 * country, or in words that nobody can read.
 */
const SAYS_NO: ReadonlySet<ConsentSource> = new Set<ConsentSource>(['gpc', 'deny', 'cmp_deny', 'dnt'])

/** Was this purpose refused or taken back, so that what it covered has to go? */
const isRefused = ({ granted, source }: Settled): boolean => !granted && SAYS_NO.has(source)

export const isWithdrawn = ({ personalization }: Consent): boolean => isRefused(personalization)
export const isUnmeasured = ({ measurement }: Consent): boolean => isRefused(measurement)

function settle(purpose: Purpose, choice: Answer, platform: Answer, byDefault: Consent): Settled {
  if (choice[purpose] === 'deny') return DENIED
  if (platform[purpose] === 'deny') return CMP_DENIED
  if (choice[purpose] === 'malformed' || platform[purpose] === 'malformed') return MALFORMED
  if (choice[purpose] === 'grant') return GRANTED
  return platform[purpose] === 'grant' ? CMP_GRANTED : byDefault[purpose]
}

const explicitAnswer = (cookies: string, now: number): Answer =>
  readAll(cookies, CHOICE_COOKIE, (raw) => readChoice(raw, now))

function platformAnswer(cookies: string): Answer {
  const tcf = readAll(cookies, TCF_COOKIE, (raw) => readDecoded(raw, readTcf))
  // Looked for once: a header has room for thousands of strings, and looking goes all the way through it.
  let sid: { readonly text: string | undefined } | undefined
  const readInForce = (text: string): Answer => {
    sid ??= { text: sidOf(cookies) }
    return readGpp(text, sid.text)
  }
  const gpp = readAll(cookies, GPP_COOKIE, (raw) => readDecoded(raw, readInForce))
  const oneTrust = readAll(cookies, ONETRUST_COOKIE, readOneTrust)
  const cookiebot = readAll(cookies, COOKIEBOT_COOKIE, readCookiebot)
  const usp = readAll(cookies, USP_COOKIE, readUsp)
  return strictest(strictest(tcf, gpp), strictest(strictest(oneTrust, cookiebot), usp))
}

/** Reads every cookie of a name, since several paths may have set it; SILENT itself where there is none. */
function readAll(cookies: string, name: string, read: (raw: string) => Answer): Answer {
  let answer = SILENT
  for (const raw of cookieValues(cookies, name)) {
    answer = strictest(answer, raw.length > MAX_VALUE_LENGTH ? UNREADABLE : read(raw))
  }
  return answer
}

function readDecoded(raw: string, read: (text: string) => Answer): Answer {
  const text = decodeCookie(raw)
  return text === null ? UNREADABLE : read(text)
}

/** Several lists of sections in force are joined to a text that is no list, so that neither is believed. */
function sidOf(cookies: string): string | undefined {
  const lists = cookieValues(cookies, GPP_SID_COOKIE)
  return lists.length === 0 ? undefined : (decodeCookie(lists.join(';')) ?? '')
}
