import { describe, expect, it } from 'vitest'
import { importKeyring, open, seal } from '../../src/kit/seal.ts'

/** Sealed in Node by the same code, so that both runtimes are held to one format. */
const FROM_NODE = 'AQJrMQcHBwcHBwcHBwcHB-5OHkmYj5MtUkxK9ZzfmYLzzB8yQWg'

describe('seal in workerd', () => {
  it('opens what Node sealed, seals the same bytes, and refuses a change', async () => {
    const keys = await importKeyring(`k1:${'B'.repeat(42)}A=`)
    if (!keys.ok) throw new Error('no keyring')
    const text = new TextEncoder().encode('héllo')
    expect(await open(keys.value, 'test', FROM_NODE)).toEqual(text)
    expect(await seal(keys.value, 'test', text, new Uint8Array(12).fill(7))).toBe(FROM_NODE)
    expect(await open(keys.value, 'test', FROM_NODE.replace(/.$/, 'A'))).toBeNull()
  })
})
