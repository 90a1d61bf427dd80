/**
 * A stored release → what the hot path asks: predicates, renderers, ranges and the page index. Everything that costs
 * is done on first use, so that an isolate with 10,000 campaigns answers its first request at once. Pure.
 */
import { getBucketRange } from './bucket.ts'
import { compileCondition } from './condition.ts'
import { type DataUse, dataUse } from './datause.ts'
import { compileEdit } from './edit.ts'
import type {
  Attributes,
  Campaign,
  CompiledCampaign,
  CompiledRelease,
  CompiledVariant,
  ReleaseDocument,
  Variant,
} from './model.ts'
import { createPlanner } from './plan.ts'

export interface ReleaseMeta {
  readonly number: number
  readonly checksum: string
}

/** Compiles a document that `parseRelease` gave. Never throws for such a document. */
export function compileRelease(
  document: ReleaseDocument,
  { number, checksum }: ReleaseMeta,
): CompiledRelease {
  const campaigns = document.campaigns.map((campaign) => new LazyCampaign(campaign))
  const pageViewCap = document.caps?.pageView
  return {
    number,
    checksum,
    holdout: document.holdout,
    ...(pageViewCap === undefined ? {} : { pageViewCap }),
    campaigns,
    plan: createPlanner(campaigns),
  }
}

class LazyCampaign implements CompiledCampaign {
  readonly id: string
  readonly source: Campaign
  #audience: CompiledCampaign['audience'] | undefined
  #variants: readonly CompiledVariant[] | undefined
  #ranges: CompiledCampaign['ranges'] | undefined
  #use: DataUse | undefined

  constructor(source: Campaign) {
    this.id = source.id
    this.source = source
  }

  /** A property that holds a function, not a method: callers may take it off the object. */
  get audience(): (attributes: Attributes) => boolean {
    this.#audience ??= compileCondition(this.source.audience)
    return this.#audience
  }

  get variants(): readonly CompiledVariant[] {
    this.#variants ??= this.source.variants.map((variant) => compileVariant(variant, this.source.data))
    return this.#variants
  }

  get ranges(): CompiledCampaign['ranges'] {
    const { variants, coverage } = this.source
    this.#ranges ??= getBucketRange(
      variants.length,
      coverage,
      variants.map(({ weight }) => weight),
    )
    return this.#ranges
  }

  get reads(): readonly string[] {
    this.#use ??= dataUse(this.source)
    return this.#use.reads
  }

  get personal(): boolean {
    this.#use ??= dataUse(this.source)
    return this.#use.personal
  }
}

function compileVariant({ id, edits, redirect }: Variant, data: Campaign['data']): CompiledVariant {
  const compiled = edits.map((edit) => compileEdit(edit, data))
  return redirect === undefined ? { id, edits: compiled } : { id, edits: compiled, redirect }
}
