/** What every `StoreList` must do, whatever it keeps the list in. */
import { describe, expect, it } from 'vitest'
import type { StoreList } from '../../src/signals/store.ts'
import type { Store } from '../../src/signals/stores.ts'

const store = (id: string): Store => ({ id, name: `Toldo "${id}" é`, latitude: 38.716, longitude: -9.13 })

/** `open` gives an empty list. */
export function storeListContract(name: string, open: () => Promise<StoreList>): void {
  describe(`${name}: replace`, () => {
    it('is empty before the first list', async () => {
      expect(await (await open()).all()).toEqual([])
    })

    it('puts the new list in the place of the old one, whole and by id', async () => {
      const list = await open()
      await list.replace([store('b'), store('a')], 'ana', 1)
      expect(await list.all()).toEqual([store('a'), store('b')])
      await list.replace([store('c')], 'ana', 2)
      expect(await list.all()).toEqual([store('c')])
      await list.replace([], 'ana', 3)
      expect(await list.all()).toEqual([])
    })

    it('takes a thousand stores at once, and keeps every digit of their places', async () => {
      const list = await open()
      const many = Array.from({ length: 1_000 }, (_, n) => ({
        ...store(`s${String(n).padStart(4, '0')}`),
        latitude: -90 + n * 0.179_123_4,
        longitude: n % 2 === 0 ? 0 : -179.999_999,
      }))
      await list.replace(many, 'ana', 1)
      expect(await list.all()).toEqual(many)
    })

    it('leaves the old list where a new one is refused', async () => {
      const list = await open()
      await list.replace([store('a')], 'ana', 1)
      await expect(list.replace([store('b'), store('b')], 'ana', 2)).rejects.toThrow()
      expect(await list.all()).toEqual([store('a')])
    })
  })
}
