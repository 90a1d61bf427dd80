/**
 * A visitor says what they agree to. The choice holds from the next request on, whatever else fails: it stands in their
 * own cookie. Then it is put on record, and a withdrawal deletes what it covered.
 */
import { CHOICE_COOKIE, choiceCookie, formatChoice } from '../consent/choice.ts'
import type { ConsentLog, ConsentSourceName } from '../consent/log.ts'
import type { Consent, ConsentSource } from '../consent/model.ts'
import { clearCookieHeader } from '../profile/cookie.ts'
import { type Bearer, type BearerPorts, readBearer } from './bearer.ts'

export interface ConsentPorts {
  readonly visitor: BearerPorts
  readonly log: Pick<ConsentLog, 'append'>
  /** Erases a visitor id everywhere, for good. */
  readonly forget: (visitor: string) => Promise<unknown>
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
  /** Thrown by the store: the choice holds all the same, but it is not on record, or not all of it was deleted yet. */
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
  const setCookies = [choiceCookie(choice)]
  try {
    // Deleting comes first: a record of a withdrawal that did not happen would be worse than none.
    const gone = withdrawnFrom(bearer)
    if (gone !== null) await ports.forget(gone)
    if (bearer.isVoid) setCookies.push(clearCookieHeader())
    await ports.log.append({ ...choice, visitor, source, policy: ports.policy })
  } catch (failure) {
    // Without the cookie nobody could ask again for what was not deleted yet.
    return { consent: bearer.consent, setCookies, failure }
  }
  return { consent: bearer.consent, setCookies }
}

/**
 * Consent that was withdrawn elsewhere (GPC switched on, a consent platform): forgets whom the cookie of this request
 * names. For after the response; the hot path clears the cookie.
 */
export async function forgetWithdrawn(
  request: Request,
  url: URL,
  ports: Pick<ConsentPorts, 'visitor' | 'forget' | 'now'>,
): Promise<boolean> {
  const gone = withdrawnFrom(await readBearer(request, url, ports.now(), ports.visitor))
  if (gone !== null) await ports.forget(gone)
  return gone !== null
}

/** Rules by which somebody said no, rather than never having been asked, or asked in another country. */
const SAYS_NO: ReadonlySet<ConsentSource> = new Set<ConsentSource>(['gpc', 'deny', 'cmp_deny'])

/** The id that is to be forgotten, if any. */
function withdrawnFrom({ consent, carried, isErased }: Bearer): string | null {
  const { granted, source } = consent.personalization
  return granted || isErased || !SAYS_NO.has(source) ? null : (carried?.id ?? null)
}

/** The Cookie header as the next request will send it. */
function withChoice(cookies: string | null, value: string): string {
  const others = (cookies ?? '').split(';').filter((pair) => pair.trim().split('=', 1)[0] !== CHOICE_COOKIE)
  return [...others.filter((pair) => pair.trim() !== ''), `${CHOICE_COOKIE}=${value}`].join(';')
}
