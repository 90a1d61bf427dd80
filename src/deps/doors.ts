/** The ports of the doors through which visitors, and the shop's servers, tell us things. */
import type { CompiledRelease } from '../campaign/model.ts'
import { sensitiveTopic } from '../consent/sensitive.ts'
import { createLookup, readListed } from '../events/lookup.ts'
import type { BearerPorts } from '../flow/bearer.ts'
import type { IdentifyPorts } from '../flow/identify.ts'
import type { IngestPorts } from '../flow/ingest.ts'
import type { ServerIngestPorts } from '../flow/ingest-server.ts'
import type { Releases } from '../flow/releases.ts'
import { type Bounds, bounded } from '../kit/bounded.ts'
import type { Database } from '../kit/sql.ts'
import { createMeasureStore } from '../measure/store.ts'
import { createHasher } from '../profile/retention.ts'
import type { Isolate } from './isolate.ts'
import { newsPorts, openStore, profileStores, randomBytes } from './platform.ts'

/** A batch waits for a few others: its sender has time, and would only send it again. */
const BATCH_LINE_MS = 5_000

/** What all doors of an isolate have in common. */
export const commonDeps = ({ limit }: Isolate) => ({
  now: Date.now,
  report: (cause: unknown) => console.error('selvedge:', cause),
  ...(limit === undefined ? {} : { limit }),
})

/** Who sends a visitor's own request to one of our doors. */
export const bearerPorts = ({ keyring, optOut, tombstones }: Isolate): BearerPorts => ({
  keyring,
  optOut,
  random: randomBytes,
  isErased: (visitor) => tombstones.isKnown() && tombstones.isErased(visitor),
})

export function ingestPorts(isolate: Isolate): IngestPorts {
  const db = doorStore(isolate)
  return {
    ...profileStores(db),
    measures: createMeasureStore(db),
    ...shopPorts(isolate),
    listed: (skus) => readListed(db, skus),
  }
}

export function serverIngestPorts(isolate: Isolate, personKey: CryptoKey): ServerIngestPorts {
  const db = doorStore(isolate, { writers: isolate.batchWriters, lineMs: BATCH_LINE_MS })
  const hasher = createHasher()
  return {
    ...newsPorts(db, hasher),
    ...shopPorts(isolate),
    lookup: createLookup(db, hasher),
    keyring: isolate.keyring,
    personKey,
  }
}

/** What events are held against, whoever tells them: what is live, the shop's money, and the time. */
const shopPorts = ({ releases, settings }: Isolate) => ({
  campaigns: () => liveCampaigns(releases),
  categories: () => categoriesOf(releases.current()),
  money: settings.money,
  now: Date.now,
})

export const identifyPorts = (isolate: Isolate, personKey: CryptoKey): IdentifyPorts => ({
  ...profileStores(doorStore(isolate)),
  personKey,
  keyring: isolate.keyring,
  now: Date.now,
  random: randomBytes,
})

/** The store as doors ask it; `bounds` where one has its own. */
export const doorStore = ({ settings, places, writers }: Isolate, bounds: Partial<Bounds> = {}): Database =>
  bounded(openStore(settings), { places, writers, ...bounds })

/** An isolate that has served no page yet knows of no release: it looks. */
async function liveCampaigns(releases: Releases) {
  if (releases.why() === 'no_release') await releases.reload()
  return releases.current()?.campaigns ?? []
}

/**
 * Category keys that the live release asks about: a search that names one of them says something. Never a sensitive one:
 * a release may be older than the rules.
 */
function categoriesOf(release: CompiledRelease | null): ReadonlySet<string> {
  if (release === null) return NO_CATEGORIES
  const known = categories.get(release)
  if (known !== undefined) return known
  const prefix = 'affinity.'
  const reads = release.campaigns.flatMap((campaign) => campaign.reads)
  const keys = reads.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length))
  const made = new Set(keys.filter((key) => sensitiveTopic(key) === undefined))
  categories.set(release, made)
  return made
}

const NO_CATEGORIES: ReadonlySet<string> = new Set()
/** Worked out once for a release; weak, so they go with it. */
const categories = new WeakMap<CompiledRelease, ReadonlySet<string>>()
