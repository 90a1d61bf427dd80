/** How long it takes to cut a page into a template, by the page's size, in workerd. */
import { type Context, worker } from './context.ts'
import { median } from './load.ts'
import { benchPage } from './page.ts'
import { startWorker } from './workerd.ts'

const SIZES_KB = [10, 50, 100, 250, 500, 1_000]
const ROUNDS = 5

export async function measureCompile(context: Context): Promise<Record<string, number>> {
  const running = await startWorker({ name: 'compile', entry: worker('compile') }, context.folder)
  const figures: Record<string, number> = {}
  for (const size of SIZES_KB) {
    const times = Math.max(2, Math.round((context.quick ? 500 : 2_000) / size))
    const taken: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await fetch(`${running.url}/?times=${times}`, {
        method: 'POST',
        body: pageOf(size * 1024),
      })
      if (!answer.ok) throw new Error(`a page of ${size} KB: ${await answer.text()}`)
      taken.push((await answer.json()) as number)
    }
    figures[size] = median(taken)
  }
  running.stop()
  return figures
}

/** The bench's page, its cards repeated or left out until it has about this many bytes. */
function pageOf(bytes: number): string {
  const page = benchPage()
  const cards = page.slice(page.indexOf('<article'), page.lastIndexOf('</article>') + '</article>'.length)
  const [head = '', foot = ''] = page.split(cards)
  const card = cards.slice(0, cards.indexOf('</article>') + '</article>'.length)
  return head + card.repeat(Math.max(1, Math.round((bytes - head.length - foot.length) / card.length))) + foot
}
