/** The ports of what the clock begins and no request: the night and the watch. */
import { createConsentLog } from '../consent/store.ts'
import type { NightlyPorts } from '../flow/nightly.ts'
import { paceOffers } from '../flow/pace.ts'
import type { WatchPorts } from '../flow/watch.ts'
import { createIdentityStore } from '../identity/store.ts'
import { createMeasureStore } from '../measure/store.ts'
import { createRightsStore } from '../privacy/store.ts'
import { createProfileStore } from '../profile/store.ts'
import { createSupplyStore } from '../supply/store.ts'
import type { Isolate } from './isolate.ts'
import { overlayPorts } from './operators.ts'
import { openStore } from './platform.ts'

/** How long one night's purge may take; the next one goes on. */
const NIGHTLY_BUDGET_MS = 25_000

export function nightlyPorts({ settings }: Isolate): NightlyPorts {
  const db = openStore(settings)
  return {
    profiles: createProfileStore(db),
    consents: createConsentLog(db),
    identities: createIdentityStore(db),
    measures: createMeasureStore(db),
    records: createRightsStore(db),
    now: Date.now,
    budgetMs: NIGHTLY_BUDGET_MS,
  }
}

export function watchPorts(isolate: Isolate, later: (work: Promise<unknown>) => void): WatchPorts {
  const db = openStore(isolate.settings)
  return {
    ...overlayPorts(isolate, later),
    measures: createMeasureStore(db),
    money: isolate.settings.money,
    random: Math.random,
    pace: (campaigns, admit) =>
      paceOffers(campaigns, { supply: createSupplyStore(db), admit, now: Date.now }),
  }
}
