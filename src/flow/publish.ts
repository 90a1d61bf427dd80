/**
 * How a release goes live: parse → validate (selectors included) → compile → dry run → store → activate. Whatever
 * fails on the way leaves the live release where it is. The same checks stand before an old release may come back,
 * because the rules may have become stricter since it was stored.
 */
import { absentNumbers } from '../campaign/absent.ts'
import { redirectChains } from '../campaign/chains.ts'
import { compileRelease } from '../campaign/compile.ts'
import { unreadCookies } from '../campaign/datause.ts'
import type { CheckSelector, CompiledRelease, ReleaseDocument } from '../campaign/model.ts'
import { practiceOf } from '../campaign/practice.ts'
import { audienceFaults, type EstimateAudience } from '../campaign/reach.ts'
import { type Act, type Answered, canonicalJson, checksumOf, type ReleaseStore } from '../campaign/release.ts'
import { parseRelease, tooLarge } from '../campaign/schema.ts'
import { MAX_DOCUMENT_BYTES } from '../campaign/shape.ts'
import type { Fault } from '../kit/fault.ts'
import { scanJson } from '../kit/jsontext.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { dryRun } from './dryrun.ts'

/** A stored release has all defaults written out: never more than this, or `MAX_CAMPAIGNS` would not fit. */
const MAX_STORED_BYTES = 8 * MAX_DOCUMENT_BYTES

/** What a release is checked against. */
export interface ReleaseRules {
  readonly checkSelector: CheckSelector
  /** Foreign hosts that campaigns may redirect to. */
  readonly redirectHosts: readonly string[]
  /** Cookies that this shop lets campaigns read; absent where nobody knows. */
  readonly readCookies?: readonly string[]
  /**
   * Makes what looks through recent profiles, anew for each release: profiles must not stay in an isolate. Absent where
   * there are none to look through, and then sizes are not judged.
   */
  readonly estimator?: () => EstimateAudience
}

export interface PublishPorts {
  readonly rules: ReleaseRules
  readonly store: ReleaseStore
}

/** A release that could go live. */
export interface CheckedRelease {
  readonly checksum: string
  /** Canonical JSON, defaults included. */
  readonly document: string
  readonly campaigns: readonly CheckedCampaign[]
  /** Campaigns that somebody answers for, for the audit. */
  readonly overrides: readonly Answered[]
  /** What does not stand in its way, and should be looked at. */
  readonly warnings: readonly Fault[]
}

/** What a publisher wants to see of a campaign: what it may show, and what it knows of a visitor. */
export interface CheckedCampaign {
  readonly id: string
  readonly status: 'live' | 'paused'
  readonly variants: readonly string[]
  /** Attributes that its condition and templates read. */
  readonly reads: readonly string[]
  /** It reads what only a consenting visitor may be known by. */
  readonly personal: boolean
  /** Share of people who would find all of what it does ethical, 0 to 1; see campaign/practice.ts. */
  readonly acceptance: number
}

export interface Published {
  readonly number: number
  readonly checksum: string
  /** False where this very release was live already. */
  readonly created: boolean
  readonly campaigns: readonly CheckedCampaign[]
  readonly warnings: readonly Fault[]
}

/** Why nothing was changed. */
export type Refusal =
  | { readonly reason: 'invalid'; readonly faults: readonly Fault[] }
  | { readonly reason: 'missing'; readonly number: number }
  /** A stored release that today's rules no longer let through. */
  | { readonly reason: 'outdated'; readonly number: number; readonly faults: readonly Fault[] }
  | { readonly reason: 'no_previous' }
  | { readonly reason: 'nothing_live' }
  /** Somebody else changed the live release in between. */
  | { readonly reason: 'changed' }

/** Everything that publishing checks, storing nothing. `input` is JSON text, or what was parsed from it. */
export async function checkRelease(
  input: unknown,
  rules: ReleaseRules,
): Promise<Result<CheckedRelease, readonly Fault[]>> {
  const text = typeof input === 'string' ? input : JSON.stringify(input)
  const read = readDocument(text, rules)
  if (!read.ok) return read
  const tried = await tryOut(read.value, rules)
  if (!tried.ok || rules.estimator === undefined) return tried
  const faults = await audienceFaults(read.value.campaigns, rules.estimator())
  return faults.length === 0 ? tried : err(faults)
}

/** A document that has passed the rules, compiled and tried. */
async function tryOut(
  valid: ReleaseDocument,
  rules: Pick<ReleaseRules, 'readCookies'>,
): Promise<Result<CheckedRelease, readonly Fault[]>> {
  const document = canonicalJson(valid)
  const checksum = await checksumOf(document)
  const compiled = tryCompile(valid, checksum)
  if (!compiled.ok) return compiled
  const faults = dryRun(compiled.value, valid)
  if (faults.length > 0) return err(faults)
  const campaigns = summary(compiled.value)
  return ok({
    checksum,
    document,
    campaigns,
    overrides: overridesOf(valid),
    warnings: [
      ...redirectChains(valid.campaigns),
      ...absentNumbers(valid.campaigns),
      ...unreadCookies(campaigns, rules.readCookies),
    ],
  })
}

/** Checks a release, stores it under the next number and makes it live, all or nothing. */
export async function publishRelease(
  ports: PublishPorts,
  input: unknown,
  act: Act,
): Promise<Result<Published, Refusal>> {
  const checked = await checkRelease(input, ports.rules)
  if (!checked.ok) return err({ reason: 'invalid', faults: checked.error })
  const { checksum, document, campaigns, overrides, warnings } = checked.value
  const draft = { checksum, document, author: act.actor, note: act.note, createdAt: act.at, overrides }
  const { number, created } = await ports.store.publish(draft)
  return ok({ number, checksum, created, campaigns, warnings })
}

/** Makes a stored release live again. */
export async function activateRelease(
  ports: PublishPorts,
  number: number,
  act: Act,
): Promise<Result<{ readonly number: number; readonly changed: boolean }, Refusal>> {
  const refusal = await recheck(ports, number)
  if (refusal !== null) return err(refusal)
  const outcome = await ports.store.activate(number, act)
  if (outcome === 'missing') return err({ reason: 'missing', number })
  return ok({ number, changed: outcome === 'activated' })
}

/** Goes back to the release that the live one replaced. */
export async function rollbackRelease(
  ports: PublishPorts,
  act: Act,
): Promise<Result<{ readonly from: number; readonly number: number }, Refusal>> {
  const step = await ports.store.previous()
  if (step === null) return err({ reason: 'no_previous' })
  const refusal = await recheck(ports, step.to)
  if (refusal !== null) return err(refusal)
  const moved = await ports.store.rollback(step, act)
  return moved ? ok({ from: step.from, number: step.to }) : err({ reason: 'changed' })
}

/** The kill switch: false takes personalization off every page within the time to live of a release. */
export async function setEnabled(
  ports: Pick<PublishPorts, 'store'>,
  enabled: boolean,
  act: Act,
): Promise<Result<{ readonly enabled: boolean; readonly changed: boolean }, Refusal>> {
  const outcome = await ports.store.setEnabled(enabled, act)
  return outcome === 'nothing'
    ? err({ reason: 'nothing_live' })
    : ok({ enabled, changed: outcome === 'changed' })
}

/** By the rules alone: how many an old release reaches today does not stand in the way of going back to it. */
async function recheck(ports: PublishPorts, number: number): Promise<Refusal | null> {
  const stored = await ports.store.get(number)
  if (stored === null) return { reason: 'missing', number }
  const valid = parseRelease(JSON.parse(stored.document), { ...ports.rules, maxBytes: MAX_STORED_BYTES })
  const checked = valid.ok ? await tryOut(valid.value, ports.rules) : valid
  return checked.ok ? null : { reason: 'outdated', number, faults: checked.error }
}

/** Size first, then syntax and depth, then meaning: each step is safe because of the one before. */
function readDocument(text: string, rules: ReleaseRules): Result<ReleaseDocument, readonly Fault[]> {
  const bytes = new TextEncoder().encode(text).length
  if (bytes > MAX_DOCUMENT_BYTES) {
    return err([tooLarge(MAX_DOCUMENT_BYTES)])
  }
  const faults = scanJson(text)
  if (faults.some((fault) => fault.code !== 'duplicate_key')) return err(faults)
  const parsed = parseRelease(JSON.parse(text), rules)
  if (faults.length === 0) return parsed
  return err(parsed.ok ? faults : [...faults, ...parsed.error])
}

/** A release that was validated compiles; should it not, its author is told instead of a stack trace. */
function tryCompile(document: ReleaseDocument, checksum: string): Result<CompiledRelease, readonly Fault[]> {
  try {
    return ok(compileRelease(document, { number: 0, checksum }))
  } catch (cause) {
    const message = `does not compile: ${cause instanceof Error ? cause.message : String(cause)}`
    return err([{ path: '', code: 'compile', message }])
  }
}

const summary = (release: CompiledRelease): readonly CheckedCampaign[] =>
  release.campaigns.map(({ id, source, variants, reads, personal }) => {
    const acceptance = practiceOf(source).score
    const ids = variants.map((variant) => variant.id)
    return { id, status: source.status, variants: ids, reads, personal, acceptance }
  })

const overridesOf = ({ campaigns }: ReleaseDocument): readonly Answered[] =>
  campaigns.flatMap(({ id, override }) => (override === undefined ? [] : [{ campaign: id, ...override }]))
