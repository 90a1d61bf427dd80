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
import { type Printed, printedPaths, wordsOf, wordsOfData } from './copy.ts'
import { type DataUse, dataUse, templateOf, textsIn } from './datause.ts'
import type { Campaign, Condition, Edit } from './model.ts'
import { BOUGHT, FOLLOWED, HABITUAL, INFERRED, TOLD, WATCHING } from './phrases.ts'
import { scoreOf } from './practice.ts'

/** The closed list. The last three are judged elsewhere: over recent profiles, and at each decision. */
export const GUARD_RULES = [
  /** The audience is made of something sensitive. */
  'sensitive_audience',
  /** Words or data aimed at one person touch something sensitive. */
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

/** Without a shared position distances are whole kilometres, see signals/stores.ts. */
const COARSE_KM = 1

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
  if (use.personal) guardAudience(campaign.audience, report, ['audience'])
  guardData(campaign, use, report)
  guardBecause(campaign, use, report)
  for (const [v, { edits }] of campaign.variants.entries()) {
    for (const [e, edit] of edits.entries()) {
      guardEdit(edit, use, (rule, message) => report(rule, message, 'variants', v, 'edits', e, 'value'))
    }
  }
  guardPractice(campaign, use, report)
  return faults
}

type Steps = readonly (string | number)[]

/** Every leaf of the condition: the name of what it reads, and what it compares that with. */
function guardAudience(condition: Condition, report: Report, steps: Steps): void {
  for (const [key, operand] of Object.entries(condition)) {
    const here = [...steps, key]
    if (!key.startsWith('$')) guardLeaf(key, operand, report, here)
    else if (isRecord(operand)) guardAudience(operand, report, here)
    else if (Array.isArray(operand)) {
      for (const [index, item] of operand.entries()) {
        if (isRecord(item)) guardAudience(item, report, [...here, index])
      }
    }
  }
}

function guardLeaf(path: string, operand: unknown, report: Report, steps: Steps): void {
  const topic = [path, ...textsIn(operand)].map(sensitiveTopic).find((found) => found !== undefined)
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

function guardData({ data }: Campaign, use: DataUse, report: Report): void {
  const words = wordsOfData(data)
  if (words === '') return
  guardWords(words, use, (rule, message) => report(rule, message, 'data'))
}

/** The shop's own answer to "why this?" may name what the campaign goes by: it was asked. */
function guardBecause({ because = {} }: Campaign, { personal }: DataUse, report: Report): void {
  for (const [language, words] of Object.entries(because)) {
    guardPlainWords(words, personal, (rule, message) => report(rule, message, 'because', language))
  }
}

function guardEdit(edit: Edit, use: DataUse, report: Report): void {
  const words = wordsOf(edit)
  if (words !== '') guardWords(words, use, report)
  const source = templateOf(edit)
  if (source === undefined || !use.personal) return
  for (const printed of printedPaths(source)) guardPrinted(printed, report)
  // Even a choice between words tells a habit: whoever reads them knows why they stand there.
  if (readsHabit(source, edit)) {
    report('told_habit', 'a habit may time an offer in the audience, but no words may be made of it')
  }
}

const readsHabit = (source: string, edit: Edit): boolean =>
  edit.action !== 'addClass' &&
  edit.action !== 'removeClass' &&
  dataUse(onlyCopy(source)).classes.includes('habit')

/** A campaign of one text, to see what that text alone reads. */
const onlyCopy = (value: string): Campaign =>
  ({ audience: {}, variants: [{ edits: [{ action: 'text', selector: 'p', value }] }] }) as unknown as Campaign

function guardWords(words: string, { personal, classes }: DataUse, report: Report): void {
  guardPlainWords(words, personal, report)
  const folded = fold(words)
  const isGrounded =
    !INFERRED.test(folded) &&
    (classes.includes('orders') || !BOUGHT.test(folded)) &&
    (classes.includes('follows') || !FOLLOWED.test(folded)) &&
    (classes.includes('traits') || !TOLD.test(folded))
  if (!isGrounded) {
    report(
      'revealing_copy',
      'name no ground but what the visitor bought, follows or told us, and only where the campaign reads just that',
    )
  }
  if (classes.includes('habit') && HABITUAL.test(folded)) {
    report('told_habit', 'a habit may time an offer, but it is never told back')
  }
}

function guardPlainWords(words: string, personal: boolean, report: Report): void {
  const topic = personal ? sensitiveTopic(words) : undefined
  if (topic !== undefined) {
    report('sensitive_copy', `words aimed at one person say nothing about ${NAMES[topic]}`)
  }
  if (WATCHING.test(fold(words))) {
    report('watching_copy', 'do not tell people that they are watched; say what the offer is')
  }
}

/** Filters that leave whole kilometres. */
const WHOLE = /^(?:round|ceil|floor)\b(?!\s*:)/

function guardPrinted({ path, filters }: Printed, report: Report): void {
  for (const entry of attributesAt(path)) {
    if (entry.dataClass === 'place') {
      report('told_place', 'coordinates are never shown to anybody')
      return
    }
    if (entry.path === 'store.km' && !filters.some((filter) => WHOLE.test(filter))) {
      report('told_place', 'show distances in whole kilometres: {{ store.km | round }}')
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

/** What a campaign needs to hold at the decision. */
export interface GuardNeeds {
  /** Its condition compares the distance to a store closer than whole kilometres. */
  readonly precisePlace: boolean
  /** Names of traits that its condition goes by. */
  readonly traits: readonly string[]
}

export function guardNeeds({ audience }: Pick<Campaign, 'audience'>): GuardNeeds {
  const leaves = leavesOf(audience)
  return {
    precisePlace: leaves.some(([path, operand]) => path === 'store.km' && isFine(operand)),
    traits: [...new Set(leaves.flatMap(([path]) => (path.startsWith('traits.') ? [path.slice(7)] : [])))],
  }
}

/** Every leaf of a condition with its attribute path. */
export function leavesOf(condition: unknown): readonly (readonly [path: string, operand: unknown])[] {
  if (Array.isArray(condition)) return condition.flatMap(leavesOf)
  if (!isRecord(condition)) return []
  return Object.entries(condition).flatMap(([key, operand]) =>
    key.startsWith('$') ? leavesOf(operand) : [[key, operand] as const],
  )
}

function isFine(operand: unknown): boolean {
  if (typeof operand === 'number') return operand < COARSE_KM
  if (Array.isArray(operand)) return operand.some(isFine)
  if (!isRecord(operand)) return false
  return Object.entries(operand).some(
    ([name, value]) => isFine(value) || (name === '$lt' && value === COARSE_KM),
  )
}
