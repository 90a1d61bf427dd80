/**
 * Fills a fresh demo store with two weeks of simulated shoppers, so that its reports have something to say. They visit by
 * HTTP as anybody would, through a Worker of their own whose clock goes through the days up to yesterday.
 */
import type { OverviewLine } from '../flow/report.ts'
import { live } from './crowd.ts'
import { createOperator } from './operator.ts'
import { readTruth } from './simulate.ts'
import type { Stack } from './stack.ts'
import { DEMO_TRUTH, demoShop } from './storefront.ts'
import { messageOf } from './trouble.ts'

const SHOPPERS = 1_500
const DAYS = 14
const SEED = 1
/** Few at once: somebody may be looking at the shop meanwhile. */
const AT_ONCE = 6

/** Never throws: a demo without a past is a demo all the same. */
export async function fillDemo(
  stack: Stack,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!(await isFresh(stack))) return
    const url = await stack.openClocked()
    const operator = createOperator(url, stack.token)
    const truth = readTruth(DEMO_TRUTH)
    const world = {
      visitors: SHOPPERS,
      days: DAYS,
      seed: SEED,
      atOnce: AT_ONCE,
      truth,
      shop: await demoShop(),
      url,
      operator,
      signal,
    }
    const { visits, views, orders } = await live(world)
    say(
      `${SHOPPERS} simulated shoppers came ${visits} times in two weeks, looked at ${views} pages and placed ${orders} orders: npm run report`,
    )
  } catch (error) {
    if (!signal.aborted) say(`The demo has no past, for its simulated shoppers failed: ${messageOf(error)}`)
  }
}

/** Was nobody ever counted? */
async function isFresh({ url, token }: Stack): Promise<boolean> {
  const overview = await createOperator(url, token)<{ campaigns: readonly OverviewLine[] }>('GET', '/reports')
  return overview.ok && overview.value.campaigns.every(({ days }) => days === null)
}
