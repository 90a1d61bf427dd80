/** Stable codes of what the shell may throw; doors translate them, visitors never see them. */
export type ErrorCode = 'store_timeout' | 'store_unavailable' | 'store_rejected'

/** The one error that adapters throw for a fault of the outside world; everything else that is thrown is a bug. */
export class SelvedgeError extends Error {
  override readonly name = 'SelvedgeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
