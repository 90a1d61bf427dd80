import { afterEach, expect, it } from 'vitest'
import { discard } from '../../src/page/deliver.ts'

const unhandled: unknown[] = []
const note = (cause: unknown): void => void unhandled.push(cause)
afterEach(() => process.off('unhandledRejection', note))

it('lets go of an answer that has broken off, or that somebody reads, without a rejection that nobody handles', async () => {
  process.on('unhandledRejection', note)
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error('reset')) })
  discard(new Response(broken))
  const read = new Response('page')
  read.body?.getReader()
  discard(read)
  discard(new Response(null))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(unhandled).toEqual([])
})
