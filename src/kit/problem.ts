import type { Fault } from './fault.ts'

/** RFC 9457, section 3. */
export const PROBLEM_TYPE = 'application/problem+json'

/** Problem details (RFC 9457) as every door of the API answers them. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly faults?: readonly Fault[]
}

/**
 * A response of that type. `code` becomes the `type` URI's last step, a name that clients may switch on; `faults` carries
 * every fault with its JSON Pointer.
 */
export function problem(
  status: number,
  code: string,
  title: string,
  more: {
    readonly detail?: string | undefined
    readonly faults?: readonly Fault[]
    readonly headers?: HeadersInit
  } = {},
): Response {
  const body: Problem = {
    type: `urn:selvedge:problem:${code}`,
    title,
    status,
    ...(more.detail === undefined ? {} : { detail: more.detail }),
    ...(more.faults === undefined ? {} : { faults: more.faults }),
  }
  const headers = new Headers(more.headers)
  headers.set('Content-Type', PROBLEM_TYPE)
  headers.set('Cache-Control', 'no-store')
  return new Response(JSON.stringify(body), { status, headers })
}
