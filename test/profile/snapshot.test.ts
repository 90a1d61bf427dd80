import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/profile/model.ts'
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_MAX_BYTES } from '../../src/profile/snapshot.ts'

const bytesOf = (row: unknown) => new TextEncoder().encode(JSON.stringify(row))
const GOOD = [1, 'visitor', 1_000, 2, 500, 400, 0]

const snapshots = fc
  .record({
    id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    createdAt: fc.nat(2e12),
    visits: fc.integer({ min: 1, max: 1_000_000 }),
    life: fc.nat(4e10),
    started: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    previous: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  })
  .map(
    ({ id, createdAt, visits, life, started, previous }): Snapshot => ({
      id,
      createdAt,
      visits,
      lastSeenAt: createdAt + life,
      ...(started === undefined ? {} : { visitStartedAt: createdAt + Math.floor(life * started) }),
      ...(previous === undefined ? {} : { previousVisitAt: createdAt + Math.floor(life * previous) }),
    }),
  )

describe('decodeSnapshot', () => {
  it('is the inverse of encodeSnapshot, within the bound', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const bytes = encodeSnapshot(snapshot)
        expect(decodeSnapshot(bytes)).toEqual(snapshot)
        expect(bytes.length).toBeLessThan(200)
      }),
    )
  })

  it('reads what it has always read', () => {
    expect(decodeSnapshot(bytesOf(GOOD))).toEqual({
      id: 'visitor',
      createdAt: 1_000,
      visits: 2,
      lastSeenAt: 1_500,
      visitStartedAt: 1_400,
      previousVisitAt: 1_000,
    })
  })

  it('skips what a newer version appends', () => {
    expect(decodeSnapshot(bytesOf([...GOOD, { tea: 0.5 }, [1]]))).toEqual(decodeSnapshot(bytesOf(GOOD)))
  })

  it.each([
    ['another version', 0, 2],
    ['an id that is no text', 1, 5],
    ['an empty id', 1, ''],
    ['an id that would break a header', 1, 'a;b'],
    ['an id that is too long', 1, 'a'.repeat(65)],
    ['a negative time', 2, -1],
    ['a time beyond the calendar', 2, 9e15],
    ['no visit at all', 3, 0],
    ['half a visit', 3, 1.5],
    ['a million visits more than a life has', 3, 2_000_000],
    ['seen before it was made', 4, -1],
    ['a visit that starts after it was seen', 5, 501],
    ['a previous visit in the future', 6, 501],
    ['a missing time', 4, null],
  ])('refuses %s', (_name, at, value) => {
    expect(decodeSnapshot(bytesOf(GOOD.with(at, value as never)))).toBeNull()
  })

  it('refuses what is no array, no JSON, no UTF-8, or too long', () => {
    for (const row of [{}, null, 1, 'x', []]) expect(decodeSnapshot(bytesOf(row))).toBeNull()
    expect(decodeSnapshot(new TextEncoder().encode('[1,"a"'))).toBeNull()
    expect(decodeSnapshot(Uint8Array.of(0x5b, 0xff, 0x5d))).toBeNull()
    expect(decodeSnapshot(bytesOf([...GOOD, 'x'.repeat(SNAPSHOT_MAX_BYTES)]))).toBeNull()
  })

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => decodeSnapshot(bytes) === null))
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), (row) => {
        decodeSnapshot(bytesOf([1, ...row]))
      }),
    )
  })
})
