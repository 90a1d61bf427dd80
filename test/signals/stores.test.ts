import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearCookie, parsePosition, sharedStore } from '../../src/signals/near.ts'
import {
  coarseStore,
  greatCircleKm,
  NEAR_KM,
  nearestTo,
  type Store,
  storeNear,
} from '../../src/signals/stores.ts'

const GRACA: Store = { id: 'graca', name: 'Toldo Graça', latitude: 38.716, longitude: -9.13 }
const FOZ: Store = { id: 'foz', name: 'Toldo Foz', latitude: 41.149, longitude: -8.672 }
const STORES = [GRACA, FOZ]

const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})

describe('greatCircleKm', () => {
  it.each([
    // One degree along the equator and along a meridian is a 360th of the circumference.
    [{ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 }, 111.195],
    [{ latitude: 40, longitude: 7 }, { latitude: 41, longitude: 7 }, 111.195],
    // From pole to pole is half of it, whatever the longitude.
    [{ latitude: 90, longitude: 12 }, { latitude: -90, longitude: -99 }, 20_015.115],
    // Across the date line is a short way.
    [{ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }, 111.195],
    [{ latitude: 10, longitude: 20 }, { latitude: 10, longitude: 20 }, 0],
  ])('%o to %o', (a, b, km) => {
    expect(greatCircleKm(a, b)).toBeCloseTo(km, 2)
  })

  it('is a distance: symmetric, never negative, never over half the Earth, and no way round is shorter', () => {
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        const direct = greatCircleKm(a, b)
        expect(direct).toBe(greatCircleKm(b, a))
        expect(direct).toBeGreaterThanOrEqual(0)
        expect(direct).toBeLessThanOrEqual(20_015.2)
        expect(direct).toBeLessThanOrEqual(greatCircleKm(a, c) + greatCircleKm(c, b) + 1e-3)
      }),
    )
  })
})

describe('nearestTo', () => {
  it('finds none nearer', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), place, (places, here) => {
        const stores = places.map((at, index) => ({ ...at, id: `s${index}`, name: 'x' }))
        const nearest = nearestTo(stores, here)
        expect(stores.every((store) => greatCircleKm(store, here) >= (nearest?.km ?? 0))).toBe(true)
      }),
    )
  })

  it('is nothing without stores', () => {
    expect(nearestTo([], GRACA)).toBeUndefined()
  })
})

describe('coarseStore', () => {
  it('tells whole kilometres and never fewer than one, so that no street can be decided by it', () => {
    const at = { latitude: 38.716, longitude: -9.13 }
    expect(coarseStore(STORES, at)).toEqual({ id: 'graca', name: 'Toldo Graça', km: 1 })
    expect(coarseStore(STORES, { latitude: 41.1, longitude: -8.6 })).toEqual({
      id: 'foz',
      name: 'Toldo Foz',
      km: 8,
    })
  })

  it('is empty without a place and without stores', () => {
    expect(coarseStore(STORES, {})).toEqual({})
    expect(coarseStore(STORES, { latitude: 38.7 })).toEqual({})
    expect(coarseStore([], { latitude: 38.7, longitude: -9.1 })).toEqual({})
  })

  it('answers from another list for another list', () => {
    const at = { latitude: 38.7, longitude: -9.1 }
    expect([coarseStore([FOZ], at).id, coarseStore([GRACA], at).id]).toEqual(['foz', 'graca'])
  })
})

describe('storeNear', () => {
  it.each([
    [0, 0.1],
    [0.1, 0.2],
    [0.2, 0.3],
    [0.29, 0.3],
    [0.31, 0.5],
    [4, 5],
  ])('puts %f km into a bucket that ends at %f', (km, end) => {
    // A hair more than the degrees of so many kilometres north.
    const here = { latitude: GRACA.latitude + (km / 111.195) * 1.000_1, longitude: GRACA.longitude }
    expect(storeNear(STORES, here)).toEqual({ store: GRACA, km: end })
  })

  it('is near nothing beyond the last bucket', () => {
    expect(storeNear(STORES, { latitude: 39.8, longitude: -9 })).toBeUndefined()
  })
})

describe('nearCookie', () => {
  it('comes back as the store and the bucket, and holds no coordinate', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STORES), fc.constantFrom(...NEAR_KM), (store, km) => {
        const cookie = nearCookie({ store, km })
        expect(cookie).not.toMatch(/38\.|41\.|-9\.|-8\./)
        const header = `a=b; ${cookie.split(';', 1)[0]}; c=d`
        expect(sharedStore(header, STORES)).toEqual({ id: store.id, name: store.name, km })
      }),
    )
  })

  it('ends by itself, and at once where nothing is near', () => {
    expect(nearCookie({ store: GRACA, km: 0.3 })).toContain('; HttpOnly; SameSite=Lax; Max-Age=1800')
    expect(nearCookie(undefined)).toMatch(/^__Host-selvedge-near=; .*Max-Age=0$/)
  })
})

describe('sharedStore', () => {
  it.each([
    [null],
    [''],
    ['__Host-selvedge-near=graca'],
    ['__Host-selvedge-near=graca.10'],
    ['__Host-selvedge-near=graca.-1'],
    ['__Host-selvedge-near=graca.0.1'],
    ['__Host-selvedge-near=closed-shop.1'],
    ['x__Host-selvedge-near=graca.1'],
    ['__Host-selvedge-near=__proto__.1'],
  ])('takes %s for nothing shared', (header) => {
    expect(sharedStore(header, STORES)).toBeUndefined()
  })
})

describe('parsePosition', () => {
  it('reads a position and nothing beside it', () => {
    const position = { latitude: 38.71391, longitude: -9.13012 }
    expect(parsePosition(position)).toEqual({ ok: true, value: position })
    const faults = (value: unknown) => {
      const parsed = parsePosition(value)
      return parsed.ok ? [] : parsed.error.map(({ path, code }) => `${path} ${code}`)
    }
    expect(faults({ latitude: 91, longitude: '9', accuracy: 3 })).toEqual([
      '/latitude value',
      '/longitude value',
      '/accuracy unknown_field',
    ])
    for (const nothing of [null, 'x', 7, []]) expect(faults(nothing)).toHaveLength(2)
    expect(faults({ latitude: Number.NaN, longitude: 0 })).toEqual(['/latitude value'])
  })
})
