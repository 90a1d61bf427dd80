import { describe, expect, it } from 'vitest'
import { compilePaths, createClassifier, hopsOf } from '../../src/page/classify.ts'

const classify = createClassifier({
  excludePaths: ['/cart*', '/account', '/:lang/checkout'],
  sessionCookies: ['sid', '_shop_*'],
})

const BROWSER = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'Sec-Fetch-Dest': 'document' }

function kindOf(path: string, headers: Record<string, string> = BROWSER, method = 'GET'): string {
  const found = classify({ method, headers: new Headers(headers) }, new URL(path, 'https://shop.example'))
  return 'why' in found ? `${found.kind}:${found.why}` : found.kind
}

describe('createClassifier', () => {
  it.each([
    ['a navigation', '/', BROWSER, 'page'],
    ['curl', '/', { Accept: '*/*' }, 'page'],
    ['a client that sends no Accept', '/', {}, 'page'],
    ['a page transition made by a script', '/', { Accept: 'text/html', 'Sec-Fetch-Dest': 'empty' }, 'page'],
    ['a frame', '/', { Accept: 'text/html', 'Sec-Fetch-Dest': 'iframe' }, 'page'],
    ['any kind of text', '/', { Accept: 'text/*' }, 'page'],
    ['a dot in a folder', '/v1.css/about', BROWSER, 'page'],
    ['a page that ends in .html', '/about.html', BROWSER, 'page'],
    ['a script that takes anything', '/', { Accept: '*/*', 'Sec-Fetch-Dest': 'empty' }, 'other:script'],
    [
      'a script of the shop',
      '/cart.php',
      { Accept: '*/*', 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Site': 'same-origin' },
      'other:script',
    ],
    [
      'a script of somebody else',
      '/cart',
      { Accept: '*/*', 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Site': 'cross-site' },
      'other:destination',
    ],
    [
      'a script that asks for a file',
      '/words/pt.json',
      { Accept: '*/*', 'Sec-Fetch-Dest': 'empty' },
      'other:static',
    ],
    ['a font', '/fonts/serif', { Accept: '*/*', 'Sec-Fetch-Dest': 'font' }, 'other:destination'],
    [
      'a service worker',
      '/worker',
      { Accept: '*/*', 'Sec-Fetch-Dest': 'serviceworker' },
      'other:destination',
    ],
    ['a picture', '/hero', { Accept: 'image/avif,*/*', 'Sec-Fetch-Dest': 'image' }, 'other:destination'],
    [
      'a script tag asking for HTML',
      '/',
      { Accept: 'text/html', 'Sec-Fetch-Dest': 'script' },
      'other:destination',
    ],
    ['JSON', '/', { Accept: 'application/json' }, 'other:script'],
    [
      'JSON, for one of our pages',
      '/',
      { Accept: 'application/json', Referer: 'https://shop.example/a' },
      'other:script',
    ],
    ['JSON, for others', '/', { Accept: 'application/json', Referer: 'https://a.example/' }, 'other:accept'],
    ['JSON, for who knows whom', '/', { Accept: 'application/json', Origin: 'null' }, 'other:fragment'],
    ['XML', '/', { Accept: 'application/xml' }, 'other:accept'],
    ['HTML refused by weight', '/', { Accept: 'text/html;q=0, application/xml' }, 'other:accept'],
    ['a stylesheet', '/a/b.CSS', BROWSER, 'other:static'],
    ['a page dressed as a stylesheet', '/account/x.css', BROWSER, 'other:static'],
    ['a fragment for a router', '/', { ...BROWSER, 'Sec-Fetch-Dest': 'empty', RSC: '1' }, 'other:script'],
    ['a fragment for an old browser', '/', { Accept: 'text/html', 'X-PJAX': '1' }, 'other:fragment'],
    [
      'a cross-origin read',
      '/',
      { ...BROWSER, 'Sec-Fetch-Dest': 'empty', Origin: 'https://a.example' },
      'other:fragment',
    ],
    ['a navigation, which no script can dress up', '/', { ...BROWSER, RSC: '1' }, 'page'],
    ['a socket', '/', { ...BROWSER, Upgrade: 'websocket' }, 'other:upgrade'],
    ['an excluded prefix', '/cart/add', BROWSER, 'dynamic:excluded'],
    ['an excluded path', '/account', BROWSER, 'dynamic:excluded'],
    ['a neighbour of an excluded path', '/accounts', BROWSER, 'page'],
    ['an excluded pattern', '/pt/checkout', BROWSER, 'dynamic:excluded'],
    ['an excluded path in percent signs', '/%63art', BROWSER, 'dynamic:excluded'],
    ['broken percent signs', '/%c3%28', BROWSER, 'page'],
    ['a login', '/', { ...BROWSER, Authorization: 'Basic eDp5' }, 'dynamic:authorization'],
    ['a session', '/', { ...BROWSER, Cookie: 'a=1; sid=x' }, 'dynamic:session'],
    ['a session by prefix', '/', { ...BROWSER, Cookie: '_shop_9=x' }, 'dynamic:session'],
    ['a cookie whose value looks like a session', '/', { ...BROWSER, Cookie: 'a=sid=1' }, 'page'],
    ['a round trip', '/', { ...BROWSER, 'Selvedge-Hop': '1' }, 'loop'],
  ])('%s: %s', (_, path, headers, expected) => {
    expect(kindOf(path, headers as Record<string, string>)).toBe(expected)
  })

  it('treats HEAD as the GET it stands for', () => {
    expect(kindOf('/', BROWSER, 'HEAD')).toBe('page')
    expect(kindOf('/cart', BROWSER, 'HEAD')).toBe('dynamic:excluded')
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('leaves %s alone', (method) => {
    expect(kindOf('/', BROWSER, method)).toBe('other:method')
  })
})

describe('hopsOf', () => {
  it.each([
    [null, 0],
    ['1', 1],
    ['12', 12],
    ['0', 1],
    ['x', 1],
    ['999', 1],
    ['1, 1', 1],
  ])('%j is %i', (text, expected) => {
    expect(hopsOf(new Headers(text === null ? {} : { 'Selvedge-Hop': text }))).toBe(expected)
  })
})

describe('compilePaths', () => {
  it('leaves a checkout alone that was written without its slash', () => {
    const isExcluded = compilePaths(['checkout*', 'cart', ':lang/basket'])
    expect(['/checkout', '/checkout/pay', '/cart'].filter((path) => !isExcluded(path))).toEqual([])
    expect(['/', '/carts', '/a/cart'].filter(isExcluded)).toEqual([])
  })

  it('names a pattern that cannot be compiled', () => {
    expect(() => compilePaths(['/ok', '/(unclosed'])).toThrow(/"\/\(unclosed"/)
  })
})
