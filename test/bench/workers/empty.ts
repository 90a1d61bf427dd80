/** What workerd itself needs to start: subtracted from the start-up time. */
export default { fetch: (): Response => new Response('ok') }
