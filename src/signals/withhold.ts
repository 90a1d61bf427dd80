/** Signals without what the visitor switched off. `off` names data classes as the catalogue of attributes has them. Pure. */
import type { Signals } from './model.ts'

const NOTHING = Object.freeze({})

/** The very same object comes back where nothing is switched off, which is nearly always. */
export function withhold(signals: Signals, off: readonly string[]): Signals {
  if (off.length === 0) return signals
  const { city, latitude, longitude, ...geo } = signals.geo
  return {
    ...signals,
    geo: {
      ...geo,
      ...(city === undefined || off.includes('city') ? {} : { city }),
      ...(latitude === undefined || longitude === undefined || off.includes('place')
        ? {}
        : { latitude, longitude }),
    },
    visit: off.includes('visit') ? NOTHING : signals.visit,
    cookie: off.includes('cookie') ? NOTHING : signals.cookie,
    store: off.includes('store') ? NOTHING : signals.store,
  }
}
