/**
 * What of an input has its shape: the checks of meaning look at that, so that one broken field does not hide the faults
 * of the others. Pure.
 */
import * as v from 'valibot'
import { isRecord } from './condition.ts'
import {
  type CampaignInput,
  campaignSchema,
  editSchema,
  MAX_EDITS,
  MAX_VARIANTS,
  selectorSchema,
  variantSchema,
} from './shape.ts'

type Loose = Readonly<Record<string, unknown>>

/** The members of an edit that are what they should be. */
export type EditMembers = Readonly<
  Partial<Record<'action' | 'selector' | 'value' | 'name' | 'target' | 'position', string>>
>

/** Of an edit whose action is unknown, nobody can say what its other members should be. */
export function soundEdit(edit: Loose): EditMembers {
  const members: EditMembers = soundMembers(editSchema, edit)
  if (members.action !== undefined) return members
  return v.is(selectorSchema, edit.selector) ? { selector: edit.selector } : {}
}

/** Says nothing and reads nothing. */
const SILENT = { action: 'remove', selector: '*' } as const
const ANSWERED = { reason: '-', by: '-' }

/**
 * A campaign of full shape that says what the sound parts of this one say, at the same places; its broken parts say
 * nothing. Undefined where that is no campaign.
 */
export function soundCampaign(input: unknown): CampaignInput | undefined {
  if (!isRecord(input)) return undefined
  const variants = Array.isArray(input.variants)
    ? input.variants.slice(0, MAX_VARIANTS).map(soundVariant)
    : []
  const standIns = { id: 'x', pages: ['/*'], variants: variants.length === 0 ? [{ id: 'x' }] : variants }
  const sound: Loose = {
    ...standIns,
    ...soundMembers(campaignSchema, { ...input, variants: standIns.variants }),
  }
  // An answer that is not complete is a fault of its own; asking for one as well would only confuse.
  const answered = input.override === undefined ? {} : { override: ANSWERED }
  const parsed = v.safeParse(campaignSchema, { ...sound, ...answered })
  return parsed.success ? parsed.output : undefined
}

function soundVariant(variant: unknown, index: number): Loose {
  const edits = isRecord(variant) && Array.isArray(variant.edits) ? variant.edits.slice(0, MAX_EDITS) : []
  const sound = edits.map((edit) => (isRecord(edit) ? soundEdit(edit) : SILENT))
  const members = isRecord(variant) ? soundMembers(variantSchema, { ...variant, edits: [] }) : {}
  const isEdit = (edit: EditMembers): boolean => v.is(editSchema, edit)
  return { id: `v${index}`, ...members, edits: sound.map((edit) => (isEdit(edit) ? edit : SILENT)) }
}

function soundMembers(schema: v.GenericSchema, input: Loose): Loose {
  const broken = new Set((v.safeParse(schema, input).issues ?? []).map(({ path }) => path?.[0].key))
  return Object.fromEntries(Object.entries(input).filter(([key]) => !broken.has(key)))
}
