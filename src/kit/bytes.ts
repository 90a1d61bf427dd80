/** Small helpers for byte strings. */

const encoder = new TextEncoder()

/** The parts one after another, in one allocation. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Compares bytes in a time that depends on their length only. Lengths are not secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= (a[at] as number) ^ (b[at] as number)
  return difference === 0
}

/**
 * Is the token that was sent the one we know? Both are hashed first, so that the time taken tells neither how many
 * characters were right nor how long the secret is.
 */
export async function timingSafeEqual(sent: string, known: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256(sent), sha256(known)])
  return equalBytes(a, b)
}

/** SHA-256 of a text's UTF-8. */
export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
}

/** Gives the memory of bytes back before the collector would; nobody may look at them again. */
export function freeBytes(bytes: Uint8Array): void {
  ;(bytes.buffer as ArrayBuffer).transfer(0)
}
