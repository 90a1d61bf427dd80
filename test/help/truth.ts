/**
 * What a store holds against what was told: each event once, for the profile and for what is measured, and every sum that
 * is kept beside them against the same sum made anew from the rows.
 */
import type { Database } from '../../src/kit/sql.ts'
import { NOTHING, parseMeasured } from '../../src/measure/document.ts'
import { OUTCOME_KINDS } from '../../src/measure/model.ts'
import { createRollup } from '../../src/measure/rollup.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { formatFacts, parseFacts } from '../../src/profile/document.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { raw } from './sql.ts'

export interface Told {
  readonly visitor: string
  readonly event: { readonly id: string; readonly kind: string } & Readonly<Record<string, unknown>>
}

export interface Differences {
  /** Events that were answered for, and that the store knows nothing of. */
  readonly lost: number
  /** Outcomes that a visitor's row holds more than once, or that nobody told. */
  readonly doubled: number
  /** Visitors whose profile is not what their events add up to. */
  readonly profiles: number
  /** Sums that are not what the rows add up to. */
  readonly cells: number
}

type Row = Readonly<Record<string, unknown>>

export async function compare(db: Database, told: readonly Told[]): Promise<Differences> {
  const rows = (sql: string): Promise<readonly Row[]> => db.ask<Row>(raw(sql))
  const measures = await rows('SELECT visitor, document FROM measures')
  const events = await rowsOfEvents(rows)
  const documents = await rows('SELECT visitor, document FROM contributions')
  const kept = new Set(events.map(({ visitor, id }) => `${visitor} ${id}`))
  const counted = new Map<string, number>()
  const rollup = createRollup()
  const now = Date.now()
  for (const { visitor, document } of measures) {
    const measured = parseMeasured(String(document))
    if (measured === null) throw new Error('a document cannot be read')
    rollup.change(NOTHING, measured, now)
    for (const { id } of measured.outcomes) {
      const key = `${visitor} ${id}`
      counted.set(key, (counted.get(key) ?? 0) + 1)
    }
  }
  const isCounted = (kind: string): boolean => (OUTCOME_KINDS as readonly string[]).includes(kind)
  const lost = told.filter(({ visitor, event: { id, kind } }) => {
    const key = `${visitor} ${id}`
    return !kept.has(key) || (isCounted(kind) && !counted.has(key))
  })
  const known = new Set(told.map(({ visitor, event }) => `${visitor} ${event.id}`))
  const doubled = [...counted].filter(
    ([key, times]) => times > 1 || !(known.has(key) || key.includes(' selvedge:')),
  )
  return {
    lost: lost.length,
    doubled: doubled.length,
    profiles: differingProfiles(events, documents),
    cells: differingCells(await rows('SELECT * FROM cells'), rollup.deltas()),
  }
}

const PAGE_ROWS = 5_000

/** A store answers with some megabytes at most. */
async function rowsOfEvents(rows: (sql: string) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const all: Row[] = []
  for (;;) {
    const some = await rows(
      `SELECT visitor, id, at, kind, detail FROM events ORDER BY visitor, id LIMIT ${PAGE_ROWS} OFFSET ${all.length}`,
    )
    all.push(...some)
    if (some.length < PAGE_ROWS) return all
  }
}

/** Affinities are sums of fractions, which depend a little on their order. */
function differingProfiles(events: readonly Row[], documents: readonly Row[]): number {
  const byVisitor = Map.groupBy(events, ({ visitor }) => String(visitor))
  const differing = documents.filter(({ visitor, document }) => {
    const own = (byVisitor.get(String(visitor)) ?? []).map(
      ({ id, at, kind, detail }): Evidence =>
        ({ id, at: Number(at), kind, ...(JSON.parse(String(detail)) as object) }) as unknown as Evidence,
    )
    const facts = parseFacts(String(document))
    if (facts === null) return true
    const anew = applyAll(emptyContribution(String(visitor)), own).facts
    return !isAlike(JSON.parse(formatFacts(facts)), JSON.parse(formatFacts(anew)))
  })
  const without = [...byVisitor.keys()].filter((id) => !documents.some(({ visitor }) => visitor === id))
  return differing.length + without.length
}

const CLOSE = 1e-9

function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= CLOSE * Math.max(1, Math.abs(a), Math.abs(b))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => isAlike((a as Row)[key], (b as Row)[key]))
}

/** Sums of whole numbers, so they agree to the last. */
function differingCells(
  cells: readonly Row[],
  deltas: readonly (readonly [string, string, string, string, string, ...number[]])[],
): number {
  const stored = new Map(
    cells.map(({ campaign, segment, day, arm, metric, n, y, yy, x, xx, xy }) => [
      [campaign, segment, day, arm, metric].join(' '),
      [n, y, yy, x, xx, xy].join(' '),
    ]),
  )
  const anew = new Map(deltas.map(([c, s, d, a, m, ...sums]) => [[c, s, d, a, m].join(' '), sums.join(' ')]))
  const isZero = (sums: string | undefined): boolean => sums === undefined || /^[0 ]*$/.test(sums)
  return [...new Set([...stored.keys(), ...anew.keys()])].filter((key) => {
    const [one, other] = [stored.get(key), anew.get(key)]
    return one !== other && !(isZero(one) && isZero(other))
  }).length
}
