/** A `StoreList` in memory, held to the same contract as the real one. */
import type { StoreList } from '../../src/signals/store.ts'
import type { Store } from '../../src/signals/stores.ts'

export function createMemoryStoreList(first: readonly Store[] = []): StoreList {
  let known = first
  return {
    all: async () => known,
    async replace(list) {
      if (new Set(list.map(({ id }) => id)).size < list.length) throw new Error('an id came twice')
      known = list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}
