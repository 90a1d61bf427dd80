import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { deviceOf } from '../../src/signals/device.ts'

const AGENTS = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  ipad: 'Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1',
  android:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
  androidTablet:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  windows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  linux: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  chromebook:
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  googlebot: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
}

const device = (headers: Record<string, string>) => deviceOf(new Headers(headers))

describe('deviceOf', () => {
  it.each([
    ['iphone', 'mobile', 'ios'],
    ['ipad', 'tablet', 'ios'],
    ['android', 'mobile', 'android'],
    ['androidTablet', 'tablet', 'android'],
    ['windows', 'desktop', 'windows'],
    ['mac', 'desktop', 'macos'],
    ['linux', 'desktop', 'linux'],
    ['chromebook', 'desktop', 'chromeos'],
  ] as const)('classes the user agent of: %s', (name, type, os) => {
    expect(device({ 'user-agent': AGENTS[name] })).toEqual({ type, os, saveData: false, isBot: false })
  })

  it.each([
    ['?1', '"Android"', 'mobile', 'android'],
    ['?0', '"Android"', 'tablet', 'android'],
    ['?0', '"macOS"', 'desktop', 'macos'],
    ['?0', '"Chrome OS"', 'desktop', 'chromeos'],
    ['?0', '"Unknown"', 'desktop', 'windows'],
    ['?0', '"constructor"', 'desktop', 'windows'],
  ])('believes the hints %s and %s first', (mobile, platform, type, os) => {
    const hints = { 'sec-ch-ua-mobile': mobile, 'sec-ch-ua-platform': platform }
    expect(device({ 'user-agent': AGENTS.windows, ...hints })).toMatchObject({ type, os })
  })

  it('flags bots, and requests without a user agent', () => {
    expect(device({ 'user-agent': AGENTS.googlebot }).isBot).toBe(true)
    expect(device({ 'user-agent': 'curl/8.5.0' }).isBot).toBe(true)
    expect(device({}).isBot).toBe(true)
  })

  it('tells the same again once more agents were seen than it remembers', () => {
    const before = device({ 'user-agent': AGENTS.googlebot })
    for (let index = 0; index < 1_000; index++) device({ 'user-agent': `${AGENTS.android} build/${index}` })
    expect(device({ 'user-agent': AGENTS.googlebot })).toEqual(before)
  })

  it('keeps nothing of long user agents, 250 of which would take a quarter of an isolate’s memory', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 200; n++) {
      const userAgent = `Mozilla/5.0 (Linux; ${n}) ${'x'.repeat(500_000)}`
      expect(deviceOf(new Headers({ 'User-Agent': userAgent })).os).toBe('linux')
    }
    collect()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
  })

  it('reads Save-Data', () => {
    expect(['on', 'ON', 'off', '1'].map((value) => device({ 'save-data': value }).saveData)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it.each([
    ['pt-PT,pt;q=0.9,en;q=0.8', 'pt-pt'],
    ['de', 'de'],
    [' zh-Hant-TW ; q=1', 'zh-hant-tw'],
    ['*', undefined],
    ['en_US', undefined],
    ['<script>', undefined],
    ['', undefined],
    [`en${'-abcdefgh'.repeat(20)}`, undefined],
  ])('takes the first language of %j', (header, language) => {
    expect(device({ 'accept-language': header }).language).toBe(language)
  })
})
