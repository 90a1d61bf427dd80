/** What the environment comes to, read once for an isolate: settings, and what is made of the texts among them. */
import { type OptOutRegions, parseOptOut } from '../consent/region.ts'
import { type ExemptCountries, parseExempt } from '../consent/today.ts'
import { type Env, parseEnv, type Settings } from '../env.ts'
import { importPersonKey } from '../identity/person.ts'
import { parseTokens, type Token } from '../kit/auth.ts'
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { importKeyring, type Keyring } from '../kit/seal.ts'
import { type Classify, createClassifier } from '../page/classify.ts'

export interface Configuration {
  readonly settings: Settings
  readonly keyring: Keyring
  /** Null where the shop's servers may not speak of customers. */
  readonly personKey: CryptoKey | null
  readonly tokens: readonly Token[]
  readonly optOut: OptOutRegions
  readonly exempt: ExemptCountries
  readonly classify: Classify
}

/** Reads the whole environment; where its variables have no faults, those of their texts are told, all at once. */
export async function readConfiguration(env: Env): Promise<Result<Configuration, readonly Fault[]>> {
  const parsed = parseEnv(env)
  if (!parsed.ok) return parsed
  const settings = parsed.value
  const keyring = await importKeyring(settings.sealKeys)
  const tokens = parseTokens(settings.apiToken)
  const optOut = parseOptOut(settings.consentOptOut)
  const exempt = parseExempt(settings.exemptTests)
  const classify = tryClassifier(settings)
  const personKey =
    settings.identityKey === undefined ? ok(null) : await importPersonKey(settings.identityKey)
  const faults = [
    ...within('SEAL_KEYS', keyring),
    ...within('API_TOKEN', tokens),
    ...within('CONSENT_OPT_OUT', optOut),
    ...within('EXEMPT_TESTS', exempt),
    ...within('EXCLUDE_PATHS', classify),
    ...within('IDENTITY_KEY', personKey),
  ]
  if (!keyring.ok || !tokens.ok || !optOut.ok || !exempt.ok || !classify.ok || !personKey.ok)
    return err(faults)
  return ok({
    settings,
    keyring: keyring.value,
    personKey: personKey.value,
    tokens: tokens.value,
    optOut: optOut.value,
    exempt: exempt.value,
    classify: classify.value,
  })
}

function tryClassifier(settings: Settings): Result<Classify, readonly Fault[]> {
  try {
    return ok(createClassifier(settings))
  } catch (cause) {
    return err([{ path: '', code: 'bad_pattern', message: (cause as Error).message }])
  }
}

/** The faults of a variable's own parser, under the variable's name. */
function within(name: keyof Env, parsed: Result<unknown, readonly Fault[]>): readonly Fault[] {
  if (parsed.ok) return []
  return parsed.error.map((fault) => ({
    ...fault,
    path: `/${name}${fault.path}`,
    message: `${name}: ${fault.message}`,
  }))
}
