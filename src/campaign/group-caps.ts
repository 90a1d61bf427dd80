/** The caps of a group are one set of limits, so every campaign of the group has to say the same. Pure. */
import type { Fault } from '../kit/fault.ts'
import type { Campaign } from './model.ts'
import type { Placed } from './overlap.ts'
import { canonicalJson } from './release.ts'

/** A fault for each live campaign whose group caps differ from those of the first one of its group. */
export function differingGroupCaps(placed: readonly Placed[]): readonly Fault[] {
  const first = new Map<string, Placed>()
  return placed.flatMap(({ campaign, at }) => {
    const { group, status } = campaign
    if (group === undefined || status !== 'live') return []
    const known = first.get(group)
    if (known === undefined) first.set(group, { campaign, at })
    if (known === undefined || groupCaps(known.campaign) === groupCaps(campaign)) return []
    const message = `the group "${group}" has other caps at ${known.at}/caps/group; they have to be the same`
    return [{ path: `${at}/caps/group`, code: 'group_caps', message }]
  })
}

const groupCaps = ({ caps }: Campaign): string => canonicalJson(caps?.group ?? {})
