/** An `IdentityStore` in memory, held to the same contract as the real one. */
import { cardOf, groupOf, isStronger, judgeTie, TIES_MAX } from '../../src/identity/link.ts'
import type { IdentityStore, Tie, TieOutcome, TieRequest } from '../../src/identity/model.ts'

export interface MemoryIdentities extends IdentityStore {
  /** Somebody who did something; others are known by a sealed reference only. */
  readonly meet: (visitor: string) => void
  /** What a tombstone does. */
  readonly bury: (id: string) => void
  /** What the profile's own purge does. */
  readonly lose: (visitor: string) => void
}

export function createMemoryIdentityStore(): MemoryIdentities {
  const ties = new Map<string, Tie>()
  const known = new Set<string>()
  const buried = new Set<string>()
  const used = new Map<string, number>()

  const browsersOf = (person: string): readonly Tie[] =>
    [...ties.values()].filter((tie) => tie.person === person && tie.source !== 'card')

  function isKnown({ visitor, person, source, proven }: TieRequest): boolean {
    return source === 'card' ? browsersOf(person).length > 0 : proven || known.has(visitor)
  }

  function tie(request: TieRequest): TieOutcome {
    const { proven: _, ...wanted } = request
    if (buried.has(wanted.visitor) || buried.has(cardOf(wanted.person))) return 'erased'
    if (!isKnown(request)) return 'unknown'
    const standing = ties.get(wanted.visitor)
    const outcome = judgeTie(standing, wanted)
    if (standing === undefined || isStronger(wanted.source, standing.source)) ties.set(wanted.visitor, wanted)
    known.add(wanted.visitor)
    const oldest = [...browsersOf(wanted.person)].sort(
      (a, b) => b.at - a.at || (a.visitor < b.visitor ? -1 : 1),
    )
    for (const { visitor } of oldest.slice(TIES_MAX)) ties.delete(visitor)
    return outcome
  }

  return {
    meet: (visitor) => known.add(visitor),
    bury: (id) => buried.add(id),
    lose: (visitor) => known.delete(visitor),
    tie: async (request) => tie(request),
    async redeem(token, request) {
      if (used.has(token.id)) return 'used'
      const outcome = tie(request)
      if (ties.get(request.visitor)?.person === request.person) used.set(token.id, token.expiresAt)
      return outcome
    },
    async untie(visitor) {
      const standing = ties.get(visitor) ?? null
      ties.delete(visitor)
      return standing
    },
    tiesOf: async (person) =>
      [...ties.values()]
        .filter((each) => each.person === person)
        .sort((a, b) => (a.visitor < b.visitor ? -1 : 1)),
    groupOf: async (visitor) => groupOf(ties.values(), visitor),
    async purge(now) {
      const gone = [...ties.keys()].filter((visitor) => !known.has(visitor))
      for (const visitor of gone) ties.delete(visitor)
      const ended = [...used].filter(([, expiresAt]) => expiresAt <= now)
      for (const [id] of ended) used.delete(id)
      return { ties: gone.length, tokens: ended.length, more: false }
    },
  }
}
