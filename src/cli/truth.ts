/** What is true in a simulation: how shoppers are, and what each campaign really does to them. Pure. */
import * as v from 'valibot'
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'

const share = v.pipe(v.number(), v.minValue(0, 'a share is 0 to 1'), v.maxValue(1, 'a share is 0 to 1'))
/** Relative: 0.08 is 8 % more of it than without. */
const change = v.optional(v.pipe(v.number(), v.minValue(-1, 'at least -1')), 0)

const schema = v.strictObject({
  /** Of a visitor without any campaign. */
  shoppers: v.optional(
    v.strictObject({
      /** Shares who agree to everything, refuse everything, or have a browser that refuses (GPC); the rest say nothing. */
      grants: v.optional(share, 0.5),
      denies: v.optional(share, 0.1),
      gpc: v.optional(share, 0.1),
      buys: v.optional(share, 0.2),
      /** Of purchases, those in a store. */
      inStore: v.optional(share, 0.3),
      optsOut: v.optional(share, 0.02),
      staysOn: v.optional(share, 0.6),
      /** Of an order, in the shop's currency. */
      order: v.optional(v.pipe(v.number(), v.minValue(1)), 48),
      margin: v.optional(share, 0.36),
    }),
    {},
  ),
  /** What the arm that shows something does, by campaign. */
  campaigns: v.optional(
    v.record(v.string(), v.strictObject({ conversion: change, margin: change, opt_out: change })),
    { uplift: { conversion: 0.5 }, costly: { margin: -0.3 }, annoying: { opt_out: 4 } },
  ),
})

export type Truth = v.InferOutput<typeof schema>
export type EffectName = 'conversion' | 'margin' | 'opt_out'

export function parseTruth(input: unknown): Result<Truth, readonly Fault[]> {
  const parsed = v.safeParse(schema, input)
  if (parsed.success) return ok(parsed.output)
  return err(
    parsed.issues.map((issue) => ({
      path: `/${(issue.path ?? []).map(({ key }) => String(key)).join('/')}`,
      code: issue.type,
      message: issue.message,
    })),
  )
}
