/** The ports of the operators' doors. */
import type { ApiDeps } from '../api/routes.ts'
import { createCampaignStates } from '../campaign/state-store.ts'
import { createReleaseStore } from '../campaign/store.ts'
import { createViewCounts } from '../decide/store.ts'
import { createDeadLetters } from '../events/store.ts'
import { createEstimator } from '../flow/estimate.ts'
import type { Forgetting } from '../flow/forgetting.ts'
import type { OverlayPorts } from '../flow/overlays.ts'
import type { ReportPorts } from '../flow/report.ts'
import type { ServedPorts } from '../flow/served.ts'
import { sendNews } from '../flow/webhook.ts'
import { MINUTE_MS } from '../kit/time.ts'
import { checkSelector } from '../page/mark.ts'
import { sampleVisitors } from '../profile/store.ts'
import { createStoreList } from '../signals/store.ts'
import { createSupplyStore } from '../supply/store.ts'
import { commonDeps, doorStore, identifyPorts, serverIngestPorts } from './doors.ts'
import type { Isolate } from './isolate.ts'
import { newsPorts, openStore, randomBytes } from './platform.ts'
import { carryOut } from './rights.ts'

/** How old a neighbour's copy of what is live may be when an isolate begins with it. */
const RELEASE_COPY_MS = MINUTE_MS

/** All that the operators' doors are made of. Those that need a store, or a key, say so where there is none. */
export function operatorDeps(isolate: Isolate): ApiDeps {
  const { settings, tokens, keyring, personKey, releases, limitSource } = isolate
  return {
    ...commonDeps(isolate),
    tokens,
    ...(limitSource === undefined ? {} : { limitSource }),
    keyring,
    rules: releaseRules(isolate),
    store: () => createReleaseStore(openStore(settings)),
    random: randomBytes,
    changed: () => releases.reload(),
    ...(settings.dbUrl === null ? {} : storeDeps(isolate)),
    ...(personKey === null
      ? {}
      : {
          events: { now: Date.now, ports: () => serverIngestPorts(isolate, personKey) },
          identity: { ports: () => identifyPorts(isolate, personKey) },
        }),
  }
}

const storeDeps = (isolate: Isolate) => {
  const { settings, stores, supplies } = isolate
  const list = () => createStoreList(openStore(settings))
  return {
    overlays: (later: (work: Promise<unknown>) => void) => overlayPorts(isolate, later),
    dead: { ports: () => deadPorts(isolate) },
    reports: { ports: () => reportPorts(isolate), now: Date.now },
    stores: { list, now: Date.now, changed: stores.reload },
    supply: {
      store: () => createSupplyStore(openStore(settings)),
      stores: async () => (await list().all()).map(({ id }) => id),
      money: settings.money,
      now: Date.now,
      changed: supplies.reload,
    },
  }
}

/** What publishing checks a release against; an estimator reads profiles once, so each release has its own. */
const releaseRules = ({ settings }: Isolate) => ({
  checkSelector,
  redirectHosts: settings.redirectHosts,
  readCookies: settings.readCookies,
  estimator: () =>
    createEstimator({
      sample: (since, limit) => sampleVisitors(openStore(settings), since, limit),
      now: Date.now,
    }),
})

/** What the queue gave up on, to be looked at and counted after all. */
function deadPorts(isolate: Isolate) {
  const db = doorStore(isolate)
  return {
    ...newsPorts(db),
    letters: createDeadLetters(db),
    forget: (body: Forgetting) => carryOut(isolate, body),
    now: Date.now,
  }
}

function reportPorts({ settings }: Isolate): ReportPorts & ServedPorts {
  const db = openStore(settings)
  return {
    ...newsPorts(db),
    views: createViewCounts(db),
    overlays: { releases: createReleaseStore(db), states: createCampaignStates(db) },
    money: settings.money,
    now: Date.now,
  }
}

/** What is changed about single campaigns. `later`: work that may outlast the answer. */
export function overlayPorts(
  { settings, counters }: Isolate,
  later: (work: Promise<unknown>) => void,
): OverlayPorts {
  const db = openStore(settings)
  const { webhook } = settings
  return {
    releases: createReleaseStore(db),
    states: createCampaignStates(db),
    tell: async (news) => {
      if (webhook === null) return true
      const isTold = await sendNews(news, { ...webhook, fetch, sleep, now: Date.now })
      if (!isTold) counters.add('webhook_failed')
      return isTold
    },
    later,
    leadMs: settings.releaseTtlMs * 2 + RELEASE_COPY_MS,
    now: Date.now,
  }
}

const sleep = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))
