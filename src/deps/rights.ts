/** The ports of a visitor's choice, and of erasure, which has its own way to the store and the queue behind it. */
import { createConsentLog } from '../consent/store.ts'
import type { ConsentPorts } from '../flow/consent.ts'
import type { Forgetting } from '../flow/forgetting.ts'
import { type VisitorNews, writeAll } from '../flow/news.ts'
import { forgetView } from '../flow/refresh.ts'
import { dropClasses, eraseAll, forgetVisitor, type RightsPorts } from '../flow/rights.ts'
import { bounded } from '../kit/bounded.ts'
import { startDeadline } from '../kit/deadline.ts'
import type { Database } from '../kit/sql.ts'
import type { PrivacyDeps } from '../privacy/routes.tsx'
import { createRightsStore } from '../privacy/store.ts'
import { createProfileStore } from '../profile/store.ts'
import { bearerPorts, commonDeps, doorStore, ingestPorts } from './doors.ts'
import type { Isolate } from './isolate.ts'
import { newsPorts, openStore, ownCache } from './platform.ts'

/** How long withdrawals and erasures wait in their own line, which is longer than others do. */
const RIGHTS_LINE_MS = 4_000

export const consentPorts = (isolate: Isolate): ConsentPorts => ({
  visitor: bearerPorts(isolate),
  log: createConsentLog(doorStore(isolate)),
  tell: (news) => orQueue(isolate, writeAll(newsPorts(doorStore(isolate)), [news], Date.now()), news),
  forget: (visitor) => forget(isolate, visitor),
  drop: (drop, off) => certainly(isolate, { drop, off }),
  policy: isolate.settings.policyVersion,
  now: Date.now,
})

const rightsPorts = (isolate: Isolate): RightsPorts => ({
  store: createRightsStore(rightsStore(isolate)),
  forgotten: async (visitors) => {
    await Promise.all(
      visitors.flatMap((visitor) => [isolate.tombstones.add(visitor), forgetView(visitor, ownCache)]),
    )
  },
  outdated: (visitor) => forgetView(visitor, ownCache),
  now: Date.now,
})

/** The privacy page and the doors behind it, which explain what a page would be decided by. */
export const privacyDeps = (isolate: Isolate): PrivacyDeps => {
  const { settings, releases, stores } = isolate
  const deadline = () => startDeadline(settings.budgetMs, Date.now)
  return {
    ...commonDeps(isolate),
    visitor: bearerPorts(isolate),
    rights: () => rightsPorts(isolate),
    later: (message) =>
      isolate.queue?.send(message).then(
        () => true,
        () => false,
      ),
    ingest: () => ingestPorts(isolate),
    release: async (waitUntil) => {
      await releases.ready(deadline(), waitUntil)
      return releases.current()
    },
    stores: async (waitUntil) => {
      await stores.ready(deadline(), waitUntil)
      return new Map(stores.current().map(({ id, name }) => [id, name]))
    },
    readCookies: settings.readCookies,
  }
}

/** Erases somebody who said no; where the store is away, the queue sees to it. */
export const forget = (isolate: Isolate, visitor: string): Promise<unknown> =>
  certainly(isolate, { forget: visitor })

/** Deletes what the queue names, or would. */
export const carryOut = (isolate: Isolate, body: Forgetting): Promise<unknown> =>
  'drop' in body
    ? dropClasses(rightsPorts(isolate), createProfileStore(rightsStore(isolate)), body.drop, body.off)
    : (body.all ? eraseAll : forgetVisitor)(rightsPorts(isolate), body.forget)

const certainly = (isolate: Isolate, body: Forgetting): Promise<unknown> =>
  orQueue(isolate, carryOut(isolate, body), body)

async function orQueue(
  { queue }: Isolate,
  work: Promise<unknown>,
  message: VisitorNews | Forgetting,
): Promise<void> {
  try {
    await work
  } catch (cause) {
    if (queue === null) throw cause
    await queue.send(message)
  }
}

/** The store as those ask it who want to be forgotten. */
const rightsStore = ({ settings, rights }: Isolate): Database =>
  bounded(openStore(settings), { places: rights, lineMs: RIGHTS_LINE_MS })
