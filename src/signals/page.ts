/** Which page was asked for, and from where. Of the referrer only its origin is kept, never its path or query. */
import type { Page } from './model.ts'
import { cleanText } from './text.ts'

const PATH_MAX = 1_024
const PARAMETERS_MAX = 32
const NAME_MAX = 64
const VALUE_MAX = 256
const REFERRER_MAX = 2_048
const UTM = ['source', 'medium', 'campaign', 'term', 'content'] as const

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
    if (name === '' || name.length > NAME_MAX || name in query) continue
    query[name] = equals === -1 ? '' : (cleanText(decode(pair.slice(equals + 1)), VALUE_MAX) ?? '')
  }
  return query
}

/** As URLSearchParams decodes, which is only asked where there is something to decode: it costs a microsecond. */
const decode = (text: string): string =>
  text.includes('%') || text.includes('+') ? (new URLSearchParams(`=${text}`).get('') ?? '') : text

function utmOf(query: Page['query']): Page['utm'] {
  const utm: { -readonly [K in keyof Page['utm']]: Page['utm'][K] } = {}
  for (const name of UTM) {
    const value = query[`utm_${name}`]
    if (value !== undefined && value !== '') utm[name] = value
  }
  return utm
}

/** Most visitors come from another page of the same shop, which is seen without parsing. */
function originOf(referrer: string, url: URL): string | undefined {
  const own = url.origin
  if (referrer.startsWith(own) && referrer.charAt(own.length) === '/') return own
  const parsed = URL.parse(referrer.slice(0, REFERRER_MAX))
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:')
    ? parsed.origin
    : undefined
}
