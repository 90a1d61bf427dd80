/** The same six edits, made by parsing the page for every request. */
import { LIST_HTML, NOTE_HTML } from '../page.ts'
import { HEADERS, type PageEnv } from './page-env.ts'

const HTML = { html: true } as const

export default {
  fetch(request: Request, env: PageEnv): Response {
    const city = (request.cf?.city as string | undefined) ?? 'town'
    return new HTMLRewriter()
      .on('#hero h1', { element: (e) => void e.setInnerContent(`Fresh in ${city}`) })
      .on('#recommendations .rail', { element: (e) => void e.setInnerContent(LIST_HTML, HTML) })
      .on('#hero-picture', { element: (e) => void e.setAttribute('src', '/hero-summer.jpg?at=midday') })
      .on('#hero', { element: (e) => void e.setAttribute('class', 'is-warm') })
      .on('.shipping-note', { element: (e) => void e.before(NOTE_HTML, HTML) })
      .on('#popup', { element: (e) => void e.remove() })
      .transform(new Response(env.PAGE, { headers: HEADERS }))
  },
}
