/** Where there is no page at all: a plain answer (RFC 9110, section 15.6), never a broken page. Kept by nobody. */

const TEXTS = {
  502: 'The shop cannot be reached.',
  504: 'The shop did not answer in time.',
  508: 'The shop’s own address leads back here: the request goes in circles.',
} as const

export type FailedStatus = keyof typeof TEXTS

/** `why`: the word that stands in the header of everything that was not personalised. */
export const plainFailure = (status: FailedStatus, why: string): Response =>
  new Response(`${TEXTS[status]}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'Selvedge-Bypass': why,
    },
  })
