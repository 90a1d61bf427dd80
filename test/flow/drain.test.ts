import { describe, expect, it } from 'vitest'
import { drain, type NewsMessage } from '../../src/flow/drain.ts'
import type { NewsPorts, VisitorNews } from '../../src/flow/news.ts'
import { SelvedgeError } from '../../src/kit/errors.ts'
import type { Recorded, VisitorMeasures } from '../../src/measure/model.ts'
import type { Applied } from '../../src/profile/model.ts'

const NOW = Date.UTC(2026, 6, 1)
const news = (visitor: string): VisitorNews => ({
  visitor,
  evidence: [{ id: `e-${visitor}`, kind: 'view', at: NOW, category: 'tea' }],
  outcomes: [{ id: `o-${visitor}`, kind: 'visit', at: NOW }],
})
const applied = (visitor: string, settled = true): Applied => ({
  visitor,
  applied: settled ? 1 : 0,
  known: 0,
  refused: 0,
  erased: false,
  settled,
})
const recorded = (visitor: string, settled = true): Recorded => ({
  visitor,
  counted: settled ? 1 : 0,
  known: 0,
  refused: 0,
  settled,
})

/** A batch that notes what became of each of its messages. */
function batchOf(...bodies: unknown[]) {
  const fate: string[] = []
  const messages = bodies.map(
    (body, index): NewsMessage => ({
      body: body as VisitorNews,
      attempts: 1 + index,
      ack: () => {
        fate[index] = 'ack'
      },
      retry: (options) => {
        fate[index] = `retry in ${options?.delaySeconds}`
      },
    }),
  )
  return { messages, fate }
}

const stores = (more: {
  applied?: NewsPorts['profiles']['applyMany']
  recorded?: NewsPorts['measures']['record']
}): NewsPorts => ({
  profiles: { applyMany: more.applied ?? (async (batch) => batch.map(({ visitor }) => applied(visitor))) },
  measures: {
    record: more.recorded ?? (async (batch) => batch.map(({ visitor }) => recorded(visitor))),
    leave: async () => {},
  },
})

describe('drain', () => {
  it('leaves to a newer version, which runs beside it, what it does not understand whole', async () => {
    const wrote: string[] = []
    const ports = stores({
      applied: async (batch) => {
        wrote.push(...batch.map(({ visitor }) => visitor))
        return batch.map(({ visitor }) => applied(visitor))
      },
    })
    const { messages, fate } = batchOf({ ...news('newer'), wishes: [{ id: 'w' }] }, news('ana'))
    await drain(messages, ports, NOW)
    expect(fate).toEqual(['retry in 5', 'ack'])
    expect(wrote).toEqual(['ana'])
  })

  it('counts evidence and measures of a batch in one call each, and acknowledges it', async () => {
    const { messages, fate } = batchOf(news('a'), news('b'))
    const calls: unknown[] = []
    const note = async (batch: readonly VisitorMeasures[]) => {
      calls.push(batch.map(({ visitor }) => visitor))
      return []
    }
    await drain(messages, stores({ applied: note as never, recorded: note }), NOW)
    expect([calls, fate]).toEqual([
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      ['ack', 'ack'],
    ])
  })

  it('has what was not settled delivered again, later each time, and nothing else', async () => {
    const { messages, fate } = batchOf(news('a'), news('b'), news('c'))
    const ports = stores({
      applied: async () => [applied('a', false), applied('b'), applied('c')],
      recorded: async () => [recorded('a'), recorded('b'), recorded('c', false)],
    })
    await drain(messages, ports, NOW)
    expect(fate).toEqual(['retry in 5', 'ack', 'retry in 20'])
  })

  it.each([
    ['hangs', 'store_timeout', 1],
    ['is away', 'store_unavailable', 4],
  ] as const)(
    'acknowledges nothing where the store %s, and does not ask it for each',
    async (_, code, times) => {
      const { messages, fate } = batchOf(...'abcdef'.split('').map(news))
      let asked = 0
      const away = new SelvedgeError(code, 'away')
      const ports = stores({
        recorded: async () => {
          asked += 1
          throw away
        },
      })
      expect(await drain(messages, ports, NOW)).toBe(away)
      expect([fate.slice(0, 3), asked]).toEqual([['retry in 5', 'retry in 10', 'retry in 20'], times])
      expect(fate.filter((each) => each.startsWith('retry'))).toHaveLength(6)
    },
  )

  it('lets no poison hold others up, whether its shape is wrong or the store refuses it', async () => {
    const { messages, fate } = batchOf(
      news('a'),
      null,
      { visitor: 'x', evidence: 'none' },
      news('bad'),
      news('b'),
    )
    const ports = stores({
      recorded: async (batch) => {
        // What a statement chokes on comes back as any other fault of the store's.
        if (batch.some(({ visitor }) => visitor === 'bad')) throw new SelvedgeError('store_unavailable', 'no')
        return batch.map(({ visitor }) => recorded(visitor))
      },
    })
    await drain(messages, ports, NOW)
    expect(fate).toEqual(['ack', 'retry in 10', 'retry in 20', 'retry in 40', 'ack'])
  })
})
