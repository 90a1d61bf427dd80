/** The golden pages of `test/pages`: `X.src.html`, `X.edits.json`, `X.expected.html`. */

interface Globbing {
  glob(pattern: string, options: object): Record<string, string>
}

/** Vite reads the files while it bundles: workerd has no file system. */
const files = (import.meta as unknown as Globbing).glob('../pages/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})

export const pageNames = Object.keys(files).flatMap((path) => /\/([a-z-]+)\.src\.html$/.exec(path)?.[1] ?? [])

export const pageFile = (name: string, end: 'src.html' | 'edits.json' | 'expected.html'): string =>
  files[`../pages/${name}.${end}`] as string
