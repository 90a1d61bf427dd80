import { describe, expect, it } from 'vitest'
import type { CompiledCampaign, CompiledRelease, ReleaseDocument } from '../../src/campaign/model.ts'
import { dryRun, samplePages } from '../../src/flow/dryrun.ts'

const document = {
  holdout: 0,
  campaigns: [
    { id: 'a', pages: ['/x/*'] },
    { id: 'b', pages: ['/y'] },
  ],
} as unknown as ReleaseDocument

const campaign = (id: string, more: Partial<CompiledCampaign> = {}): CompiledCampaign =>
  ({ id, audience: () => true, variants: [], ...more }) as unknown as CompiledCampaign
const release = (campaigns: readonly CompiledCampaign[], plan = (_: URL) => ({}) as never): CompiledRelease =>
  ({ number: 0, checksum: '', holdout: 0, campaigns, plan }) as CompiledRelease
const broken = (): never => {
  throw new Error('broke')
}

describe('dryRun', () => {
  it('finds nothing in a release that runs', () => {
    expect(dryRun(release([campaign('a'), campaign('b')]), document)).toEqual([])
  })

  it('names the campaign whose audience throws', () => {
    expect(dryRun(release([campaign('a'), campaign('b', { audience: broken })]), document)).toEqual([
      { path: '/campaigns/1', code: 'dry_run', message: 'failed when it was tried: broke' },
    ])
  })

  it('names the campaign whose edit throws', () => {
    const variants = [{ id: 'v', edits: [{ edit: { action: 'remove', selector: 'h1' }, render: broken }] }]
    expect(dryRun(release([campaign('a', { variants } as never)]), document)[0]?.path).toBe('/campaigns/0')
  })

  it('tries pages that the release names', () => {
    const plan = (url: URL) => (url.pathname === '/x/x' ? broken() : ({} as never))
    expect(dryRun(release([], plan), document)).toEqual([
      { path: '', code: 'dry_run', message: 'failed when it was tried: /x/x: broke' },
    ])
  })
})

describe('samplePages', () => {
  const pagesOf = (...pages: readonly string[]): readonly string[] =>
    samplePages({ holdout: 0, campaigns: [{ pages }] } as unknown as ReleaseDocument).map(String)

  it('fills wildcards, names, groups and braces', () => {
    expect(pagesOf('/a/*', '/:shop/(\\d+)/{b/}?', 'https://*.shop.example/pt/*')).toEqual(
      expect.arrayContaining([
        'https://dry-run.invalid/a/x',
        'https://dry-run.invalid/x/x/b/',
        'https://x.shop.example/pt/x',
      ]),
    )
  })

  it('is bounded, and spread over all patterns', () => {
    const pages = pagesOf(...Array.from({ length: 10_000 }, (_, index) => `/p${index}`))
    expect(pages.length).toBeLessThan(100)
    expect(pages.some((page) => /\/p9[89]\d\d$/.test(page))).toBe(true)
  })
})
