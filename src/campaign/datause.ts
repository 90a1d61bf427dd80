/**
 * What a campaign reads of a visitor, derived by walking its condition, its schedule and its templates. Never declared by
 * its author, so it cannot lie: consent, explanation and the data inventory all follow from it. Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { type AttributeEntry, attributesAt, type DataClass } from './attributes.ts'
import { inspectAudience } from './audience.ts'
import { compilePath, isRecord } from './condition.ts'
import type { ContextPart } from './context.ts'
import { isTemplate, parseLiquid } from './liquid.ts'
import type { Allocation, Attributes, Campaign, CompiledCampaign, Condition, Edit, Supply } from './model.ts'

export interface DataUse {
  /** Attribute paths, sorted; a branch such as `geo` stands for everything below it. */
  readonly reads: readonly string[]
  readonly classes: readonly DataClass[]
  /** Some of it may be known of consenting visitors only. */
  readonly personal: boolean
}

/** Walks everything of a campaign that can read: whom it is for and when, and the templates of all variants. */
export function dataUse(campaign: Campaign): DataUse {
  return useOf([...audienceReads(campaign), ...copyReads(campaign)])
}

/** Paths that decide who sees it, and which version. */
export const audienceReads = ({ audience, supply, schedule, allocation }: Campaign): readonly string[] => [
  ...inspectAudience(audience, '').reads,
  ...(supply === undefined ? [] : SUPPLY_READS[supply.at]),
  ...(schedule?.hours ? ['clock.hour'] : []),
  ...(schedule?.weekdays ? ['clock.weekday'] : []),
  ...contextReads(allocation),
]

/** Paths that the weights of an adaptive campaign go by. */
export const contextReads = (allocation: Allocation | undefined): readonly string[] =>
  allocation?.kind === 'adaptive' ? (allocation.by ?? []).map((part) => CONTEXT_READS[part]) : []

const CONTEXT_READS: Readonly<Record<ContextPart, string>> = {
  device: 'device.type',
  touchpoint: 'page.path',
  daypart: 'clock.daypart',
  country: 'geo.country',
  region: 'geo.regionCode',
}

/** What has to be known of a visitor to look for stock where they are. */
const SUPPLY_READS: Readonly<Record<Supply['at'], readonly string[]>> = {
  online: [],
  store: ['store.id'],
  region: ['geo.country', 'geo.regionCode'],
}

/** Paths that the words and attributes of its variants are made of. */
const copyReads = ({ variants }: Campaign): readonly string[] =>
  variants.flatMap(({ edits }) => edits.flatMap(templateReads))

function useOf(reads: readonly string[]): DataUse {
  const paths = [...new Set(reads)].sort()
  const entries = paths.flatMap(attributesAt)
  return { reads: paths, classes: classesOf(entries), personal: entries.some(isPersonal) }
}

const isPersonal = ({ personal }: AttributeEntry): boolean => personal

const classesOf = (entries: readonly AttributeEntry[]): readonly DataClass[] =>
  [...new Set(entries.map(({ dataClass }) => dataClass))].sort()

/** One piece of "why am I seeing this", for the privacy room to put into words. */
export interface ExplanationPiece {
  /** `why.<class>`: a key of the texts. */
  readonly key: `why.${DataClass}`
  readonly dataClass: DataClass
  readonly personal: boolean
  /** It chose the visitor (`audience`), stands in the words (`copy`), or both. */
  readonly use: 'audience' | 'copy' | 'both'
  /** What exactly: categories, brands, names of traits, cells of the week; sorted, often empty. */
  readonly subjects: readonly string[]
}

/** One piece for each data class that the campaign reads, what is personal first. */
export function explanationOf(campaign: Campaign): readonly ExplanationPiece[] {
  const chosenBy = audienceReads(campaign)
  const made = copyReads(campaign)
  const { classes } = useOf([...chosenBy, ...made])
  const pieces = classes.map((dataClass): ExplanationPiece => {
    const isOf = (path: string): boolean => attributesAt(path).some((entry) => entry.dataClass === dataClass)
    const audience = chosenBy.filter(isOf)
    const copy = made.filter(isOf)
    return {
      key: `why.${dataClass}`,
      dataClass,
      personal: [...audience, ...copy].flatMap(attributesAt).some((entry) => isOfClass(entry, dataClass)),
      use: copy.length === 0 ? 'audience' : audience.length === 0 ? 'copy' : 'both',
      subjects: subjectsOf(dataClass, [...audience, ...copy], campaign.audience),
    }
  })
  return pieces.sort((a, b) => Number(b.personal) - Number(a.personal))
}

const isOfClass = (entry: AttributeEntry, dataClass: DataClass): boolean =>
  entry.dataClass === dataClass && entry.personal

/** Attributes that a shop names itself say by their name what is read; followed brands stand in the condition. */
function subjectsOf(dataClass: DataClass, paths: readonly string[], audience: Condition): readonly string[] {
  const named = paths.flatMap((path) => {
    const [entry] = attributesAt(path)
    return entry?.path.endsWith('.*') ? [path.slice(entry.path.length - 1)] : []
  })
  const compared = dataClass === 'follows' ? operandsOf(audience, 'follows') : []
  return [...new Set([...named, ...compared])].sort()
}

/** Texts that a condition compares a path with, wherever it stands; negated ones too. */
export function operandsOf(condition: unknown, path: string): readonly string[] {
  if (Array.isArray(condition)) return condition.flatMap((item) => operandsOf(item, path))
  if (!isRecord(condition)) return []
  return Object.entries(condition).flatMap(([key, operand]) =>
    key === path ? textsIn(operand) : key.startsWith('$') ? operandsOf(operand, path) : [],
  )
}

/** Every text of a value, however deep. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : []
}

/** The same for every view of a plan; weak, so it goes with its release. */
const roots = new WeakMap<object, ReadonlySet<string>>()

/** First steps of all that the campaigns of a page read: `weather` of `weather.isHot`. */
export function rootsOf(plan: {
  readonly campaigns: readonly Pick<CompiledCampaign, 'reads'>[]
}): ReadonlySet<string> {
  const known = roots.get(plan)
  if (known !== undefined) return known
  const paths = plan.campaigns.flatMap(({ reads }) => reads)
  const made = new Set(paths.map((path) => path.split('.', 1)[0] as string))
  roots.set(plan, made)
  return made
}

/** Does any of these campaigns read something below this root, such as `weather`? */
export const someRead = (campaigns: readonly Pick<CompiledCampaign, 'reads'>[], root: string): boolean =>
  campaigns.some(({ reads }) => reads.some((path) => path === root || path.startsWith(`${root}.`)))

/** Cookies in which shops keep what was looked at last. */
const RECENT_COOKIE = /^cookie\..*(?:recent|last[-_.]?(?:view|seen|product)|viewed)/i

const readsRecent = (path: string): boolean =>
  path === 'recent' || path === 'recent.product' || RECENT_COOKIE.test(path)

/** Paths of the product that was looked at last, by campaign: asked at every decision. Values of a pure function. */
const recentPaths = new WeakMap<object, readonly ((attributes: unknown) => unknown)[]>()

/** The product that a campaign follows its visitor with: whatever was looked at last, where the campaign reads that. */
export function retargetedProduct(
  campaign: Pick<CompiledCampaign, 'reads'>,
  attributes: Attributes,
): string | undefined {
  let paths = recentPaths.get(campaign)
  if (paths === undefined) {
    paths = campaign.reads
      .filter(readsRecent)
      .map((path) => compilePath(path === 'recent' ? 'recent.product' : path))
    recentPaths.set(campaign, paths)
  }
  for (const read of paths) {
    const product = read(attributes)
    if (typeof product === 'string' && product !== '') return product
  }
  return undefined
}

/** The template of an edit, where it has one. */
export const templateOf = (edit: Edit): string | undefined => ('value' in edit ? edit.value : undefined)

/** Paths that the template of an edit reads. */
export function templateReads(edit: Edit): readonly string[] {
  const source = templateOf(edit)
  if (source === undefined || !isTemplate(source)) return []
  const parsed = parseLiquid(source)
  if (!parsed.ok) return []
  return parsed.value.reads.flatMap((path) => attributePath(path) ?? [])
}

/** What Liquid itself knows of lists and texts; reading it reads what it is asked of. */
const PSEUDO = /\.(?:size|first|last)$/

/** The catalogue's path that a template path reads; undefined for `data.…` and for what is unknown. */
export function attributePath(path: string): string | undefined {
  for (let shorter = path; ; ) {
    if (attributesAt(shorter).length > 0) return shorter
    const next = shorter.replace(PSEUDO, '')
    if (next === shorter) return undefined
    shorter = next
  }
}

const COOKIE = 'cookie.'

/** Cookies that campaigns ask for in vain. A warning, since READ_COOKIES (`listed`) may follow the release. */
export const unreadCookies = (
  campaigns: readonly Pick<DataUse, 'reads'>[],
  listed: readonly string[] | undefined,
): readonly Fault[] =>
  campaigns.flatMap(({ reads }, at) =>
    reads
      .filter((path) => path.startsWith(COOKIE) && listed?.includes(path.slice(COOKIE.length)) === false)
      .map((path) => ({
        path: pointer('campaigns', at),
        code: 'unread_cookie',
        message: `"${path}" is always empty: READ_COOKIES does not list it`,
      })),
  )
