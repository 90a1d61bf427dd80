/**
 * What a campaign reads of a visitor, derived by walking its condition and its templates. Never declared by its
 * author, so it cannot lie: consent, explanation and the data inventory all follow from it. Pure.
 */
import { type AttributeEntry, attributesAt, type DataClass } from './attributes.ts'
import { inspectAudience } from './audience.ts'
import { isTemplate, parseLiquid } from './liquid.ts'
import type { Campaign, Edit } from './model.ts'

export interface DataUse {
  /** Attribute paths, sorted; a branch such as `geo` stands for everything below it. */
  readonly reads: readonly string[]
  readonly classes: readonly DataClass[]
  /** Some of it may be known of consenting visitors only. */
  readonly personal: boolean
}

/** Walks everything of a campaign that can read: its audience, and the templates of all variants. */
export function dataUse(campaign: Campaign): DataUse {
  const reads = new Set(inspectAudience(campaign.audience, '').reads)
  for (const { edits } of campaign.variants) {
    for (const edit of edits) for (const path of templateReads(edit)) reads.add(path)
  }
  const paths = [...reads].sort()
  const entries = paths.flatMap(attributesAt)
  return {
    reads: paths,
    classes: [...new Set(entries.map(({ dataClass }) => dataClass))].sort(),
    personal: entries.some(isPersonal),
  }
}

const isPersonal = ({ personal }: AttributeEntry): boolean => personal

/** The template of an edit, where it has one. */
export const templateOf = (edit: Edit): string | undefined => ('value' in edit ? edit.value : undefined)

function templateReads(edit: Edit): readonly string[] {
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
