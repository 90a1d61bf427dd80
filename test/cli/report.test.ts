import { afterEach, describe, expect, it, vi } from 'vitest'
import { report } from '../../src/cli/report.ts'

describe('report', () => {
  afterEach(() => void vi.unstubAllGlobals())

  /** The path that is asked for. */
  async function askedFor(...args: string[]): Promise<string> {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: string | URL | Request) => {
      asked.push(new URL(url instanceof Request ? url.url : url).pathname.replace('/_selvedge/api', ''))
      return Response.json({ status: 404, title: 'Nothing' }, { status: 404, headers: PROBLEM })
    })
    await expect(report([...args, '--token', 't'])).rejects.toThrow('Nothing')
    return asked.join()
  }
  const PROBLEM = { 'Content-Type': 'application/problem+json' }

  it('asks for the report of a campaign, or for one of all', async () => {
    expect(await askedFor('hero')).toBe('/reports/campaigns/hero')
    expect(await askedFor('funnel')).toBe('/reports/funnel')
    expect(await askedFor()).toBe('/reports')
  })

  it('reads a campaign that is called as a report is', async () => {
    expect(await askedFor('--campaign', 'funnel')).toBe('/reports/campaigns/funnel')
    await expect(report(['hero', '--campaign', 'funnel', '--token', 't'])).rejects.toThrow('one campaign')
  })
})
