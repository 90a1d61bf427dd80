/**
 * Cookies of consent platforms that are not IAB strings.
 *
 * | our purpose     | OneTrust `OptanonConsent` | Cookiebot `CookieConsent` |
 * | --------------- | ------------------------- | ------------------------- |
 * | personalization | C0003 or 3, functional    | `preferences`             |
 * | measurement     | C0002 or 2, performance   | `statistics`              |
 *
 * Whoever switched off OneTrust's SPD_BG or SSPD_BG (sale, sale and sharing of personal data) has the wish that
 * `Sec-GPC` expresses, and is refused the same: both purposes. C0004 and `marketing` (advertising across sites) are not
 * asked: nothing of ours follows anybody off the shop's pages.
 * A platform writes its defaults into the same cookie before anybody has chosen. Such a default may deny, and it never
 * grants: it is not an answer of the person, and the shop's own regional default stands in.
 */
import { decodeCookie } from '../kit/cookie.ts'
import { type Answer, DENY_ALL, SILENT, type Stance, UNREADABLE } from './model.ts'

const FUNCTIONAL_GROUP = 'C0003'
const PERFORMANCE_GROUP = 'C0002'
const SALE_GROUPS = ['SPD_BG', 'SSPD_BG']

/** What an `OptanonConsent` cookie says; `raw` as it stands in the header. */
export function readOneTrust(raw: string): Answer {
  const fields = new URLSearchParams(raw)
  const groups = parseGroups(fields.getAll('groups'))
  if (groups === null) return UNREADABLE
  const isOff = (id: string): boolean => groups.get(id) === false
  if (fields.getAll('isGpcEnabled').includes('1') || SALE_GROUPS.some(isOff)) return DENY_ALL
  const chosen = fields.get('interactionCount') !== '0' && fields.get('AwaitingReconsent') !== 'true'
  return {
    personalization: stanceOf(groups.get(FUNCTIONAL_GROUP), chosen),
    measurement: stanceOf(groups.get(PERFORMANCE_GROUP), chosen),
  }
}

/** `C0001:1,C0002:0,…`, once; older accounts number them. A group named twice is on only where it is on both times. */
function parseGroups([text, ...more]: readonly string[]): ReadonlyMap<string, boolean> | null {
  if (text === undefined || more.length > 0 || !/^[\w-]{1,64}:[01](?:,[\w-]{1,64}:[01])*$/.test(text))
    return null
  const groups = new Map<string, boolean>()
  for (const group of text.split(',')) {
    const id = group.slice(0, -2).replace(/^\d$/, 'C000$&')
    groups.set(id, group.endsWith('1') && groups.get(id) !== false)
  }
  return groups
}

/** What a `CookieConsent` cookie says; `raw` as it stands in the header. `-1`: outside its regions. `0`: refused. */
export function readCookiebot(raw: string): Answer {
  const text = decodeCookie(raw)
  if (text === '-1') return SILENT
  if (text === '0') return DENY_ALL
  const fields = text === null ? null : parseLiteral(text)
  if (fields === null) return UNREADABLE
  const [preferences, statistics] = [asSwitch(fields.preferences), asSwitch(fields.statistics)]
  if (preferences === undefined || statistics === undefined) return UNREADABLE
  const chosen = fields.method !== "'implied'"
  return { personalization: stanceOf(preferences, chosen), measurement: stanceOf(statistics, chosen) }
}

const MEMBER = /([a-z]+):('[^']*'|true|false|-?\d+)(,|\}$)/y

/** `{stamp:'…',necessary:true,…}`: a JavaScript literal with bare keys, so not JSON. A key named twice is refused. */
function parseLiteral(text: string): Record<string, string> | null {
  if (!text.startsWith('{')) return null
  const fields: Record<string, string> = Object.create(null)
  let at = 1
  while (at < text.length) {
    MEMBER.lastIndex = at
    const member = MEMBER.exec(text)
    if (member === null) return null
    const [, name, value, end] = member as unknown as readonly [string, string, string, string]
    if (name in fields || (end === ',' && MEMBER.lastIndex === text.length)) return null
    fields[name] = value
    at = MEMBER.lastIndex
  }
  return text.endsWith('}') && at > 1 ? fields : null
}

const asSwitch = (text: string | undefined): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined

function stanceOf(on: boolean | undefined, chosen: boolean): Stance {
  if (on === undefined) return 'silent'
  if (!on) return 'deny'
  return chosen ? 'grant' : 'silent'
}
