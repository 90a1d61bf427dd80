/**
 * The catalogue of everything that conditions and templates may read: one line for each attribute, with its type, its
 * data class, whether it may be known of consenting visitors only, and a label for people. Data use, the inventory of
 * data and explanations all follow from it. Pure.
 */
import { suggest } from '../kit/suggest.ts'
import { STAGES } from '../profile/model.ts'
import { DAYPARTS, SEASONS, WEEKDAYS } from '../signals/model.ts'

export const DATA_CLASSES = [
  'country',
  'region',
  'city',
  'place',
  'time',
  'device',
  'language',
  'page',
  'visit',
  'cookie',
  'weather',
  'store',
  'stage',
  'affinity',
  'habit',
  'follows',
  'traits',
  'orders',
  'recent',
] as const
export type DataClass = (typeof DATA_CLASSES)[number]

/** Classes that only a visitor who agreed to personalization may be known by. */
const PERSONAL: ReadonlySet<DataClass> = new Set<DataClass>([
  'city',
  'place',
  'visit',
  'cookie',
  'store',
  'stage',
  'affinity',
  'habit',
  'follows',
  'traits',
  'orders',
  'recent',
])

export type AttributeType = 'string' | 'number' | 'boolean' | 'strings' | 'any'

export interface AttributeEntry {
  /** Dotted; a last step `*` stands for any one key, which may itself hold dots. */
  readonly path: string
  readonly type: AttributeType
  readonly dataClass: DataClass
  /** Needs consent for personalization. */
  readonly personal: boolean
  /** Plain words, lower case, to stand after "your" or "the". */
  readonly label: string
  /** Where the value is one of a closed list. */
  readonly values?: readonly string[]
  /** Where it is of one form, written out. */
  readonly form?: RegExp
}

const entry = (
  path: string,
  type: AttributeType,
  dataClass: DataClass,
  label: string,
  values?: readonly string[],
): AttributeEntry => ({
  path,
  type,
  dataClass,
  personal: PERSONAL.has(dataClass),
  label,
  ...(values === undefined ? {} : { values }),
})

const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']
const WEATHERS = ['clear', 'clouds', 'rain', 'snow', 'storm', 'fog']
const SYSTEMS = ['ios', 'android', 'windows', 'macos', 'linux', 'chromeos']

export const ATTRIBUTES: readonly AttributeEntry[] = [
  { ...entry('geo.country', 'string', 'country', 'country'), form: /^[A-Z]{2}$/ },
  entry('geo.continent', 'string', 'country', 'continent', CONTINENTS),
  entry('geo.isEU', 'boolean', 'country', 'country being in the European Union'),
  entry('geo.region', 'string', 'region', 'region'),
  entry('geo.regionCode', 'string', 'region', 'region code'),
  entry('geo.timezone', 'string', 'region', 'time zone'),
  entry('geo.city', 'string', 'city', 'city'),
  entry('geo.latitude', 'number', 'place', 'rough latitude'),
  entry('geo.longitude', 'number', 'place', 'rough longitude'),
  { ...entry('clock.hour', 'number', 'time', 'local hour'), form: /^(?:1?\d|2[0-3])$/ },
  { ...entry('clock.minute', 'number', 'time', 'local minute'), form: /^[1-5]?\d$/ },
  entry('clock.weekday', 'string', 'time', 'weekday', WEEKDAYS),
  entry('clock.isWeekend', 'boolean', 'time', 'weekend'),
  entry('clock.daypart', 'string', 'time', 'part of the day', DAYPARTS),
  entry('clock.season', 'string', 'time', 'season', SEASONS),
  entry('clock.date', 'string', 'time', 'local date'),
  entry('clock.timezone', 'string', 'region', 'time zone of the local clock'),
  entry('device.type', 'string', 'device', 'kind of device', ['mobile', 'tablet', 'desktop']),
  entry('device.os', 'string', 'device', 'operating system', SYSTEMS),
  entry('device.saveData', 'boolean', 'device', 'wish to save data'),
  entry('device.isBot', 'boolean', 'device', 'being a robot'),
  entry('device.language', 'string', 'language', 'language'),
  entry('page.host', 'string', 'page', 'host of the page'),
  entry('page.path', 'string', 'page', 'path of the page'),
  entry('page.query.*', 'string', 'page', 'query of the page'),
  entry('page.referrer', 'string', 'page', 'site that led here'),
  entry('page.utm.source', 'string', 'page', 'campaign source of the link'),
  entry('page.utm.medium', 'string', 'page', 'campaign medium of the link'),
  entry('page.utm.campaign', 'string', 'page', 'campaign name of the link'),
  entry('page.utm.term', 'string', 'page', 'campaign term of the link'),
  entry('page.utm.content', 'string', 'page', 'campaign content of the link'),
  entry('visit.count', 'number', 'visit', 'number of visits'),
  entry('visit.returning', 'boolean', 'visit', 'having been here before'),
  entry('visit.daysSince', 'number', 'visit', 'days since the visit before'),
  entry('weather.temperature', 'number', 'weather', 'temperature outside'),
  entry('weather.condition', 'string', 'weather', 'weather', WEATHERS),
  entry('weather.isHot', 'boolean', 'weather', 'unusually hot day'),
  entry('store.id', 'string', 'store', 'nearest store'),
  entry('store.name', 'string', 'store', 'name of the nearest store'),
  entry('store.km', 'number', 'store', 'distance to the nearest store'),
  entry('store.visitsPerWeek', 'number', 'habit', 'visits a week to the nearest store'),
  entry('cookie.*', 'string', 'cookie', 'cookie of this site'),
  entry('stage', 'string', 'stage', 'how well this shop knows you', STAGES),
  entry('affinity.*', 'number', 'affinity', 'interest in a category'),
  entry('habit.*', 'number', 'habit', 'habit by weekday and part of the day'),
  entry('follows', 'strings', 'follows', 'brands followed'),
  entry('traits.*', 'any', 'traits', 'what was declared'),
  entry('orders.count', 'number', 'orders', 'number of orders'),
  entry('orders.total', 'number', 'orders', 'value of orders'),
  entry('orders.daysSince', 'number', 'orders', 'days since the last order'),
  entry('orders.gapDays', 'number', 'orders', 'usual days between orders'),
  entry('orders.currency', 'string', 'orders', 'currency of orders'),
  entry('recent.product', 'string', 'recent', 'product looked at last'),
]

const byPath = new Map(ATTRIBUTES.map((attribute) => [attribute.path, attribute]))
const openPrefixes = ATTRIBUTES.filter(({ path }) => path.endsWith('.*')).map(
  (attribute) => [attribute.path.slice(0, -1), attribute] as const,
)

/** First steps of all paths, such as `geo`: names that a template may not use for anything else. */
export const ROOTS: ReadonlySet<string> = new Set(
  ATTRIBUTES.map(({ path }) => path.split('.', 1)[0] as string),
)

/** Everything that reading a path reads: one attribute, or all of a branch such as `geo`; nothing if it is unknown. */
export function attributesAt(path: string): readonly AttributeEntry[] {
  const exact = byPath.get(path)
  if (exact !== undefined) return [exact]
  const open = openPrefixes.find(([prefix]) => path.startsWith(prefix) && path.length > prefix.length)
  if (open !== undefined) return [open[1]]
  const below = `${path}.`
  return ATTRIBUTES.filter((attribute) => attribute.path.startsWith(below))
}

/** The known path that was probably meant, for a message. */
export const suggestPath = (path: string): string | undefined => suggest(path, [...byPath.keys()])
