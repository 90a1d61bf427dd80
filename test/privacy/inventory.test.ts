import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import * as schema from '../../db/schema.ts'
import { SHELF_KEY } from '../../src/beacon/shelf.ts'
import { CHOICE_COOKIE } from '../../src/consent/choice.ts'
import { TODAY_COOKIE } from '../../src/consent/today.ts'
import { PREVIEW_COOKIE } from '../../src/flow/visitor.ts'
import { VISITOR_HEADER } from '../../src/identity/token.ts'
import {
  columnsOf,
  ELSEWHERE,
  inventoryOf,
  NOT_PERSONAL,
  nameInStore,
  PERSONAL_TABLES,
  REVIEW_DAYS,
  reviewsDue,
  TABLES,
} from '../../src/privacy/inventory.ts'
import { EMPTY_FACTS } from '../../src/profile/contribution.ts'
import { COOKIE_NAME } from '../../src/profile/cookie.ts'
import { FORGET_COOKIE } from '../../src/profile/forget.ts'
import { NEAR_COOKIE } from '../../src/signals/near.ts'
import { release } from '../help/release.ts'

const tables = Object.entries(schema).flatMap(([name, table]) =>
  is(table, SQLiteTable) ? [[name, table] as const] : [],
)

describe('the inventory', () => {
  it('knows every table of the schema: its rows are somebody’s, or it is said why they are nobody’s', () => {
    expect([...PERSONAL_TABLES, ...Object.keys(NOT_PERSONAL)].toSorted()).toEqual(
      tables.map(([name]) => name).toSorted(),
    )
  })

  it.each(PERSONAL_TABLES)('accounts for every column of %s, and for no other', (name) => {
    const table = tables.find(([each]) => each === name)?.[1] as SQLiteTable
    expect(columnsOf(name).toSorted()).toEqual(Object.keys(getTableColumns(table)).toSorted())
    expect(columnsOf(name)).toContain(TABLES[name].visitor)
  })

  it('is not belied by the platform’s log of requests, which would keep addresses and queries', () => {
    const config = readFileSync(join(import.meta.dirname, '../../wrangler.toml'), 'utf8')
    const sections = new Map(
      config.split(/^(?=\[)/m).map((section) => [/^\[+([\w.]+)/.exec(section)?.[1] ?? '', section]),
    )
    expect(sections.get('observability')).toMatch(/^redact_query_string = true$/m)
    expect(sections.get('observability.logs')).toMatch(/^invocation_logs = false$/m)
    // An environment with a section of its own would not inherit them.
    expect([...sections.keys()].filter((name) => /^env\..*observability/.test(name))).toEqual([])
    expect(ELSEWHERE.RATE_LIMIT?.retention).toContain('neither write nor log')
  })

  it('knows what the store calls every table and column', () => {
    for (const [name, table] of tables) {
      expect(nameInStore(name)).toBe(getTableName(table))
      for (const [field, column] of Object.entries(getTableColumns(table))) {
        expect(nameInStore(field)).toBe(column.name)
      }
    }
  })

  it('accounts for every part of a contribution’s document', () => {
    const parts = Object.keys(TABLES.contributions.fields).filter((field) => field.startsWith('document.'))
    expect(parts.toSorted()).toEqual(
      Object.keys(EMPTY_FACTS)
        .map((part) => `document.${part}`)
        .toSorted(),
    )
  })

  it('has no table of people without a visitor id, so that nothing is out of reach of erasure', () => {
    const others = tables.filter(([name]) => name in NOT_PERSONAL)
    const named = others.filter(
      ([, table]) => 'visitor' in getTableColumns(table) || 'person' in getTableColumns(table),
    )
    expect(named.map(([name]) => name)).toEqual([])
  })

  it('knows every cookie of ours', () => {
    const cookies = Object.entries(ELSEWHERE).filter(([, { kind }]) => kind === 'cookie')
    expect(cookies.map(([name]) => name).toSorted()).toEqual(
      [COOKIE_NAME, CHOICE_COOKIE, FORGET_COOKIE, TODAY_COOKIE, PREVIEW_COOKIE, NEAR_COOKIE].toSorted(),
    )
  })

  it('knows every queue and limiter that the Worker is given, but that of servers by their tokens', () => {
    const wrangler = readFileSync(join(import.meta.dirname, '../../wrangler.toml'), 'utf8')
    const named = (pattern: RegExp): readonly string[] => [
      ...new Set([...wrangler.matchAll(pattern)].map(([, name = '']) => name)),
    ]
    const held = (kind: string): readonly string[] =>
      Object.entries(ELSEWHERE).flatMap(([name, holding]) => (holding.kind === kind ? [name] : []))
    expect(held('queue').toSorted()).toEqual(named(/^queue = "([^"]+)"/gm).toSorted())
    expect([...held('limiter'), 'SOURCE_LIMIT'].toSorted()).toEqual(named(/^name = "([A-Z_]+)"/gm).toSorted())
  })

  it('knows what is told to the shop’s servers', () => {
    const headers = Object.entries(ELSEWHERE).filter(([, { kind }]) => kind === 'header')
    expect(headers.map(([name]) => name)).toEqual([VISITOR_HEADER, 'Selvedge-Decision'])
  })

  it('knows what the beacon keeps in the browser', () => {
    const storage = Object.entries(ELSEWHERE).filter(([, { kind }]) => kind === 'storage')
    expect(storage.map(([name]) => name)).toEqual([SHELF_KEY])
  })

  it('says something of everything', () => {
    const empty = inventoryOf().filter(
      ({ what, source, retention }) => what === '' || source === '' || retention === '',
    )
    expect(empty).toEqual([])
    expect(new Set(inventoryOf().map(({ id }) => id)).size).toBe(inventoryOf().length)
  })
})

describe('inventoryOf', () => {
  const readersOf = (id: string, ...campaigns: readonly Record<string, unknown>[]) => {
    const sources = release(...campaigns).campaigns.map(({ source }) => source)
    return inventoryOf(sources).find((entry) => entry.id === id)?.readers
  }

  it('names the live campaigns that read a field, by what they really read', () => {
    const tea = { id: 'tea', audience: { 'affinity.tea': { $gt: 0.3 } } }
    const plain = { id: 'plain' }
    expect(readersOf('contributions.document.affinity', tea, plain)).toEqual(['tea'])
    expect(readersOf(`${COOKIE_NAME}.affinities`, tea, plain)).toEqual(['tea'])
    expect(readersOf('contributions.document.traits', tea, plain)).toEqual([])
  })

  it('names all of them in the order of their ids, and counts a branch as everything below it', () => {
    const reading = (id: string, value: string, audience = {}) => ({
      id,
      audience,
      variants: [{ id: 'a', edits: [{ action: 'text', selector: 'h1', value }] }],
    })
    const evening = reading('evening', '{{ store.name }}', { 'habit.fri.evening': 1 })
    const corner = reading('corner', '{{ geo.city }}', { 'habit.stores.graca': 3 })
    expect(readersOf('contributions.document.habit', evening, corner)).toEqual(['corner', 'evening'])
    expect(readersOf('contributions.document.orders', reading('all', '{{ orders }}'), evening)).toEqual([
      'all',
    ])
  })

  it('counts a template as a reader and a paused campaign as none', () => {
    const edits = [{ action: 'text', selector: 'h1', value: 'Hello {{ traits.name }}' }]
    const named = { id: 'named', variants: [{ id: 'a', edits }] }
    expect(readersOf('contributions.document.traits', named)).toEqual(['named'])
    expect(readersOf('contributions.document.traits', { ...named, status: 'paused' })).toEqual([])
  })

  it('does not say that nobody reads where nobody was asked', () => {
    expect(inventoryOf().every(({ readers }) => readers === null)).toBe(true)
  })
})

describe('reviewsDue', () => {
  const holding = { ...TABLES.events, reviewed: '2026-01-01' }
  const day = (days: number): number => Date.UTC(2026, 0, 1 + days)

  it('warns of a review that is older than 180 days, and not before', () => {
    expect(reviewsDue(day(REVIEW_DAYS), { events: holding })).toEqual([])
    expect(reviewsDue(day(REVIEW_DAYS + 1), { events: holding })).toEqual([
      {
        path: '/inventory/events',
        code: 'review_due',
        message: expect.stringContaining('last reviewed on 2026-01-01, 181 days ago'),
      },
    ])
  })

  it('warns of each holding of the product once its review is old', () => {
    expect(reviewsDue(Date.UTC(2030, 0)).map(({ path }) => path)).toContain(`/inventory/${COOKIE_NAME}`)
  })
})
