import { describe, expect, it } from 'vitest'
import { allowsScript, asksIntegrity } from '../../src/page/csp.ts'

const allows = (policies: readonly string[], origin = 'https://shop.example'): boolean =>
  allowsScript(policies, { origin, script: '/_selvedge/beacon.js', connect: '/_selvedge/events' })

describe('allowsScript', () => {
  it.each([
    "default-src 'self'",
    "default-src 'none'; script-src 'self'; connect-src 'self'",
    "script-src 'none'; script-src-elem 'self' 'nonce-abc'",
    "SCRIPT-SRC 'SELF'",
    'script-src *; connect-src https:',
    'script-src http:',
    'script-src shop.example',
    'script-src https://shop.example:443/_selvedge/',
    'script-src http://shop.example:80',
    'script-src https://*.example/_selvedge/beacon.js',
    'script-src shop.example:*; connect-src SHOP.example',
    "script-src 'self'; script-src 'none'",
    "img-src 'none'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    'sandbox allow-scripts allow-same-origin',
    'upgrade-insecure-requests',
    '',
    ' ; ',
  ])('says yes to %j', (policy) => {
    expect(allows([policy])).toBe(true)
  })

  it.each([
    "default-src 'none'",
    "default-src 'self'; connect-src 'none'",
    "default-src 'self'; script-src 'nonce-abc'",
    "script-src 'self' 'strict-dynamic' 'nonce-abc'",
    "script-src 'self'; script-src-elem https://cdn.example",
    "script-src 'unsafe-inline' 'unsafe-eval' 'sha256-abc' data: blob:",
    "script-src 'none'; script-src 'self'",
    'script-src',
    'script-src example',
    'script-src *.shop.example',
    'script-src https://shop.example:8443',
    'script-src https://shop.example/_selvedge',
    'script-src https://shop.example/static/',
    'script-src wss://shop.example',
    'sandbox allow-scripts',
    'sandbox',
  ])('says no to %j', (policy) => {
    expect(allows([policy])).toBe(false)
  })

  it('asks every policy, however they are joined', () => {
    expect(allows(["default-src 'self'", "script-src 'none'"])).toBe(false)
    expect(allows(["default-src 'self', script-src 'none'"])).toBe(false)
    expect(allows(["default-src 'self', script-src 'self'", "connect-src 'self'"])).toBe(true)
  })

  it('knows a port that is not the scheme’s own', () => {
    const origin = 'http://localhost:8787'
    expect(allows(['script-src localhost:8787'], origin)).toBe(true)
    expect(allows(['script-src localhost'], origin)).toBe(false)
    expect(allows(['script-src https:'], origin)).toBe(false)
  })
})

describe('asksIntegrity', () => {
  it.each([
    ['blocked-destinations=(script), endpoints=(x)', true],
    ['blocked-destinations=(style script)', true],
    ['blocked-destinations=(style)', false],
    [null, false],
  ])('%j: %s', (header, expected) => {
    expect(asksIntegrity(header)).toBe(expected)
  })
})
