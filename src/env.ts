/**
 * The Worker's configuration: bindings as the platform hands them over, and `Settings` as the product uses them.
 * `parseEnv` is the only reader of the environment; it collects every fault, so that one deploy is enough to mend them.
 */
import type { Forgetting } from './flow/forgetting.ts'
import type { VisitorNews } from './flow/news.ts'
import type { Fault } from './kit/fault.ts'
import { pointer } from './kit/fault.ts'
import { err, ok, type Result } from './kit/result.ts'
import { DAY_SECONDS, HOUR_SECONDS } from './kit/time.ts'
import { type Money, moneyOf } from './measure/money.ts'

/** Every variable, secret and binding. All but `SEAL_KEYS` and `API_TOKEN` may be left out. */
export interface Env {
  /** URL of the storefront, without a path. Left out: the Worker is routed in front of it and fetches the request's own URL. */
  readonly ORIGIN?: string
  /** `false` turns personalization off: every request passes to the storefront untouched. */
  readonly ENABLED?: string
  /** Milliseconds that all waits of one request that are not the origin may take together. */
  readonly BUDGET_MS?: string
  /** Milliseconds until the origin has to answer with headers. */
  readonly ORIGIN_TIMEOUT_MS?: string
  /** Comma list of cookie names (a trailing `*` is a prefix) that mark a visitor's page as the shop's own business. */
  readonly SESSION_COOKIES?: string
  /** `pass`: pages of visitors with a session are left alone. `stream`: they get the edits too, uncached. */
  readonly DYNAMIC_PAGES?: string
  /** Comma list of URLPattern pathnames never personalised, such as `/checkout*`; `checkout*` is the same. */
  readonly EXCLUDE_PATHS?: string
  /** Comma list of query parameters (a trailing `*` is a prefix) that do not change a page. */
  readonly DROP_QUERY?: string
  /** Comma list of cookies that campaigns may read as `cookie.NAME`. */
  readonly READ_COOKIES?: string
  /** Comma list of foreign hosts a campaign may redirect to. */
  readonly REDIRECT_HOSTS?: string
  /** Comma list of countries (ISO 3166-1) where consent is presumed until refused; everywhere else it is asked for. */
  readonly CONSENT_OPT_OUT?: string
  /** Comma list of countries whose law exempts A/B tests from consent: there a random number for the day draws the arms. */
  readonly EXEMPT_TESTS?: string
  /** `full`: every decision of the page. `applied`: only what was shown or held out. `off`: none. */
  readonly DECISION_HEADER?: string
  /** `false`: no page gets `beacon.js`, and nothing is known of what came into view. */
  readonly BEACON?: string
  /** Largest page, in bytes, that is kept and cut; larger ones stream. */
  readonly PAGE_MAX_BYTES?: string
  /** Megabytes of page templates an isolate may hold. */
  readonly MEMORY_MB?: string
  /** Seconds a page without any freshness of its own is kept; 0 keeps none. */
  readonly DEFAULT_TTL_SECONDS?: string
  /** Seconds between looks for a newer release. */
  readonly RELEASE_TTL_SECONDS?: string
  /** libSQL over HTTP: Turso or self-hosted sqld. */
  readonly DB_URL?: string
  /** Secret. Token for `DB_URL`. */
  readonly DB_TOKEN?: string
  /** Secret. `id:base64,…` 256-bit keys that seal cookies and previews; the first seals, all open. */
  readonly SEAL_KEYS?: string
  /** Secret. `name:token,…` bearer tokens of operators. */
  readonly API_TOKEN?: string
  /** Secret. Lets a CDN in front pass its own unit id in `Selvedge-Unit`. */
  readonly CDN_SECRET?: string
  /** Base64 of 32 to 64 random bytes. Secret, and never changed: it turns customers' ids into names of ours. */
  readonly IDENTITY_KEY?: string
  /** Version of the shop's privacy notice, for the record of choices. */
  readonly POLICY_VERSION?: string
  /** The shop's currency (ISO 4217), in which everything is measured; orders in another one are refused. */
  readonly CURRENCY?: string
  /** Told what the system, or an operator, changes about single campaigns; see flow/webhook.ts. */
  readonly WEBHOOK_URL?: string
  /** Secret. Signs what the webhook is told. */
  readonly WEBHOOK_SECRET?: string
  /** Base URL of an Open-Meteo forecast service, such as `https://api.open-meteo.com`. Left out: no weather. */
  readonly WEATHER_URL?: string
  /** Base URL of its archive, which says what is hot somewhere, such as `https://archive-api.open-meteo.com`. */
  readonly WEATHER_ARCHIVE_URL?: string
  /** Secret. Key of a paying customer of the weather service. */
  readonly WEATHER_KEY?: string
  /** Takes what page views say of their visitors, so that the store is written in batches. Without it: one by one. */
  readonly EVENTS?: Queue<VisitorNews | Forgetting>
  /** Rate limit of the operators' and visitors' doors, by address. */
  readonly RATE_LIMIT?: RateLimit
  /** Rate limit of one source of events, by the name of its token. */
  readonly SOURCE_LIMIT?: RateLimit
  /** Rate limit of one visitor's events. */
  readonly VISITOR_LIMIT?: RateLimit
}

export interface Settings {
  readonly enabled: boolean
  readonly origin: URL | null
  readonly budgetMs: number
  readonly originTimeoutMs: number
  readonly sessionCookies: readonly string[]
  readonly dynamicPages: 'pass' | 'stream'
  readonly excludePaths: readonly string[]
  readonly dropQuery: readonly string[]
  readonly readCookies: readonly string[]
  readonly redirectHosts: readonly string[]
  readonly consentOptOut: readonly string[]
  readonly exemptTests: readonly string[]
  readonly decisionHeader: 'full' | 'applied' | 'off'
  /** Pages of visitors who are counted get the beacon. */
  readonly beacon: boolean
  readonly pageMaxBytes: number
  readonly memoryBytes: number
  readonly defaultTtlSeconds: number
  readonly releaseTtlMs: number
  readonly dbUrl: string | null
  readonly dbToken: string | undefined
  readonly sealKeys: string
  readonly apiToken: string
  readonly cdnSecret: string | undefined
  readonly identityKey: string | undefined
  readonly policyVersion: string
  readonly money: Money
  readonly webhook: { readonly url: string; readonly secret: string } | null
  readonly weather: {
    readonly forecastUrl: string
    readonly climateUrl: string
    readonly key: string | undefined
  } | null
}

const MEGABYTE = 1024 * 1024
const MIN_SECRET_LENGTH = 16

const DEFAULT_SESSION_COOKIES =
  'session,sessionid,PHPSESSID,connect.sid,laravel_session,cart,woocommerce_items_in_cart,wordpress_logged_in_*'
const DEFAULT_EXCLUDE_PATHS = '/cart*,/checkout*,/account*,/login*,/admin*,/api/*'
const DEFAULT_DROP_QUERY =
  'utm_*,gclid,gbraid,wbraid,dclid,fbclid,msclkid,ttclid,twclid,li_fat_id,mc_cid,mc_eid,_ga,_gl,igshid,yclid,srsltid'
const DEFAULT_CURRENCY = 'EUR'
const DEFAULT_OPT_OUT = 'US,CA,-CA-QC,AU,NZ'

/** Reads and checks the whole environment; every fault names its variable. Secrets never appear in a message. */
export function parseEnv(env: Env): Result<Settings, readonly Fault[]> {
  const faults: Fault[] = []
  const fault = (name: keyof Env, message: string): void => {
    faults.push({ path: pointer(name), code: 'bad_variable', message: `${name} ${message}` })
  }
  const number = (name: keyof Env, fallback: number, min: number, max: number): number => {
    const text = env[name] as string | undefined
    if (text === undefined || text === '') return fallback
    const value = Number(text)
    if (Number.isFinite(value) && value >= min && value <= max) return value
    fault(name, `must be a number from ${min} to ${max}`)
    return fallback
  }
  const choice = <T extends string>(name: keyof Env, options: readonly [T, ...T[]]): T => {
    const text = env[name] as string | undefined
    if (text === undefined || text === '') return options[0]
    const found = options.find((option) => option === text)
    if (found === undefined) fault(name, `must be one of ${options.join(', ')}`)
    return found ?? options[0]
  }
  const url = (
    name: 'ORIGIN' | 'DB_URL' | 'WEATHER_URL' | 'WEATHER_ARCHIVE_URL' | 'WEBHOOK_URL',
  ): URL | null => {
    const text = env[name]
    if (text === undefined || text === '') return null
    const parsed = URL.parse(text.replace(/^libsql:/, 'https:'))
    if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed
    fault(name, 'must be an http, https or libsql URL')
    return null
  }
  const origin = (): URL | null => {
    const parsed = url('ORIGIN')
    if (parsed === null || parsed.href === `${parsed.origin}/`) return parsed
    fault('ORIGIN', `must be without a path, such as ${parsed.origin}`)
    return null
  }
  const secret = (name: 'SEAL_KEYS' | 'API_TOKEN'): string => {
    const text = env[name] ?? ''
    if (text.length < MIN_SECRET_LENGTH) {
      fault(name, 'is missing or too short: "npm run keys" makes one, and says how to set it')
    }
    return text
  }
  const settings: Settings = {
    enabled: choice('ENABLED', ['true', 'false']) === 'true',
    origin: origin(),
    budgetMs: number('BUDGET_MS', 25, 1, 1_000),
    originTimeoutMs: number('ORIGIN_TIMEOUT_MS', 15_000, 100, 120_000),
    sessionCookies: list(env.SESSION_COOKIES ?? DEFAULT_SESSION_COOKIES),
    dynamicPages: choice('DYNAMIC_PAGES', ['pass', 'stream']),
    excludePaths: list(env.EXCLUDE_PATHS ?? DEFAULT_EXCLUDE_PATHS),
    dropQuery: list(env.DROP_QUERY ?? DEFAULT_DROP_QUERY),
    readCookies: list(env.READ_COOKIES ?? ''),
    redirectHosts: list(env.REDIRECT_HOSTS ?? ''),
    consentOptOut: list(env.CONSENT_OPT_OUT ?? DEFAULT_OPT_OUT),
    exemptTests: list(env.EXEMPT_TESTS ?? ''),
    decisionHeader: choice('DECISION_HEADER', ['full', 'applied', 'off']),
    beacon: choice('BEACON', ['true', 'false']) === 'true',
    pageMaxBytes: number('PAGE_MAX_BYTES', 2 * MEGABYTE, 1_024, 16 * MEGABYTE),
    memoryBytes: number('MEMORY_MB', 48, 1, 64) * MEGABYTE,
    defaultTtlSeconds: number('DEFAULT_TTL_SECONDS', 0, 0, DAY_SECONDS),
    releaseTtlMs: number('RELEASE_TTL_SECONDS', 10, 1, HOUR_SECONDS) * 1_000,
    dbUrl: url('DB_URL')?.href ?? null,
    dbToken: env.DB_TOKEN,
    sealKeys: secret('SEAL_KEYS'),
    apiToken: secret('API_TOKEN'),
    cdnSecret: env.CDN_SECRET === '' ? undefined : env.CDN_SECRET,
    identityKey: env.IDENTITY_KEY === '' ? undefined : env.IDENTITY_KEY,
    policyVersion: env.POLICY_VERSION || '1',
    money: moneyOf(env.CURRENCY || DEFAULT_CURRENCY) ?? { currency: '', decimals: 0 },
    webhook: webhookOf(url('WEBHOOK_URL')?.href, env.WEBHOOK_SECRET ?? ''),
    weather: weatherOf(url('WEATHER_URL'), url('WEATHER_ARCHIVE_URL'), env.WEATHER_KEY),
  }
  if (settings.money.currency === '') fault('CURRENCY', 'must be a currency of ISO 4217, such as EUR')
  if (settings.cdnSecret !== undefined && settings.cdnSecret.length < MIN_SECRET_LENGTH) {
    fault('CDN_SECRET', `must have at least ${MIN_SECRET_LENGTH} characters`)
  }
  if (settings.webhook !== null && settings.webhook.secret.length < MIN_SECRET_LENGTH) {
    fault('WEBHOOK_SECRET', `must have at least ${MIN_SECRET_LENGTH} characters where WEBHOOK_URL is set`)
  }
  return faults.length === 0 ? ok(settings) : err(faults)
}

const webhookOf = (url: string | undefined, secret: string): Settings['webhook'] =>
  url === undefined ? null : { url, secret }

function weatherOf(forecast: URL | null, climate: URL | null, key: string | undefined): Settings['weather'] {
  if (forecast === null || climate === null) return null
  return { forecastUrl: forecast.origin, climateUrl: climate.origin, key: key === '' ? undefined : key }
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
