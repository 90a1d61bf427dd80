/**
 * Browser-wide wishes.
 *
 * Global Privacy Control (W3C, section 3.2, `Sec-GPC`) asks that the person's data be neither sold nor shared. It may
 * be read narrowly, since a shop's own personalization sells nothing; we read it widely. Under GPC both purposes are
 * denied: the person gets contextual pages, no id exists and nothing is counted for them. A wish sent to every site is
 * the clearest that a person can make, and nobody who sends it expects to find a profile of themselves.
 *
 * `DNT` was withdrawn as a standard and binds nobody in most places, so it does not overrule what a person says to this
 * shop. It does take the place of the regional default: where consent would be presumed, a `DNT: 1` presumes refusal.
 */

/**
 * True for `Sec-GPC: 1` exactly. Several header lines arrive joined by commas, and one `1` among them counts; every
 * other value is no signal.
 */
export const isGpc = (header: string | null): boolean => isOne(header)

/** True for `DNT: 1` exactly, joined lines as for GPC. */
export const isDnt = (header: string | null): boolean => isOne(header)

function isOne(header: string | null): boolean {
  if (header === null) return false
  return header === '1' || header.split(',').some((line) => line.trim() === '1')
}
