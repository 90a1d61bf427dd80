import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson, type ReleaseStore } from '../../src/campaign/release.ts'
import { MAX_DOCUMENT_BYTES } from '../../src/campaign/shape.ts'
import {
  activateRelease,
  checkRelease,
  publishRelease,
  rollbackRelease,
  setEnabled,
} from '../../src/flow/publish.ts'
import { createMemoryReleaseStore, releaseText } from '../help/releases.ts'

const act = { actor: 'ana', at: 1_000, note: 'why' }
const rules = {
  checkSelector: (selector: string) => (selector.includes(':has') ? 'is not for flowing pages' : undefined),
  redirectHosts: [],
}
let store: ReleaseStore
const ports = () => ({ rules, store })
beforeEach(() => {
  store = createMemoryReleaseStore()
})

async function codesOf(input: unknown): Promise<readonly string[]> {
  const checked = await checkRelease(input, rules)
  return checked.ok ? [] : checked.error.map(({ code }) => code)
}

describe('checkRelease', () => {
  it('tells which campaigns there are and what they read', async () => {
    const checked = await checkRelease(
      releaseText('Olá {{ geo.city }}', { audience: { 'visit.count': { $gt: 2 } } }),
      rules,
    )
    expect(checked).toMatchObject({
      ok: true,
      value: { campaigns: [{ id: 'hero', status: 'live', variants: ['a'], personal: true }] },
    })
  })

  it('warns of cookies that are read in vain', async () => {
    const text = releaseText('{{ cookie.plan }}', {
      audience: { 'cookie.club': 'gold', 'clock.hour': { $lt: 24 } },
    })
    const warned = async (readCookies?: string[]) => {
      const checked = await checkRelease(text, readCookies === undefined ? rules : { ...rules, readCookies })
      return checked.ok ? checked.value.warnings.map(({ code, message }) => `${code} ${message}`) : checked
    }
    const why = 'is always empty: READ_COOKIES does not list it'
    expect(await warned()).toEqual([])
    expect(await warned(['club'])).toEqual([`unread_cookie "cookie.plan" ${why}`])
    expect(await warned(['plan', 'club'])).toEqual([])
  })

  it('gives the same document and checksum however the file is laid out', async () => {
    const one = await checkRelease(releaseText('x'), rules)
    const { campaigns } = JSON.parse(releaseText('x')) as { campaigns: Record<string, unknown>[] }
    const reversed = campaigns.map((campaign) => Object.fromEntries(Object.entries(campaign).reverse()))
    expect(await checkRelease({ campaigns: reversed, holdout: 0 }, rules)).toEqual(one)
  })

  it('finds nothing to change in what it has accepted', async () => {
    const first = await checkRelease(
      releaseText('x', { schedule: { from: '2026-01-01T00:00:00+01:00' } }),
      rules,
    )
    if (!first.ok) throw new Error('refused')
    expect(await checkRelease(first.value.document, rules)).toEqual(first)
  })

  it('refuses what is too large before it reads it', async () => {
    expect(await codesOf(`{"campaigns": [${' '.repeat(MAX_DOCUMENT_BYTES)}}`)).toEqual(['too_large'])
    expect(await codesOf('é'.repeat(MAX_DOCUMENT_BYTES / 2 + 1))).toEqual(['too_large'])
  })

  it('says where the text is no JSON', async () => {
    const checked = await checkRelease('{\n  "campaigns": [\n}', rules)
    expect(checked).toMatchObject({ ok: false, error: [{ code: 'json', path: '/campaigns/0' }] })
    expect(checked.ok ? '' : checked.error[0]?.message).toContain('line 3, column 1')
  })

  it('reports a key that comes twice together with all other faults', async () => {
    const codes = await codesOf('{"campaigns": [], "holdout": 0, "holdout": 7, "extra": 1}')
    expect(codes).toContain('duplicate_key')
    expect(codes.length).toBeGreaterThan(2)
  })

  it('survives a document that is nothing but nesting', async () => {
    expect(await codesOf('['.repeat(200_000))).toEqual(['too_deep'])
  })

  it('never throws, whatever it is given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.jsonValue()), async (input) => {
        expect(typeof (await checkRelease(input, rules)).ok).toBe('boolean')
      }),
      { numRuns: 500 },
    )
  })
})

describe('estimator', () => {
  const follower = { audience: { follows: { $elemMatch: { $eq: 'brisa' } }, 'weather.isHot': true } }
  const publish = (reached: number | null, more: object = {}) =>
    publishRelease(
      { store, rules: { ...rules, estimator: () => async () => reached } },
      releaseText('x', { ...follower, ...more }),
      act,
    )
  const codes = async (reached: number | null, more?: object) => {
    const published = await publish(reached, more)
    if (published.ok || published.error.reason !== 'invalid') return []
    return published.error.faults.map(({ path, code }) => `${path} ${code}`)
  }

  it('refuses an audience that is too small, whoever answers for it', async () => {
    const override = { reason: 'why not', by: 'ana' }
    expect(await codes(49)).toEqual(['/campaigns/0/audience guard_small_audience'])
    expect(await codes(49, { override })).toEqual(['/campaigns/0/audience guard_small_audience'])
    expect(await codes(50)).toEqual([])
  })

  it('lets an audience of unknown size pass where somebody answers for it, and has the audit say who', async () => {
    const override = { reason: 'opening week', by: 'ana' }
    expect(await codes(null)).toEqual(['/campaigns/0/audience guard_unknown_audience'])
    expect(await codes(null, { override })).toEqual([])
    const [entry] = await store.audit({ limit: 1 })
    expect(entry?.detail).toMatchObject({ overrides: [{ campaign: 'hero', ...override }] })
  })

  it('does not ask about audiences that no profile decides', async () => {
    expect(await codes(0, { audience: { 'geo.city': 'Porto', 'weather.isHot': true } })).toEqual([])
  })

  it('does not stand in the way of going back', async () => {
    await publish(60)
    await publishRelease(ports(), releaseText('y'), act)
    const shrunk = { store, rules: { ...rules, estimator: () => async () => 3 } }
    expect(await activateRelease(shrunk, 1, act)).toMatchObject({ ok: true })
  })
})

describe('publishRelease', () => {
  it('stores the canonical document and makes it live', async () => {
    const published = await publishRelease(ports(), releaseText('x'), act)
    expect(published).toMatchObject({ ok: true, value: { number: 1, created: true } })
    const live = await store.active()
    expect(live).toMatchObject({ number: 1, author: 'ana', note: 'why', createdAt: 1_000 })
    expect(canonicalJson(JSON.parse(live?.document ?? ''))).toBe(live?.document)
  })

  it('gives the live number for the same release again', async () => {
    await publishRelease(ports(), releaseText('x'), act)
    const again = await publishRelease(ports(), JSON.parse(releaseText('x')), act)
    expect(again).toMatchObject({ ok: true, value: { number: 1, created: false } })
  })

  it('leaves the live release where a new one has faults, and names them all', async () => {
    await publishRelease(ports(), releaseText('x'), act)
    const edits = [{ action: 'text', selector: 'a:has(b)', value: '{{ oops' }]
    const bad = releaseText('y', { variants: [{ id: 'a', weight: 1, edits }], priorty: 1 })
    const refused = await publishRelease(ports(), bad, act)
    if (refused.ok || refused.error.reason !== 'invalid') throw new Error('not refused as it should be')
    const paths = refused.error.faults.map(({ path }) => path)
    expect(paths).toContain('/campaigns/0/priorty')
    expect(paths).toContain('/campaigns/0/variants/0/edits/0/selector')
    expect(paths).toContain('/campaigns/0/variants/0/edits/0/value')
    expect((await store.head()).number).toBe(1)
    expect(await store.list({ limit: 10 })).toHaveLength(1)
  })
})

describe('activateRelease', () => {
  it('brings a stored release back', async () => {
    await publishRelease(ports(), releaseText('x'), act)
    await publishRelease(ports(), releaseText('y'), act)
    expect(await activateRelease(ports(), 1, act)).toEqual({ ok: true, value: { number: 1, changed: true } })
    expect((await store.head()).number).toBe(1)
  })

  it('refuses a stored release that the rules of today refuse', async () => {
    const lax = { ...ports(), rules: { ...rules, checkSelector: () => undefined } }
    const edits = [{ action: 'remove', selector: 'a:has(b)' }]
    await publishRelease(lax, releaseText('x', { variants: [{ id: 'a', weight: 1, edits }] }), act)
    await publishRelease(ports(), releaseText('y'), act)
    expect(await activateRelease(ports(), 1, act)).toMatchObject({
      ok: false,
      error: { reason: 'outdated', number: 1 },
    })
    expect(await rollbackRelease(ports(), act)).toMatchObject({
      ok: false,
      error: { reason: 'outdated', number: 1 },
    })
    expect((await store.head()).number).toBe(2)
  })

  it('brings back a release that its defaults have made larger than a file may be', async () => {
    const edits = [{ action: 'remove', selector: '#promo' }]
    const campaigns = Array.from({ length: 6_000 }, (_, index) => {
      return { id: `c${index}`, pages: [`/p${index}`], variants: [{ id: 'a', edits }] }
    })
    const published = await publishRelease(ports(), JSON.stringify({ campaigns }), act)
    expect(published.ok).toBe(true)
    expect((await store.get(1))?.document.length).toBeGreaterThan(MAX_DOCUMENT_BYTES)
    await publishRelease(ports(), releaseText('y'), act)
    expect(await rollbackRelease(ports(), act)).toEqual({ ok: true, value: { from: 2, number: 1 } })
  })

  it('does not know a number that was never given', async () => {
    expect(await activateRelease(ports(), 3, act)).toEqual({
      ok: false,
      error: { reason: 'missing', number: 3 },
    })
  })
})

describe('rollbackRelease', () => {
  it('goes back, and says from where to where', async () => {
    await publishRelease(ports(), releaseText('x'), act)
    await publishRelease(ports(), releaseText('y'), act)
    expect(await rollbackRelease(ports(), act)).toEqual({ ok: true, value: { from: 2, number: 1 } })
    expect(await rollbackRelease(ports(), act)).toEqual({ ok: false, error: { reason: 'no_previous' } })
  })

  it('does not go back from what somebody published in between', async () => {
    await publishRelease(ports(), releaseText('x'), act)
    await publishRelease(ports(), releaseText('y'), act)
    const get = store.get
    const raced = {
      ...store,
      get: async (number: number) => {
        await publishRelease(ports(), releaseText('z'), act)
        return get(number)
      },
    }
    expect(await rollbackRelease({ rules, store: raced }, act)).toEqual({
      ok: false,
      error: { reason: 'changed' },
    })
    expect((await store.head()).number).toBe(3)
  })
})

describe('setEnabled', () => {
  it('says whether anything changed', async () => {
    expect(await setEnabled(ports(), false, act)).toEqual({ ok: false, error: { reason: 'nothing_live' } })
    await publishRelease(ports(), releaseText('x'), act)
    expect(await setEnabled(ports(), false, act)).toEqual({
      ok: true,
      value: { enabled: false, changed: true },
    })
    expect(await setEnabled(ports(), false, act)).toEqual({
      ok: true,
      value: { enabled: false, changed: false },
    })
  })
})
