/** `SEAL_KEYS` of whatever tests start; a file of its own, since browsers' tests are held to browsers' types. */
export const SEAL_KEYS = `k1:${btoa('k'.repeat(32))}`
