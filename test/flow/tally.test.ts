import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/decide/model.ts'
import { outcomesOf } from '../../src/decide/outcomes.ts'
import { createTally } from '../../src/flow/tally.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { compiled, planOf } from '../help/decide.ts'

const DAY = '2026-07-01'
const START = Date.parse(`${DAY}T23:59:55Z`)
const [outcomes] = outcomesOf(
  planOf({ ...compiled({ id: 'hero', personal: true }), reads: ['affinity.tea'] }),
)
if (outcomes === undefined) throw new Error('no campaign')
const shown = outcomes.chosen(0, true)
const held = outcomes.heldOut('holdout', true)
/** As a page makes them that had no slot. */
const noSlot = (): Decision => ({ ...shown, reason: 'no_slot', counted: false })

function open() {
  const clock = { now: START }
  const counters = createCounters()
  const tally = createTally(counters, () => clock.now)
  const due = () =>
    Object.fromEntries(
      (tally.due() ?? []).map(({ day, campaign, reason, n }) => [`${day} ${campaign} ${reason}`, n]),
    )
  return { clock, counters, tally, due }
}

describe('createTally', () => {
  it('counts pages and reasons, those of shared decisions and of others alike', () => {
    const { clock, tally, due } = open()
    tally.page([shown], false, 'known')
    tally.page([held], true, 'identified')
    for (let view = 0; view < 3; view++) tally.page([noSlot()], false, 'unknown')
    clock.now += 10_000
    expect(due()).toEqual({
      [`${DAY} hero match`]: 1,
      [`${DAY} hero holdout`]: 1,
      [`${DAY} hero no_slot`]: 3,
      [`${DAY} _page pages`]: 5,
      [`${DAY} _page personal`]: 1,
      [`${DAY} _page generic`]: 4,
      [`${DAY} _page budget_missed`]: 1,
      [`${DAY} _page stage_unknown`]: 3,
      [`${DAY} _page stage_identified`]: 1,
      [`${DAY} _page stage_known`]: 1,
    })
  })

  it('keeps hold of no more than 512 lists of decisions, and counts all the same', () => {
    const { clock, tally, due } = open()
    let walked = 0
    const told = (): readonly Decision[] => {
      const list = [shown]
      const entries = list[Symbol.iterator].bind(list)
      return Object.assign(list, {
        [Symbol.iterator]() {
          walked += 1
          return entries()
        },
      })
    }
    for (let view = 0; view < 1_300; view++) tally.page(told(), false, 'known')
    expect(walked).toBe(1_024)
    clock.now += 10_000
    expect(due()).toMatchObject({ [`${DAY} hero match`]: 1_300, [`${DAY} _page pages`]: 1_300 })
    expect(walked).toBe(1_300)
  })

  it('hands each count out once, and not before it is time', () => {
    const { clock, tally, due } = open()
    tally.page([held], false, 'unknown')
    expect(tally.due()).toBeNull()
    clock.now += 10_000
    expect(Object.keys(due())).toHaveLength(4)
    clock.now += 10_000
    expect(tally.due()).toBeNull()
    tally.page([held], false, 'unknown')
    clock.now += 10_000
    expect(due()).toMatchObject({ '2026-07-02 hero holdout': 1 })
  })

  it('tells of what went wrong what came since it was told last', () => {
    const { clock, counters, due } = open()
    counters.add('bypass_type')
    clock.now += 10_000
    expect(due()).toEqual({ [`${DAY} _page bypass_type`]: 1 })
    counters.add('bypass_type')
    counters.add('bypass_type')
    clock.now += 10_000
    expect(due()).toEqual({ '2026-07-02 _page bypass_type': 2 })
  })
})
