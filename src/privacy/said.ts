/** What a "not relevant" or "too personal" says, however it was sent. Pure. */
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { ownPath } from '../kit/samesite.ts'

const VERDICTS = ['not_relevant', 'too_personal'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface Said {
  readonly campaign: string
  readonly verdict: Verdict
}

/** `{"campaign": "hero", "verdict": "not_relevant"}`, or a form's fields of these names. */
export function parseSaid(input: unknown): Result<Said, readonly Fault[]> {
  const { campaign, verdict } = (typeof input === 'object' && input !== null ? input : {}) as Record<
    string,
    unknown
  >
  const known = VERDICTS.find((each) => each === verdict)
  const faults = [
    ...(typeof campaign === 'string'
      ? []
      : [{ path: '/campaign', code: 'type', message: 'Name the campaign.' }]),
    ...(known !== undefined
      ? []
      : [{ path: '/verdict', code: 'value', message: `A verdict is one of ${VERDICTS.join(', ')}.` }]),
  ]
  if (typeof campaign !== 'string' || known === undefined) return err(faults)
  return ok({ campaign, verdict: known })
}

/** Where a form's browser goes on to: the path that the form names, with the query that the page had. */
export function wayBack(to: string | null, referer: string | null, url: URL): string {
  const root = new URL('/', url)
  const from = URL.parse(referer ?? '')
  const back = from?.host === url.host ? ownPath(from.pathname + from.search, root) : null
  const named = ownPath(to, root)
  if (named === null) return back ?? '/'
  return back?.startsWith(`${named}?`) ? back : named
}
