/** What every `TestedProfiles` must do, whatever it keeps profiles in. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { allowedEvidence } from '../../src/profile/allowed.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { mergeContributions } from '../../src/profile/merge.ts'
import type { Contribution, Evidence } from '../../src/profile/model.ts'
import { purgeBefore, tombstoneOf } from '../../src/profile/retention.ts'
import { stageOf } from '../../src/profile/stage.ts'
import { factsWithout } from '../../src/profile/without.ts'
import { anyEvidence, event, NOW } from '../help/evidence.ts'
import type { TestedProfiles } from '../help/profile-store.ts'

const view = (id: string, daysAgo = 0): Evidence => ({ ...event('view', { category: 'tea' }, daysAgo), id })
const DAY = new Date(NOW).toISOString().slice(0, 10)
const DAY_END = Date.parse(DAY) + DAY_MS

/** `open` gives an empty store. */
export function profileStoreContract(name: string, open: () => Promise<TestedProfiles>): void {
  const only = async (store: TestedProfiles, visitor = 'ana'): Promise<Contribution | undefined> =>
    (await store.read([visitor]))[0]

  describe(`${name}: apply`, () => {
    it('keeps what events add up to', async () => {
      const store = await open()
      const events = [
        view('a'),
        event('follow', { brand: "Fizz'); DROP TABLE events; --" }),
        event('purchase', { value: 9.99, currency: 'EUR' }, 3),
      ]
      expect(await store.apply('ana', events, NOW)).toEqual({
        visitor: 'ana',
        applied: 3,
        known: 0,
        refused: 0,
        erased: false,
        settled: true,
      })
      expect(await only(store)).toEqual(applyAll(emptyContribution('ana'), events))
    })

    it('counts an event once, whether it comes twice in one call or again later', async () => {
      const store = await open()
      expect(await store.apply('ana', [view('a'), view('a')], NOW)).toMatchObject({ applied: 1, known: 1 })
      expect(await store.apply('ana', [view('a'), view('b')], NOW)).toMatchObject({ applied: 1, known: 1 })
      expect((await only(store))?.facts.events).toBe(2)
    })

    it('takes the same event id of two visitors for two events', async () => {
      const store = await open()
      await store.apply('ana', [view('a')], NOW)
      expect(await store.apply('rui', [view('a')], NOW)).toMatchObject({ applied: 1 })
    })

    it('refuses what is too old to be told from a forgotten event, or ahead of time, and counts the rest', async () => {
      const store = await open()
      const events = [view('old', 91), view('good', 89), view('ahead', -2)]
      expect(await store.apply('ana', events, NOW)).toMatchObject({ applied: 1, refused: 2 })
      expect((await only(store))?.facts.events).toBe(1)
    })

    it('comes to the same in any order, with any replays', async () => {
      const events = fc.uniqueArray(anyEvidence, { selector: ({ id }) => id, minLength: 1, maxLength: 8 })
      const calls = events.chain((list) =>
        fc.tuple(fc.constant(list), fc.array(fc.shuffledSubarray(list), { maxLength: 4 })),
      )
      await fc.assert(
        fc.asyncProperty(calls, async ([list, replays]) => {
          const store = await open()
          const timely = list.map((each) => ({ ...each, at: NOW - (Math.abs(each.at) % (80 * DAY_MS)) }))
          const same = new Map(timely.map((each) => [each.id, each]))
          for (const part of replays)
            await store.apply(
              'ana',
              part.map(({ id }) => same.get(id) as Evidence),
              NOW,
            )
          await store.apply('ana', timely, NOW)
          expect(await only(store)).toEqual(applyAll(emptyContribution('ana'), timely))
        }),
        { numRuns: 12 },
      )
    })

    it('does nothing for no events', async () => {
      const store = await open()
      expect(await store.apply('ana', [], NOW)).toMatchObject({ applied: 0, settled: true })
      expect(await store.read(['ana'])).toEqual([])
    })
  })

  describe(`${name}: applyMany`, () => {
    it('answers for each visitor once, in the order of their first events', async () => {
      const store = await open()
      await store.apply('rui', [view('r')], NOW)
      const batch = [
        { visitor: 'rui', evidence: [view('r'), view('s')] },
        { visitor: 'ana', evidence: [view('a')] },
        { visitor: 'rui', evidence: [view('t')] },
      ]
      expect(
        (await store.applyMany(batch, NOW)).map(({ visitor, applied, known }) => [visitor, applied, known]),
      ).toEqual([
        ['rui', 2, 1],
        ['ana', 1, 0],
      ])
    })

    it('loses nobody of a batch of 600', async () => {
      const store = await open()
      const ids = Array.from({ length: 600 }, (_, n) => `visitor-${n}`)
      const results = await store.applyMany(
        ids.map((visitor) => ({ visitor, evidence: [view('a')] })),
        NOW,
      )
      expect(results.every(({ applied, settled }) => applied === 1 && settled)).toBe(true)
      const known = [...(await store.read(ids.slice(0, 100))), ...(await store.read(ids.slice(500)))]
      expect(known).toHaveLength(200)
    })

    it('lets 20 writers of one visitor lose and double nothing', async () => {
      const store = await open()
      const events = Array.from({ length: 30 }, (_, n) => view(`e${n}`, n))
      const parts = Array.from({ length: 20 }, (_, n) => events.slice(n, n + 11))
      const results = await Promise.all(parts.map((part) => store.apply('ana', part, NOW)))
      expect(results.reduce((sum, { applied }) => sum + applied, 0)).toBe(30)
      expect(await only(store)).toEqual(applyAll(emptyContribution('ana'), events))
      expect((await store.record('ana'))?.events).toHaveLength(30)
    })
  })

  describe(`${name}: linked`, () => {
    it('ties ids to their person and lets them go again, whether they did something or not', async () => {
      const store = await open()
      await store.apply('ana', [view('a')], NOW)
      await store.link(['ana', 'new'], true, NOW)
      await store.apply('ana', [view('b')], NOW)
      const linked = await store.read(['ana', 'new'])
      expect(linked.map((each) => each.linked)).toEqual([true, true])
      expect(stageOf(mergeContributions([linked[1] as Contribution]), NOW)).toBe('connected')
      await store.link(['ana'], false, NOW)
      expect((await only(store))?.linked).toBe(false)
    })
  })

  describe(`${name}: record`, () => {
    it('gives everything kept, and of searches and declarations never the words', async () => {
      const store = await open()
      const events = [
        { ...event('search', { query: 'ana@example.com', category: 'tea' }, 2), id: 's' },
        { ...event('declare', { trait: { name: 'name', value: 'Ana' } }, 1), id: 'd' },
      ]
      await store.apply('ana', events, NOW)
      expect(await store.record('ana')).toEqual({
        visitor: 'ana',
        firstSeenAt: NOW - 2 * DAY_MS,
        lastSeenAt: NOW - DAY_MS,
        linked: false,
        facts: applyAll(emptyContribution('ana'), events).facts,
        events: [
          { id: 'd', at: NOW - DAY_MS, kind: 'declare', detail: { trait: 'name' } },
          { id: 's', at: NOW - 2 * DAY_MS, kind: 'search', detail: { category: 'tea' } },
        ],
      })
      expect(await store.record('nobody')).toBeNull()
    })
  })

  describe(`${name}: erase`, () => {
    it('forgets everything, refuses the id from then on, and leaves others alone', async () => {
      const store = await open()
      await store.apply('ana', [view('a'), view('b')], NOW)
      await store.apply('rui', [view('a')], NOW)
      expect(await store.erase('ana', NOW)).toBe(4)
      expect(await store.apply('ana', [view('c')], NOW)).toMatchObject({
        applied: 0,
        refused: 1,
        erased: true,
      })
      expect(await store.read(['ana', 'rui'])).toHaveLength(1)
      expect([await store.isErased('ana'), await store.isErased('rui')]).toEqual([true, false])
    })

    it('erases one who is not known, and one twice, without a fault', async () => {
      const store = await open()
      expect(await store.erase('nobody', NOW)).toBe(0)
      expect(await store.erase('nobody', NOW)).toBe(0)
      expect((await store.tombstonesSince(0)).hashes).toHaveLength(1)
    })

    it('wins against a thousand events in flight: no row is left', async () => {
      const store = await open()
      const writes = (call: number) =>
        Array.from({ length: 25 }, (_, part) =>
          store.apply(
            'ana',
            Array.from({ length: 20 }, (_, n) => view(`e${call}-${part}-${n}`)),
            NOW,
          ),
        )
      const before = writes(1)
      expect(await Promise.any(before)).toMatchObject({ applied: 20 })
      const erasing = store.erase('ana', NOW)
      await Promise.all([...before, ...writes(2), erasing])
      expect(await store.apply('ana', [view('late')], NOW)).toMatchObject({ applied: 0, erased: true })
      expect(await store.record('ana')).toBeNull()
      expect(await store.read(['ana'])).toEqual([])
    })
  })

  describe(`${name}: drop`, () => {
    const all = [
      { ...event('view', { category: 'tea', brand: 'Kyo', sku: 'T-1' }, 2), id: 'v' },
      { ...event('follow', { brand: 'Fizz', category: 'tea' }, 1), id: 'f' },
      { ...event('purchase', { value: 9.99, currency: 'EUR', category: 'tea', store: 'north' }, 1), id: 'p' },
    ]

    it('leaves nothing of them in facts and events, everything of the rest, and others alone', async () => {
      const classes = ['affinity', 'habit', 'orders', 'follows', 'recent', 'stage']
      await fc.assert(
        fc.asyncProperty(fc.subarray(classes), async (off) => {
          const store = await open()
          await store.applyMany(
            ['ana', 'rui'].map((visitor) => ({ visitor, evidence: all })),
            NOW,
          )
          await store.drop('ana', off, NOW)
          const facts = factsWithout(applyAll(emptyContribution('ana'), all).facts, off)
          const record = await store.record('ana')
          expect(record?.facts).toEqual(facts)
          const left = record?.events.map(({ id, kind, detail }) => ({ id, kind, ...detail })) ?? []
          const wanted = all
            .flatMap((one) => allowedEvidence(one, off) ?? [])
            .map(({ at: _, ...rest }) => rest)
          const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
          expect(left.toSorted(byId)).toEqual(wanted.toSorted(byId))
          expect((await store.record('rui'))?.events).toHaveLength(3)
        }),
        { numRuns: 6 },
      )
    })

    it('starts from nothing when it is switched on again', async () => {
      const store = await open()
      await store.apply('ana', all, NOW)
      await store.drop('ana', ['affinity', 'recent'], NOW)
      const again = [view('again')]
      await store.apply('ana', again, NOW)
      expect((await only(store))?.facts.affinity).toEqual(
        applyAll(emptyContribution('ana'), again).facts.affinity,
      )
    })

    it('has nothing to do for who is not known', async () => {
      const store = await open()
      await store.drop('nobody', ['affinity'], NOW)
      expect(await store.read(['nobody'])).toEqual([])
    })
  })

  describe(`${name}: tombstonesSince`, () => {
    it('gives the hashes of erased ids, each once, from the cursor on', async () => {
      const store = await open()
      await store.erase('ana', NOW)
      const first = await store.tombstonesSince(0)
      expect(first.hashes).toEqual([await tombstoneOf('ana')])
      await store.erase('rui', NOW)
      const second = await store.tombstonesSince(first.cursor)
      expect(second.hashes).toEqual([await tombstoneOf('rui')])
      expect(await store.tombstonesSince(second.cursor)).toEqual({
        hashes: [],
        cursor: second.cursor,
        more: false,
      })
    })

    it('never gives a number again, although tombstones are purged', async () => {
      const store = await open()
      await store.erase('ana', NOW)
      const { cursor } = await store.tombstonesSince(0)
      await store.purge({ events: 0, profiles: 0, tombstones: NOW + 1, counts: 0 })
      await store.erase('rui', NOW)
      expect((await store.tombstonesSince(cursor)).hashes).toHaveLength(1)
    })
  })

  describe(`${name}: purge`, () => {
    it('takes away what is past its time, and counts no forgotten event again', async () => {
      const store = await open()
      await store.apply('ana', [view('old', 89), view('new')], NOW)
      await store.apply('rui', [view('r', 80)], NOW)
      await store.erase('eva', NOW)
      await store.countStages(DAY)
      const later = NOW + 60 * DAY_MS
      expect(await store.purge(purgeBefore(later))).toMatchObject({ events: 2, profiles: 0, tombstones: 0 })
      expect((await only(store))?.facts.events).toBe(2)
      expect(await store.apply('ana', [view('old', 89), view('new')], later)).toMatchObject({
        applied: 0,
        known: 1,
        refused: 1,
      })
      const muchLater = NOW + 1_000 * DAY_MS
      expect(await store.purge(purgeBefore(muchLater))).toEqual({
        events: 1,
        profiles: 2,
        tombstones: 1,
        counts: 4,
        more: false,
      })
      expect(await store.read(['ana', 'rui'])).toEqual([])
      expect(await store.stageCounts('2000-01-01', '2100-01-01')).toEqual([])
    })
  })

  describe(`${name}: countStages`, () => {
    const views = (count: number, daysAgo: number) =>
      Array.from({ length: count }, () => event('view', { category: 'tea' }, daysAgo))
    const known = [...views(12, 0), ...views(8, 1)]
    const follow = event('follow', { brand: 'Fizz' })
    const people: Readonly<Record<string, readonly Evidence[]>> = {
      passerby: [event('visit')],
      follower: [follow],
      leaver: [follow, { ...event('unfollow', { brand: 'Fizz' }), at: NOW + 1 }],
      regular: known,
      faded: views(30, 60),
      served: [...known, event('served')],
      followerServed: [follow, event('served')],
    }

    it('counts as stageOf says, of those who were seen in 30 days', async () => {
      const store = await open()
      await store.applyMany(
        Object.entries(people).map(([visitor, evidence]) => ({ visitor, evidence })),
        NOW,
      )
      const stages = (await store.read(Object.keys(people).filter((visitor) => visitor !== 'faded'))).map(
        (each) => stageOf(mergeContributions([each]), DAY_END),
      )
      const expected = { identified: 0, connected: 0, known: 0, personalized: 0 }
      for (const stage of stages) expected[stage as keyof typeof expected]++
      expect(expected).toEqual({ identified: 2, connected: 1, known: 1, personalized: 2 })
      expect(await store.countStages(DAY)).toEqual(expected)
    })

    it('counts a day anew when asked again, and keeps each day', async () => {
      const store = await open()
      await store.apply('ana', [event('visit', {}, 1)], NOW)
      await store.link(['ana'], true, NOW)
      const before = new Date(NOW - DAY_MS).toISOString().slice(0, 10)
      await store.countStages(before)
      await store.countStages(DAY)
      await store.link(['ana'], false, NOW)
      const now = await store.countStages(DAY)
      expect(now).toEqual({ identified: 1, connected: 0, known: 0, personalized: 0 })
      expect(await store.stageCounts(before, DAY)).toEqual([
        { day: before, counts: { identified: 0, connected: 1, known: 0, personalized: 0 } },
        { day: DAY, counts: now },
      ])
      expect(await store.stageCounts(DAY, DAY)).toHaveLength(1)
    })
  })
}
