/**
 * The page at hand, finished: a template is stitched, anything else is edited as it streams, and what may not be touched
 * goes through. Here decisions become bytes, and here they are corrected by what the page allowed.
 */
import { ofAlike } from '../decide/alike.ts'
import { isCounted } from '../decide/decide.ts'
import type { Decision } from '../decide/model.ts'
import { freeBytes } from '../kit/bytes.ts'
import type { Counters } from '../kit/counters.ts'
import { startDeadline } from '../kit/deadline.ts'
import { homeOf } from '../page/address.ts'
import { plainFailure } from '../page/failure.ts'
import type { Fill, Outcome } from '../page/model.ts'
import type { PageSource } from '../page/source.ts'
import { stitch } from '../page/stitch.ts'
import { stitchStream } from '../page/stream.ts'
import { gather } from '../page/tap.ts'
import { hasSlot, type Template } from '../page/template.ts'
import { chooseLanguage } from '../privacy/language.ts'
import { whyFills } from '../privacy/why.ts'
import { afterStream } from './after.ts'
import { mayMeasure } from './measured.ts'
import type { PersonalizePorts } from './ports.ts'
import { type Rendered, render, settle } from './render.ts'
import { type Report, respondKept, respondStreamed, respondUntouched } from './respond.ts'
import { isProbe, tagStream, tagTemplate } from './tag.ts'
import type { View } from './view.ts'

/** What the answer says of itself, once it is known where its bytes come from. */
export type Reporting = (source: string, decisions: readonly Decision[]) => Report

/** The page at hand, finished. */
export function finish(
  request: Request,
  page: PageSource,
  view: View,
  ports: PersonalizePorts,
  report: Reporting,
): Response | Promise<Response> {
  const { counters } = ports
  switch (page.kind) {
    case 'failed':
      counters.add(`origin_${page.why}`)
      return plainFailure(page.status, page.why)
    case 'bypass':
      counters.add(`bypass_${page.why}`)
      return respondUntouched(page.response, page.why)
    case 'template': {
      const { template, head } = page
      const tag = tagTemplate(view, template, head.headers, request, ports)
      const { body, decisions } = finishTemplate(template, view, ports, tag)
      const response = respondKept(page.head, bodyFor(request, body), report(page.state, decisions))
      // A Response copies the bytes it is made from (Fetch Standard, "extract a body"). Giving ours back at once spares
      // the collector a page's worth of memory a request, which is a fifth of the CPU of it all.
      if (body.buffer !== page.template.buffer) freeBytes(body)
      return response
    }
    case 'stream':
      return finishStream(request, page.response, view, ports, report)
  }
}

interface Finished {
  readonly body: Uint8Array
  readonly decisions: readonly Decision[]
}

/** `tag`: the beacon's fills, which come behind all others. */
function finishTemplate(
  template: Template,
  view: View,
  ports: PersonalizePorts,
  tag: readonly Fill[],
): Finished {
  const rendered = render(view.decisions, view.attributes, view.plan)
  const fills = explained(rendered, view)
  const { bytes, outcomes } = stitch(template, tag.length === 0 ? fills : [...fills, ...tag])
  countSkipped(outcomes, fills.length, ports.counters)
  return { body: bytes, decisions: settle(view.decisions, rendered, outcomes, view.plan) }
}

/** First fills, oversize pages and those that may not be kept: the same edits on the bytes as they pass. */
async function finishStream(
  request: Request,
  response: Response,
  view: View,
  ports: PersonalizePorts,
  report: Reporting,
): Promise<Response> {
  const rendered = render(view.decisions, view.attributes, view.plan)
  const fills = explained(rendered, view)
  // What the page makes of the edits shows when the headers are long gone.
  const hoped = settle(
    view.decisions,
    rendered,
    rendered.fills.map(() => 'applied'),
    view.plan,
  )
  const answer = (body: BodyInit | null, decisions = hoped): Response =>
    respondStreamed(response, body, report('stream', decisions))
  let { body } = response
  // Of those who are counted it has to be known what is on the page, whether they are shown anything or not.
  const isWatched = mayMeasure(view) && isCounted(view.decisions)
  const tag = body === null ? [] : tagStream(view, response.headers, request, ports)
  if (body === null || (fills.length + tag.length === 0 && !isWatched)) return answer(body)
  if (fills.some(({ action }) => action === 'move')) {
    // What moves up the page has to be known before what it moves to goes out.
    const { pageMaxBytes, originTimeoutMs } = ports.settings
    const gathered = await gather(body, pageMaxBytes, startDeadline(originTimeoutMs, ports.now))
    if ('whole' in gathered) {
      const template = await ports.compile(gathered.whole, view.plan.selectors)
      if (template !== null) {
        const own = tagTemplate(view, template, response.headers, request, ports)
        const finished = finishTemplate(template, view, ports, own)
        afterStream(request, view, (slot) => hasSlot(template, slot), ports)
        return answer(finished.body, finished.decisions)
      }
      body = new Response(gathered.whole).body as ReadableStream<Uint8Array>
    } else body = gathered.body
  }
  const all = [...fills, ...tag]
  const streamed = stitchStream(new Response(body), view.plan.selectors, all, ports.nonce())
  ports.waitUntil(
    streamed.outcomes.then((outcomes) => {
      const edits = outcomes.filter((_, at) => !isProbe(all[at] as Fill))
      countSkipped(edits, fills.length, ports.counters)
      afterStream(request, view, streamed.hasSlot, ports)
    }),
  )
  return answer(streamed.body)
}

/** The first `edits` of them are of campaigns; what follows is the beacon's. */
function countSkipped(outcomes: readonly Outcome[], edits: number, counters: Counters): void {
  for (let at = 0; at < outcomes.length; at++) {
    const outcome = outcomes[at]
    if (outcome !== 'applied') counters.add(`${at < edits ? 'edit' : 'beacon'}_${outcome}`)
  }
}

const bodyFor = (request: Request, body: Uint8Array): BodyInit | null =>
  request.method === 'HEAD' ? null : (body as BufferSource)

/** The fills, and behind them the marks of the campaigns that explain themselves. */
function explained(
  rendered: Rendered,
  { decisions, attributes, visitor, signals, url }: View,
): readonly Fill[] {
  if (!isMarked(decisions)) return rendered.fills
  const { page, device } = signals
  const marks = whyFills(rendered, decisions, attributes, {
    language: chooseLanguage(undefined, device.language),
    back: page.path,
    home: homeOf(url),
    canAnswer: visitor.snapshot !== undefined && visitor.preview === undefined,
  })
  return [...rendered.fills, ...marks]
}

const isMarked = ofAlike((decisions) =>
  decisions.some(({ variant, campaign }) => variant !== undefined && campaign.source.explain === true),
)
