/**
 * What campaigns may read of this request, as far as it needs nobody else: signals and profile, consent and switches
 * applied. For explanations, where weather and stores are not at hand; a page view has `view.ts`.
 */
import type { Attributes } from '../campaign/model.ts'
import { profileAttributes } from '../profile/attributes.ts'
import { visitSignals } from '../profile/visit.ts'
import { collectSignals } from '../signals/collect.ts'
import { geoOf } from '../signals/geo.ts'
import type { Bearer } from './bearer.ts'

export function plainAttributes(
  { url, headers, cf }: Request,
  { snapshot, off }: Bearer,
  now: number,
  cookieNames: readonly string[],
): Attributes {
  const known = snapshot ?? undefined
  const signals = collectSignals({
    url: new URL(url),
    headers,
    geo: geoOf(cf),
    now,
    personal: known !== undefined,
    visit: visitSignals(known, now),
    cookieNames,
  })
  return { ...signals, ...profileAttributes(known, now, off) } as unknown as Attributes
}
