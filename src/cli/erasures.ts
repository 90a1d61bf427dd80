/**
 * What a backup does not know: who was erased, and what was chosen, after it was made. `erasures save FILE` keeps a list
 * of it beside the backups, of marks that name nobody; `erasures apply FILE` does to a restored store what the list says.
 * Doing either again changes nothing more about anybody.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createConsentLog } from '../consent/store.ts'
import { dropClasses, eraseAll, type RightsPorts } from '../flow/rights.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { type SQL, slices, sql, statement } from '../kit/query.ts'
import { type Database, openDatabase } from '../kit/sql.ts'
import { DAY_MS } from '../kit/time.ts'
import { createMeasureStore } from '../measure/store.ts'
import { scopeOfBrowser } from '../privacy/erase.ts'
import { nameInStore, PERSONAL_TABLES, TABLES } from '../privacy/inventory.ts'
import { createRightsStore } from '../privacy/store.ts'
import { purgeBefore, tombstonesOf } from '../profile/retention.ts'
import { createProfileStore } from '../profile/store.ts'
import { reasonOf, storeOf } from './migrate.ts'
import { Trouble } from './trouble.ts'

const TIMEOUT_MS = 120_000
const PAGE_ROWS = 5_000
/** Nobody goes back to an older backup, and the list stays short. */
const CHOICES_LIFE_MS = 90 * DAY_MS
/**
 * Readers ask for what came after the last they saw, in the store that was lost. More erasures, or changes of campaigns,
 * than there are between two backups.
 */
const LEAP = 1_000_000
/** Read and written by the owner alone. */
const OWNER_ONLY = 0o600

/** The last choice of somebody who has an id. */
interface Choice {
  readonly at: number
  readonly personalization: number
  readonly measurement: number
  readonly off: string
  readonly source: string
  readonly policy: string
}

/** By the mark of an id, which is its tombstone's. */
interface List {
  /** When each was erased, epoch milliseconds. */
  readonly erased: Map<string, number>
  readonly chosen: Map<string, Choice>
}

export interface Redone {
  readonly erased: number
  readonly chosen: number
}

/** Joins what the store knows to the list in `text`, without what is past its time. */
export async function listed(db: Database, text: string, now: number): Promise<string> {
  const { erased, chosen } = parseList(text)
  for await (const rows of pages<{ hash: string; at: number }>(db, 'tombstones')) {
    for (const { hash, at } of rows) erased.set(hash, at)
  }
  for await (const rows of pages<Choice & { visitor: string | null }>(db, 'consent_log')) {
    const named = rows.flatMap(({ visitor, ...choice }) => (visitor === null ? [] : [{ visitor, choice }]))
    const marks = await tombstonesOf(named.map(({ visitor }) => visitor))
    for (const [index, { choice }] of named.entries()) later(chosen, marks[index] as string, choice)
  }
  const oldest = purgeBefore(now).tombstones
  return [
    ...[...erased].filter(([, at]) => at >= oldest).map(([mark, at]) => ({ mark, at })),
    ...[...chosen]
      .filter(([mark, { at }]) => at >= now - CHOICES_LIFE_MS && !erased.has(mark))
      .map(([mark, choice]) => ({ mark, ...choice })),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
}

/** Erases again, and lets choices hold again, in a store that was restored. Counts visitors of whom something was there. */
export async function redo(db: Database, text: string, now: number): Promise<Redone> {
  const { erased, chosen } = parseList(text)
  await leap(db)
  for (const some of slices([...erased], PAGE_ROWS)) {
    const rows = JSON.stringify(some)
    await db.write(() => [
      statement(sql`INSERT INTO tombstones (hash, at) SELECT value ->> 0, value ->> 1 FROM json_each(${rows}) WHERE true
        ON CONFLICT (hash) DO NOTHING`),
    ])
  }
  const ports: RightsPorts = {
    store: createRightsStore(db),
    forgotten: async () => {},
    outdated: async () => {},
    now: () => now,
  }
  const done = { erased: new Set<string>(), chosen: new Set<string>() }
  for await (const ids of visitorsOf(db)) {
    const marks = await tombstonesOf(ids)
    for (const [index, id] of ids.entries()) {
      const choice = chosen.get(marks[index] as string)
      if (erased.has(marks[index] as string)) {
        // Each browser of a person has a mark of its own; a card goes with the last of them.
        await eraseAll(ports, id, scopeOfBrowser)
        done.erased.add(id)
      } else if (choice !== undefined && (await chooseAgain(db, ports, id, choice, now))) done.chosen.add(id)
    }
  }
  return { erased: done.erased.size, chosen: done.chosen.size }
}

/** New erasures and new states of campaigns are new to those who still read from where the lost store ended. */
const leap = (db: Database): Promise<unknown> =>
  db.write(() => [
    statement(sql`INSERT INTO sqlite_sequence (name, seq) SELECT 'tombstones', 0
      WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'tombstones')`),
    statement(sql`UPDATE sqlite_sequence SET seq = seq + ${LEAP} WHERE name = 'tombstones'`),
    statement(sql`UPDATE campaign_state SET version = version + ${LEAP}`),
  ])

/** Whether the store did not know of it. Put on record last, so that what was cut off half-way is done again. */
async function chooseAgain(
  db: Database,
  ports: RightsPorts,
  visitor: string,
  choice: Choice,
  now: number,
): Promise<boolean> {
  const [known] = await db.ask<{ at: number }>(
    statement(sql`SELECT at FROM consent_log WHERE visitor = ${visitor} ORDER BY seq DESC LIMIT 1`),
  )
  if (known !== undefined && known.at >= choice.at) return false
  const off = choice.off.split(',').filter((name) => name !== '')
  if (choice.measurement === 0) await createMeasureStore(db).leave([visitor], 'withdrawal', now)
  if (off.length > 0) await dropClasses(ports, createProfileStore(db), visitor, off)
  const { at, source, policy } = choice
  const [personalization, measurement] = [choice.personalization === 1, choice.measurement === 1]
  await createConsentLog(db).append({
    at,
    visitor,
    personalization,
    measurement,
    off,
    source: source as 'api',
    policy,
  })
  return true
}

/** The rows of a table that has a `seq`, in its order. */
async function* pages<R>(db: Database, table: string): AsyncGenerator<readonly R[]> {
  for (let last = 0; ; ) {
    const rows = await db.ask<R & { seq: number }>(
      statement(
        sql`SELECT * FROM ${sql.identifier(table)} WHERE seq > ${last} ORDER BY seq LIMIT ${PAGE_ROWS}`,
      ),
    )
    yield rows.map(({ seq: _, ...row }) => row as unknown as R)
    if (rows.length < PAGE_ROWS) return
    last = rows.at(-1)?.seq ?? last
  }
}

/** Every id that some table holds a row of; those that are in several come as often. */
async function* visitorsOf(db: Database): AsyncGenerator<readonly string[]> {
  for (const name of PERSONAL_TABLES) {
    const [table, column] = [name, TABLES[name].visitor].map((each) => sql.identifier(nameInStore(each))) as [
      SQL,
      SQL,
    ]
    for (let last = ''; ; ) {
      const rows = await db.ask<{ id: string }>(
        statement(sql`SELECT DISTINCT ${column} AS id FROM ${table} WHERE ${column} > ${last}
          ORDER BY ${column} LIMIT ${PAGE_ROWS}`),
      )
      yield rows.map(({ id }) => id)
      if (rows.length < PAGE_ROWS) break
      last = rows.at(-1)?.id ?? last
    }
  }
}

function later(chosen: Map<string, Choice>, mark: string, choice: Choice): void {
  if ((chosen.get(mark)?.at ?? 0) <= choice.at) chosen.set(mark, choice)
}

function parseList(text: string): List {
  const list: List = { erased: new Map(), chosen: new Map() }
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue
    const { mark, at, ...choice } = parseLine(line, index + 1)
    if (choice.off === undefined) list.erased.set(mark, at)
    else later(list.chosen, mark, { at, ...choice } as Choice)
  }
  return list
}

type Line = { readonly mark: string; readonly at: number } & Partial<Omit<Choice, 'at'>>

function parseLine(line: string, number: number): Line {
  try {
    const read = JSON.parse(line) as Line
    if (/^[0-9a-f]{16}$/.test(read.mark) && Number.isSafeInteger(read.at)) return read
  } catch {
    // Told below.
  }
  throw new Trouble(`Line ${number} is not one that "erasures save" wrote: take an older copy of the file.`)
}

/** The command. */
export async function erasures(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { url: { type: 'string' }, token: { type: 'string' } },
  })
  const [verb, file] = positionals
  if (file === undefined || positionals.length > 2 || (verb !== 'save' && verb !== 'apply')) {
    throw new Trouble('Say "erasures save FILE" or "erasures apply FILE".', 2)
  }
  const { url, token } = storeOf(values)
  const db = openDatabase({ url, authToken: token, timeoutMs: TIMEOUT_MS })
  try {
    if (verb === 'save') save(file, await listed(db, textOf(file, true), Date.now()))
    else {
      const { erased, chosen } = await redo(db, textOf(file, false), Date.now())
      console.log(`Erased ${erased} visitor(s) again, and ${chosen} choice(s) hold again.`)
    }
    return 0
  } catch (error) {
    if (!(error instanceof SelvedgeError)) throw error
    throw new Trouble(`The store at ${new URL(url).host} did not do it: ${reasonOf(error)}. Try again.`)
  }
}

function textOf(file: string, mayBeNew: boolean): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (mayBeNew && (error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** In one step, so that no list is ever half of one. */
function save(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: OWNER_ONLY })
  renameSync(`${file}.new`, file)
  console.log(`${text.split('\n').length - 1} line(s) in ${file}.`)
}
