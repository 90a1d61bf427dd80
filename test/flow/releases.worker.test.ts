import { expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import { publishRelease } from '../../src/flow/publish.ts'
import { createReleases } from '../../src/flow/releases.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import { checkSelector } from '../../src/page/mark.ts'
import { createMemoryReleaseStore, releaseText } from '../help/releases.ts'

it('hands the live release from isolate to isolate over the real Cache API', async () => {
  const store = createMemoryReleaseStore()
  const rules = { checkSelector, redirectHosts: [] }
  await publishRelease({ rules, store }, releaseText('x'), { actor: 'ana', at: 0, note: '' })
  let asked = 0
  const isolate = () =>
    createReleases({
      store: () => {
        asked++
        return store
      },
      cache: () => caches.default,
      space: 'https://store.example/?a=b&c#d',
      compile: compileRelease,
      now: Date.now,
      random: () => 0,
      ttlMs: 10_000,
      counters: createCounters(),
    })
  const ready = async (releases: ReturnType<typeof isolate>): Promise<string | undefined> => {
    const work: Promise<unknown>[] = []
    await releases.ready(startDeadline(5_000, Date.now), (promise) => work.push(promise))
    await Promise.all(work)
    return releases.current()?.plan(new URL('https://shop.example/')).campaigns[0]?.id
  }
  expect(await ready(isolate())).toBe('hero')
  expect(asked).toBe(2)
  expect(await ready(isolate())).toBe('hero')
  expect(asked).toBe(2)
})
