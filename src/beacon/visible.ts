/** Time that a page was really before somebody's eyes. */

export const isVisible = (): boolean => !document.hidden

export const onVisibility = (listener: () => void): void =>
  document.addEventListener('visibilitychange', listener)

/** Calls back, once, when the page has been visible for so long, counted over all the times that it was. */
export function whenVisibleFor(ms: number, then: () => void): void {
  let left = ms
  let since = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    clearTimeout(timer)
    if (since > 0) left -= performance.now() - since
    since = 0
    if (left > 0 && isVisible()) {
      since = performance.now()
      timer = setTimeout(done, left)
    }
  }
  const done = (): void => {
    left = 0
    then()
  }
  onVisibility(look)
  look()
}
