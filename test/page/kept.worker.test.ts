import { describe, expect, it } from 'vitest'
import { pageFacts } from '../../src/page/facts.ts'
import { pageKey } from '../../src/page/key.ts'
import { compileTemplate } from '../../src/page/mark.ts'
import { selectorSet } from '../../src/page/selectors.ts'
import { pageFile, pageNames } from './pages.ts'

/** What shops' pages and careless ones are made of, so that a change of any rule about extents shows. */
const ODD_PAGES = [
  '<p>one<p id="two">two</div><ul><li>a<li>b</ul>',
  '<div><template><p>in</p></template><p>after</p></div><template id="t">x',
  '<div><template shadowrootmode="open"><slot></slot></template><p>light</p></div>',
  '<table><tr><td>a<tr><td>b</table><select><option>1<option>2</select>',
  '<svg><title>t</title></svg><math><mi>x</mi></math><noscript><p>n</p></noscript>',
  '<a href="/">x<a href="/b">y</a><form><div></form></div><b><i>z</b></i>',
  '<meta name="selvedge:category" content="tea"><meta name="selvedge:brand" content="Brisa"><h1>Tea</h1>',
  '<meta name="selvedge:category" content="health"><script type="application/ld+json">{"@type":"Product","name":"Pregnancy test","sku":"p1"}</script>',
]
const SET = selectorSet(
  'a b body button div form h1 header i img li main option p section select span svg table td template tr ul'.split(
    ' ',
  ),
)

async function digestOfAll(): Promise<string> {
  const parts: (ArrayBuffer | string)[] = []
  for (const html of [...pageNames.toSorted().map((name) => pageFile(name, 'src.html')), ...ODD_PAGES]) {
    const template = await compileTemplate(new TextEncoder().encode(html), SET, 'n0nce')
    parts.push(template?.buffer ?? 'none', JSON.stringify(pageFacts(html)))
  }
  const hash = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer())
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

describe('pages that are kept', () => {
  /** A page that its origin confirms is never cut again, so an unchanged key would keep what the old rules made of it. */
  it('have another key wherever they are cut or read otherwise: raise KEY_VERSION with this digest', async () => {
    const version = /pages\/(v\d+)\//.exec(pageKey(new URL('https://shop.example/'), 's') ?? '')?.[1]
    expect({ version, digest: await digestOfAll() }).toEqual({ version: 'v3', digest: '3955052ef51394d7' })
  })
})
