/** Hono with the one router that knows every pattern. Doors are few and not asked often; page views never get here. */
import { HonoBase } from 'hono/hono-base'
import { TrieRouter } from 'hono/router/trie-router'
import type { BlankEnv, Env } from 'hono/types'

export class Hono<E extends Env = BlankEnv> extends HonoBase<E> {
  constructor() {
    super({ router: new TrieRouter() })
  }
}
