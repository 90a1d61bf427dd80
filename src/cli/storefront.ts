/** The demo storefront as the local stack's origin: a small shop that lives with the tests. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './bundle.ts'
import { Trouble } from './trouble.ts'

export interface Storefront {
  readonly url: string
  readonly close: () => void | Promise<void>
}

/** How its preview bar reaches the Worker's API. */
export interface PreviewApi {
  readonly url: string
  readonly token: string
}

type Start = (options: { readonly port: number; readonly api?: PreviewApi }) => Promise<Storefront>

const FOLDER = join(ROOT, 'test/storefront')
/** The release that goes with it. */
export const DEMO_RELEASE = join(FOLDER, 'campaigns.json')

/** Serves it on `port`. */
export async function startDemo(port: number, api: PreviewApi): Promise<Storefront> {
  const module = join(FOLDER, 'server.ts')
  if (!existsSync(module)) {
    throw new Trouble(`The demo storefront is missing at ${FOLDER}: name a shop with --origin URL.`)
  }
  const { startStorefront } = (await import(pathToFileURL(module).href)) as { startStorefront: Start }
  return startStorefront({ port, api })
}
