/** Where a redirect may lead: a path of the same site, or a host that the operator allowed. Pure. */
import { compilePage, pageProblem } from './pages.ts'

const HERE = 'https://here.invalid'

/** Says what is wrong with a redirect, as a code and a sentence, or undefined. */
export function redirectProblem(
  redirect: string,
  pages: readonly string[],
  redirectHosts: readonly string[],
): { readonly code: string; readonly message: string } | undefined {
  const url = URL.parse(redirect, HERE)
  // Browsers read `//host`, `/\host` and `/<tab>/host` as another site, so only a plain path is one of this site.
  const isPath = /^\/(?![/\\])/.test(redirect) && url?.origin === HERE && !hasControls(redirect)
  if (isPath) return loops(url, pages) ? LOOP : undefined
  if (
    url === null ||
    url.protocol !== 'https:' ||
    !redirect.startsWith('https://') ||
    hasControls(redirect)
  ) {
    return {
      code: 'unsafe_url',
      message: 'a redirect is a path of the same site such as "/pt", or an https URL on an allowed host',
    }
  }
  if (redirectHosts.includes(url.host) && url.username === '' && url.password === '') return undefined
  return {
    code: 'redirect_host',
    message: `redirects may not lead to "${url.host}"; allowed: ${redirectHosts.join(', ') || 'no other host'}`,
  }
}

const LOOP = {
  code: 'redirect_loop',
  message: 'this redirect leads to a page of its own campaign, which would redirect again',
}

const hasControls = (text: string): boolean => /[\p{Cc}\s\\]/u.test(text)

const loops = (url: URL, pages: readonly string[]): boolean =>
  pages.some((page) => pageProblem(page) === undefined && compilePage(page).test(url))
