/** Which page was asked for, and from where. Of the referrer only its origin is kept, never its path or query. */
import type { Page } from './model.ts'
import { cleanText } from './text.ts'

const PATH_MAX = 1_024
const PARAMETERS_MAX = 32
const NAME_MAX = 64
const VALUE_MAX = 256
const REFERRER_MAX = 2_048
const UTM = [
  ['source', 'utm_source'],
  ['medium', 'utm_medium'],
  ['campaign', 'utm_campaign'],
  ['term', 'utm_term'],
  ['content', 'utm_content'],
] as const

const NO_QUERY: Page['query'] = Object.freeze(Object.create(null))
const NO_UTM: Page['utm'] = Object.freeze({})

export function pageOf(url: URL, referrer: string | null): Page {
  const { host, pathname, search } = url
  const query = search === '' ? NO_QUERY : queryOf(search)
  const origin = referrer === null ? undefined : originOf(referrer, url)
  return {
    host,
    path: pathname.length > PATH_MAX ? pathname.slice(0, PATH_MAX) : pathname,
    query,
    utm: query === NO_QUERY ? NO_UTM : utmOf(query),
    ...(origin === undefined ? {} : { referrer: origin }),
  }
}

/** The first value of each of the first 32 parameters, in a record without a prototype; long names are left out. */
function queryOf(search: string): Page['query'] {
  const query: Record<string, string> = Object.create(null)
  for (const pair of search.slice(1).split('&', PARAMETERS_MAX)) {
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    if (name === '' || name.length > NAME_MAX || query[name] !== undefined) continue
    query[name] = equals === -1 ? '' : (cleanText(decode(pair.slice(equals + 1)), VALUE_MAX) ?? '')
  }
  return query
}

/** As URLSearchParams decodes, which is only asked where there is something to decode: it costs a microsecond. */
const decode = (text: string): string =>
  text.includes('%') || text.includes('+') ? (new URLSearchParams(`=${text}`).get('') ?? '') : text

function utmOf(query: Page['query']): Page['utm'] {
  const utm: { -readonly [K in keyof Page['utm']]: Page['utm'][K] } = {}
  for (const [name, parameter] of UTM) {
    const value = query[parameter]
    if (value !== undefined && value !== '') utm[name] = value
  }
  return utm
}

/** An origin as browsers write it: lower case, no port, user or punycode. It is seen without parsing. */
const PLAIN_ORIGIN = /^https?:\/\/(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}(?=\/)/

function originOf(referrer: string, url: URL): string | undefined {
  const own = url.origin
  if (referrer.startsWith(own) && referrer.charAt(own.length) === '/') return own
  const short = referrer.length > REFERRER_MAX ? referrer.slice(0, REFERRER_MAX) : referrer
  const plain = PLAIN_ORIGIN.exec(short)
  if (plain !== null) return plain[0]
  const parsed = URL.parse(short)
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:')
    ? parsed.origin
    : undefined
}
