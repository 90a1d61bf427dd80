/** Keys for tests, in Node and in workerd alike. */
import { importKeyring, type Keyring } from '../../src/kit/seal.ts'
import { SEAL_KEYS } from './keys.ts'

/** The keys that these texts say, as `SEAL_KEYS` says them; those of every test, where none are named. */
export async function keyringOf(spec: string = SEAL_KEYS): Promise<Keyring> {
  const made = await importKeyring(spec)
  if (!made.ok) throw new Error('these are no keys')
  return made.value
}
