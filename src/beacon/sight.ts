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
import { type Spot, spotOf } from './place.ts'
import { quietly } from './shelf.ts'
import { isVisible, onVisibility, whenVisibleFor } from './visible.ts'

const SEEN_MS = 1_000
/** Between two looks at what is partly on the screen: the browser tells of edges, not of standing still. */
const LOOK_MS = 500
const DEPTH_PX = 100

interface Watched extends Spot {
  readonly campaign: string
  /** Since when it has been in view, in the page's own time. */
  since?: number | undefined
}

type Tell = (campaign: string, kind: 'seen' | 'click') => void

/**
 * Tells each campaign of these whose place was seen, once, and whose place was clicked, once: what the place begins with,
 * and everything in it, links and buttons that the shop put there included.
 */
export function watchPlaces(places: readonly Place[], tell: Tell): void {
  const open = new Set<Watched>()
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const here = [...open].filter(({ element }) => element === entry.target)
      for (const place of here) if (isSeen(place, entry) && open.delete(place)) tell(place.campaign, 'seen')
      if (here.length > 0 && entry.isIntersecting) setTimeout(again, LOOK_MS, entry.target)
    }
  })
  function again(element: Element): void {
    observer.unobserve(element)
    observer.observe(element)
  }
  for (const place of places) {
    const { campaign } = place
    // A selector that this browser does not know leaves its campaign unseen, in every arm.
    quietly(() => {
      const spot = spotOf(place)
      if (spot === 'page') whenVisibleFor(SEEN_MS, () => tell(campaign, 'seen'))
      else if (spot) {
        open.add({ ...spot, campaign })
        again(spot.element)
        // At an end stands what came before the place.
        if (!spot.isEnd) spot.element.addEventListener('click', () => tell(campaign, 'click'), { once: true })
      }
    })
  }
  onVisibility(() => {
    for (const place of open) place.since = undefined
  })
}

function isSeen(place: Watched, entry: IntersectionObserverEntry): boolean {
  place.since = isVisible() && isInView(place, entry) ? (place.since ?? entry.time) : undefined
  return place.since !== undefined && entry.time - place.since >= SEEN_MS
}

function isInView({ isEnd }: Spot, entry: IntersectionObserverEntry): boolean {
  const { boundingClientRect: box, intersectionRect: shown, isIntersecting } = entry
  const edge = isEnd ? box.bottom : box.top
  // Scroll containers cut off too, so that the start must be within what is shown; a pixel is for rounding.
  const isShown = edge >= shown.top - 1 && edge <= shown.bottom + 1
  const isWide = shown.width * 2 >= Math.min(box.width, innerWidth)
  return isIntersecting && isShown && isWide && (innerHeight - edge >= DEPTH_PX || isPageEnd())
}

/** Nobody can scroll further; a pixel or two is for rounding. */
const isPageEnd = (): boolean => scrollY + innerHeight + 2 >= document.documentElement.scrollHeight
