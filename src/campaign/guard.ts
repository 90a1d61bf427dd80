/**
 * The guard against the creepy, as far as it can be judged before anybody is shown anything. Every rule has a name; as
 * a fault its code is `guard_<name>`, and as the reason of a decision it stands as `guard;why="<name>"`. Pure.
 *
 * What reads nothing personal speaks to everybody who is here now: it may say what it likes about health or prayer, and
 * still may not claim to have watched anybody.
 */
import { fold, isAgeName, isChildAge, type SensitiveTopic, sensitiveTopic } from '../consent/sensitive.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { attributesAt } from './attributes.ts'
import { isRecord } from './condition.ts'
import {
  comparesFinely,
  expressionsOf,
  namesOf,
  needsPlace,
  type Printed,
  printedPaths,
  waysToRead,
  wordsOfData,
} from './copy.ts'
import { type DataUse, dataUse, templateOf, templateReads, textsIn } from './datause.ts'
import { leavesOf } from './leaves.ts'
import type { Campaign, Condition, Edit } from './model.ts'
import { isFine, singledOutBy } from './narrow.ts'
import { BOUGHT, FOLLOWED, HABITUAL, INFERRED, TOLD, WATCHING } from './phrases.ts'
import { scoreOf } from './practice.ts'

/** The closed list. The last three are judged elsewhere: over recent profiles, and at each decision. */
const GUARD_RULES = [
  /** The audience is made of something sensitive. */
  'sensitive_audience',
  /** What is aimed at one person (words, data, names, addresses, or a choice between them) touches something sensitive. */
  'sensitive_copy',
  /** The audience reaches into childhood. */
  'children',
  /** "We noticed you …". */
  'watching_copy',
  /** "Because you were at …", or a ground that the campaign does not read. */
  'revealing_copy',
  /** A habit may time an offer; it is never told back. */
  'told_habit',
  /** How far or where somebody is, told back closer than whole kilometres and towns. */
  'told_place',
  /** What we believe of somebody, told back: an affinity, a stage. */
  'told_inference',
  /** A combination of practices that hardly anybody accepts, and nobody answers for. */
  'practice',
  /** Fewer visitors than `MIN_AUDIENCE`. */
  'small_audience',
  /** How many it reaches cannot be told, and nobody answers for it. */
  'unknown_audience',
  /** Wants to know a place closer than a town, and the visitor did not share it for this. */
  'precise_place',
  /** Goes by a trait that this visitor never declared. */
  'undeclared',
] as const
export type GuardRule = (typeof GUARD_RULES)[number]

export const guardFault = (path: string, rule: GuardRule, message: string): Fault => ({
  path,
  code: `guard_${rule}`,
  message,
})

type Report = (rule: GuardRule, message: string, ...steps: readonly (string | number)[]) => void

/** Faults of a campaign of full shape. `at` is its pointer. */
export function guardCampaign(campaign: Campaign, at: string): readonly Fault[] {
  const faults: Fault[] = []
  const report: Report = (rule, message, ...steps) => {
    faults.push(guardFault(at + pointer(...steps), rule, message))
  }
  const use = dataUse(campaign)
  guardAudience(campaign.audience, use, report, ['audience'])
  guardTexts(campaign, use, report)
  for (const [v, { edits }] of campaign.variants.entries()) {
    for (const [e, edit] of edits.entries()) {
      guardEdit(edit, use, (rule, message) => report(rule, message, 'variants', v, 'edits', e, 'value'))
    }
  }
  guardPractice(campaign, use, report)
  guardNarrow(campaign, report)
  return faults
}

type Steps = readonly (string | number)[]

/** Every leaf of the condition: the name of what it reads, and what it compares that with. */
function guardAudience(condition: Condition, use: DataUse, report: Report, steps: Steps): void {
  for (const [key, operand] of Object.entries(condition)) {
    const here = [...steps, key]
    if (!key.startsWith('$')) {
      if (use.personal || ARRIVAL.test(key)) guardLeaf(key, operand, report, here)
    } else if (isRecord(operand)) guardAudience(operand, use, report, here)
    else if (Array.isArray(operand)) {
      for (const [index, item] of operand.entries()) {
        if (isRecord(item)) guardAudience(item, use, report, [...here, index])
      }
    }
  }
}

/** What somebody asked for, or clicked on, elsewhere: of this one person, though nobody has to agree to it being read. */
const ARRIVAL = /^page(?:$|\.(?:query|utm|referrer))/

/** What the shop, or its visitor, chose to call it: `hiv_status` of `cookie.hiv_status`. */
const nameIn = (path: string): string => path.slice(path.indexOf('.') + 1)

const topicOf = (texts: readonly string[]): SensitiveTopic | undefined =>
  texts.map(sensitiveTopic).find((found) => found !== undefined)

function guardLeaf(path: string, operand: unknown, report: Report, steps: Steps): void {
  const topic = topicOf([nameIn(path), ...textsIn(operand)])
  if (topic !== undefined) {
    report('sensitive_audience', `nobody is chosen by ${NAMES[topic]}; leave "${path}" out`, ...steps)
  }
  if (isAgeName(path) && reachesChildhood(operand)) {
    report('children', 'nobody is chosen for being a child; begin at 16 years', ...steps)
  }
}

/** Only what selects the young: "not a child" is a wish to leave them alone. */
function reachesChildhood(operand: unknown): boolean {
  if (!isRecord(operand)) return isChildAge(operand)
  return Object.entries(operand).some(([name, value]) => {
    if (name === '$in' || name === '$all') return Array.isArray(value) && value.some(isChildAge)
    if (name === '$elemMatch') return reachesChildhood(value)
    if (name === '$lt') return typeof value === 'number' && isChildAge(value - 1)
    return (name === '$eq' || name === '$lte') && isChildAge(value)
  })
}

const NAMES: Readonly<Record<SensitiveTopic, string>> = {
  health: 'health',
  sexuality: 'sexuality',
  religion: 'belief',
  ethnicity: 'ethnic origin',
  politics: 'political opinion',
  union: 'membership of a trade union',
  biometrics: 'genetic or biometric data',
  crime: 'offences',
  children: 'being a child or having one',
  status: 'residence status',
  hardship: 'money troubles',
}

/** Texts beside the edits. The shop's own answer to "why this?" may name what the campaign goes by: it was asked. */
function guardTexts(campaign: Campaign, use: DataUse, report: Report): void {
  guardWords([wordsOfData(campaign.data)], use, (rule, message) => report(rule, message, 'data'))
  for (const [language, words] of Object.entries(campaign.because ?? {})) {
    guardPlainWords([words], use.personal, (rule, message) => report(rule, message, 'because', language))
  }
  guardPlainWords([campaign.name ?? ''], use.personal, (rule, message) => report(rule, message, 'name'))
  for (const { steps, text } of use.personal ? namesOf(campaign) : []) {
    guardTopic([text], (rule, message) => report(rule, message, ...steps))
  }
}

function guardEdit(edit: Edit, use: DataUse, report: Report): void {
  const source = templateOf(edit)
  // "disabled", as a class or a value, is the state of a control.
  if (source === undefined || source === 'disabled') return
  const reads = templateReads(edit)
  guardWords([...waysToRead(source), ...reads.map(nameIn)], use, report)
  if (!use.personal) {
    if (reads.some((path) => ARRIVAL.test(path))) guardTopic([expressionsOf(source)], report)
    return
  }
  for (const printed of printedPaths(source)) guardPrinted(printed, report)
  if (comparesFinely(source)) report('told_place', 'choose words by whole kilometres: {% if store.km < 2 %}')
  // Even a choice between words tells a habit: whoever reads them knows why they stand there.
  if (!isClass(edit) && reads.flatMap(attributesAt).some(({ dataClass }) => dataClass === 'habit')) {
    report('told_habit', 'a habit may time an offer in the audience, but no words may be made of it')
  }
}

const isClass = ({ action }: Edit): boolean => action === 'addClass' || action === 'removeClass'

function guardWords(ways: readonly string[], { personal, classes }: DataUse, report: Report): void {
  guardPlainWords(ways, personal, report)
  const says = saying(ways)
  const isGrounded =
    !says(INFERRED) &&
    (classes.includes('orders') || !says(BOUGHT)) &&
    (classes.includes('follows') || !says(FOLLOWED)) &&
    (classes.includes('traits') || !says(TOLD))
  if (!isGrounded) {
    report(
      'revealing_copy',
      'name no ground but what the visitor bought, follows or told us, and only where the campaign reads just that',
    )
  }
  if (classes.includes('habit') && says(HABITUAL)) {
    report('told_habit', 'a habit may time an offer, but it is never told back')
  }
}

function guardTopic(ways: readonly string[], report: Report): void {
  const topic = topicOf(ways)
  if (topic !== undefined) {
    report('sensitive_copy', `what is aimed at one person says nothing about ${NAMES[topic]}`)
  }
}

function guardPlainWords(ways: readonly string[], personal: boolean, report: Report): void {
  if (personal) guardTopic(ways, report)
  if (saying(ways)(WATCHING)) {
    report('watching_copy', 'do not tell people that they are watched; say what the offer is')
  }
}

function saying(ways: readonly string[]): (phrases: RegExp) => boolean {
  const folded = ways.map(fold)
  return (phrases) => folded.some((words) => phrases.test(words))
}

/** Filters that leave whole kilometres. */
const WHOLE = /^(?:round|ceil|floor)\b(?!\s*:)/
/** Filters that could make metres of kilometres again. */
const RECKONS = /^(?:abs|at_least|at_most|ceil|divided_by|floor|minus|modulo|plus|round|times)\b|\bstore\b/

const isWhole = ([first = '', ...others]: readonly string[]): boolean =>
  WHOLE.test(first) && !others.some((filter) => RECKONS.test(filter))

function guardPrinted({ path, filters }: Printed, report: Report): void {
  for (const entry of attributesAt(path)) {
    if (entry.dataClass === 'place') {
      report('told_place', 'coordinates are never shown to anybody')
      return
    }
    if (entry.path === 'store.km' && !isWhole(filters)) {
      report('told_place', 'round distances to whole kilometres before anything else: {{ store.km | round }}')
      return
    }
    if (entry.dataClass === 'affinity' || entry.dataClass === 'stage') {
      report(
        'told_inference',
        `"${path}" is what we believe, not what was said; it may choose words, not be printed`,
      )
      return
    }
  }
}

function guardPractice({ override }: Campaign, use: DataUse, report: Report): void {
  const { score, practices, needsOverride } = scoreOf(use)
  if (!needsOverride || override !== undefined) return
  const share = Math.round(score * 100)
  report(
    'practice',
    `about ${share} % of people accept ${practices.join(' + ')} together; read less, or answer for it with ` +
      '"override": {"reason": "…", "by": "…"}',
  )
}

/** Of what single people are picked by, nobody can say how many it reaches; what profiles know is counted in reach.ts. */
function guardNarrow({ audience, override }: Campaign, report: Report): void {
  const path = override === undefined ? singledOutBy(audience) : undefined
  if (path === undefined) return
  report(
    'unknown_audience',
    `"${path}" may pick out a single visitor; leave it out, or answer for it with "override": {"reason": "…", "by": "…"}`,
    'audience',
  )
}

/** What a campaign needs to hold at the decision. */
export interface GuardNeeds {
  /** Its condition or its words depend on a distance closer than whole kilometres. */
  readonly precisePlace: boolean
  /** Names of traits that its condition goes by. */
  readonly traits: readonly string[]
}

export function guardNeeds({ audience, variants }: Pick<Campaign, 'audience' | 'variants'>): GuardNeeds {
  const leaves = leavesOf(audience)
  const templates = variants.flatMap(({ edits }) => edits.flatMap((edit) => templateOf(edit) ?? []))
  return {
    precisePlace:
      leaves.some(({ path, operand }) => path === 'store.km' && isFine(operand)) ||
      templates.some(needsPlace),
    traits: [...new Set(leaves.flatMap(({ path }) => (path.startsWith('traits.') ? [path.slice(7)] : [])))],
  }
}
