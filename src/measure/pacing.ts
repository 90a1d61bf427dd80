/**
 * How many visitors a limited offer is made to until the next look. Pure.
 *
 * What is admitted is a share of visitors, by hash, so that nobody has to be asked and nothing is counted on the way of
 * a page. Between two looks nobody counts, so the share is chosen for what that time may bring at worst:
 *
 *   share = (what may be promised until the next look) / (visitors who would take it by then, were all admitted)
 *
 * Those who would take it are learnt from those who did while a known share was admitted: a count of a Poisson process,
 * remembered as long as it takes to have seen a few dozen. Its root has a variance of 1/4 (Anscombe 1948), so that √n + 1
 * is two standard deviations up, and the divisor is that bound. The dividend keeps a distance from what is left in the
 * same way, so that an offer nears its end in ever smaller steps instead of running over it. What is promised beyond a
 * limit is therefore what arrives between two looks beyond that bound: a rush that nothing announced.
 *
 * An offer may also rest: it is out of stock, its hours are over, it is switched off or in no release for a while. Nobody
 * takes it then, and of those who will nothing is learnt: whoever took that for little demand would make it to everybody
 * in the first minutes after.
 */
import type { OfferLimit } from '../campaign/model.ts'
import { DAY_MS } from '../kit/time.ts'

/** Time between two looks. */
export const PACING_RUN_MS = 900_000
/** Admitted while nothing is known of how many come. */
const START_SHARE = 0.001
/** So many are enough to judge by; what is older counts less. */
const REMEMBERED = 50
/** How much more may come in the next run than in those before, of the day's own rise and fall. */
const RISE = 1.25
/** At most so much of what is left goes in one run, so that a rush of four times as many finds enough. */
const RUN_SHARE = 0.25
/** Where so many more were expected since the last one, it rests: by chance that is one time in 150. */
const RESTED = 5
/** Looks that are further apart than so many runs teach no more: it was away for some of that time. */
const APART_MAX = 2
/** Distance of a mean from what is left, in roots: with it, one run in fifty at worst brings more than there is. */
const CAUTION = 1

export interface Pace {
  readonly limit: OfferLimit
  /** Visitors to whom it was promised: ever, and for the first time on this day (UTC). */
  readonly promised: number
  readonly today: number
  /** Epoch milliseconds. */
  readonly now: number
  /** What the look before found and decided; absent at the first. */
  readonly before?: PacedBefore | undefined
}

/** What is learnt of the demand: visitors who took it, and the runs in which everybody would have been admitted. */
export interface Learnt {
  readonly count: number
  readonly runs: number
  /** Of these runs, those since the last visitor who took it. */
  readonly quiet: number
}

export interface PacedBefore extends Learnt {
  readonly at: number
  readonly promised: number
  readonly admitted: number
}

export interface Paced extends Learnt {
  /** Share of visitors to whom it is made from now on, 0 to 1. */
  readonly admitted: number
}

/** The share to admit until the next look, and what to remember for it. */
export function nextAdmitted(pace: Pace): Paced {
  const learnt = learn(pace)
  const target = Math.min(roomToday(pace), cautious(leftOf(pace))) / RISE
  if (target <= 0) return { ...learnt, admitted: 0 }
  if (learnt.runs === 0) return { ...learnt, admitted: START_SHARE }
  const demand = (Math.sqrt(learnt.count + 1) + 1) ** 2 / learnt.runs
  return { ...learnt, admitted: Math.min(1, target / demand) }
}

/** Visitors who may still be promised it today. */
const leftOf = ({ limit: { total, day }, promised, today }: Pace): number =>
  Math.min((total ?? Number.POSITIVE_INFINITY) - promised, (day ?? Number.POSITIVE_INFINITY) - today)

/** A day's offers are given out evenly: those that are due by the next look. */
function roomToday({ limit: { day }, today, now }: Pace): number {
  if (day === undefined) return Number.POSITIVE_INFINITY
  return day * Math.min(1, ((now % DAY_MS) + PACING_RUN_MS) / DAY_MS) - today
}

/** Of what is left, what one run may bring on average. */
const cautious = (left: number): number =>
  left <= 0 ? 0 : Math.min(left * RUN_SHARE, (Math.sqrt(left + 1) - CAUTION) ** 2)

function learn({ before, promised, now }: Pace): Learnt {
  if (before === undefined) return { count: 0, runs: 0, quiet: 0 }
  const { count, runs, quiet } = before
  const apart = Math.min(APART_MAX, Math.max(0, now - before.at) / PACING_RUN_MS)
  const seen = before.admitted * apart
  const news = Math.max(0, promised - before.promised)
  if (news === 0) {
    const missed = quiet + seen
    const isResting = count * missed > RESTED * (runs - quiet)
    return isResting ? { count, runs, quiet } : { count, runs: runs + seen, quiet: missed }
  }
  // The last run counts whole; what is older, as far as it is still needed.
  const old = Math.min(1, Math.max(0, REMEMBERED - news) / Math.max(count, 1))
  return { count: count * old + news, runs: runs * old + seen, quiet: 0 }
}
