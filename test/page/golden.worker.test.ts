import { describe, expect, it } from 'vitest'
import { analyzeFragment } from '../../src/page/fragment.ts'
import { compileTemplate } from '../../src/page/mark.ts'
import type { Fill, Outcome, Position } from '../../src/page/model.ts'
import { selectorSet } from '../../src/page/selectors.ts'
import { stitch } from '../../src/page/stitch.ts'
import { stitchStream } from '../../src/page/stream.ts'
import { pageFile, pageNames } from './pages.ts'

/** One edit as the golden files write it; `outcome` is `applied` where it is left out. */
interface Edit {
  readonly selector: string
  readonly action: string
  readonly value?: string
  readonly name?: string
  readonly names?: readonly string[]
  readonly target?: string
  readonly position?: Position
  readonly outcome?: Outcome
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function fillOf(edit: Edit, selectors: readonly string[]): Fill {
  const slot = selectors.indexOf(edit.selector)
  const bytes = encoder.encode(edit.action === 'text' ? escaped(edit.value ?? '') : edit.value)
  const fragment = analyzeFragment(edit.action === 'text' ? '' : (edit.value ?? ''))
  if (!fragment.ok) throw new Error(fragment.problem)
  if (edit.action === 'text') return { slot, action: 'inner', bytes, needs: 0 }
  const { name = '', names = [], position = 'before' } = edit
  const target = selectors.indexOf(edit.target ?? '')
  return { ...edit, slot, bytes, needs: fragment.needs, name, names, target, position } as unknown as Fill
}

describe('golden pages', () => {
  for (const name of pageNames) {
    const edits = JSON.parse(pageFile(name, 'edits.json')) as Edit[]
    const set = selectorSet(
      edits.flatMap(({ selector, target }) => (target === undefined ? [selector] : [selector, target])),
    )
    const fills = edits.map((edit) => fillOf(edit, set.selectors))
    const page = encoder.encode(pageFile(name, 'src.html'))

    it(`finishes ${name} as expected`, async () => {
      const template = await compileTemplate(page, set, 'n0nce')
      if (template === null) throw new Error('no template')
      const { bytes, outcomes } = stitch(template, fills)
      expect(decoder.decode(bytes)).toBe(pageFile(name, 'expected.html'))
      expect(edits.map((edit, i) => `${edit.selector} ${edit.action} ${outcomes[i]}`)).toEqual(
        edits.map((edit) => `${edit.selector} ${edit.action} ${edit.outcome ?? 'applied'}`),
      )
    })

    if (!fills.some((fill) => fill.action === 'move')) {
      it(`streams ${name} as expected`, async () => {
        const { body } = stitchStream(new Response(page), set, fills, 'n0nce')
        expect(await new Response(body).text()).toBe(pageFile(name, 'expected.html'))
      })
    }
  }
})
