/**
 * Previews: a page view as somebody else, elsewhere, at another hour, or with a chosen arm. Operators ask for one by
 * API and get a sealed, short-lived token; whoever carries it sees that page, is marked as a preview and never counted.
 */
import * as v from 'valibot'
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { type Keyring, open, seal } from '../kit/seal.ts'
import { closed, dictionary, faultsOf, ID } from '../kit/shape.ts'
import { DAY_SECONDS } from '../kit/time.ts'
import { WEEKDAYS } from '../signals/model.ts'

const PREVIEW_TTL_DEFAULT_SECONDS = 900
const PREVIEW_TTL_MAX_SECONDS = DAY_SECONDS
/** As JSON in UTF-8. Sealed that is a third more, which `SEALED_MAX_CHARS` leaves room for, and so do headers. */
const PREVIEW_MAX_BYTES = 4_096
const MAX_ARMS = 64
/** 9999-12-30, the last day our clocks know. */
const NOW_MAX_MS = 253_402_128_000_000
const PURPOSE = 'selvedge:preview'

const text = (max: number) => v.pipe(v.string(), v.maxLength(max))
const within = (min: number, max: number) => v.pipe(v.number(), v.minValue(min), v.maxValue(max))
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
const texts = (max: number) => dictionary(text(64), text(max))
const maybe = v.exactOptional

const GeoInput = closed({
  country: maybe(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'Write a country as two capital letters.'))),
  region: maybe(text(100)),
  regionCode: maybe(text(10)),
  city: maybe(text(100)),
  continent: maybe(v.picklist(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'])),
  timezone: maybe(v.pipe(text(64), v.check(isTimezone, 'Write a timezone by its IANA name.'))),
  isEU: maybe(v.boolean()),
  latitude: maybe(within(-90, 90)),
  longitude: maybe(within(-180, 180)),
})
/** The next moment, from `now` on, at which the visitor's clock shows this. */
const ClockInput = closed({
  hour: maybe(whole(0, 23)),
  minute: maybe(whole(0, 59)),
  weekday: maybe(v.picklist(WEEKDAYS)),
})
const DeviceInput = closed({
  type: maybe(v.picklist(['mobile', 'tablet', 'desktop'])),
  os: maybe(v.picklist(['ios', 'android', 'windows', 'macos', 'linux', 'chromeos'])),
  saveData: maybe(v.boolean()),
  isBot: maybe(v.boolean()),
  language: maybe(text(35)),
})
const PageInput = closed({
  query: maybe(texts(256)),
  referrer: maybe(text(256)),
  utm: maybe(
    closed({
      source: maybe(text(100)),
      medium: maybe(text(100)),
      campaign: maybe(text(100)),
      term: maybe(text(100)),
      content: maybe(text(100)),
    }),
  ),
})
const VisitInput = closed({
  count: maybe(whole(1, 1_000_000)),
  returning: maybe(v.boolean()),
  daysSince: maybe(whole(0, 36_500)),
})
const WeatherInput = closed({
  temperature: maybe(within(-100, 70)),
  condition: maybe(v.picklist(['clear', 'clouds', 'rain', 'snow', 'storm', 'fog'])),
  isHot: maybe(v.boolean()),
})
const StoreInput = closed({ id: maybe(text(64)), name: maybe(text(100)), km: maybe(within(0, 20_038)) })

const SignalsInput = closed({
  geo: maybe(GeoInput),
  clock: maybe(ClockInput),
  device: maybe(DeviceInput),
  page: maybe(PageInput),
  visit: maybe(VisitInput),
  weather: maybe(WeatherInput),
  store: maybe(StoreInput),
  cookie: maybe(texts(256)),
})

const shared = {
  signals: maybe(SignalsInput),
  now: maybe(whole(0, NOW_MAX_MS)),
  profile: maybe(dictionary(text(64), v.unknown())),
  consent: maybe(v.boolean()),
  arms: maybe(
    v.pipe(
      dictionary(
        v.pipe(v.string(), v.regex(ID, 'This is no id of a campaign.')),
        v.pipe(text(64), v.nonEmpty('Name an arm.')),
      ),
      v.check((arms) => Object.keys(arms).length <= MAX_ARMS, `Name at most ${MAX_ARMS} campaigns.`),
    ),
  ),
}
/** What the door of previews takes; exported so that the API's document is made from it. */
export const PreviewRequestSchema = closed({
  ...shared,
  ttl: v.optional(whole(1, PREVIEW_TTL_MAX_SECONDS), PREVIEW_TTL_DEFAULT_SECONDS),
})
const PreviewSchema = closed({ ...shared, exp: v.number() })

/** Overrides of signals, by group. See `overlayPreview` for what a group's absent fields become. */
export type PreviewSignals = v.InferOutput<typeof SignalsInput>
/** What an operator asks for. `now` in epoch milliseconds, `ttl` in seconds, `arms` from campaign to arm. */
export type PreviewRequest = v.InferOutput<typeof PreviewRequestSchema>
/** What the token carries. `exp`: epoch milliseconds from which on it is void. */
export type Preview = v.InferOutput<typeof PreviewSchema>
export type PreviewRejection = 'expired' | 'forged'

/** Checks a request and names every fault in it. */
export function parsePreviewRequest(input: unknown): Result<PreviewRequest, readonly Fault[]> {
  const parsed = v.safeParse(PreviewRequestSchema, input)
  if (!parsed.success) return err(faultsOf(parsed.issues))
  const { length } = new TextEncoder().encode(JSON.stringify(parsed.output))
  if (length <= PREVIEW_MAX_BYTES) return ok(parsed.output)
  const message = `Keep a preview within ${PREVIEW_MAX_BYTES} bytes of JSON: it travels in a header.`
  return err([{ path: '', code: 'too_large', message }])
}

/** The preview that a checked request starts at `now`. */
export function createPreview({ ttl, ...wishes }: PreviewRequest, now: number): Preview {
  return { ...wishes, exp: now + ttl * 1_000 }
}

/** The token. `iv`: `IV_BYTES` fresh random bytes. */
export const sealPreview = (keyring: Keyring, preview: Preview, iv: Uint8Array): Promise<string> =>
  seal(keyring, PURPOSE, new TextEncoder().encode(JSON.stringify(preview)), iv)

/** The preview that a token carries. `now` is the real time, whatever the preview pretends. Never throws. */
export async function openPreview(
  keyring: Keyring,
  token: string,
  now: number,
): Promise<Result<Preview, PreviewRejection>> {
  const bytes = await open(keyring, PURPOSE, token)
  const preview = bytes === null ? null : readPreview(bytes)
  if (preview === null) return err('forged')
  return preview.exp > now ? ok(preview) : err('expired')
}

/** Checked again, because another version of this program may have sealed it. */
function readPreview(bytes: Uint8Array): Preview | null {
  try {
    const parsed = v.safeParse(PreviewSchema, JSON.parse(new TextDecoder().decode(bytes)))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
