import { setTimeout as sleep } from 'node:timers/promises'

const TRIES = 400
const STEP_MS = 25

/** Waits for what must come in the end; throws where it does not. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await holds()) return
    await sleep(STEP_MS)
  }
  throw new Error('it never came')
}
