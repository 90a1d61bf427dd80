/**
 * Takes what the beacon keeps in the browser's storage out of it, where nobody agrees to be measured any more and so no
 * beacon is loaded that would. A header cannot do it: `Clear-Site-Data` would take the shop's own storage as well. Pure.
 */
import type { PagePlan } from '../campaign/model.ts'
import { YEAR_SECONDS } from '../kit/time.ts'
import { HEAD_SELECTOR } from '../page/head.ts'
import type { Fill } from '../page/model.ts'
import { MARKUP } from '../page/needs.ts'

/** The key is the beacon's, see src/beacon/shelf.ts. No character of it means anything to HTML. */
export const CLEAR_TEXT = 'try{delete localStorage[`selvedge:unsent`]}catch{}'
/** For a policy that lets this script run and no other (CSP 3, section 6.7.3.3). */
export const CLEAR_DIGEST = 'sha256-dCQW1A6EgXNzPKEaY28+DAtvbrfpUJSNXOqmUKd4bPI='
const CLEAR_PATH = '/_selvedge/clear.js'

/** The tag at the end of the head; for `home` see `homeOf`. */
export function clearFills({ slotOf }: Pick<PagePlan, 'slotOf'>, home: string): readonly Fill[] {
  const slot = slotOf.get(HEAD_SELECTOR)
  if (slot === undefined) return []
  const bytes = new TextEncoder().encode(`<script src="${home}${CLEAR_PATH}" defer></script>`)
  return [{ slot, action: 'append', bytes, needs: MARKUP }]
}

export const clearResponse = (): Response =>
  new Response(CLEAR_TEXT, {
    headers: {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
      'X-Content-Type-Options': 'nosniff',
    },
  })
