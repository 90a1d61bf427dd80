/** Secrets of a deployment: fresh ones for production, and the local stack's own, made once per data folder. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Trouble } from './trouble.ts'

export interface Secrets {
  /** `SEAL_KEYS`: `id:base64`. */
  readonly sealKeys: string
  /** `API_TOKEN`: `name:token`. */
  readonly apiToken: string
  /** `IDENTITY_KEY`: base64. */
  readonly identityKey: string
}

const KEY_BYTES = 32
const KEY_ID_BYTES = 3
const TOKEN_BYTES = 24
/** Read and written by the owner alone. */
const OWNER_ONLY = 0o600

/** New random secrets. The key's id is random too, so that it can stand in front of older keys. */
function freshSecrets(name: string): Secrets {
  return {
    sealKeys: `k${randomBytes(KEY_ID_BYTES).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64')}`,
    apiToken: `${name}:${randomBytes(TOKEN_BYTES).toString('base64url')}`,
    identityKey: randomBytes(KEY_BYTES).toString('base64'),
  }
}

/** The bearer token alone, as it goes into an `Authorization` header. */
export const bearerOf = (secrets: Secrets): string =>
  secrets.apiToken.slice(secrets.apiToken.indexOf(':') + 1)

/** The secrets kept in `file`, made there the first time. Visitors' cookies stay readable over restarts. */
export function keptSecrets(file: string): Secrets {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const secrets = freshSecrets('local')
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' })
    return secrets
  }
  const kept = parse(text)
  if (kept === null) throw new Trouble(`${file} is damaged: remove it, and new secrets are made.`)
  return kept
}

function parse(text: string): Secrets | null {
  try {
    const { sealKeys, apiToken, identityKey } = JSON.parse(text) as Partial<Secrets>
    const isWhole = [sealKeys, apiToken, identityKey].every((secret) => typeof secret === 'string')
    return isWhole ? ({ sealKeys, apiToken, identityKey } as Secrets) : null
  } catch {
    return null
  }
}

/** The command: secrets on stdout, as lines of a `.dev.vars` file; what to do with them on stderr. */
export async function keys(args: string[]): Promise<number> {
  if (args.length > 0) throw new Trouble('keys takes no arguments.', 2)
  const { sealKeys, apiToken, identityKey } = freshSecrets('operator')
  console.log(`SEAL_KEYS=${sealKeys}\nAPI_TOKEN=${apiToken}\nIDENTITY_KEY=${identityKey}`)
  console.error(
    'Set each with "npx wrangler secret put NAME --env production". To rotate SEAL_KEYS, put a comma and the new key behind the old ones, and move it to the front once that is deployed everywhere. IDENTITY_KEY must never change: ties to customers are made with it.',
  )
  return 0
}
