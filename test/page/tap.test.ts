import { describe, expect, it } from 'vitest'
import { startDeadline } from '../../src/kit/deadline.ts'
import { gather } from '../../src/page/tap.ts'

const encoder = new TextEncoder()
const within = (ms: number) => startDeadline(ms, Date.now)

/** A body whose second part comes when it is let go. */
function stalling() {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let part = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      part += 1
      if (part === 2) await promise
      if (part <= 3) controller.enqueue(encoder.encode(`part ${part}. `))
      else controller.close()
    },
  })
  return { body, goOn: resolve, breakOff: reject }
}

describe('gather', () => {
  it('waits for a whole body that is in time', async () => {
    const { body, goOn } = stalling()
    goOn()
    const gathered = await gather(body, 100, within(5_000))
    expect(new TextDecoder().decode('whole' in gathered ? gathered.whole : undefined)).toBe(
      'part 1. part 2. part 3. ',
    )
  })

  it('waits for a body that stalls no longer than it may, and loses nothing of it', async () => {
    const { body, goOn } = stalling()
    const gathered = await gather(body, 100, within(10))
    if ('whole' in gathered) throw new Error('it was not whole')
    goOn()
    expect(await new Response(gathered.body).text()).toBe('part 1. part 2. part 3. ')
  })

  it('passes on what is longer than it may be, and a break where the source breaks', async () => {
    const long = stalling()
    long.goOn()
    const gathered = await gather(long.body, 10, within(5_000))
    expect(await new Response('body' in gathered ? gathered.body : null).text()).toBe(
      'part 1. part 2. part 3. ',
    )
    const broken = stalling()
    const halved = gather(broken.body, 100, within(5_000))
    broken.breakOff(new Error('gone'))
    const half = await halved
    await expect(new Response('body' in half ? half.body : null).text()).rejects.toThrow('gone')
  })
})
