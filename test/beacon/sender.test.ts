import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer, BeaconEvent } from '../../src/beacon/model.ts'
import { createSender, GATHER_MS, RETRY_MS, type Sender } from '../../src/beacon/sender.ts'
import { BYTES_MAX, createShelf, EVENTS_MAX, SHELF_KEY, type TextStore } from '../../src/beacon/shelf.ts'
import { DAY_MS } from '../../src/kit/time.ts'

const START = 1_800_000_000_000

const event = (id: string, at = START, more: object = {}): BeaconEvent => ({
  id,
  kind: 'follow',
  at,
  ...more,
})
const accepted: Answer = { status: 202, retryAfter: null, body: { accepted: 1 } }
const refused = (status: number, retryAfter: string | null = null): Answer => ({
  status,
  retryAfter,
  body: {},
})

/** A browser of which only the clock moves. */
function open(store: TextStore = {}) {
  const timers: { at: number; work: () => void }[] = []
  const calls: string[][] = []
  const said: unknown[] = []
  const world = {
    now: START,
    isOnline: true,
    isTaken: false,
    /** What the door says next; accepted, where nothing is left. */
    answers: [] as (Answer | Error)[],
  }
  const sender: Sender = createSender({
    post: async (events) => {
      calls.push(events.map(({ id }) => id))
      const answer = world.answers.shift() ?? accepted
      if (answer instanceof Error) throw answer
      return answer
    },
    shelf: createShelf(store),
    now: () => world.now,
    random: () => 0.5,
    later: (work, ms) => timers.push({ at: world.now + ms, work }),
    isOnline: () => world.isOnline,
    alone: async (work) => (world.isTaken ? undefined : work()),
    told: (answer) => said.push(answer),
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    world,
    sender,
    calls,
    said,
    store,
    settle,
    /** Lets so much time pass, timers and all. */
    async pass(ms: number): Promise<void> {
      const until = world.now + ms
      await settle()
      for (;;) {
        timers.sort((a, b) => a.at - b.at)
        const next = timers[0]
        if (next === undefined || next.at > until) break
        timers.shift()
        world.now = next.at
        next.work()
        await settle()
      }
      world.now = until
    },
  }
}

const shelved = (store: TextStore): readonly string[] =>
  (JSON.parse(store[SHELF_KEY] ?? '{"events":[]}') as { events: BeaconEvent[] }).events.map(({ id }) => id)

describe('createSender', () => {
  it('sends the events of one moment in one call', async () => {
    const { sender, calls, pass } = open()
    sender.add(event('a'))
    sender.add(event('b'))
    expect(calls).toEqual([])
    await pass(GATHER_MS)
    expect(calls).toEqual([['a', 'b']])
  })

  it('sends at once what has gathered when the page goes', async () => {
    const { sender, calls } = open()
    sender.add(event('a'))
    sender.flush()
    expect(calls).toEqual([['a']])
  })

  it.each([
    ['seconds', '90', 90_000],
    ['a date', new Date(START + 120_000).toUTCString(), 119_000],
  ])('comes back when the door said, in %s', async (_name, retryAfter, ms) => {
    const { sender, calls, world, pass } = open()
    world.answers = [refused(429, retryAfter)]
    sender.add(event('a'))
    await pass(GATHER_MS)
    await pass(ms - 1)
    expect(calls).toEqual([['a']])
    await pass(2 * GATHER_MS)
    expect(calls).toEqual([['a'], ['a']])
  })

  it('waits twice as long each time it is not told how long', async () => {
    const { sender, calls, world, pass } = open()
    world.answers = [refused(503), new Error('reset'), refused(500)]
    sender.add(event('a'))
    await pass(GATHER_MS)
    const waits = [RETRY_MS, 2 * RETRY_MS, 4 * RETRY_MS]
    for (const [index, wait] of waits.entries()) {
      await pass(wait - 1)
      expect(calls.length).toBe(index + 1)
      await pass(1)
      expect(calls.length).toBe(index + 2)
    }
  })

  it('keeps the door’s wait for the next page', async () => {
    const first = open()
    first.world.answers = [refused(429, '60')]
    first.sender.add(event('a'))
    await first.pass(GATHER_MS)
    const next = open(first.store)
    next.sender.drain()
    next.sender.add(event('b'))
    await next.pass(2 * GATHER_MS)
    expect(next.calls).toEqual([])
    await next.pass(60_000)
    expect(next.calls).toEqual([['a', 'b']])
    expect(next.store).toEqual({})
  })

  it('shelves offline, and sends once when it is online again', async () => {
    const { sender, calls, world, store, pass, settle } = open()
    world.isOnline = false
    sender.add(event('a'))
    await pass(DAY_MS / 2)
    expect([calls, shelved(store)]).toEqual([[], ['a']])
    world.isOnline = true
    sender.drain()
    await settle()
    await pass(DAY_MS / 4)
    expect([calls, shelved(store)]).toEqual([[['a']], []])
  })

  it('leaves the shelf to the tab that is at it', async () => {
    const store = { [SHELF_KEY]: JSON.stringify({ events: [event('a')], until: 0 }) }
    const { sender, calls, world, settle } = open(store)
    world.isTaken = true
    sender.drain()
    await settle()
    expect([calls, shelved(store)]).toEqual([[], ['a']])
  })

  it('drops what the door will never take', async () => {
    const { sender, calls, world, store, pass } = open()
    world.answers = [refused(422)]
    sender.add(event('a'))
    await pass(DAY_MS)
    expect([calls, store]).toEqual([[['a']], {}])
  })

  it.each(['consent', 'cookie', 'erased'])('falls silent and forgets where the door says %s', async (why) => {
    const { sender, calls, world, store, pass } = open()
    world.isOnline = false
    sender.add(event('kept'))
    await pass(GATHER_MS)
    world.isOnline = true
    world.answers = [{ status: 202, retryAfter: null, body: { skipped: 1, why } }]
    sender.add(event('a'))
    await pass(GATHER_MS)
    sender.add(event('b'))
    await pass(DAY_MS / 2)
    expect([calls, store]).toEqual([[['a']], {}])
  })

  it('goes on where only a class of data is switched off', async () => {
    const { sender, calls, said, world, pass } = open()
    const body = { skipped: 1, why: 'switched_off' }
    world.answers = [{ status: 202, retryAfter: null, body }]
    sender.add(event('a'))
    await pass(GATHER_MS)
    sender.add(event('b'))
    await pass(GATHER_MS)
    expect([calls, said]).toEqual([
      [['a'], ['b']],
      [body, accepted.body],
    ])
  })

  it('makes no call larger than the door takes', async () => {
    const { sender, calls, pass } = open()
    for (let n = 0; n < 120; n += 1) sender.add(event(`e${n}`, START, { brand: 'ü'.repeat(1_500) }))
    sender.add(event('huge', START, { brand: 'x'.repeat(10_000) }))
    await pass(GATHER_MS)
    const sizes = calls.map(({ length }) => length)
    expect(Math.max(...sizes) * 3_100).toBeLessThan(65_536)
    expect(calls.flat()).toEqual(Array.from({ length: 120 }, (_, n) => `e${n}`))
  })

  it('delivers every event that it took, whatever the door says for a while', async () => {
    const answer = fc.constantFrom<Answer | Error>(
      refused(503),
      refused(429, '7'),
      refused(500, 'Fri, 01 Jan 2027 00:00:00 GMT'),
      new Error('offline'),
      accepted,
    )
    const step = fc.record({ add: fc.nat(3), pass: fc.nat(20_000), isOnline: fc.boolean(), answer })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const { sender, calls, world, store, pass } = open()
        let count = 0
        for (const { add, pass: ms, isOnline, answer: next } of steps) {
          world.isOnline = isOnline
          world.answers.push(next)
          for (let n = 0; n < add; n += 1) sender.add(event(`e${count++}`, world.now))
          await pass(ms)
        }
        world.isOnline = true
        world.answers = []
        sender.drain()
        await pass(DAY_MS / 24)
        expect(new Set(calls.flat())).toEqual(new Set(Array.from({ length: count }, (_, n) => `e${n}`)))
        expect(shelved(store)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('createShelf', () => {
  it('keeps the newest that fit into one call', () => {
    const store: TextStore = {}
    const shelf = createShelf(store)
    shelf.change(START, { put: Array.from({ length: 40 }, (_, n) => event(`a${n}`)) })
    shelf.change(START, { put: Array.from({ length: 40 }, (_, n) => event(`b${n}`)) })
    const ids = shelf.read(START).events.map(({ id }) => id)
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([EVENTS_MAX, 'a30', 'b39'])
    shelf.change(START, {
      put: Array.from({ length: 40 }, (_, n) => event(`c${n}`, START, { brand: 'x'.repeat(4_000) })),
    })
    expect(Buffer.byteLength(store[SHELF_KEY] ?? '')).toBeLessThan(BYTES_MAX + 200)
    expect(shelf.read(START).events.at(-1)?.id).toBe('c39')
  })

  it('forgets what the door would not believe any more', () => {
    const shelf = createShelf({})
    shelf.change(START, { put: [event('old'), event('young', START + DAY_MS / 2)] })
    expect(shelf.read(START + DAY_MS).events.map(({ id }) => id)).toEqual(['young'])
  })

  it.each(['', 'null', '[]', '{"events":{}}', '{"events":[null]}', '{"events":[7],"until":"x"}'])(
    'takes %j for an empty shelf that may be used',
    (text) => {
      const store = { [SHELF_KEY]: text }
      const shelf = createShelf(store)
      expect(shelf.read(START)).toEqual({ events: [], until: 0 })
      shelf.change(START, { put: [event('a')] })
      expect(shelved(store)).toEqual(['a'])
    },
  )

  it('does without a storage that is full', () => {
    const full = new Proxy<TextStore>({}, { set: () => false })
    expect(() => createShelf(full).change(START, { put: [event('a')] })).not.toThrow()
  })
})
