import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { compatibilityDate } from '../src/cli/bundle.ts'

/**
 * Two projects: `*.worker.test.ts` runs inside workerd (HTMLRewriter, Cache API, WebCrypto as the edge has them);
 * every other `*.test.ts` runs in Node, where pure rules take milliseconds and processes can be started. Modules keep
 * values only, never anything of one caller, so files share them: loading them again took longer than many a test.
 */
const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  test: {
    projects: [
      {
        root,
        test: {
          name: 'node',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.worker.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        plugins: [
          cloudflareTest({
            miniflare: { compatibilityDate: compatibilityDate(), cacheApi: true },
          } as never),
        ],
        test: {
          name: 'workerd',
          isolate: false,
          include: ['test/**/*.worker.test.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
