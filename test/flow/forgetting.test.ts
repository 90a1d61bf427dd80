import { describe, expect, it } from 'vitest'
import { drainForgetting, type Forgetting } from '../../src/flow/forgetting.ts'

describe('drainForgetting', () => {
  it('erases each by itself, and has the rest delivered again, later each time', async () => {
    const fate: Record<string, unknown> = {}
    const message = (forget: string, attempts: number, body: Forgetting = { forget }) => ({
      body,
      attempts,
      ack: () => {
        fate[forget] = 'ack'
      },
      retry: (options?: { readonly delaySeconds?: number }) => {
        fate[forget] = options?.delaySeconds
      },
    })
    const drop = { drop: 'eve', off: ['habit'] }
    const away = async (body: Forgetting) => {
      if (body !== drop && !('forget' in body && body.forget === 'ana')) throw new Error('away')
    }
    const named = [message('bea', 1), message('ana', 1), message('cat', 4), message('dan', 99)]
    await drainForgetting([...named, message('eve', 1, drop)], away)
    expect(fate).toEqual({ bea: 60, ana: 'ack', cat: 480, dan: 43_200, eve: 'ack' })
  })
})
