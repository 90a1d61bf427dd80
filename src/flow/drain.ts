/**
 * Empties the queue of evidence into the store, a batch at a time. The queue delivers at least once, and the store counts
 * every event once, so whatever was not settled is simply delivered again.
 */
import type { ProfileStore, VisitorEvidence } from '../profile/model.ts'

/** One message of the queue, as far as it matters here. */
export interface EvidenceMessage {
  readonly body: VisitorEvidence
  readonly ack: () => void
  readonly retry: () => void
}

/** Counts a batch. Messages of visitors that were not settled come again; a store that is away throws, and all do. */
export async function drain(
  messages: readonly EvidenceMessage[],
  store: Pick<ProfileStore, 'applyMany'>,
  now: number,
): Promise<void> {
  const applied = await store.applyMany(
    messages.map(({ body }) => body),
    now,
  )
  const unsettled = new Set(applied.filter(({ settled }) => !settled).map(({ visitor }) => visitor))
  for (const message of messages) {
    if (unsettled.has(message.body.visitor)) message.retry()
    else message.ack()
  }
}
