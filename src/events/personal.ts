/**
 * A net for personal data in fields that name products, brands and stores: what comes in there by a mistake of the
 * shop's would stay for months. Pure.
 */

const MAIL = /[^\s@]@[^\s@]+\.[^\s@]/
const ADDRESS = /(?:^|[^\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.])/
const ADDRESS_6 = /(?:[0-9a-f]{1,4}:){3,}[0-9a-f]{0,4}|::[0-9a-f]{1,4}/i
/** Two numbers that are exact to 100 metres. */
const COORDINATES = /-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}/

/** Does this text hold a mail address, an IP address or coordinates? */
export const looksPersonal = (value: unknown): boolean =>
  typeof value === 'string' &&
  (MAIL.test(value) || ADDRESS.test(value) || ADDRESS_6.test(value) || COORDINATES.test(value))
