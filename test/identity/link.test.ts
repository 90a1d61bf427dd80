import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draw, inGlobalHoldout } from '../../src/decide/assign.ts'
import { viewOf } from '../../src/flow/ingest.ts'
import { cardOf, groupOf, isCard, judgeTie } from '../../src/identity/link.ts'
import type { Tie } from '../../src/identity/model.ts'
import { importPersonKey, parseCustomer, personOf } from '../../src/identity/person.ts'
import {
  newToken,
  openReference,
  openToken,
  REFERENCE_LIFE_MS,
  sealReference,
  sealToken,
} from '../../src/identity/token.ts'
import { IV_BYTES } from '../../src/kit/seal.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { adoptView } from '../../src/profile/view.ts'
import { newSnapshot, newVisitorId, VISITOR_ID_BYTES } from '../../src/profile/visit.ts'
import { compiled } from '../help/decide.ts'
import { createMemoryIdentityStore } from '../help/identities.ts'
import { keyringOf } from '../help/keyring.ts'
import { createMemoryProfileStore } from '../help/profiles.ts'

const NOW = Date.UTC(2026, 6, 3)
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

async function keys() {
  const person = await importPersonKey(Buffer.alloc(32, 2).toString('base64'))
  if (!person.ok) throw new Error('keys')
  return { keyring: await keyringOf(), personKey: person.value }
}

describe('ties', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const person = fc.constantFrom('P', 'Q')
  const tie = fc.record({
    visitor: id,
    person,
    source: fc.constantFrom('login', 'newsletter'),
    at: fc.nat(9),
  })

  it('make the same people in whatever order they are listed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(tie, { selector: (each) => each.visitor }),
        fc.func(fc.nat()),
        (ties, order) => {
          const shuffled = [...ties].sort((x, y) => order(x) - order(y)) as Tie[]
          for (const visitor of 'abcd') {
            const group = groupOf(ties as Tie[], visitor)
            expect(groupOf(shuffled, visitor)).toEqual(group)
            // Being one person is mutual.
            for (const other of group) expect(groupOf(ties as Tie[], other)).toEqual(group)
          }
        },
      ),
    )
  })

  it('come apart again by taking them back, whatever was tied in between', () => {
    fc.assert(
      fc.asyncProperty(fc.array(tie, { maxLength: 12 }), async (wishes) => {
        const store = createMemoryIdentityStore()
        for (const wish of wishes) await store.tie({ ...(wish as Tie), proven: true })
        for (const visitor of 'abcd') await store.untie(visitor)
        for (const visitor of 'abcd') expect(await store.groupOf(visitor)).toEqual([visitor])
      }),
    )
  })

  it.each([
    [undefined, 'P', 'login', 'tied'],
    [['P', 'login'], 'P', 'newsletter', 'already'],
    [['P', 'newsletter'], 'Q', 'login', 'moved'],
    [['P', 'newsletter'], 'Q', 'newsletter', 'taken'],
    [['P', 'login'], 'Q', 'login', 'taken'],
  ] as const)('where %o stands, %s by %s is %s', (standing, person, source, outcome) => {
    const before = standing && ({ visitor: 'v', person: standing[0], source: standing[1], at: 0 } as const)
    expect(judgeTie(before, { person, source })).toBe(outcome)
  })
})

describe('personOf', () => {
  it('is the same for one customer and key, and another for any other', async () => {
    const { personKey } = await keys()
    const other = await importPersonKey(Buffer.alloc(32, 3).toString('base64'))
    const person = await personOf(personKey, 'ana@mail.example')
    expect(person).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await personOf(personKey, 'ana@mail.example')).toBe(person)
    expect(await personOf(personKey, 'Ana@mail.example')).not.toBe(person)
    expect(other.ok && (await personOf(other.value, 'ana@mail.example'))).not.toBe(person)
    expect([isCard(cardOf(person)), isCard(newVisitorId(random(VISITOR_ID_BYTES)))]).toEqual([true, false])
  })

  it.each([undefined, null, 4711, '', ' a', 'a\n', '\ud800', 'x'.repeat(257)])(
    'takes no %o for a customer',
    (value) => {
      expect(parseCustomer(value, '/customer')).toMatchObject({ ok: false, error: { path: '/customer' } })
    },
  )

  it.each(['', 'short', Buffer.alloc(31).toString('base64'), 'ä'.repeat(43)])(
    'takes no %o for a key',
    async (text) => {
      expect((await importPersonKey(text)).ok).toBe(false)
    },
  )
})

describe('tokens and references', () => {
  it('open for what they were sealed for, until they end', async () => {
    const { keyring } = await keys()
    const token = newToken('A'.repeat(43), NOW + 1_000, random(16))
    const link = await sealToken(keyring, token, random(IV_BYTES))
    const reference = await sealReference(keyring, 'v1', NOW, random(IV_BYTES))
    expect(await openToken(keyring, link, NOW)).toEqual(token)
    expect(await openToken(keyring, link, NOW + 1_000)).toBeNull()
    expect(await openToken(keyring, reference, NOW)).toBeNull()
    expect(await openReference(keyring, reference, NOW + REFERENCE_LIFE_MS)).toBe('v1')
    expect(await openReference(keyring, reference, NOW + REFERENCE_LIFE_MS + 1)).toBeNull()
    expect(await openReference(keyring, link, NOW)).toBeNull()
  })

  it('cannot be compared: one visitor has another reference each time', async () => {
    const { keyring } = await keys()
    const texts = await Promise.all(
      Array.from({ length: 20 }, () => sealReference(keyring, 'v1', NOW, random(IV_BYTES))),
    )
    expect(new Set(texts).size).toBe(20)
  })

  it('open for nobody who changed a character', async () => {
    const { keyring } = await keys()
    const text = await sealToken(keyring, newToken('A'.repeat(43), NOW + 1_000, random(16)), random(IV_BYTES))
    for (let at = 0; at < text.length; at++) {
      const forged = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      expect(await openToken(keyring, forged, NOW)).toBeNull()
      expect(await openToken(keyring, text.slice(0, at), NOW)).toBeNull()
    }
  })
})

describe('signing in', () => {
  it('moves nobody’s arm and nobody’s holdout: 0 of 100,000', async () => {
    const BROWSERS = 4
    const campaigns = [
      compiled({ id: 'hero', holdout: 0.1, variants: [{ id: 'a' }, { id: 'b' }] }),
      compiled({ id: 'ship', coverage: 0.5, variants: [{ id: 'control' }, { id: 'a' }, { id: 'b' }] }),
    ]
    const armsOf = ({ id }: Snapshot): string =>
      [inGlobalHoldout(id, 0.05), ...campaigns.map((campaign) => draw(campaign, id))].join()
    let logins = 0
    let flips = 0
    for (let customer = 0; customer < 100_000 / BROWSERS; customer++) {
      const identities = createMemoryIdentityStore()
      const profiles = createMemoryProfileStore()
      const person = String(customer).padStart(43, '0')
      for (let index = 0; index < BROWSERS; index++) {
        const before = newSnapshot(newVisitorId(random(VISITOR_ID_BYTES)), NOW - 1)
        const wish = { visitor: before.id, person, source: 'login', at: NOW, proven: true } as const
        if ((await identities.tie(wish)) === 'tied') logins++
        const after = adoptView(before, await viewOf({ profiles }, await identities.groupOf(before.id), NOW))
        if (after === before || armsOf(after) !== armsOf(before)) flips++
      }
    }
    expect({ logins, flips }).toEqual({ logins: 100_000, flips: 0 })
  })
})
