/** Caps and the guard as an author meets them: in the one answer with all faults. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import { parseRelease } from '../../src/campaign/schema.ts'

const options = { checkSelector: () => undefined, redirectHosts: [] }
const variants = [{ id: 'a', edits: [{ action: 'text', selector: 'h1', value: 'Cold tea' }] }]
const campaign = (id: string, more: object = {}) => ({ id, pages: [`/${id}`], variants, ...more })

const faults = (...campaigns: readonly object[]): readonly string[] => {
  const parsed = parseRelease({ campaigns }, options)
  return parsed.ok ? [] : parsed.error.map(({ path, code }) => `${path} ${code}`)
}

describe('parseRelease', () => {
  it('keeps caps and overrides as they were written', () => {
    const caps = { hour: 1, day: 3, week: 5, lifetime: 10, rest: { ignored: 3, days: 7 }, retargeting: 2 }
    const override = { reason: 'asked for in the app', by: 'Ana' }
    const parsed = parseRelease(
      { caps: { pageView: 3 }, campaigns: [campaign('a', { caps, override })] },
      options,
    )
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    expect(parsed.value).toMatchObject({ caps: { pageView: 3 }, campaigns: [{ caps, override }] })
    expect(compileRelease(parsed.value, { number: 1, checksum: '' }).pageViewCap).toBe(3)
  })

  it('names every fault of caps', () => {
    const caps = { hour: 0, day: 1.5, weak: 1, rest: { ignored: 3 }, group: { day: 1 } }
    expect(faults(campaign('a', { caps, override: { reason: '', by: 'Ana' } }))).toEqual(
      expect.arrayContaining([
        '/campaigns/0/caps/hour out_of_range',
        '/campaigns/0/caps/day invalid',
        '/campaigns/0/caps/weak unknown_field',
        '/campaigns/0/caps/rest/days required',
        '/campaigns/0/override/reason empty',
      ]),
    )
    expect(parseRelease({ caps: { pageViews: 1 }, campaigns: [] }, options)).toMatchObject({
      error: [{ path: '/caps/pageViews', code: 'unknown_field' }],
    })
  })

  it('wants group caps in a group, and the same ones in all of it', () => {
    const caps = { group: { day: 1 } }
    expect(faults(campaign('a', { caps }))).toEqual(['/campaigns/0/caps/group no_group'])
    const one = campaign('a', { group: 'g', caps: { ...caps, day: 9 } })
    expect(faults(one, campaign('b', { group: 'g', caps }))).toEqual([])
    expect(faults(one, campaign('b', { group: 'g', caps: { day: 1 } }))).toEqual([
      '/campaigns/1/caps/group group_caps',
    ])
    expect(faults(one, campaign('b', { group: 'g', status: 'paused' }))).toEqual([])
  })

  it('tells what the guard found beside everything else', () => {
    const watching = [{ id: 'a', edits: [{ action: 'text', selector: 'h1', value: 'We noticed you' }] }]
    expect(
      faults(
        campaign('a', { audience: { 'affinity.baby-food': { $gt: 0 } } }),
        campaign('b', { variants: watching }),
        campaign('c', { pages: ['nowhere'] }),
      ),
    ).toEqual([
      '/campaigns/0/audience/affinity.baby-food guard_sensitive_audience',
      '/campaigns/1/variants/0/edits/0/value guard_watching_copy',
      '/campaigns/2/pages/0 bad_page',
    ])
  })

  it('lets the campaigns of the demo pass', () => {
    const file = join(import.meta.dirname, '../storefront/campaigns.json')
    const parsed = parseRelease(JSON.parse(readFileSync(file, 'utf8')), options)
    expect(parsed.ok ? [] : parsed.error).toEqual([])
  })
})
