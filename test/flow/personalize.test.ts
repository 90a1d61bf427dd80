import { expect, it } from 'vitest'
import { personalize } from '../../src/flow/personalize.ts'
import type { PersonalizePorts } from '../../src/flow/ports.ts'

it('says why a page was left alone as it was then, though a release arrives while the page is on its way', async () => {
  let why = 'no_release'
  const counted: string[] = []
  const ports = {
    settings: { enabled: true, budgetMs: 5 },
    classify: () => ({ kind: 'page' }),
    releases: { ready: async () => {}, current: () => null, why: () => why },
    pages: {
      async pass() {
        why = 'live'
        return new Response('Tea')
      },
    },
    visitor: { tombstones: { isKnown: () => true } },
    counters: { add: (name: string) => counted.push(name) },
    now: () => 0,
  }
  const answer = await personalize(new Request('https://shop.example/'), ports as unknown as PersonalizePorts)
  expect([answer.headers.get('Selvedge-Bypass'), counted]).toEqual(['no_release', ['no_release']])
})
