/** What we know of a visitor, in their language: one item for each kind of data, with where from, what for, how long. Pure. */
import type { DataClass } from '../campaign/attributes.ts'
import type { Attributes } from '../campaign/model.ts'
import { DAY_MS } from '../kit/time.ts'
import { normalAffinity } from '../profile/affinity.ts'
import { decayFactor } from '../profile/decay.ts'
import { storeVisitsAWeek } from '../profile/habit.ts'
import type { EvidenceKind, Snapshot, TraitName } from '../profile/model.ts'
import type { Daypart, Geo, Weekday } from '../signals/model.ts'
import { countryName } from './explain.ts'
import { createFormat, type Format } from './format.ts'
import type { Language } from './language.ts'
import type { Row, Rows, Scope } from './model.ts'
import { RECORDS_LIFE_MS } from './retention.ts'
import { TEXTS } from './texts.ts'
import { keptUntil } from './view.ts'

export interface Item {
  /** What the single events say, what was measured, and the answers that are on record. */
  readonly id: DataClass | 'activity' | 'measures' | 'answers'
  readonly name: string
  /** What is known, a line each. */
  readonly lines: readonly string[]
  readonly from: string
  /** Names of what uses it now. */
  readonly uses: readonly string[]
  readonly kept: string
  readonly isOff: boolean
}

export interface Knowledge {
  readonly snapshot: Snapshot
  readonly rows: Rows | null
  readonly scope: Scope | null
  readonly off: readonly string[]
  readonly uses: ReadonlyMap<DataClass, readonly string[]>
  /** Names of the shop's stores by their ids. */
  readonly stores: ReadonlyMap<string, string>
  readonly now: number
}

/** In the order of what people ask for first. */
const ORDER = ['follows', 'traits', 'affinity', 'habit', 'orders', 'recent', 'visit', 'stage'] as const
type Told = (typeof ORDER)[number]

/** Rarer than this a week is no habit worth telling. */
const MIN_A_WEEK = 0.1
const SOME = 0.3
const STRONG = 0.6

/** Items that hold anything. */
export function itemsOf(knowledge: Knowledge, language: Language): readonly Item[] {
  const texts = TEXTS[language]
  const format = createFormat(language)
  const { snapshot, off, uses } = knowledge
  const kept = texts.keptUntil(format.date(keptUntil(snapshot).store))
  const items = ORDER.map(
    (id): Item => ({
      id,
      name: texts.data[id].name,
      lines: linesOf(id, knowledge, format),
      from: texts.data[id].from ?? '',
      uses: uses.get(id) ?? [],
      kept,
      isOff: off.includes(id),
    }),
  )
  const { events = [], measures = [], consentLog = [] } = knowledge.rows ?? {}
  const { choices, data, measurement, necessary } = texts
  const count = (rows: readonly unknown[]): readonly string[] =>
    rows.length === 0 ? [] : [texts.activity(rows.length)]
  // Beside its entries a document holds plain numbers.
  const entries = measures.flatMap(({ document }) =>
    Object.values(document as Row)
      .filter(Array.isArray)
      .flat(),
  )
  const single = { from: texts.activityFrom, kept: texts.keptEvents, isOff: false }
  const records: readonly Item[] = [
    // Campaigns read what single acts add up to, never the acts.
    { ...single, id: 'activity', name: texts.activityName, lines: activityLines(events, format), uses: [] },
    {
      ...single,
      id: 'measures',
      name: texts.tables.measures,
      lines: count(entries).flatMap((line) => [line, data.country.name, data.device.name, data.time.name]),
      uses: [measurement.name],
    },
    {
      ...single,
      id: 'answers',
      name: choices,
      lines: count(consentLog),
      from: data.traits.from ?? '',
      uses: [necessary.name],
      kept: texts.keptUntil(format.date(Number(consentLog.at(-1)?.at ?? 0) + RECORDS_LIFE_MS)),
    },
  ]
  return [...items, ...records].filter(({ lines }) => lines.length > 0)
}

function linesOf(id: Told, { snapshot, scope, now, stores }: Knowledge, format: Format): readonly string[] {
  const texts = TEXTS[format.language]
  const { stage } = snapshot
  const tie = scope?.tie
  switch (id) {
    case 'follows':
      return snapshot.follows ?? []
    case 'traits':
      return traitLines(snapshot, format)
    case 'affinity':
      return affinityLines(snapshot, now, format)
    case 'habit':
      return [...habitLines(snapshot, now, format), ...storeLines(snapshot, now, stores, format)]
    case 'orders':
      return orderLines(snapshot, format)
    case 'recent':
      return snapshot.recent === undefined ? [] : [snapshot.recent]
    case 'visit':
      return [texts.visits(snapshot.visits, format.date(snapshot.createdAt))]
    case 'stage':
      return [
        texts.stages[stage === undefined || stage === 'unknown' ? 'identified' : stage],
        // A card is no browser.
        ...(tie === undefined || tie.source === 'card' ? [] : [texts.tie[tie.source](format.date(tie.at))]),
      ]
  }
}

function traitLines({ traits = {} }: Snapshot, { language, named }: Format): readonly string[] {
  const names = TEXTS[language].traits
  return Object.entries(traits).map(([name, value]) => {
    const text = Array.isArray(value) ? value.map(words).join(', ') : String(value)
    return named(names[name as TraitName], text)
  })
}

function affinityLines({ affinities = [], asOf = 0 }: Snapshot, now: number, { language, named }: Format) {
  const { strength } = TEXTS[language]
  const factor = decayFactor(now - asOf)
  return affinities.map(([category, score]) => {
    const normal = normalAffinity(score * factor)
    const much = normal >= STRONG ? strength.strong : normal >= SOME ? strength.some : strength.weak
    return named(words(category), much)
  })
}

function habitLines({ habits = [], asOf = 0 }: Snapshot, now: number, format: Format): readonly string[] {
  const { weekdays, dayparts, aWeek } = TEXTS[format.language]
  const factor = decayFactor(now - asOf)
  return habits.flatMap(([cell, often]) => {
    const [weekday, daypart] = cell.split('.') as [Weekday, Daypart]
    const rate = often * factor
    const when = `${weekdays[weekday]}, ${dayparts[daypart]}`
    return rate < MIN_A_WEEK ? [] : [format.named(when, aWeek(format.number(rate)))]
  })
}

function storeLines(
  { stores = [], asOf = 0 }: Snapshot,
  now: number,
  names: Knowledge['stores'],
  format: Format,
): readonly string[] {
  const { storeVisits } = TEXTS[format.language]
  const daysLater = Math.floor(now / DAY_MS) - Math.floor(asOf / DAY_MS)
  return stores.flatMap(([store, days]) => {
    const rate = storeVisitsAWeek(days, daysLater)
    return rate === 0 ? [] : [storeVisits(names.get(store) ?? store, format.number(rate))]
  })
}

function orderLines({ orders }: Snapshot, format: Format): readonly string[] {
  if (orders === undefined || orders.count === 0) return []
  const { count, total, currency, lastAt } = orders
  const value = currency === undefined ? undefined : format.money(total, currency)
  const last = lastAt === undefined ? undefined : format.date(lastAt)
  return [TEXTS[format.language].orders(count, value, last)]
}

function activityLines(events: readonly Row[], { language, named }: Format): readonly string[] {
  const { kinds } = TEXTS[language]
  const byKind = Map.groupBy(events, ({ kind }) => String(kind))
  return [...byKind]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([kind, list]) => named(kinds[kind as EvidenceKind] ?? kind, list.length))
}

/** A category's key as words. */
const words = (key: string): string => key.replaceAll('-', ' ')

/** What this very request tells: label and value, in the reader's language. */
export function visitLines(
  attributes: Attributes,
  language: Language,
): readonly (readonly [name: string, value: string])[] {
  const { data, devices } = TEXTS[language]
  const geo = (attributes.geo ?? {}) as Geo
  const device = (attributes.device ?? {}) as {
    readonly type?: keyof typeof devices
    readonly language?: string
  }
  const { country, region, timezone, city, latitude, longitude } = geo
  const { number } = createFormat(language)
  const place =
    latitude === undefined || longitude === undefined
      ? undefined
      : `${number(latitude)}°, ${number(longitude)}°`
  const values: readonly (readonly [DataClass, string | undefined])[] = [
    ['country', country === undefined ? undefined : (countryName(country, language) ?? country)],
    ['region', [region, timezone].filter((text) => text !== undefined).join(', ') || undefined],
    ['city', city],
    ['place', place],
    ['device', device.type === undefined ? undefined : devices[device.type]],
    ['language', device.language === undefined ? undefined : languageName(device.language, language)],
  ]
  return values.flatMap(([id, value]) => (value === undefined ? [] : [[data[id].name, value] as const]))
}

/** What a language tag is called; the tag itself where it is none. */
function languageName(tag: string, language: Language): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
