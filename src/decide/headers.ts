/**
 * Decisions and wishes as header fields (RFC 9651). `Selvedge-Decision` says of every campaign of the page what was
 * decided and why; `Selvedge-Holdout` and `Selvedge-Preview` ask for something else. Pure; what is malformed is ignored.
 */
import { isInnerList, parseList, serializeBareItem, serializeKey, Token } from 'structured-headers'
import { ofAlike } from './alike.ts'
import type { Decision, Forced, Reason } from './model.ts'
import type { PreviewRejection } from './preview.ts'

/** Headers share what a proxy lets through (8 KB is common), so ours stays well below. */
const DECISION_MAX_MEMBERS = 64
export const DECISION_MAX_CHARS = 4_096
const HOLDOUT_MAX_CHARS = 4_096

/** `full`: every decision. `applied`: only what was shown, enrolled or asked for. */
export type DecisionScope = 'full' | 'applied'

/** How much a reason tells: what happened, then what could have, then the campaigns that were never near. */
const RANK: Readonly<Record<Reason, 0 | 1 | 2>> = {
  match: 0,
  preview: 0,
  preview_rejected: 0,
  control: 0,
  holdout: 0,
  global_holdout: 0,
  forced_control: 0,
  error: 0,
  conflict: 0,
  no_slot: 1,
  unfit: 1,
  coverage: 1,
  group: 1,
  guard: 1,
  cap: 1,
  fatigue: 1,
  stock: 1,
  stock_unknown: 1,
  capacity: 1,
  consent: 1,
  schedule: 2,
  audience: 2,
  page: 2,
}
/** A key that no campaign can have: their ids start with a letter. */
const REJECTED_PREVIEW_KEY = '*preview'

interface Member {
  /** Without a comma; '' for what no dictionary can hold. */
  readonly text: string
  readonly rank: 0 | 1 | 2
}

/** Members of shared decisions, written once; weak, so they go with their release. */
const members = new WeakMap<Decision, Member>()

/** What exactly kept a visitor out of an audience, such as `weather.isHot`; see `explainCampaign`. */
export type Why = (decision: Decision) => string | undefined

const NOT_TOLD: Why = () => undefined

/**
 * `hero=a;r=match, ship=control;r=holdout`, most telling first, by priority within; '' for nothing to say. Where 64
 * members or 4 KB are not enough the least telling are left out. A preview token that was turned down goes in front,
 * as `*preview=expired;r=preview_rejected`. A reason that has more to say says it: `hero=control;r=cap;why="day"`;
 * `why` adds the attribute to those of `audience`, which takes asking and so is left out where nobody looks.
 */
export function formatDecisions(
  decisions: readonly Decision[],
  scope: DecisionScope = 'full',
  rejected?: PreviewRejection,
  why?: Why,
): string {
  if (rejected === undefined && why === undefined) return plain[scope](decisions)
  return write(decisions, scope, rejected, why ?? NOT_TOLD)
}

/** What lists say that say nothing of their visitor's own. */
const plain: Readonly<Record<DecisionScope, (decisions: readonly Decision[]) => string>> = {
  full: ofAlike((decisions) => write(decisions, 'full', undefined, NOT_TOLD)),
  applied: ofAlike((decisions) => write(decisions, 'applied', undefined, NOT_TOLD)),
}

function write(
  decisions: readonly Decision[],
  scope: DecisionScope,
  rejected: PreviewRejection | undefined,
  why: Why,
): string {
  const front = rejected === undefined ? '' : `${REJECTED_PREVIEW_KEY}=${rejected};r=preview_rejected`
  const ranks: [string[], string[], string[]] = [[], [], []]
  if (front !== '') ranks[0].push(front)
  for (const decision of decisions) {
    const { text, rank } = memberOf(decision)
    if (text === '' || (rank !== 0 && scope !== 'full')) continue
    ranks[rank].push(decision.reason === 'audience' ? text + whyMember(why(decision)) : text)
  }
  const [applied, possible, far] = ranks
  return joinWithin(possible.length + far.length === 0 ? applied : applied.concat(possible, far))
}

function joinWithin(texts: readonly string[]): string {
  if (texts.length <= DECISION_MAX_MEMBERS) {
    const whole = texts.join(', ')
    if (whole.length <= DECISION_MAX_CHARS) return whole
  }
  let length = 0
  const kept: string[] = []
  for (const text of texts) {
    if (kept.length === DECISION_MAX_MEMBERS) break
    if (length + 2 + text.length > DECISION_MAX_CHARS) continue
    length += 2 + text.length
    kept.push(text)
  }
  return kept.join(', ')
}

function memberOf(decision: Decision): Member {
  const known = members.get(decision)
  if (known !== undefined) return known
  const member = { text: writeMember(decision), rank: RANK[decision.reason] }
  members.set(decision, member)
  return member
}

/** One member, or '' where the campaign's id cannot be a key: a header that does not parse would lose all the others. */
function writeMember({ campaign, arm, reason, why }: Decision): string {
  try {
    return `${serializeKey(campaign.id)}=${serializeArm(arm)};r=${reason}${whyMember(why)}`
  } catch {
    return ''
  }
}

/** '' also for what a string cannot hold, such as the name of a category in another script. */
function whyMember(why: string | undefined): string {
  if (why === undefined) return ''
  try {
    return `;why=${serializeBareItem(why)}`
  } catch {
    return ''
  }
}

/** A token where the arm's name can be one, else a string. */
function serializeArm(arm: string): string {
  try {
    return serializeBareItem(new Token(arm))
  } catch {
    return serializeBareItem(arm)
  }
}

/**
 * What `Selvedge-Holdout` asks for: `?1` holds everything out, `("hero" "ship")` these campaigns; null for nothing.
 * Several field lines join into one list, and `?1` among them means everything.
 */
export function parseHoldout(header: string | null): Forced['holdout'] | null {
  if (header === null) return null
  if (header === '?1') return 'all'
  if (header.length > HOLDOUT_MAX_CHARS) return null
  try {
    return holdoutOf(parseList(header))
  } catch {
    return null
  }
}

function holdoutOf(list: ReturnType<typeof parseList>): Forced['holdout'] | null {
  const ids = new Set<string>()
  let isAll = false
  for (const member of list) {
    if (!isInnerList(member)) {
      if (typeof member[0] !== 'boolean') return null
      isAll ||= member[0]
      continue
    }
    for (const [id] of member[0]) {
      if (typeof id !== 'string' && !(id instanceof Token)) return null
      ids.add(id.toString())
    }
  }
  if (isAll) return 'all'
  return ids.size === 0 ? null : ids
}

/** The token of a `Selvedge-Preview` header; null where none came. */
export function parsePreviewHeader(header: string | null): string | null {
  const token = header?.trim() ?? ''
  return token === '' ? null : token
}
