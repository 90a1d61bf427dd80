/** What is true in a simulation: how shoppers are, and what each campaign really does to them. Pure. */
import * as v from 'valibot'
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'

const share = v.pipe(v.number(), v.minValue(0, 'a share is 0 to 1'), v.maxValue(1, 'a share is 0 to 1'))
/** Relative: 0.08 is 8 % more of it than without. */
const change = v.optional(v.pipe(v.number(), v.minValue(-1, 'at least -1')), 0)

/** What an arm changes of whoever was shown it. */
const effects = {
  /** Who buys. */
  conversion: change,
  /** What is left of an order. */
  margin: change,
  /** Who puts something into the basket without buying. */
  add_to_cart: change,
  /** Who comes back after a week. */
  retention: change,
  opt_out: change,
  not_relevant: change,
  too_personal: change,
}
export type EffectName = keyof typeof effects

const campaign = v.strictObject({
  ...effects,
  /** By arm, where they differ; the campaign's own effects are then of no arm. */
  arms: v.optional(v.record(v.string(), v.strictObject(effects))),
  /** Weights follow the objective. */
  adaptive: v.optional(v.boolean(), false),
})

const schema = v.strictObject({
  /** Of a visitor without any campaign. */
  shoppers: v.optional(
    v.strictObject({
      /** Shares who agree to everything, refuse everything, or have a browser that refuses (GPC); the rest say nothing. */
      grants: v.optional(share, 0.5),
      denies: v.optional(share, 0.1),
      gpc: v.optional(share, 0.1),
      /** Visits a week, on average; from one shopper to the next they differ much. */
      visits: v.optional(v.pipe(v.number(), v.minValue(0, 'from 0 to 7'), v.maxValue(7, 'from 0 to 7')), 1.5),
      buys: v.optional(share, 0.2),
      /** Of those who do not buy. */
      fillsBasket: v.optional(share, 0.15),
      /** Of purchases, those in a store. */
      inStore: v.optional(share, 0.3),
      follows: v.optional(share, 0.06),
      optsOut: v.optional(share, 0.02),
      /** Of either kind. */
      complains: v.optional(share, 0.02),
      /** Who go on to a second page, at a visit. */
      staysOn: v.optional(share, 0.6),
      /** Who still come back after a week. */
      comesBack: v.optional(share, 0.7),
      /** Who look into a store of theirs, now and then, without buying. */
      looksIn: v.optional(share, 0.2),
      /** Of an order, in the shop's currency. */
      order: v.optional(v.pipe(v.number(), v.minValue(1)), 48),
      margin: v.optional(share, 0.36),
    }),
    {},
  ),
  campaigns: v.optional(v.record(v.string(), campaign), {
    uplift: { conversion: 0.5, add_to_cart: 0.3 },
    costly: { margin: -0.3, retention: 0.2 },
    annoying: { opt_out: 4, too_personal: 1 },
    choice: { adaptive: true, arms: { plain: {}, good: { conversion: 0.6 }, poor: { conversion: -0.4 } } },
  }),
})

export type Truth = v.InferOutput<typeof schema>
export type Effects = Readonly<Record<EffectName, number>>

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

/** Undefined of a campaign that the truth does not know. */
export const effectsOf = ({ campaigns }: Truth, id: string, arm: string): Effects | undefined =>
  campaigns[id]?.arms?.[arm] ?? campaigns[id]

/** Ids of the arms that show something, where the simulation makes the campaign by itself. */
export const armsOf = ({ arms }: Truth['campaigns'][string]): readonly string[] =>
  arms === undefined ? ['treated'] : Object.keys(arms)
