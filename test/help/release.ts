import { compileRelease } from '../../src/campaign/compile.ts'
import type { CompiledRelease } from '../../src/campaign/model.ts'
import { parseRelease } from '../../src/campaign/schema.ts'

/** A release of these campaigns, each with one variant unless it has its own. */
export function release(...campaigns: readonly Record<string, unknown>[]): CompiledRelease {
  const edits = [{ action: 'text', selector: 'h1', value: 'Hello' }]
  const document = {
    // Those that stand first go first, so that several may edit one element.
    campaigns: campaigns.map((campaign, index) => ({
      pages: ['/*'],
      priority: -index,
      variants: [{ id: 'a', edits }],
      ...campaign,
    })),
  }
  const parsed = parseRelease(document, { checkSelector: () => undefined, redirectHosts: [] })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return compileRelease(parsed.value, { number: 1, checksum: 'x' })
}
