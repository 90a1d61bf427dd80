import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SHELF_KEY } from '../../src/beacon/shelf.ts'
import { CLEAR_DIGEST, CLEAR_TEXT, clearFills, clearResponse } from '../../src/events/clear.ts'

describe('clear.js', () => {
  it('takes what the beacon keeps, and stands in HTML as it is', () => {
    expect(CLEAR_TEXT).toContain(`\`${SHELF_KEY}\``)
    expect(CLEAR_TEXT).not.toMatch(/[&<>"']/)
  })

  it('is what the policy of the privacy page lets run', () => {
    expect(CLEAR_DIGEST).toBe(`sha256-${createHash('sha256').update(CLEAR_TEXT).digest('base64')}`)
  })

  it('is served as a script, and needs a head to be put into', async () => {
    expect(await clearResponse().text()).toBe(CLEAR_TEXT)
    expect(clearResponse().headers.get('Content-Type')).toContain('text/javascript')
    expect(clearFills({ slotOf: new Map() }, '//shop.example')).toEqual([])
  })
})
