/** The server's half of the preview bar: turns a wish into a preview token, and the token into a cookie. */
import type { ServerResponse } from 'node:http'
import { sendJson } from './answer.ts'
import { readAsset } from './site.ts'
import { CITIES, parseWish, previewOf } from './visitors.ts'

export interface PreviewApi {
  /** Of Selvedge, without a path. */
  readonly url: string
  readonly token: string
}

export interface PreviewDoor {
  /** What can be chosen, and what the campaigns of the demo are called. */
  readonly choices: (response: ServerResponse) => void
  readonly start: (body: string, response: ServerResponse) => Promise<void>
  readonly stop: (response: ServerResponse) => void
  /** Forgets the visitor id too, so that the next page draws its arms and holdouts anew. */
  readonly redraw: (response: ServerResponse) => void
}

const API_TIMEOUT_MS = 5_000
const COOKIE = '__Host-selvedge-preview'
const VISITOR_COOKIE = '__Host-selvedge'
/** `Secure` holds on http://localhost and http://127.0.0.1 too: browsers trust their own machine. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax'
const TOKEN_SHAPE = /^[\w.~+/=-]{1,4000}$/

interface DemoCampaign {
  readonly id: string
  readonly name?: string
  readonly variants: readonly { readonly edits?: readonly { readonly selector: string }[] }[]
}

export function createPreviewDoor(api: PreviewApi): PreviewDoor {
  const choices = {
    cities: CITIES.map(({ id, city, country }) => ({ id, city, country })),
    campaigns: describeCampaigns(),
  }
  return {
    choices: (response) => sendJson(response, 200, choices),
    stop: (response) => sendJson(response, 200, { ok: true }, { 'Set-Cookie': expired(COOKIE) }),
    redraw: (response) =>
      sendJson(response, 200, { ok: true }, { 'Set-Cookie': [expired(COOKIE), expired(VISITOR_COOKIE)] }),
    start: async (body, response) => {
      const wish = parseWish(tryParse(body))
      if (wish === undefined) return sendJson(response, 400, { error: 'That is nobody one can be.' })
      const made = await requestToken(api, previewOf(wish, Date.now()))
      if ('error' in made) return sendJson(response, 502, made)
      sendJson(
        response,
        200,
        { expires: made.expires },
        { 'Set-Cookie': `${COOKIE}=${made.token}; ${ATTRIBUTES}` },
      )
    },
  }
}

const expired = (name: string): string => `${name}=; ${ATTRIBUTES}; Max-Age=0`

type Made = { readonly token: string; readonly expires: unknown } | { readonly error: string }

async function requestToken(api: PreviewApi, preview: unknown): Promise<Made> {
  try {
    const answer = await fetch(new URL('/_selvedge/api/previews', api.url), {
      method: 'POST',
      headers: { Authorization: `Bearer ${api.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(preview),
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    })
    const { token, expires } = (await answer.json()) as { token?: unknown; expires?: unknown }
    if (answer.ok && typeof token === 'string' && TOKEN_SHAPE.test(token)) return { token, expires }
    return { error: `Selvedge answered ${answer.status} to the request for a preview.` }
  } catch {
    return { error: 'Selvedge did not answer the request for a preview.' }
  }
}

/** Names and elements of the demo's campaigns, so that the bar can say and show what a decision did. */
function describeCampaigns(): Record<string, { name: string; selectors: string[] }> {
  const { campaigns } = JSON.parse(readAsset('campaigns.json')) as { campaigns: DemoCampaign[] }
  return Object.fromEntries(
    campaigns.map(({ id, name = id, variants }) => [
      id,
      {
        name,
        selectors: [...new Set(variants.flatMap(({ edits = [] }) => edits.map(({ selector }) => selector)))],
      },
    ]),
  )
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
