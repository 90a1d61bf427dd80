/** The operators' door to previews: a page as somebody else, elsewhere or at another hour would see it. */
import { PREVIEW_COOKIE } from '../flow/visitor.ts'
import { invalid, readSmallJson } from '../kit/doors.ts'
import { Hono } from '../kit/hono.ts'
import { type JsonSchema, jsonSchemaOf } from '../kit/json-schema.ts'
import { IV_BYTES, type Keyring } from '../kit/seal.ts'
import { createPreview, PreviewRequestSchema, parsePreviewRequest, sealPreview } from './preview.ts'

export interface PreviewDeps {
  readonly keyring: Keyring
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly random: (bytes: number) => Uint8Array
}

/** `POST /`: wishes in, a sealed token out. Whoever mounts it checks the caller's bearer token. */
export function previewRoutes(deps: PreviewDeps): Hono {
  return new Hono().post('/', async (c) => {
    const body = await readSmallJson(c.req.raw)
    if (!body.ok) return body.error
    const wishes = parsePreviewRequest(body.value)
    if (!wishes.ok) return invalid(wishes.error)
    const preview = createPreview(wishes.value, deps.now())
    const token = await sealPreview(deps.keyring, preview, deps.random(IV_BYTES))
    const cookie = `${PREVIEW_COOKIE}=${token}; Path=/; Secure; SameSite=Lax; Max-Age=${wishes.value.ttl}`
    return c.json({ token, expires: preview.exp, header: 'Selvedge-Preview', cookie }, 201)
  })
}

/** JSON Schema of the wishes. Checks that it has no words for are left out; the parser still makes them. */
export const previewJsonSchema = (): JsonSchema => jsonSchemaOf(PreviewRequestSchema)
