import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type News, sendNews, type WebhookPorts } from '../../src/flow/webhook.ts'

const NEWS: News = {
  id: 'hero:campaign.pause:7',
  type: 'campaign.pause',
  campaign: 'hero',
  at: 7,
  actor: 'system',
  why: 'opt_out',
  detail: {},
}

/** A receiver that answers in turn; 0 is no answer at all. */
function receiver(...statuses: readonly number[]) {
  const requests: { url: string; init: RequestInit }[] = []
  const pauses: number[] = []
  const ports: WebhookPorts = {
    url: 'https://hooks.example/x',
    secret: 'a secret that is long enough',
    fetch: async (url, init) => {
      const status = statuses[requests.length] ?? 0
      requests.push({ url, init })
      if (status === 0) throw new TypeError('connection reset')
      return new Response(null, { status })
    },
    sleep: async (ms) => pauses.push(ms),
    now: () => 1_790_000_000_000,
  }
  return { ports, requests, pauses }
}

describe('sendNews', () => {
  it('signs the time and the body, so that the receiver can tell who sent it and when', async () => {
    const { ports, requests } = receiver(200)
    expect(await sendNews(NEWS, ports)).toBe(true)
    const { body, headers } = requests[0]?.init ?? {}
    const expected = createHmac('sha256', ports.secret).update(`1790000000000.${body}`).digest('hex')
    expect(new Headers(headers).get('Selvedge-Signature')).toBe(`t=1790000000000,v1=${expected}`)
    expect(JSON.parse(String(body))).toEqual(NEWS)
  })

  it('tries again after a while, whatever went wrong', async () => {
    const { ports, requests, pauses } = receiver(503, 0, 204)
    expect(await sendNews(NEWS, ports)).toBe(true)
    expect(requests).toHaveLength(3)
    expect(pauses).toEqual([1_000, 5_000])
  })

  it('gives up after the third attempt, and follows no redirect', async () => {
    const { ports, requests } = receiver(500, 302, 0, 200)
    expect(await sendNews(NEWS, ports)).toBe(false)
    expect(requests).toHaveLength(3)
    expect(requests[0]?.init.redirect).toBe('manual')
  })
})
