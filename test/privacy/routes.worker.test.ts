import { describe, expect, it } from 'vitest'
import { IV_BYTES } from '../../src/kit/seal.ts'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { privacyRoutes } from '../../src/privacy/routes.tsx'
import { TEXTS } from '../../src/privacy/texts.ts'
import { COOKIE_NAME, sealSnapshot } from '../../src/profile/cookie.ts'
import { keyringOf } from '../help/keyring.ts'
import { release } from '../help/release.ts'

const NOW = Date.UTC(2026, 6, 3, 18)
const ORIGIN = 'https://shop.example'
const NO_ROWS = {
  visitors: [],
  contributions: [],
  events: [],
  identities: [],
  consentLog: [],
  measures: [],
  deadLetters: [],
}
const never = (): never => {
  throw new Error('not asked here')
}

/** The doors without a store, as the edge runs them. */
async function open() {
  const keyring = await keyringOf()
  const app = privacyRoutes({
    visitor: {
      keyring,
      optOut: new Map(),
      random: (bytes) => new Uint8Array(bytes),
      isErased: () => false,
    },
    later: async () => false,
    rights: () => ({
      store: {
        tiesOf: async () => [],
        rows: async () => NO_ROWS,
        isErased: async () => false,
        counts: never,
        erase: never,
        purgeAudit: never,
      },
      outdated: async () => {},
      forgotten: never,
      now: () => NOW,
    }),
    ingest: never,
    stores: async () => new Map(),
    release: async () =>
      release({ id: 'pt', name: 'Tea', audience: { 'geo.country': 'PT', follows: 'Fonte' } }),
    readCookies: [],
    now: () => NOW,
    report: never,
  })
  const snapshot = {
    id: 'ana0000000000000000000',
    createdAt: NOW - 864e5,
    visits: 3,
    lastSeenAt: NOW,
    asOf: NOW,
    orders: { count: 2, total: 34.9, currency: 'EUR', lastAt: NOW },
    habits: [['fri.evening', 1.2]] as const,
    follows: ['Fonte'],
  }
  const cookie = await sealSnapshot(keyring, 'shop.example', snapshot, new Uint8Array(IV_BYTES))
  const choice = `__Host-selvedge-consent=v1.p1.m1.${NOW / 1_000}`
  const headers = {
    Accept: 'text/html',
    'Accept-Language': 'pt-PT',
    Cookie: `${COOKIE_NAME}=${cookie}; ${choice}`,
  }
  return (path: string) => app.request(new Request(ORIGIN + path, { headers, cf: { country: 'PT' } }))
}

describe('privacyRoutes at the edge', () => {
  it.each(LANGUAGES)('writes dates, money, lists and countries in %s', async (language) => {
    const ask = await open()
    const page = await (await ask(`/privacy?lang=${language}`)).text()
    expect(page).toContain(TEXTS[language].known)
    expect(page).toMatch(/34[.,]90/)
    expect(page).toMatch(/2026/)
    const why = await (await ask(`/why?campaign=pt&lang=${language}`)).text()
    expect(why).toContain('(Portugal)')
    expect(why).toContain('Fonte')
  })

  it('gives the download as one file', async () => {
    const file = await (await (await open())('/privacy/download')).json()
    expect(file).toMatchObject({
      format: 'selvedge-export',
      visitor: { visits: 3 },
      profile: { orders: { count: 2 } },
    })
  })
})
