import { describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../src/events/model.ts'
import { type BuryPorts, bury, type DeadMessage, type ReplayPorts, replay } from '../../src/flow/letters.ts'
import { SelvedgeError } from '../../src/kit/errors.ts'

const NOW = 1_000
const DROP = { drop: 'cat', off: ['habit'] }
const NEWS = { visitor: 'ana', evidence: [], outcomes: [{ id: 'o1', kind: 'visit', at: 1 }] }

function batchOf(...bodies: unknown[]) {
  const fate: string[] = []
  const messages = bodies.map(
    (body, index): DeadMessage => ({
      id: `m${index}`,
      body,
      ack: () => {
        fate[index] = 'ack'
      },
      retry: () => {
        fate[index] = 'retry'
      },
    }),
  )
  return { messages, fate }
}

describe('bury', () => {
  const open = (more: Partial<BuryPorts> = {}) => {
    const kept: DeadLetter[] = []
    const gone: unknown[] = []
    const letters = { keep: async (some: readonly DeadLetter[]) => void kept.push(...some) }
    const forget = async (body: unknown) => gone.push(body)
    return { kept, gone, ports: { letters, forget, now: () => NOW, ...more } satisfies BuryPorts }
  }
  const away = () => Promise.reject(new Error('away'))

  it('keeps whatever it is, and whom it is about where that can be told', async () => {
    const { messages, fate } = batchOf(
      NEWS,
      { forget: 'bob' },
      null,
      { visitor: 7 },
      DROP,
      // Of a newer version: an erasure has to find it all the same.
      { ...NEWS, wishes: [] },
    )
    const { kept, ports } = open({ forget: away })
    await bury(messages, ports)
    expect(kept.map(({ id, visitor, error }) => [id, visitor, error])).toEqual([
      ['m0', 'ana', 'given_up'],
      ['m1', 'bob', 'given_up'],
      ['m2', null, 'malformed'],
      ['m3', null, 'malformed'],
      ['m4', 'cat', 'given_up'],
      ['m5', 'ana', 'malformed'],
    ])
    expect([JSON.parse(kept[0]?.body ?? ''), fate]).toEqual([NEWS, Array(6).fill('ack')])
  })

  it('erases whom the queue gave up on, rather than let the wish lie until it is purged with the letter', async () => {
    const { messages, fate } = batchOf({ forget: 'bob', all: true }, NEWS, DROP)
    const { kept, gone, ports } = open()
    await bury(messages, ports)
    expect(gone).toEqual([{ forget: 'bob', all: true }, DROP])
    expect([kept.map(({ id }) => id), fate]).toEqual([['m1'], Array(3).fill('ack')])
  })

  it('tries no more than a few where the store is away, and has all come again', async () => {
    const { messages, fate } = batchOf(NEWS, ...Array(9).fill(DROP))
    let tried = 0
    const forget = () => {
      tried += 1
      return away()
    }
    const { ports } = open({ forget, letters: { keep: away } })
    expect(await bury(messages, ports)).toEqual(new Error('away'))
    expect([tried, fate]).toEqual([3, Array(10).fill('retry')])
  })
})

describe('replay', () => {
  const letter = (id: string, body: unknown) => ({
    number: 1,
    id,
    at: 0,
    visitor: null,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    error: 'given_up',
    replayedAt: null,
  })
  function open(
    letters: readonly ReturnType<typeof letter>[],
    record: () => Promise<unknown> = async () => [],
  ) {
    const forgotten: unknown[] = []
    const done: string[] = []
    const ports: ReplayPorts = {
      letters: { waiting: async () => letters, replayed: async (ids) => void done.push(...ids) },
      profiles: { applyMany: async () => [] },
      measures: { record: record as ReplayPorts['measures']['record'], leave: async () => {} },
      forget: async (body) => forgotten.push(body),
      now: () => NOW,
    }
    return { ports, forgotten, done }
  }

  it('counts what it can, forgets whom and what it should, and says what it cannot', async () => {
    const { ports, forgotten, done } = open([
      letter('m0', NEWS),
      letter('m1', { forget: 'bob' }),
      letter('m2', '{broken'),
      letter('m3', DROP),
    ])
    expect(await replay(ports)).toEqual({
      replayed: ['m0', 'm1', 'm3'],
      failed: [{ id: 'm2', error: 'malformed' }],
    })
    expect([forgotten, done]).toEqual([
      [{ forget: 'bob' }, DROP],
      ['m0', 'm1', 'm3'],
    ])
  })

  it('leaves the others alone where the store refuses one', async () => {
    let asked = 0
    const { ports, done } = open([letter('m0', NEWS), letter('m1', NEWS)], async () => {
      asked += 1
      if (asked === 1) throw new SelvedgeError('store_rejected', 'no')
      return []
    })
    expect(await replay(ports)).toEqual({
      replayed: ['m1'],
      failed: [{ id: 'm0', error: 'store_rejected' }],
    })
    expect(done).toEqual(['m1'])
  })

  it('goes no further where the store is away', async () => {
    const away = new SelvedgeError('store_timeout', 'away')
    const { ports, done } = open([letter('m0', NEWS)], () => Promise.reject(away))
    await expect(replay(ports)).rejects.toBe(away)
    expect(done).toEqual([])
  })

  it('goes on behind those that fail, page by page, and ends however many there are', async () => {
    const broken = Array.from({ length: 250 }, (_, n) => ({ ...letter(`b${n}`, '{broken'), number: n + 1 }))
    const paged = (all: readonly ReturnType<typeof letter>[]) => {
      const { ports, done } = open([])
      const waiting: ReplayPorts['letters']['waiting'] = async (limit, _, after) =>
        all.filter(({ number }) => number > (after?.number ?? 0)).slice(0, limit)
      return { ports: { ...ports, letters: { ...ports.letters, waiting } }, done }
    }
    const { ports, done } = paged([...broken, { ...letter('good', NEWS), number: 251 }])
    expect((await replay(ports)).failed).toHaveLength(250)
    expect(done).toEqual(['good'])

    const many = Array.from({ length: 700 }, (_, n) => n + 1)
    const bad = paged(many.map((number) => ({ ...letter(`b${number}`, '{broken'), number })))
    expect((await replay(bad.ports)).failed).toHaveLength(500)
    const good = paged(many.map((number) => ({ ...letter(`g${number}`, NEWS), number })))
    expect((await replay(good.ports)).replayed).toHaveLength(100)
  })
})
