/** Cuts the posted page into a template as often as asked and answers with the milliseconds of one cut. */
import { compileTemplate } from '../../../src/page/mark.ts'
import { selectorSet } from '../../../src/page/selectors.ts'

const SET = selectorSet([
  '#hero h1',
  '#recommendations .rail',
  '#hero-picture',
  '#hero',
  '.shipping-note',
  '#popup',
])

export default {
  async fetch(request: Request): Promise<Response> {
    const times = Number(new URL(request.url).searchParams.get('times') ?? 1)
    const bytes = new Uint8Array(await request.arrayBuffer())
    const started = performance.now()
    for (let time = 0; time < times; time += 1) {
      if ((await compileTemplate(bytes, SET, `n${time}n0123456789abcdef`)) === null)
        return new Response('not cut', { status: 500 })
    }
    return Response.json((performance.now() - started) / times)
  },
}
