/** Reads the tag that the Worker put on this page. */
import type { Place, Told } from './model.ts'

/** Told by the attribute, not by `document.currentScript`, which an element of that name could stand in for. */
const TAG = 'script[data-selvedge-visit]'

/**
 * What the page tells, or undefined: then nobody said that this visitor agreed to be measured. A tag tells once, so that
 * one which a script brings in later is heard for itself. `now`: of this browser, when the page came.
 */
export function readTold(now: number): Told | undefined {
  const tag = document.querySelector<HTMLScriptElement>(TAG)
  if (tag === null) return undefined
  const {
    selvedgeVisit = '',
    selvedgeAgain,
    selvedgeAhead,
    selvedgeNow = '',
    selvedgeCampaigns = '',
  } = tag.dataset
  delete tag.dataset.selvedgeVisit
  return {
    visit: selvedgeVisit,
    isAgain: selvedgeAgain !== undefined,
    isAhead: selvedgeAhead !== undefined,
    skew: (Number.parseInt(selvedgeNow, 36) || now) - now,
    places: placesOf(selvedgeCampaigns),
  }
}

/** One line a campaign: its id, a space, its selectors. */
export const placesOf = (lines: string): readonly Place[] =>
  Array.from(
    lines.matchAll(/^(\S+) (.*)$/gm),
    ([, campaign, selectors]) => ({ campaign, selectors }) as Place,
  )
