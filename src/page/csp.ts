/**
 * Does a page's own policy let a script of the same origin run, and speak to us? Content Security Policy Level 3, read
 * as a browser reads it; the policy is never touched, and what is unclear is a no. Pure.
 */

/** What a script needs. */
export interface Wanted {
  /** The page's own origin, such as `https://shop.example`. */
  readonly origin: string
  /** Paths of the script, and of the door that it sends to. */
  readonly script: string
  readonly connect: string
}

type Directives = ReadonlyMap<string, readonly string[]>

/** Every policy counts (section 8.1): `policies` as they stand in headers and `<meta>`, joined by commas or one by one. */
export const allowsScript = (policies: readonly string[], wanted: Wanted): boolean =>
  policies.flatMap((text) => text.split(',')).every((text) => allows(directivesOf(text), wanted))

/** `Integrity-Policy` may ask for a digest on every script, which our tag does not carry. */
export const asksIntegrity = (header: string | null): boolean =>
  header !== null && /blocked-destinations=\([^)]*\bscript\b/.test(header)

/** Of several directives of one name the first counts (section 2.2.1). */
function directivesOf(text: string): Directives {
  const directives = new Map<string, readonly string[]>()
  for (const part of text.split(';')) {
    const [name = '', ...values] = part.trim().split(/[\t\n\f\r ]+/)
    const key = name.toLowerCase()
    if (key !== '' && !directives.has(key)) directives.set(key, values)
  }
  return directives
}

function allows(policy: Directives, { origin, script, connect }: Wanted): boolean {
  const sandbox = policy.get('sandbox')
  // A sandboxed page without its origin is nobody's own.
  if (
    sandbox !== undefined &&
    !['allow-scripts', 'allow-same-origin'].every((flag) => sandbox.includes(flag))
  )
    return false
  const scripts =
    policy.get('script-src-elem') ?? policy.get('script-src') ?? policy.get('default-src') ?? EVERYTHING
  const connections = policy.get('connect-src') ?? policy.get('default-src') ?? EVERYTHING
  // Then only what has a nonce or a digest runs, and hosts are not looked at (section 6.7.2.4).
  if (scripts.some((source) => source.toLowerCase() === "'strict-dynamic'")) return false
  return (
    scripts.some((source) => matches(source, origin, script)) &&
    connections.some((source) => matches(source, origin, connect))
  )
}

const EVERYTHING = ['*']
/** Scheme, host, port, path (section 2.3.1). */
const HOST_SOURCE =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d+|\*))?(\/.*)?$/i

/** Section 6.7.2.8, for a URL of the page's own origin. */
function matches(source: string, origin: string, path: string): boolean {
  const lower = source.toLowerCase()
  if (lower === '*' || lower === "'self'") return true
  const { protocol, hostname, port } = new URL(origin)
  const isScheme = (scheme: string): boolean =>
    `${scheme}:` === protocol || (scheme === 'http' && protocol === 'https:')
  if (/^https?:$/.test(lower)) return isScheme(lower.slice(0, -1))
  const match = HOST_SOURCE.exec(source)
  if (match === null) return false
  const [, scheme, host = '', asked, prefix] = match
  if (scheme !== undefined && !isScheme(scheme.toLowerCase())) return false
  const name = host.toLowerCase()
  const isHost =
    name === '*' || name === hostname || (name.startsWith('*.') && hostname.endsWith(name.slice(1)))
  // An absent port is the scheme's own, and 80 is good for 443 as http is for https.
  const isPort =
    asked === undefined ? port === '' : asked === '*' || asked === (port || defaultPort(protocol))
  const isUpgraded = asked === '80' && port === '' && protocol === 'https:'
  const isPath = prefix === undefined || (prefix.endsWith('/') ? path.startsWith(prefix) : path === prefix)
  return isHost && (isPort || isUpgraded) && isPath
}

const defaultPort = (protocol: string): string => (protocol === 'https:' ? '443' : '80')
