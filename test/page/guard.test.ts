import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fill } from '../../src/page/model.ts'
import { stitch } from '../../src/page/stitch.ts'
import { cutAlone } from './alone.ts'
import { broken, singleFills, touchedBy } from './fills.ts'
import { outside } from './outside.ts'
import { pageTokens, SLOTS } from './soup.ts'

const RUNS = 300
/** So many edits must have been let through for the law to say anything. */
const LEAST_APPLIED = 10_000
const LEAST_MOVED = 100
const decoder = new TextDecoder()

describe('Cutter', () => {
  it('lets no edit through that changes the tree outside of its slot', () => {
    let applied = 0
    fc.assert(
      fc.property(pageTokens, (tokens) => {
        const template = cutAlone(tokens)
        const page = tokens.join('')
        for (let slot = 0; slot < SLOTS; slot++) {
          for (const fill of singleFills(slot)) {
            const { bytes, outcomes } = stitch(template, [fill])
            if (outcomes[0] !== 'applied') continue
            applied++
            const fault = broken(page, decoder.decode(bytes), fill, touchedBy(template, fill))
            if (fault !== undefined) throw new Error(fault)
          }
        }
      }),
      { numRuns: RUNS },
    )
    expect(applied).toBeGreaterThan(LEAST_APPLIED)
  })

  it('lets no move through that changes the tree but for what was moved', () => {
    let applied = 0
    const positions = fc.constantFrom('before', 'after', 'prepend', 'append')
    fc.assert(
      fc.property(pageTokens, positions, (tokens, position) => {
        const template = cutAlone(tokens)
        const page = tokens.join('')
        for (let slot = 0; slot < SLOTS; slot++) {
          for (let target = 0; target < SLOTS; target++) {
            const fill: Fill = { slot, action: 'move', target, position }
            const { bytes, outcomes } = stitch(template, [fill])
            if (outcomes[0] !== 'applied') continue
            applied++
            expect(bytes.length).toBe(template.page.length)
            const mask = { removed: touchedBy(template, fill) }
            expect(outside(decoder.decode(bytes), mask)).toBe(outside(page, mask))
          }
        }
      }),
      { numRuns: RUNS * 5 },
    )
    expect(applied).toBeGreaterThan(LEAST_MOVED)
  })

  it('moves a section with a component’s shadow in it, and keeps first what decides how a template is read', () => {
    const shadow = ['<template>', '<tr s="2">', '<td>', 'x', '</td>', '</tr>', '</template>']
    const title = ['<h1 s="1">', 'a', '</h1>']
    const section = ['<section s="0">', ...shadow, '</section>']
    const template = cutAlone(['<div>', ...title, ...section, '</div>'])
    const move: Fill = { slot: 0, action: 'move', target: 1, position: 'before' }
    const { bytes, outcomes } = stitch(template, [move])
    expect(outcomes).toEqual(['applied'])
    expect(decoder.decode(bytes)).toBe(['<div>', ...section, ...title, '</div>'].join(''))
    const needs = { bytes: new Uint8Array([120]), needs: 0 }
    for (const fill of [
      { slot: 2, action: 'before', ...needs },
      { slot: 2, action: 'remove' },
    ] as const)
      expect(stitch(template, [fill]).outcomes).toEqual(['unfit'])
  })
})
