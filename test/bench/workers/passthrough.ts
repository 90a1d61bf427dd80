/** The floor of every comparison: a Worker that answers the cached page from memory and does nothing else. */
import { HEADERS, type PageEnv } from './page-env.ts'

export default {
  fetch: (_request: Request, env: PageEnv): Response => new Response(env.PAGE, { headers: HEADERS }),
}
