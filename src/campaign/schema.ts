/**
 * The one door for releases: whatever was sent goes in, a document that can be compiled comes out, or every fault at
 * once. Inside, nobody checks again. Pure.
 */
import * as v from 'valibot'
import { type Fault, pointer } from '../kit/fault.ts'
import { type JsonSchema, jsonSchemaOf } from '../kit/json-schema.ts'
import { err, ok } from '../kit/result.ts'
import { faultsOf } from '../kit/shape.ts'
import { type CheckOptions, checkCampaign, checkConsent } from './check.ts'
import { isRecord } from './condition.ts'
import { differingGroupCaps } from './group-caps.ts'
import { guardCampaign } from './guard.ts'
import type { Campaign, CheckSelector, ParsedRelease, ReleaseDocument } from './model.ts'
import { findOverlaps, type Placed } from './overlap.ts'
import { WORDS } from './schema-words.ts'
import {
  type CampaignInput,
  campaignSchema,
  envelopeSchema,
  MAX_CAMPAIGNS,
  MAX_DOCUMENT_BYTES,
  releaseSchema,
} from './shape.ts'
import { soundCampaign } from './sound.ts'

/** Faults in one answer. Whoever has more will mend these first. */
const MAX_FAULTS = 1_000

/** Parses a release document (JSON data). */
export function parseRelease(input: unknown, options: CheckOptions): ParsedRelease {
  const oversized = sizeFault(input, options.maxBytes ?? MAX_DOCUMENT_BYTES)
  if (oversized !== undefined) return err([oversized])
  const envelope = v.safeParse(envelopeSchema, input)
  const faults = faultsOf(envelope.issues)
  const placed = parseCampaigns(campaignsOf(input), rememberSelectors(options), faults)
  faults.push(...duplicateIds(campaignsOf(input)), ...findOverlaps(placed), ...differingGroupCaps(placed))
  if (!envelope.success || faults.length > 0) return err(bounded(faults))
  const { campaigns: _, ...head } = envelope.output
  return ok({ ...head, campaigns: placed.map(({ campaign }) => campaign) } as ReleaseDocument)
}

function sizeFault(input: unknown, maxBytes: number): Fault | undefined {
  const bytes = new TextEncoder().encode(tryStringify(input)).length
  if (bytes > maxBytes) return tooLarge(maxBytes)
  return bytes > 0 ? undefined : { ...tooLarge(maxBytes), code: 'wrong_type' }
}

/** The fault of a document that was not even read to its end. */
export const tooLarge = (maxBytes: number): Fault => ({
  path: '',
  code: 'too_large',
  message: `a release is JSON of at most ${maxBytes} bytes`,
})

/** The text, or nothing for what is not JSON data. */
function tryStringify(input: unknown): string {
  try {
    return JSON.stringify(input) ?? ''
  } catch {
    return ''
  }
}

const campaignsOf = (input: unknown): readonly unknown[] =>
  isRecord(input) && Array.isArray(input.campaigns) ? input.campaigns.slice(0, MAX_CAMPAIGNS) : []

/** Large releases edit the same few elements over and over, and compiling a selector costs. */
function rememberSelectors({ checkSelector, redirectHosts }: CheckOptions): CheckOptions {
  const known = new Map<string, string | undefined>()
  const remembered: CheckSelector = (selector) => {
    if (!known.has(selector)) known.set(selector, checkSelector(selector))
    return known.get(selector)
  }
  return { checkSelector: remembered, redirectHosts }
}

/** The campaigns that have their shape; every fault of all of them goes to `faults`. */
function parseCampaigns(
  inputs: readonly unknown[],
  options: CheckOptions,
  faults: Fault[],
): readonly Placed[] {
  return inputs.flatMap((input, index) => {
    const at = pointer('campaigns', index)
    const parsed = v.safeParse(campaignSchema, input)
    const found = [...faultsOf(parsed.issues, at), ...checkCampaign(parsed.output, at, options)]
    const sound = parsed.success ? parsed.output : soundCampaign(input)
    faults.push(...found)
    if (sound !== undefined) faults.push(...checkUse(complete(sound), at, found))
    // Patterns that are no patterns cannot be compared.
    const isPlaced = parsed.success && !found.some(({ code }) => code === 'bad_page')
    return isPlaced ? [{ campaign: complete(parsed.output), at }] : []
  })
}

/** What follows from all that a campaign reads, as far as that is known where it has other faults. */
function checkUse(campaign: Campaign, at: string, found: readonly Fault[]): readonly Fault[] {
  // No walk but the one that has said so looks at what is nested too deep.
  const isDeep = found.some(({ code }) => code === 'too_deep')
  const known = isDeep ? { ...campaign, audience: {} } : campaign
  const faults = [...checkConsent(known, at), ...guardCampaign(known, at)]
  const isWhole = !found.some((fault) => hidesReads(fault, at))
  return isWhole ? faults : faults.filter(({ code }) => code !== 'guard_revealing_copy')
}

/** Could mending it make the campaign read more? Then the grounds that its words give may be there after all. */
const hidesReads = ({ path, code }: Fault, at: string): boolean =>
  /^\/(?:audience|variants|supply)/.test(path.slice(at.length)) && !NEVER_READ.has(code)
const NEVER_READ = new Set(['unknown_field', 'bad_selector', 'weight_sum', 'weight_missing'])

/** Fills in what depends on the rest: equal weights, and the seed. */
function complete(input: CampaignInput): Campaign {
  const equal = 1 / input.variants.length
  const variants = input.variants.map((variant) => ({ ...variant, weight: variant.weight ?? equal }))
  return { ...input, seed: input.seed ?? input.id, variants } as Campaign
}

function duplicateIds(inputs: readonly unknown[]): readonly Fault[] {
  const seen = new Map<string, number>()
  return inputs.flatMap((input, index) => {
    if (!isRecord(input) || typeof input.id !== 'string') return []
    const first = seen.get(input.id)
    seen.set(input.id, first ?? index)
    if (first === undefined) return []
    const message = `the campaign "${input.id}" is here twice; see /campaigns/${first}`
    return [{ path: pointer('campaigns', index, 'id'), code: 'duplicate_id', message }]
  })
}

function bounded(faults: readonly Fault[]): readonly Fault[] {
  if (faults.length <= MAX_FAULTS) return faults
  const message = `there are ${faults.length - MAX_FAULTS} more faults; mend these first`
  return [...faults.slice(0, MAX_FAULTS), { path: '', code: 'too_many_faults', message }]
}

/** JSON Schema (2020-12) of a release document as authors write it, with words for their editors. */
export const releaseJsonSchema = (): JsonSchema => ({
  title: 'Selvedge release',
  ...(withWords(jsonSchemaOf(releaseSchema), '') as JsonSchema),
})

/** `holder` is the member that what stands here belongs to. */
function withWords(part: unknown, holder: string): unknown {
  if (Array.isArray(part)) return part.map((item) => withWords(item, holder))
  if (!isRecord(part)) return part
  const members = Object.entries(part).map(([key, value]) => [
    key,
    key === 'properties' && isRecord(value) ? membersWithWords(value, holder) : withWords(value, holder),
  ])
  return Object.fromEntries(members)
}

function membersWithWords(members: JsonSchema, holder: string): JsonSchema {
  const told = Object.entries(members).map(([name, member]) => {
    const description = WORDS[`${holder}.${name}`] ?? WORDS[name]
    return [name, { ...(withWords(member, name) as object), ...(description && { description }) }]
  })
  return Object.fromEntries(told)
}
