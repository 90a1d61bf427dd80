export interface PageEnv {
  /** The page's bytes, bound to the Worker. */
  readonly PAGE: ArrayBuffer
}

export const HEADERS = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private, no-store' }
