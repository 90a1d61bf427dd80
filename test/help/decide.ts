/** Compiled campaigns and page views to decide on, without compiling anything. */
import { getBucketRange } from '../../src/campaign/bucket.ts'
import type {
  Attributes,
  Campaign,
  CompiledCampaign,
  CompiledVariant,
  PagePlan,
} from '../../src/campaign/model.ts'
import type { Consent } from '../../src/consent/model.ts'
import { type DecideInput, type Decision, NOTHING_FORCED } from '../../src/decide/model.ts'
import type { Clock } from '../../src/signals/model.ts'
import { parsedCampaign } from './campaign.ts'

export interface CampaignWish extends Partial<Omit<Campaign, 'variants' | 'audience'>> {
  readonly audience?: (attributes: Attributes) => boolean
  readonly personal?: boolean
  readonly variants?: readonly { readonly id: string; readonly weight?: number; readonly redirect?: string }[]
}

const EDIT = { edit: { action: 'remove', selector: '#x' }, render: () => null } as const

/** A variant called `control` changes nothing; every other has one edit. */
export function compiled({
  audience,
  personal = false,
  variants = [{ id: 'a' }],
  ...wish
}: CampaignWish): CompiledCampaign {
  const id = wish.id ?? 'hero'
  const weights = variants.map(({ weight }) => weight ?? 1 / variants.length)
  const source = parsedCampaign({
    id,
    variants: variants.map((variant, index) => ({ ...variant, weight: weights[index] as number, edits: [] })),
    ...wish,
  })
  return {
    id,
    source,
    audience: audience ?? (() => true),
    variants: variants.map(compiledVariant),
    ranges: getBucketRange(variants.length, source.coverage, weights),
    reads: [],
    personal,
  }
}

const compiledVariant = ({
  id,
  redirect,
}: {
  readonly id: string
  readonly redirect?: string
}): CompiledVariant => ({
  id,
  edits: id === 'control' || redirect !== undefined ? [] : [EDIT],
  ...(redirect === undefined ? {} : { redirect }),
})

export const planOf = (...campaigns: readonly CompiledCampaign[]): PagePlan => ({
  campaigns,
  selectors: { selectors: [], key: '' },
  slotOf: new Map(),
})

export const consentOf = (personalization: boolean, measurement = personalization): Consent => ({
  personalization: { granted: personalization, source: 'grant' },
  measurement: { granted: measurement, source: 'grant' },
})

/** A Wednesday at noon. */
export const NOON: Clock = {
  hour: 12,
  minute: 0,
  weekday: 'wed',
  isWeekend: false,
  daypart: 'midday',
  date: '2026-07-01',
  timezone: 'UTC',
}

/** An ordinary page view of a consenting visitor. */
export const viewOf = (plan: PagePlan, wish: Partial<DecideInput> = {}): DecideInput => ({
  plan,
  holdout: 0,
  attributes: {},
  unit: 'visitor-1',
  consent: consentOf(true),
  now: 1_000,
  clock: NOON,
  isBot: false,
  forced: NOTHING_FORCED,
  isPreview: false,
  ...wish,
})

/** `hero=a match counted`: a decision in one line. */
export const told = ({ campaign, arm, reason, counted }: Decision): string =>
  `${campaign.id}=${arm} ${reason}${counted ? ' counted' : ''}`
