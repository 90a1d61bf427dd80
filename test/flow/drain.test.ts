import { describe, expect, it } from 'vitest'
import { drain, type EvidenceMessage } from '../../src/flow/drain.ts'
import type { Applied, VisitorEvidence } from '../../src/profile/model.ts'

const NOW = Date.UTC(2026, 6, 1)
const evidence = (visitor: string): VisitorEvidence => ({
  visitor,
  evidence: [{ id: `e-${visitor}`, kind: 'view', at: NOW, category: 'tea' }],
})
const applied = (visitor: string, settled: boolean): Applied => ({
  visitor,
  applied: settled ? 1 : 0,
  known: 0,
  refused: 0,
  erased: false,
  settled,
})

/** A batch that notes what became of each of its messages. */
function batchOf(...visitors: string[]) {
  const fate: Record<string, string> = {}
  const messages = visitors.map(
    (visitor): EvidenceMessage => ({
      body: evidence(visitor),
      ack: () => {
        fate[visitor] = 'ack'
      },
      retry: () => {
        fate[visitor] = 'retry'
      },
    }),
  )
  return { messages, fate }
}

describe('drain', () => {
  it('counts a batch in one call and acknowledges it', async () => {
    const { messages, fate } = batchOf('a', 'b')
    const calls: unknown[] = []
    await drain(
      messages,
      {
        applyMany: async (batch) => {
          calls.push(batch)
          return batch.map(({ visitor }) => applied(visitor, true))
        },
      },
      NOW,
    )
    expect(calls).toEqual([[evidence('a'), evidence('b')]])
    expect(fate).toEqual({ a: 'ack', b: 'ack' })
  })

  it('has what was not settled delivered again, and nothing else', async () => {
    const { messages, fate } = batchOf('a', 'b')
    await drain(messages, { applyMany: async () => [applied('a', false), applied('b', true)] }, NOW)
    expect(fate).toEqual({ a: 'retry', b: 'ack' })
  })

  it('acknowledges nothing where the store is away', async () => {
    const { messages, fate } = batchOf('a')
    const gone = { applyMany: () => Promise.reject(new Error('away')) }
    await expect(drain(messages, gone, NOW)).rejects.toThrow('away')
    expect(fate).toEqual({})
  })
})
