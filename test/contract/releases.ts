/** What every `ReleaseStore` must do, whatever it keeps releases in. */
import { describe, expect, it } from 'vitest'
import type { Act, ReleaseDraft, ReleaseStore, StepBack } from '../../src/campaign/release.ts'

const draft = (name: string): ReleaseDraft => ({
  checksum: `sum-${name}`,
  document: JSON.stringify({ name }),
  author: 'ana',
  note: `publish ${name}`,
  createdAt: 1_000,
})
const act = (note = ''): Act => ({ actor: 'ben', at: 2_000, note })

/** `open` gives an empty store. */
export function releaseStoreContract(name: string, open: () => Promise<ReleaseStore>): void {
  async function withReleases(...names: readonly string[]): Promise<ReleaseStore> {
    const store = await open()
    for (const each of names) await store.publish(draft(each))
    return store
  }
  async function stepOf(store: ReleaseStore): Promise<StepBack> {
    const step = await store.previous()
    if (step === null) throw new Error('there is nothing to go back to')
    return step
  }
  const live = async (store: ReleaseStore): Promise<number> => (await store.head()).number

  describe(`${name}: publish`, () => {
    it('has nothing live before the first release', async () => {
      const store = await open()
      expect(await store.head()).toEqual({ number: 0, checksum: '', enabled: true })
      expect(await store.active()).toBeNull()
      expect(await store.list({ limit: 10 })).toEqual([])
    })

    it('gives the next number and makes the release live, whole', async () => {
      const store = await withReleases('a')
      expect(await store.publish(draft('b'))).toEqual({ number: 2, created: true })
      expect(await store.active()).toEqual({ number: 2, enabled: true, ...draft('b') })
      expect(await store.head()).toEqual({ number: 2, checksum: 'sum-b', enabled: true })
    })

    it('gives the live number back for the same document and records nothing', async () => {
      const store = await withReleases('a', 'b')
      expect(await store.publish(draft('b'))).toEqual({ number: 2, created: false })
      expect(await store.list({ limit: 10 })).toHaveLength(2)
      expect(await store.audit({ limit: 10 })).toHaveLength(2)
    })

    it('has the audit say who answers for what, and nothing of it elsewhere', async () => {
      const store = await withReleases('a')
      const overrides = [{ campaign: 'hero', reason: 'it\'s "fine"', by: 'ana' }]
      await store.publish({ ...draft('b'), overrides })
      const [entry, before] = await store.audit({ limit: 2 })
      expect(entry?.detail).toEqual({ note: 'publish b', from: 1, overrides })
      expect(before?.detail).toEqual({ note: 'publish a', from: 0 })
      expect(await store.active()).toEqual({ number: 2, enabled: true, ...draft('b') })
    })

    it('gives a new number to a document that was live before but is not now', async () => {
      const store = await withReleases('a', 'b')
      expect(await store.publish(draft('a'))).toEqual({ number: 3, created: true })
    })

    it('never gives one number twice to 20 who publish at once, and loses none', async () => {
      const store = await open()
      const names = Array.from({ length: 20 }, (_, index) => `n${index}`)
      const numbers = await Promise.all(names.map(async (each) => (await store.publish(draft(each))).number))
      expect(numbers.toSorted((a, b) => a - b)).toEqual(names.map((_, index) => index + 1))
      const kept = await Promise.all(numbers.map(async (number) => (await store.get(number))?.checksum))
      expect(kept).toEqual(names.map((each) => `sum-${each}`))
      expect(await live(store)).toBe(20)
      expect(await store.audit({ limit: 100 })).toHaveLength(20)
    })

    it('gives one number to 8 who publish the same document at once', async () => {
      const store = await open()
      const all = await Promise.all(Array.from({ length: 8 }, () => store.publish(draft('same'))))
      expect(all.map(({ number }) => number)).toEqual(Array(8).fill(1))
      expect(all.filter(({ created }) => created)).toHaveLength(1)
    })

    it('keeps a document of four megabytes, and any character, as it is', async () => {
      const store = await open()
      const document = JSON.stringify({ text: `'"\\;--\u0000é😀${'x'.repeat(4_000_000)}` })
      await store.publish({ ...draft('big'), document })
      expect((await store.get(1))?.document).toBe(document)
    })
  })

  describe(`${name}: activate`, () => {
    it('makes an older release live and keeps its number', async () => {
      const store = await withReleases('a', 'b')
      expect(await store.activate(1, act())).toBe('activated')
      expect((await store.active())?.checksum).toBe('sum-a')
    })

    it('says when it was live already and records nothing', async () => {
      const store = await withReleases('a')
      expect(await store.activate(1, act())).toBe('already')
      expect(await store.audit({ limit: 10 })).toHaveLength(1)
    })

    it('does not know a number that was never given', async () => {
      const store = await withReleases('a')
      expect(await store.activate(7, act())).toBe('missing')
      expect(await live(store)).toBe(1)
      expect(await store.get(7)).toBeNull()
    })

    it('leaves the kill switch as it stands', async () => {
      const store = await withReleases('a', 'b')
      await store.setEnabled(false, act())
      await store.activate(1, act())
      expect(await store.head()).toEqual({ number: 1, checksum: 'sum-a', enabled: false })
      await store.publish(draft('c'))
      expect((await store.head()).enabled).toBe(false)
    })
  })

  describe(`${name}: rollback`, () => {
    async function back(store: ReleaseStore): Promise<number> {
      const step = await store.previous()
      if (step !== null) expect(await store.rollback(step, act())).toBe(true)
      return live(store)
    }

    it('goes one step further back each time', async () => {
      const store = await withReleases('a', 'b', 'c')
      expect(await back(store)).toBe(2)
      expect(await back(store)).toBe(1)
      expect(await store.previous()).toBeNull()
    })

    it('goes back to what was live before an activation, not to the number before', async () => {
      const store = await withReleases('a', 'b', 'c')
      await store.activate(1, act())
      expect(await store.previous()).toMatchObject({ from: 1, to: 3 })
    })

    it('never goes forth again, whatever was activated on the way', async () => {
      const store = await withReleases('a', 'b')
      await store.activate(1, act())
      expect(await back(store)).toBe(2)
      expect(await back(store)).toBe(1)
      expect(await store.previous()).toBeNull()
    })

    it('goes on from where it led when something new is published', async () => {
      const store = await withReleases('a', 'b')
      await back(store)
      await store.publish(draft('c'))
      expect(await store.previous()).toMatchObject({ from: 3, to: 1 })
    })

    it('changes nothing where the live release is another by now', async () => {
      const store = await withReleases('a', 'b')
      const step = await stepOf(store)
      await store.publish(draft('c'))
      expect(await store.rollback(step, act())).toBe(false)
      expect(await live(store)).toBe(3)
      expect(await store.audit({ limit: 10 })).toHaveLength(3)
    })

    it('happens once where two ask for the same step', async () => {
      const store = await withReleases('a', 'b', 'c')
      const step = await stepOf(store)
      const both = await Promise.all([store.rollback(step, act()), store.rollback(step, act())])
      expect(both.toSorted()).toEqual([false, true])
      expect(await live(store)).toBe(2)
    })
  })

  describe(`${name}: setEnabled`, () => {
    it('turns off, stays off, turns on', async () => {
      const store = await withReleases('a')
      expect(await store.setEnabled(false, act('fire'))).toBe('changed')
      expect(await store.setEnabled(false, act())).toBe('already')
      expect((await store.active())?.enabled).toBe(false)
      expect(await store.setEnabled(true, act())).toBe('changed')
      expect((await store.audit({ limit: 2 })).map(({ action }) => action)).toEqual([
        'switch.resume',
        'switch.pause',
      ])
    })

    it('has nothing to switch before the first release', async () => {
      const store = await open()
      expect(await store.setEnabled(false, act())).toBe('nothing')
      expect(await store.audit({ limit: 10 })).toEqual([])
    })
  })

  describe(`${name}: lists`, () => {
    it('runs from new to old, page by page, without documents', async () => {
      const store = await withReleases('a', 'b', 'c')
      const [c, b] = await store.list({ limit: 2 })
      expect([c?.number, b?.number]).toEqual([3, 2])
      expect(await store.list({ limit: 2, before: 2 })).toEqual([
        { number: 1, checksum: 'sum-a', author: 'ana', note: 'publish a', createdAt: 1_000 },
      ])
    })

    it('tells who did what, when, why, and what was live before', async () => {
      const store = await withReleases('a', 'b')
      await store.rollback(await stepOf(store), act('broken hero'))
      const [rollback, publish] = await store.audit({ limit: 2 })
      expect(rollback).toMatchObject({
        at: 2_000,
        actor: 'ben',
        action: 'release.rollback',
        subject: '1',
        detail: { note: 'broken hero', from: 2 },
      })
      expect(publish).toMatchObject({ at: 1_000, actor: 'ana', action: 'release.publish', subject: '2' })
      expect(await store.audit({ limit: 10, before: publish?.id ?? 0 })).toHaveLength(1)
    })
  })
}
