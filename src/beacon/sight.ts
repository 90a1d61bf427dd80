/**
 * Did a campaign's slot come into view? One second without a break, after the Media Rating Council's guideline for
 * viewable impressions (half of the pixels, one continuous second). "Half of the pixels" would make a taller variant
 * harder to see than a shorter one, and a removed one impossible; so instead of the slot's own size it is the start of
 * the slot that has to be on the screen, as far from the lower edge as half of a slot of 200 pixels, and half of its
 * width. What is asked of control and variant is then the same.
 *
 * Not counted, in any arm: who begins below the start of a slot that is taller than the screen and never scrolls up.
 */
import type { Place } from './model.ts'
import { marksOf, type Spot, spotOf } from './place.ts'
import { quietly } from './shelf.ts'
import { isVisible, onVisibility, whenVisibleFor } from './visible.ts'

const SEEN_MS = 1_000
/** Between two looks at what is partly on the screen: the browser tells of edges, not of standing still. */
const LOOK_MS = 500
const DEPTH_PX = 100

type Tell = (campaign: string, kind: 'seen' | 'click') => void

/**
 * Tells each campaign of these whose place was seen, once, and whose place was clicked, once: what the place begins with,
 * and everything in it, links and buttons that the shop put there included. It is this very element: one that the shop's
 * scripts put in its stead is not what was delivered, and is neither seen nor clicked.
 */
export function watchPlaces(places: readonly Place[], tell: Tell): void {
  const marks = marksOf()
  for (const place of places) {
    const { campaign } = place
    const seen = (): void => tell(campaign, 'seen')
    // A selector that this browser does not know leaves its campaign unseen, in every arm.
    quietly(() => {
      const spot = spotOf(place, marks)
      if (spot === 'page') whenVisibleFor(SEEN_MS, seen)
      else if (spot) {
        whenSeen(spot, seen)
        if (spot.piece) whenClicked(spot.piece, () => tell(campaign, 'click'))
      }
    })
  }
}

function whenSeen(spot: Spot, then: () => void): void {
  /** Since when it is in view, in the page's own time. */
  let since = NEVER
  let timer: ReturnType<typeof setTimeout> | undefined
  let isNear: boolean
  const observer = new IntersectionObserver((entries) => {
    const isSeen = entries.some((entry) => {
      isNear = entry.isIntersecting
      since = isNear && isVisible() && isInView(spot, entry) ? Math.min(since, entry.time) : NEVER
      return entry.time - since >= SEEN_MS
    })
    clearTimeout(timer)
    if (isSeen) {
      observer.disconnect()
      then()
    } else if (isNear) timer = setTimeout(look, LOOK_MS)
  })
  const look = (): void => {
    observer.disconnect()
    observer.observe(spot.element)
  }
  onVisibility(() => {
    since = NEVER
  })
  look()
}

/** No page lives so long. */
const NEVER = 1e15

/** Once; before the shop's own handlers, which may keep it for themselves, and also what opens another tab. */
function whenClicked(element: Element, then: () => void): void {
  let isClicked = false
  const hear = ({ button }: Event & { readonly button?: number }): void => {
    // The second button asks for a menu.
    if (isClicked || button === 2) return
    isClicked = true
    then()
  }
  for (const type of ['click', 'auxclick']) element.addEventListener(type, hear, true)
}

function isInView({ isEnd }: Spot, entry: IntersectionObserverEntry): boolean {
  const { boundingClientRect: box, intersectionRect: shown } = entry
  const edge = isEnd ? box.bottom : box.top
  // Scroll containers cut off too, so that the start must be within what is shown; a pixel is for rounding.
  const isShown = edge >= shown.top - 1 && edge <= shown.bottom + 1
  const isWide = shown.width * 2 >= Math.min(box.width, innerWidth)
  return isShown && isWide && (innerHeight - edge >= DEPTH_PX || isPageEnd())
}

/** Nobody can scroll further; a pixel or two is for rounding. */
const isPageEnd = (): boolean => scrollY + innerHeight + 2 >= document.documentElement.scrollHeight
