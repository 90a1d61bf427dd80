/**
 * Tells whoever the operator named what the system did to a campaign: a signed POST, tried again when it fails, and given
 * up after a while, because nothing may wait for it. What was done is in the audit whatever becomes of the message.
 *
 *   Selvedge-Signature: t=1790000000000,v1=<hex HMAC-SHA-256 of "t.body" under WEBHOOK_SECRET>
 */
import type { CampaignAction } from '../campaign/states.ts'

/** One message. `id` is the same in every attempt, so that a receiver can tell what it has had. */
export interface News {
  readonly id: string
  readonly type: CampaignAction
  readonly campaign: string
  /** Epoch milliseconds. */
  readonly at: number
  /** `system`, or the name of a bearer token. */
  readonly actor: string
  /** In words; '' for none. */
  readonly why: string
  readonly detail: Readonly<Record<string, unknown>>
}

export interface WebhookPorts {
  readonly url: string
  readonly secret: string
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly sleep: (ms: number) => Promise<unknown>
  readonly now: () => number
}

/** Pauses before the second and the third attempt. */
const BACKOFF_MS = [1_000, 5_000]
const TIMEOUT_MS = 5_000
const SIGNATURE_HEADER = 'Selvedge-Signature'

/** True where the receiver answered 2xx to one of the attempts. Never throws. */
export async function sendNews(news: News, ports: WebhookPorts): Promise<boolean> {
  const body = JSON.stringify(news)
  for (const pause of [...BACKOFF_MS, null]) {
    if (await trySend(body, ports)) return true
    if (pause !== null) await ports.sleep(pause)
  }
  return false
}

async function trySend(body: string, { url, secret, fetch, now }: WebhookPorts): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [SIGNATURE_HEADER]: await sign(body, secret, now()) },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** With the time in it, so that an old message cannot be sent once more as a new one. */
export async function sign(body: string, secret: string, at: number): Promise<string> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`${at}.${body}`)))
  return `t=${at},v1=${Array.from(signed, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
