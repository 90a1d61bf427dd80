/** Everything the shop serves that is the same for everybody: pages, pictures, stylesheet, script. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PRODUCT_PICTURES } from './art.ts'
import { home } from './home.ts'
import { type Frame, layout } from './layout.ts'
import { missing, roomPages } from './rooms.ts'
import { SCENES } from './scenes.ts'
import { shelfPages } from './shelves.ts'
import { VIGNETTES } from './vignettes.ts'

export type Kind = 'page' | 'picture' | 'asset'

export interface Item {
  readonly kind: Kind
  readonly type: string
  readonly body: string
}

export interface Site {
  /** By path. */
  readonly items: ReadonlyMap<string, Item>
  readonly missing: Item
}

const HTML = 'text/html; charset=utf-8'

export const readAsset = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

export function createSite(frame: Frame): Site {
  const items = new Map<string, Item>()
  for (const sheet of [home(), ...shelfPages(), ...roomPages()]) {
    items.set(sheet.path, { kind: 'page', type: HTML, body: layout(sheet, frame) })
  }
  for (const [name, draw] of Object.entries({ ...PRODUCT_PICTURES, ...SCENES, ...VIGNETTES })) {
    items.set(`/pictures/${name}.svg`, {
      kind: 'picture',
      type: 'image/svg+xml; charset=utf-8',
      body: draw(),
    })
  }
  items.set('/shop.css', { kind: 'asset', type: 'text/css; charset=utf-8', body: readAsset('shop.css') })
  items.set('/shop.js', { kind: 'asset', type: 'text/javascript; charset=utf-8', body: readAsset('shop.js') })
  items.set('/robots.txt', {
    kind: 'asset',
    type: 'text/plain; charset=utf-8',
    body: 'User-agent: *\nDisallow: /cart\n',
  })
  if (frame.hasBar) {
    items.set('/_demo/bar.css', {
      kind: 'asset',
      type: 'text/css; charset=utf-8',
      body: readAsset('bar.css'),
    })
    items.set('/_demo/bar.js', {
      kind: 'asset',
      type: 'text/javascript; charset=utf-8',
      body: readAsset('bar.js'),
    })
  }
  return { items, missing: { kind: 'page', type: HTML, body: layout(missing(), frame) } }
}
