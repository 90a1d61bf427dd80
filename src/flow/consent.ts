/**
 * A visitor says what they agree to. The choice holds from the next request on, whatever else fails: it stands in their
 * own cookie. Then it is put on record, and a withdrawal deletes what it covered.
 */
import { CHOICE_COOKIE, choiceCookie, formatChoice } from '../consent/choice.ts'
import type { ConsentLog, ConsentSourceName } from '../consent/log.ts'
import type { Consent } from '../consent/model.ts'
import { isUnmeasured } from '../consent/resolve.ts'
import { optOutOutcome } from '../measure/outcomes.ts'
import { clearCookieHeader } from '../profile/cookie.ts'
import { snapshotWithout } from '../profile/without.ts'
import { NEAR_COOKIE, nearCookie } from '../signals/near.ts'
import {
  type Bearer,
  type BearerPorts,
  bearerCookies,
  leavingCookies,
  NOTHING_LEAVES,
  readBearer,
} from './bearer.ts'
import type { VisitorNews } from './news.ts'
import { mayShare } from './stores.ts'

export interface ConsentPorts {
  readonly visitor: BearerPorts
  readonly log: Pick<ConsentLog, 'append'>
  /** Has it counted, now or soon. Throws where neither can be had. */
  readonly tell: (news: VisitorNews) => Promise<unknown>
  /** Erases a visitor id everywhere, for good, or hands it to whoever surely will. Throws where neither can be had. */
  readonly forget: (visitor: string) => Promise<unknown>
  /**
   * Deletes what is kept of these data classes of a visitor, and where they are signed in, of their card; or hands it to
   * whoever surely will. Throws where neither can be had.
   */
  readonly drop: (visitor: string, classes: readonly string[]) => Promise<unknown>
  /** Version of the shop's privacy notice. */
  readonly policy: string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What a visitor chose. */
export interface Wish {
  readonly personalization: boolean
  readonly measurement: boolean
  /** Data classes that may not be used although personalization is granted. */
  readonly off: readonly string[]
  readonly source: ConsentSourceName
}

export interface Chosen {
  /** What holds now: GPC or a consent platform may deny what was chosen here. */
  readonly consent: Consent
  readonly setCookies: readonly string[]
  /**
   * Thrown by the store: the choice holds all the same, but it is not on record, or what it switched off was not deleted.
   * An id that could not be erased is noted in the browser, and erased by its next page. Data classes are noted nowhere:
   * whoever switched them off has to send the choice again.
   */
  readonly failure?: unknown
}

/** Settles a choice. Nothing that is done here depends on the store being there, but what `failure` says is left. */
export async function chooseConsent(
  request: Request,
  url: URL,
  wish: Wish,
  ports: ConsentPorts,
): Promise<Chosen> {
  const at = ports.now()
  const { personalization, measurement, source } = wish
  const choice = { personalization, measurement, at, off: [...new Set(wish.off)].sort() }
  const cookies = withChoice(request.headers.get('Cookie'), formatChoice(choice))
  const bearer = await readBearer(request, url, at, ports.visitor, cookies)
  const visitor = bearer.snapshot?.id ?? null
  const { leaving } = bearer
  let failure: unknown
  let isCertain = false
  try {
    // A harm counts against what was shown, before that is forgotten.
    const harm = harmOf(await readBearer(request, url, at, ports.visitor), bearer, at)
    if (harm !== null) await ports.tell(harm)
    // Deleting comes first: a record of a withdrawal that did not happen would be worse than none.
    for (const gone of leaving.now === null ? leaving.noted : [leaving.now, ...leaving.noted]) {
      await ports.forget(gone)
    }
    isCertain = true
    await ports.log.append({ ...choice, visitor, source, policy: ports.policy })
  } catch (cause) {
    failure = cause
  }
  try {
    // After the record, by which the store refuses what is still on its way; and without one all the same.
    if (visitor !== null && choice.off.length > 0) await ports.drop(visitor, choice.off)
  } catch (cause) {
    failure = cause
  }
  const setCookies = [
    choiceCookie(choice),
    ...(await snapshotCookies(bearer, url, at, ports)),
    ...(!mayShare(bearer) && cookies.includes(NEAR_COOKIE) ? [nearCookie(undefined)] : []),
    ...(await leavingCookies(leaving, isCertain, url, ports.visitor)),
  ]
  return { consent: bearer.consent, setCookies, ...(failure === undefined ? {} : { failure }) }
}

/**
 * What a choice says of what was measured before it: that personalization, or a class of data, was switched off, and
 * that nothing is to be measured any more. A withdrawal of everything is counted where it is carried out.
 */
function harmOf(before: Bearer, { carried, snapshot, consent, off }: Bearer, at: number): VisitorNews | null {
  if (carried === null || before.isErased) return null
  const isOff =
    before.consent.personalization.granted &&
    (!consent.personalization.granted || off.some((name) => !before.off.includes(name)))
  const outcomes = isOff && before.consent.measurement.granted ? [optOutOutcome(at)] : []
  // With the id goes everything that was measured of it.
  const isLeft = snapshot !== null && isUnmeasured(consent)
  if (outcomes.length === 0 && !isLeft) return null
  return { visitor: carried.id, evidence: [], outcomes, ...(isLeft ? { unmeasured: true } : {}) }
}

/** The profile's cookie ends with its consent, and holds nothing of what was switched off. */
async function snapshotCookies(
  bearer: Bearer,
  url: URL,
  now: number,
  { visitor }: Pick<ConsentPorts, 'visitor'>,
): Promise<readonly string[]> {
  const { carried, snapshot, off } = bearer
  if (bearer.isVoid) return [clearCookieHeader()]
  if (snapshot === null || carried === null || snapshotWithout(carried, off) === carried) return []
  return bearerCookies({ ...bearer, leaving: NOTHING_LEAVES }, snapshot, url, now, visitor)
}

/** The Cookie header as the next request will send it. */
function withChoice(cookies: string | null, value: string): string {
  const others = (cookies ?? '').split(';').filter((pair) => pair.trim().split('=', 1)[0] !== CHOICE_COOKIE)
  return [...others.filter((pair) => pair.trim() !== ''), `${CHOICE_COOKIE}=${value}`].join(';')
}
