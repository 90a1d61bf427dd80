import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SHOP_KINDS } from '../../src/events/model.ts'
import { viewEvidence, visitEvidence } from '../../src/events/page.ts'
import { parseServerEvents, parseShopEvents, SERVER_EVENTS_MAX } from '../../src/events/parse.ts'
import { looksPersonal } from '../../src/events/personal.ts'
import { categoryOfQuery } from '../../src/events/search.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { allowedEvidence } from '../../src/profile/allowed.ts'
import { EVENT_ID } from '../../src/profile/text.ts'
import { newSnapshot } from '../../src/profile/visit.ts'

const NOW = Date.UTC(2026, 6, 3, 18)

describe('parseShopEvents', () => {
  const one = (event: unknown) => parseShopEvents({ events: [event] }, NOW)

  it('takes now for a time that is left out', () => {
    expect(one({ id: 'e', kind: 'view' })).toMatchObject({ value: { events: [{ evidence: { at: NOW } }] } })
  })

  it.each([
    [-DAY_MS - 1, 1],
    [-DAY_MS, 0],
    [DAY_MS, 0],
    [DAY_MS + 1, 1],
  ])('judges a time %d ms from now', (offset, faults) => {
    const parsed = one({ id: 'e', kind: 'view', at: NOW + offset })
    expect(parsed.ok && parsed.value.faults.length).toBe(faults)
  })

  it('names the campaign of a refusal', () => {
    const parsed = one({ id: 'e', kind: 'not_relevant', campaign: 'hero' })
    expect(parsed).toMatchObject({ value: { events: [{ campaign: 'hero' }] } })
    expect(one({ id: 'e', kind: 'not_relevant', campaign: 'Hero!' })).toMatchObject({
      value: { faults: [{ path: '/events/0/campaign' }] },
    })
  })

  it('takes a declared name for a name, and no interest in what is nobody’s business', () => {
    const declare = (trait: string, value: unknown) => one({ id: 'e', kind: 'declare', trait, value })
    expect(declare('name', 'Christian')).toMatchObject({ value: { faults: [] } })
    expect(declare('interests', ['tea', 'religion'])).toMatchObject({
      value: { faults: [{ path: '/events/0/value', code: 'sensitive' }] },
    })
  })

  it.each([
    ['sku', '<script>alert(1)</script>', 'value'],
    ['sku', "'; DROP TABLE events;--", 'value'],
    ['sku', 'x'.repeat(65), 'value'],
    ['brand', '"><script>', 'markup'],
    ['category', '<b>tea', 'markup'],
    ['category', '+351 912 345 678', 'personal_data'],
    ['category', '912 345 678', 'personal_data'],
    ['brand', '(030) 123-4567', 'personal_data'],
    ['sku', 'call 0049 30 1234567', undefined],
  ])('refuses %s "%s" by name', (field, text, code) => {
    const { value } = one({ id: 'e', kind: 'view', [field]: text }) as {
      value: { faults: readonly object[] }
    }
    expect(value.faults).toMatchObject(code === undefined ? [] : [{ path: `/events/0/${field}`, code }])
  })

  it.each(['peach-tea', 'A/B 12.5 (3+1)', '4006381333931', '12-345-678', 'thé_vert#2', '茶:1'])(
    'takes "%s" for an SKU',
    (sku) => {
      expect(one({ id: 'e', kind: 'view', sku })).toMatchObject({
        value: { faults: [], events: [{ evidence: { sku } }] },
      })
    },
  )

  it.each(['Church & Co', "Levi's", 'L’Oréal', '1-2-3'])('takes "%s" for a brand', (brand) => {
    expect(one({ id: 'e', kind: 'view', brand })).toMatchObject({ value: { faults: [] } })
  })

  it('learns nothing where the product or the brand is sensitive', () => {
    for (const field of ['sku', 'brand']) {
      const { value } = one({
        id: 'e',
        kind: 'view',
        category: 'home',
        [field]: 'pregnancy-test-1',
      }) as never as {
        value: { events: readonly { evidence: object }[] }
      }
      expect(value.events[0]?.evidence).toEqual({ id: 'e', kind: 'view', at: NOW })
    }
  })

  it('gives every event of a call once, kept or with a fault, and never throws', () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('view', 'e1', 'purchase', 'EUR', NOW, 3, 'tea', "' OR 1=1 --"),
    )
    const event = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('id', 'kind', 'at', 'category', 'value', 'currency', 'trait', 'x', '__proto__'),
        field,
      ),
      fc.record({
        id: fc.string(),
        kind: fc.constantFrom(...SHOP_KINDS),
        at: fc.constant(NOW),
        brand: field,
        store: field,
      }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const parsed = parseShopEvents({ events }, NOW)
        if (!parsed.ok) throw new Error('the body is good')
        const kept = parsed.value.events.map(({ index }) => index)
        const bad = new Set(parsed.value.faults.map(({ path }) => Number(path.split('/')[2])))
        expect([...kept, ...bad].toSorted((a, b) => a - b)).toEqual(events.map((_, index) => index))
        for (const { evidence } of parsed.value.events) expect(evidence.id).toMatch(EVENT_ID)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('parseServerEvents', () => {
  it.each([{ toString: 1, valueOf: 1 }, [{ toString: null }], '9999999999999', null])(
    'takes %j for no time, and keeps what else the call holds',
    async (at) => {
      const good = { id: 'e', kind: 'view', at: NOW, visitor: 'v' }
      const parsed = await parseServerEvents({ events: [{ ...good, at }, good] }, NOW)
      expect(parsed).toMatchObject({
        value: { events: [{ index: 1 }], faults: [{ path: '/events/0/at', code: 'time' }] },
      })
    },
  )

  it.each([
    [{ visitor: 'v' }, 0],
    [{ customer: 'c' }, 0],
    [{}, 1],
    [{ visitor: 'v', customer: 'c' }, 1],
    [{ customer: 4711 }, 1],
    [{ visitor: 'x'.repeat(600) }, 1],
  ])('takes %o for who it is about', async (subject, faults) => {
    const parsed = await parseServerEvents({ events: [{ id: 'e', kind: 'view', at: NOW, ...subject }] }, NOW)
    expect(parsed.ok && parsed.value.faults.length).toBe(faults)
  })

  it('lets page views have their turn while it reads many', async () => {
    const order: string[] = []
    setTimeout(() => order.push('page'), 0)
    const event = { kind: 'view', at: NOW, visitor: 'v' }
    const events = Array.from({ length: SERVER_EVENTS_MAX }, (_, n) => ({ ...event, id: `e${n}` }))
    const parsed = await parseServerEvents({ events }, NOW)
    order.push('batch')
    expect(order).toEqual(['page', 'batch'])
    expect(parsed.ok && parsed.value.events.map(({ index }) => index)).toEqual(events.map((_, n) => n))
  })

  it('wants a time', async () => {
    const parsed = await parseServerEvents({ events: [{ id: 'e', kind: 'view', visitor: 'v' }] }, NOW)
    expect(parsed).toMatchObject({ value: { faults: [{ path: '/events/0/at' }] } })
  })
})

describe('looksPersonal', () => {
  it.each(['ana@mail.example', 'x 192.168.0.1', '2001:db8:0:1::7', '38.7223,-9.1393', '38.7223 -9.1393'])(
    'sees it in %s',
    (text) => expect(looksPersonal(text)).toBe(true),
  )
  it.each(['Brisa 0.5 l', 'v1.2.3', 'SKU 1.2.3.4.5', 'tea @ home', '3:4:5', '1.25, 2.50', 42, undefined])(
    'does not see it in %s',
    (text) => expect(looksPersonal(text)).toBe(false),
  )
})

describe('categoryOfQuery', () => {
  const shop = new Set(['tea', 'green-tea', 'iced-teas', 'chá-gelado'])
  it.each([
    ['Green TEA, cold', 'green-tea'],
    ['teas', 'tea'],
    ['iced tea', 'iced-teas'],
    ['chá gelado', 'chá-gelado'],
    ['my doctor said', undefined],
    ['', undefined],
  ])('finds in %s the category %s', (query, category) => {
    expect(categoryOfQuery(query, shop)).toBe(category)
  })
})

describe('allowedEvidence', () => {
  const order = {
    id: 'e',
    kind: 'store_purchase',
    at: NOW,
    store: 's',
    value: 1,
    currency: 'EUR',
    category: 'tea',
  } as const

  it('leaves everything where nothing is off', () => {
    expect(allowedEvidence(order, [])).toBe(order)
  })

  it('takes away the fields of each class that is off', () => {
    const { store: _, ...withoutStore } = order
    const { category: __, ...withoutCategory } = order
    expect(allowedEvidence(order, ['habit'])).toEqual(withoutStore)
    expect(allowedEvidence(order, ['affinity'])).toEqual(withoutCategory)
    expect(allowedEvidence(order, ['orders'])).toBeNull()
  })

  it('keeps whom somebody follows where their interests are off', () => {
    const follow = { id: 'e', kind: 'follow', at: NOW, brand: 'b', category: 'tea' } as const
    expect(allowedEvidence(follow, ['affinity'])).toEqual({ id: 'e', kind: 'follow', at: NOW, brand: 'b' })
  })

  it('keeps no more with more classes off, and nothing of any class that is, whatever the kind', () => {
    const classes = ['affinity', 'habit', 'orders', 'follows', 'traits', 'stage']
    const kinds = fc.constantFrom(...SHOP_KINDS, 'visit' as const)
    fc.assert(
      fc.property(kinds, fc.subarray(classes), fc.subarray(classes), (kind, some, more) => {
        const evidence = { ...order, kind, brand: 'b', sku: 's', quantity: 1 }
        const kept = Object.keys(allowedEvidence(evidence, some) ?? {})
        for (const field of Object.keys(allowedEvidence(evidence, [...some, ...more]) ?? {}))
          expect(kept).toContain(field)
        if (some.includes('affinity')) expect(kept).not.toContain('category')
        if (some.includes('habit')) expect(kept).not.toContain('store')
        if (some.includes('orders')) expect(kept).not.toContain('value')
      }),
    )
  })
})

describe('viewEvidence, visitEvidence', () => {
  const snapshot = newSnapshot('v', NOW - 60_000)

  it('makes one event of a page and of a visit, however often it is told', () => {
    const facts = { categories: ['Drinks', 'Green Tea'], brand: 'Brisa', sku: 'gt-1' }
    const first = viewEvidence(facts, '/tea', snapshot, NOW)
    expect(first).toMatchObject({ kind: 'view', category: 'green-tea', brand: 'Brisa', sku: 'gt-1' })
    expect(viewEvidence(facts, '/tea', snapshot, NOW + 5_000)?.id).toBe(first?.id)
    expect(viewEvidence(facts, '/cake', snapshot, NOW)?.id).not.toBe(first?.id)
    const visit = visitEvidence(snapshot, 'Europe/Lisbon')
    expect(visit).toMatchObject({ kind: 'visit', at: NOW - 60_000, cell: 'fri.evening' })
    expect([first?.id, visit.id].every((id) => EVENT_ID.test(id ?? ''))).toBe(true)
  })

  it.each([[[]], [['Pharmacy', 'Pregnancy tests']], [['Baby', 'Bottles']], [['!!!']]])(
    'learns nothing from a page about %o',
    (categories) => {
      expect(viewEvidence({ categories }, '/p', snapshot, NOW)).toBeNull()
    },
  )
})
