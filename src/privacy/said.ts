/** What a "not relevant" or "too personal" says, by a plain form or by a script. */
import { readForm } from '../kit/body.ts'
import * as doors from '../kit/doors.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { ownPath } from '../kit/samesite.ts'

export const VERDICTS = ['not_relevant', 'too_personal'] as const
export type Verdict = (typeof VERDICTS)[number]

const MAX_FORM_BYTES = 8_192

export interface Said {
  readonly campaign: string
  readonly verdict: Verdict
  /** Where a form's browser goes on to. */
  readonly to: string
}

/** The form's fields `campaign`, `verdict` and `to`, the path to go on to. */
export async function readSaid(request: Request, url: URL): Promise<Result<Said, Response>> {
  const form = await readForm(request, MAX_FORM_BYTES)
  if (!form.ok) return form
  const referrer = URL.parse(request.headers.get('Referer') ?? '')
  const back = referrer?.host === url.host ? referrer.pathname + referrer.search : '/'
  const root = new URL('/', url)
  const to = ownPath(form.value.get('to'), root) ?? ownPath(back, root) ?? '/'
  return saidOf(form.value.get('campaign'), form.value.get('verdict'), to)
}

/** `{"campaign": "hero", "verdict": "not_relevant"}` */
export async function readSaidJson(request: Request): Promise<Result<Said, Response>> {
  const body = await doors.readSmallJson(request)
  if (!body.ok) return body
  const fields = (typeof body.value === 'object' && body.value !== null ? body.value : {}) as Record<
    string,
    unknown
  >
  return saidOf(fields.campaign, fields.verdict, '/')
}

function saidOf(campaign: unknown, verdict: unknown, to: string): Result<Said, Response> {
  const known = VERDICTS.find((each) => each === verdict)
  const faults = [
    ...(typeof campaign === 'string'
      ? []
      : [{ path: '/campaign', code: 'type', message: 'Name the campaign.' }]),
    ...(known !== undefined
      ? []
      : [{ path: '/verdict', code: 'value', message: `A verdict is one of ${VERDICTS.join(', ')}.` }]),
  ]
  if (typeof campaign !== 'string' || known === undefined) return err(doors.invalid(faults))
  return ok({ campaign, verdict: known, to })
}
