/**
 * A net for personal data in fields that name products, brands and stores: what comes in there by a mistake of the
 * shop's would stay for months. Pure.
 */

const MAIL = /[^\s@]@[^\s@]+\.[^\s@]/
const ADDRESS = /(?:^|[^\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.])/
const ADDRESS_6 = /(?:[0-9a-f]{1,4}:){3,}[0-9a-f]{0,4}|::[0-9a-f]{1,4}/i
/** Two numbers that are exact to 100 metres. What parts them is one repetition: of two, a long gap could be cut anywhere. */
const COORDINATES = /\d{1,3}\.\d{3,}[\s,;]+-?\d{1,3}\.\d{3,}/

/** With its country's code. */
const PHONE = /(?:\+|\b00)[1-9](?:[\s()./-]*\d){6,14}(?!\d)/
/** In groups of digits, and nothing else beside it; SKUs look like that as well. */
const GROUPS = /^\(?\d{2,5}\)?(?:[\s./-]+\d{2,5}){2,}$/

/** Is this name a phone number? */
export const looksLikePhone = (value: unknown): boolean =>
  typeof value === 'string' && (PHONE.test(value) || GROUPS.test(value.trim()))

/** Does this text hold a mail address, an IP address or coordinates? */
export const looksPersonal = (value: unknown): boolean =>
  typeof value === 'string' &&
  (MAIL.test(value) || ADDRESS.test(value) || ADDRESS_6.test(value) || COORDINATES.test(value))
