/** What every `IdentityStore` must do, whatever it keeps ties in. */
import { describe, expect, it } from 'vitest'
import { cardOf, TIES_MAX } from '../../src/identity/link.ts'
import type { IdentityStore, TieRequest, Token } from '../../src/identity/model.ts'

export interface Opened {
  readonly store: IdentityStore
  /** Puts somebody into the store who did something. */
  readonly meet: (visitor: string) => Promise<void>
  /** Writes the tombstone of an id. */
  readonly bury: (id: string) => Promise<void>
  /** Takes somebody out of the store, as the purge of profiles does. */
  readonly lose: (visitor: string) => Promise<void>
}

const ANA = 'A'.repeat(43)
const BEN = 'B'.repeat(43)
const wish = (visitor: string, more: Partial<TieRequest> = {}): TieRequest => ({
  visitor,
  person: ANA,
  source: 'login',
  at: 1_000,
  proven: true,
  ...more,
})
const token = (id: string): Token => ({ id, person: ANA, expiresAt: 9_000 })

/** `open` gives an empty store. */
export function identityStoreContract(name: string, open: () => Promise<Opened>): void {
  const visitorsOf = async (store: IdentityStore, person: string): Promise<readonly string[]> =>
    (await store.tiesOf(person)).map(({ visitor }) => visitor)

  describe(`${name}: tie`, () => {
    it('makes several browsers one person', async () => {
      const { store } = await open()
      expect(await store.groupOf('phone')).toEqual(['phone'])
      expect(await store.tie(wish('phone'))).toBe('tied')
      expect(await store.tie(wish('laptop', { at: 2_000 }))).toBe('tied')
      expect(await store.groupOf('laptop')).toEqual(['laptop', 'phone'])
      expect(await store.tiesOf(ANA)).toEqual([
        { visitor: 'laptop', person: ANA, source: 'login', at: 2_000 },
        { visitor: 'phone', person: ANA, source: 'login', at: 1_000 },
      ])
    })

    it('changes nothing the second time', async () => {
      const { store } = await open()
      await store.tie(wish('phone'))
      expect(await store.tie(wish('phone', { at: 5_000 }))).toBe('already')
      expect((await store.tiesOf(ANA))[0]?.at).toBe(1_000)
    })

    it('never joins two people who sign in on one browser', async () => {
      const { store } = await open()
      await store.tie(wish('phone'))
      expect(await store.tie(wish('phone', { person: BEN }))).toBe('taken')
      expect(await store.tie(wish('phone', { person: BEN, source: 'newsletter' }))).toBe('taken')
      expect(await store.groupOf('phone')).toEqual(['phone'])
      expect(await store.tiesOf(BEN)).toEqual([])
    })

    it('lets who signs in outweigh who followed a forwarded newsletter', async () => {
      const { store } = await open()
      await store.tie(wish('phone', { source: 'newsletter' }))
      expect(await store.tie(wish('phone', { person: BEN }))).toBe('moved')
      expect(await visitorsOf(store, ANA)).toEqual([])
      expect(await visitorsOf(store, BEN)).toEqual(['phone'])
    })

    it('notes that a tie now rests on more than a newsletter', async () => {
      const { store } = await open()
      await store.tie(wish('phone', { source: 'newsletter' }))
      expect(await store.tie(wish('phone'))).toBe('already')
      expect(await store.tie(wish('phone', { person: BEN }))).toBe('taken')
    })

    it('refuses an id that came bare and that nobody has', async () => {
      const { store, meet } = await open()
      expect(await store.tie(wish('phone', { proven: false }))).toBe('unknown')
      expect(await store.tiesOf(ANA)).toEqual([])
      await meet('phone')
      expect(await store.tie(wish('phone', { proven: false }))).toBe('tied')
    })

    it('refuses an erased browser, and an erased person on any browser', async () => {
      const { store, bury } = await open()
      await bury('phone')
      await bury(cardOf(BEN))
      expect(await store.tie(wish('phone'))).toBe('erased')
      expect(await store.tie(wish('laptop', { person: BEN }))).toBe('erased')
      expect([await store.tiesOf(ANA), await store.tiesOf(BEN)]).toEqual([[], []])
    })

    it('knows a card only by a browser of its person', async () => {
      const { store } = await open()
      const card = wish(cardOf(ANA), { source: 'card' })
      expect(await store.tie(card)).toBe('unknown')
      await store.tie(wish('phone'))
      expect(await store.tie(card)).toBe('tied')
      expect(await store.groupOf('phone')).toEqual([cardOf(ANA), 'phone'])
    })

    it('unties the browsers tied longest ago beyond its bound, never the card', async () => {
      const { store } = await open()
      await store.tie(wish('v00', { at: 0 }))
      await store.tie(wish(cardOf(ANA), { source: 'card', at: 0 }))
      for (let index = 1; index <= TIES_MAX; index++) {
        await store.tie(wish(`v${String(index).padStart(2, '0')}`, { at: index }))
      }
      const left = await visitorsOf(store, ANA)
      expect(left).toHaveLength(TIES_MAX + 1)
      expect(left).toContain(cardOf(ANA))
      expect(left).not.toContain('v00')
    })

    it('gives a browser to one of 12 people who ask at once', async () => {
      const { store } = await open()
      const people = Array.from({ length: 12 }, (_, index) => String.fromCharCode(65 + index).repeat(43))
      const outcomes = await Promise.all(people.map((person) => store.tie(wish('phone', { person }))))
      expect(outcomes.toSorted()).toEqual([...Array(11).fill('taken'), 'tied'])
      expect(await visitorsOf(store, people[outcomes.indexOf('tied')] as string)).toEqual(['phone'])
    })
  })

  describe(`${name}: redeem`, () => {
    it('works once, for whoever is first', async () => {
      const { store } = await open()
      const follow = (visitor: string) => store.redeem(token('t1'), wish(visitor, { source: 'newsletter' }))
      const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(follow))
      expect(outcomes.toSorted()).toEqual(['tied', 'used', 'used', 'used', 'used', 'used'])
      expect(await store.tiesOf(ANA)).toHaveLength(1)
    })

    it('does not use up the token where no tie comes of it', async () => {
      const { store, bury } = await open()
      await store.tie(wish('bens', { person: BEN }))
      await bury('gone')
      expect(await store.redeem(token('t1'), wish('bens', { source: 'newsletter' }))).toBe('taken')
      expect(await store.redeem(token('t1'), wish('gone', { source: 'newsletter' }))).toBe('erased')
      expect(await store.redeem(token('t1'), wish('phone', { source: 'newsletter' }))).toBe('tied')
    })

    it('is used up by a browser that was this person’s already', async () => {
      const { store } = await open()
      await store.tie(wish('phone'))
      expect(await store.redeem(token('t1'), wish('phone', { source: 'newsletter' }))).toBe('already')
      expect(await store.redeem(token('t1'), wish('friend', { source: 'newsletter' }))).toBe('used')
      expect(await visitorsOf(store, ANA)).toEqual(['phone'])
    })
  })

  describe(`${name}: untie`, () => {
    it('takes one tie back and leaves the others', async () => {
      const { store } = await open()
      await store.tie(wish('phone'))
      await store.tie(wish('laptop'))
      expect(await store.untie('phone')).toMatchObject({ visitor: 'phone', person: ANA })
      expect(await store.untie('phone')).toBeNull()
      expect([await store.groupOf('phone'), await store.groupOf('laptop')]).toEqual([['phone'], ['laptop']])
    })

    it('keeps the card when a tie is only taken back', async () => {
      const { store } = await open()
      await store.tie(wish('phone'))
      await store.tie(wish(cardOf(ANA), { source: 'card' }))
      await store.untie('phone')
      expect(await visitorsOf(store, ANA)).toEqual([cardOf(ANA)])
    })
  })

  describe(`${name}: purge`, () => {
    it('takes ties of visitors who are gone, and tokens that have ended', async () => {
      const { store, lose } = await open()
      await store.tie(wish('phone'))
      await store.tie(wish('laptop'))
      await store.redeem(token('t1'), wish('tablet', { source: 'newsletter' }))
      await lose('phone')
      expect(await store.purge(8_999)).toEqual({ ties: 1, tokens: 0, more: false })
      expect(await visitorsOf(store, ANA)).toEqual(['laptop', 'tablet'])
      expect(await store.purge(9_000)).toEqual({ ties: 0, tokens: 1, more: false })
    })
  })
}
