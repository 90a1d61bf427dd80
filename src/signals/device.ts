/**
 * Device class, from client hints where the browser sends them and from the user agent otherwise. The user agent is
 * read, classified and forgotten: it is never part of the result.
 */
import { isbot } from 'isbot'
import { memo } from '../kit/memo.ts'
import type { Device } from './model.ts'

type Os = NonNullable<Device['os']>

/** What a user agent alone tells. */
interface Agent {
  readonly type: Device['type']
  readonly os: Os | undefined
  readonly isBot: boolean
}

/** Bounds what a pattern can cost on a hostile header; real user agents stay under 300. */
const USER_AGENT_MAX = 512
const LANGUAGE_MAX = 35
/**
 * `isbot` takes about 3 µs. A few hundred user agents make up nearly all of a shop's traffic, so their classes are
 * kept in memory: bounded, unconnected to any visitor, never stored and never sent.
 */
const MAX_AGENTS = 256

const PLATFORMS: Readonly<Record<string, Os>> = {
  Android: 'android',
  'Chrome OS': 'chromeos',
  'Chromium OS': 'chromeos',
  iOS: 'ios',
  Linux: 'linux',
  macOS: 'macos',
  Windows: 'windows',
}

/** Order matters: an Android agent names Linux, and an iPhone says that it is like Mac OS X. */
const AGENT_PLATFORMS: readonly (readonly [RegExp, Os])[] = [
  [/iPhone|iPad|iPod/, 'ios'],
  [/Android/, 'android'],
  [/CrOS/, 'chromeos'],
  [/Windows/, 'windows'],
  [/Macintosh|Mac OS X/, 'macos'],
  [/Linux|X11/, 'linux'],
]

/** `isbot` calls an empty user agent a person; every browser sends one, so a request without one is a script. */
const agentOf = memo<string, Agent>(MAX_AGENTS, (userAgent) => ({
  type: agentType(userAgent),
  os: AGENT_PLATFORMS.find(([pattern]) => pattern.test(userAgent))?.[1],
  isBot: userAgent === '' || isbot(userAgent),
}))

/** Reads `User-Agent`, `Sec-CH-UA-Mobile`, `Sec-CH-UA-Platform`, `Save-Data`, `Accept-Language`. */
export function deviceOf(headers: Headers): Device {
  const told = headers.get('user-agent') ?? ''
  // A piece of a text keeps all of it in memory; put together anew it is one of its own.
  const agent = agentOf(told.length > USER_AGENT_MAX ? told.split('', USER_AGENT_MAX).join('') : told)
  const os = platformOf(headers.get('sec-ch-ua-platform')) ?? agent.os
  const language = languageOf(headers.get('accept-language'))
  return {
    type: typeOf(agent, headers.get('sec-ch-ua-mobile'), os),
    saveData: headers.get('save-data')?.trim().toLowerCase() === 'on',
    isBot: agent.isBot,
    ...(os === undefined ? {} : { os }),
    ...(language === undefined ? {} : { language }),
  }
}

/** `?1` is a phone and `?0` is anything else (UA Client Hints, section 3.4); Android that is no phone is a tablet. */
function typeOf(agent: Agent, mobileHint: string | null, os: Os | undefined): Device['type'] {
  if (agent.type === 'tablet') return 'tablet'
  if (mobileHint === '?1') return 'mobile'
  if (mobileHint === '?0') return os === 'android' ? 'tablet' : 'desktop'
  return agent.type
}

/** Android tablets leave out `Mobile`. An iPad that asks for desktop pages cannot be told from a Mac. */
function agentType(userAgent: string): Device['type'] {
  if (/iPad|Tablet|Kindle|Silk\//.test(userAgent)) return 'tablet'
  if (/Mobi|iPhone|iPod/.test(userAgent)) return 'mobile'
  return userAgent.includes('Android') ? 'tablet' : 'desktop'
}

/** A structured string such as `"Windows"`. */
const platformOf = (hint: string | null): Os | undefined =>
  hint === null || !Object.hasOwn(PLATFORMS, unquoted(hint)) ? undefined : PLATFORMS[unquoted(hint)]

const unquoted = (text: string): string => text.replaceAll('"', '')

/** The first range of the list: browsers write it in order of preference. `*` is no language. */
function languageOf(header: string | null): string | undefined {
  if (header === null) return undefined
  const first = /^\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:[,;]|$)/.exec(
    header.slice(0, 2 * LANGUAGE_MAX),
  )?.[1]
  return first === undefined || first.length > LANGUAGE_MAX ? undefined : first.toLowerCase()
}
