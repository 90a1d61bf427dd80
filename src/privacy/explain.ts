/**
 * "Why am I seeing this": plain sentences from what a campaign reads (derived, see campaign/datause.ts) and what is true
 * of this visitor. It tells back only what people chose or said themselves, or can see out of the window; whatever was
 * worked out about them is named by its kind of data alone. Pure.
 */
import { attributesAt, type DataClass } from '../campaign/attributes.ts'
import { compileCondition, compilePath, isRecord } from '../campaign/condition.ts'
import { audienceReads, contextReads, type ExplanationPiece, explanationOf } from '../campaign/datause.ts'
import { leavesOf } from '../campaign/leaves.ts'
import type { Attributes, Campaign, CompiledCampaign } from '../campaign/model.ts'
import { isOpen } from '../decide/schedule.ts'
import type { Clock } from '../signals/model.ts'
import type { Language } from './language.ts'
import { TEXTS, type WhyTexts } from './texts.ts'

export interface Explanation {
  /** One sentence that says all reasons. */
  readonly sentence: string
  /** What its words are made with besides; absent where that is nothing more. */
  readonly wording?: string
  /** Chance had a part in it. */
  readonly chance?: string
  /** The shop's own words, in this language or in English. */
  readonly own?: string
  /** Kinds of data used, what is personal first. */
  readonly classes: readonly DataClass[]
}

/**
 * Something that its visitors are chosen by, such as a leaf of its audience. Of what people have or do: is there something
 * that it is about? Of where and when they are: is it so here and now?
 */
interface Ground {
  readonly dataClass: DataClass
  readonly holds: (attributes: Attributes) => boolean
}

/** What a campaign reads, and by which of it its visitors are chosen. */
interface Reads {
  readonly pieces: readonly ExplanationPiece[]
  readonly chosenBy: ReadonlySet<string>
  readonly grounds: readonly Ground[]
}

/** Values of a pure function, made at the first question; weak, so they go with their release. */
const known = new WeakMap<Campaign, Reads>()

function readsOf(campaign: Campaign): Reads {
  let reads = known.get(campaign)
  if (reads === undefined) {
    reads = {
      pieces: explanationOf(campaign),
      chosenBy: new Set(audienceReads(campaign)),
      grounds: groundsOf(campaign),
    }
    known.set(campaign, reads)
  }
  return reads
}

/** Classes whose clause says that there is something: interests, orders, a store nearby. */
const TELLING = ['stage', 'affinity', 'habit', 'follows', 'traits', 'orders', 'recent', 'store']
/** Farther away, in kilometres, is not near. */
const NEAR_KM = 30

/**
 * Whoever fits an audience by what they lack ("has never ordered", "follows nothing", "far from every store") is told the
 * kind of data, and nothing that is not so. So is whoever asks elsewhere, or at another time, than they were chosen. A
 * class that no ground is of (of `supply`) is asked for what it is.
 */
function isTrue(dataClass: DataClass, grounds: readonly Ground[], attributes: Attributes): boolean {
  const km = read(attributes, 'store', 'km')
  if (dataClass === 'store' && typeof km === 'number' && km > NEAR_KM) return false
  const own = grounds.filter((ground) => ground.dataClass === dataClass)
  return own.length === 0 || own.some(({ holds }) => holds(attributes))
}

const groundsOf = ({ audience, schedule = {}, allocation }: Campaign): readonly Ground[] => [
  ...leavesOf(audience).flatMap(({ path, operand, isNegated }) => {
    const matches = compileCondition({ [path]: operand })
    const value = compilePath(path)
    const asserted = !isNegated && asserts(operand, path === 'store.km')
    const has = (attributes: Attributes): boolean =>
      asserted && matches(attributes) && isSomething(value(attributes))
    // What is not at hand now, such as the weather, was when it was decided.
    const fits = (attributes: Attributes): boolean =>
      (value(attributes) ?? null) === null || matches(attributes) !== isNegated
    return attributesAt(path).map(({ dataClass }) => ({
      dataClass,
      holds: TELLING.includes(dataClass) ? has : fits,
    }))
  }),
  ...(schedule.hours || schedule.weekdays
    ? [
        {
          dataClass: 'time' as const,
          holds: ({ clock }: Attributes) =>
            clock === undefined || isOpen({ ...schedule, from: 0, to: 1 }, 0, clock as Clock),
        },
      ]
    : []),
  // Chance goes by them, and is no reason.
  ...contextReads(allocation)
    .flatMap(attributesAt)
    .map(({ dataClass }) => ({ dataClass, holds: () => false })),
]

/** More is wanted rather than less; of a distance, less. */
function asserts(operand: unknown, isDistance: boolean): boolean {
  if (!isRecord(operand)) return true
  const names = Object.keys(operand)
  const has = (start: string): boolean => names.some((name) => name.startsWith(start))
  const [less, more] = isDistance ? ['$g', '$l'] : ['$l', '$g']
  return !has('$n') && (!has(less as string) || has(more as string))
}

const isSomething = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : Boolean(value) && value !== 'unknown' && value !== 'identified'

/** Explains one campaign to one visitor. `attributes`: what was known when it was decided, consent applied. */
export function explain(
  { source }: Pick<CompiledCampaign, 'source'>,
  attributes: Attributes,
  language: Language,
): Explanation {
  const { why, data } = TEXTS[language]
  const { pieces, chosenBy, grounds } = readsOf(source)
  const clauses = pieces
    .filter(({ use }) => use !== 'copy')
    .map((piece) =>
      isTrue(piece.dataClass, grounds, attributes)
        ? clauseOf(piece, chosenBy, attributes, language)
        : why.regards(data[piece.dataClass].name),
    )
  const names = pieces.filter(({ use }) => use === 'copy').map(({ dataClass }) => data[dataClass].name)
  const own = source.because?.[language] ?? source.because?.en
  return {
    sentence: clauses.length === 0 ? why.everybody : why.sentence(listOf([...new Set(clauses)], language)),
    ...(names.length === 0 ? {} : { wording: why.wording(listOf(names, language)) }),
    ...(isByChance(source) ? { chance: why.chance } : {}),
    ...(own === undefined ? {} : { own }),
    classes: pieces.map(({ dataClass }) => dataClass),
  }
}

const isByChance = ({ variants, coverage, holdout, limit }: Campaign): boolean =>
  variants.filter(({ weight }) => weight > 0).length > 1 || coverage < 1 || holdout > 0 || limit !== undefined

/** "a, b and c", as the language writes it. */
export function listOf(items: readonly string[], language: Language): string {
  lists[language] ??= new Intl.ListFormat(language, { type: 'conjunction' })
  return lists[language].format(items)
}

/** Made once: making one costs more than all the rest of an explanation. */
const lists: Partial<Record<Language, Intl.ListFormat>> = {}
const countries: Partial<Record<Language, Intl.DisplayNames>> = {}

/** For a ground: the most telling clause that is true, else the one that names the kind of data. */
function clauseOf(
  piece: ExplanationPiece,
  chosenBy: ReadonlySet<string>,
  attributes: Attributes,
  language: Language,
): string {
  const { why } = TEXTS[language]
  switch (piece.dataClass) {
    case 'follows':
      return followsClause(piece, attributes, language) ?? why.classes.follows
    case 'country':
      return (
        (chosenBy.has('geo.country') ? countryClause(attributes, language) : undefined) ?? why.classes.country
      )
    case 'weather':
      return weatherClause(attributes, chosenBy, why) ?? why.classes.weather
    case 'visit':
      return read(attributes, 'visit', 'returning') === false ? why.firstVisit : why.classes.visit
    default:
      return why.classes[piece.dataClass]
  }
}

/** Only brands that the campaign asks for and that this visitor follows: it is their own choice that is told back. */
function followsClause(
  { subjects }: ExplanationPiece,
  attributes: Attributes,
  language: Language,
): string | undefined {
  const followed = attributes.follows
  if (!Array.isArray(followed)) return undefined
  const brands = subjects.filter((brand) => followed.includes(brand))
  return brands.length === 0 ? undefined : TEXTS[language].why.follows(listOf(brands, language))
}

function countryClause(attributes: Attributes, language: Language): string | undefined {
  const country = read(attributes, 'geo', 'country')
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) return undefined
  const name = countryName(country, language)
  return name === undefined ? undefined : TEXTS[language].why.country(name)
}

/** A country's name in a language, or undefined for a code that stands for none. */
export function countryName(code: string, language: Language): string | undefined {
  countries[language] ??= new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
  return countries[language].of(code)
}

function weatherClause(
  attributes: Attributes,
  chosenBy: ReadonlySet<string>,
  why: WhyTexts,
): string | undefined {
  const asksHeat = chosenBy.has('weather.isHot') || chosenBy.has('weather.temperature')
  if (asksHeat && read(attributes, 'weather', 'isHot') === true) return why.hot
  const condition = chosenBy.has('weather.condition') ? read(attributes, 'weather', 'condition') : undefined
  return typeof condition === 'string' && Object.hasOwn(why.weather, condition)
    ? why.weather[condition as keyof WhyTexts['weather']]
    : undefined
}

function read(attributes: Attributes, root: string, field: string): unknown {
  const group = attributes[root]
  return typeof group === 'object' && group !== null ? (group as Record<string, unknown>)[field] : undefined
}
