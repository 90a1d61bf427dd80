/**
 * What is wrong with something a person wrote, and where. Parsers collect every fault before they answer, so that
 * one round trip is enough to mend a file.
 */
export interface Fault {
  /** JSON Pointer (RFC 6901) into the document that was sent, '' for the whole of it. */
  readonly path: string
  /** Stable, machine-readable, snake_case. */
  readonly code: string
  /** One plain sentence that says what to do. */
  readonly message: string
}

/** Builds a JSON Pointer from its steps, escaping `~` and `/` (RFC 6901, section 3). */
export const pointer = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
