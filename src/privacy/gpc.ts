/**
 * What this site says about Global Privacy Control at the address that the specification names (section 4, "GPC Support
 * Resource"). Pure.
 */
export const GPC_PATH = '/.well-known/gpc.json'

/** `lastUpdate`: since when the signal is honoured as it is now. */
const GPC_SUPPORT = { gpc: true, lastUpdate: '2026-11-22' } as const

export const gpcResponse = (): Response =>
  Response.json(GPC_SUPPORT, { headers: { 'Cache-Control': 'public, max-age=86400' } })
