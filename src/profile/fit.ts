/**
 * What stays when a snapshot is too heavy for its cookie. What its owner refused stays before all else: nothing weighs
 * more than their no, and it is kept nowhere else. Of the rest each kind of entry comes with its most useful first, and
 * the kinds take turns: first of all the first of each kind, then the second of each … In one turn the order is
 *
 *   caps, affinities, follows, stores, interests, habits
 *
 * because caps are kept nowhere else either, and a habit only times an offer. What is left out is the end of that list, as
 * much as it takes and no more. The id, visits, stage, orders, recent product, age band,
 * occupation and name always stay. Pure.
 */

/** Entries that may be left out, as they are written; the most useful of each kind first. */
export interface Lists {
  /** "Not relevant" and "too personal". */
  readonly refusals: readonly unknown[]
  readonly caps: readonly unknown[]
  readonly affinities: readonly unknown[]
  readonly follows: readonly unknown[]
  readonly stores: readonly unknown[]
  readonly interests: readonly unknown[]
  readonly habits: readonly unknown[]
}

const KINDS = ['caps', 'affinities', 'follows', 'stores', 'interests', 'habits'] as const

/** The longest writing within `maxBytes`; the one without any entry where even that is longer. */
export function fitLists(lists: Lists, write: (lists: Lists) => Uint8Array, maxBytes: number): Uint8Array {
  const whole = write(lists)
  if (whole.length <= maxBytes) return whole
  // More entries take more bytes, so the most that fit are found by halving.
  let fits = 0
  let tooMany = lists.refusals.length + KINDS.reduce((sum, kind) => sum + lists[kind].length, 0)
  let best = write(firstOf(lists, 0))
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1
    const bytes = write(firstOf(lists, middle))
    if (bytes.length > maxBytes) tooMany = middle
    else {
      fits = middle
      best = bytes
    }
  }
  return best
}

/** The `count` most useful entries, each still in its list. */
export function firstOf(lists: Lists, count: number): Lists {
  const kept: Record<(typeof KINDS)[number], number> = {
    caps: 0,
    affinities: 0,
    follows: 0,
    stores: 0,
    interests: 0,
    habits: 0,
  }
  const refusals = lists.refusals.slice(0, count)
  let left = count - refusals.length
  for (let rank = 0; left > 0; rank++) {
    let found = false
    for (const kind of KINDS) {
      if (rank >= lists[kind].length) continue
      found = true
      if (left-- > 0) kept[kind]++
    }
    if (!found) break
  }
  const first = KINDS.map((kind) => [kind, lists[kind].slice(0, kept[kind])])
  return { refusals, ...Object.fromEntries(first) } as unknown as Lists
}
