/**
 * Lines for a person at a shell. What they tell may be somebody else's: the columns of a supplier's file, the note of
 * another operator, the name of a campaign. A terminal obeys control characters, so that such a text could clear what
 * stood before it, or read as another one; they are written out as JSON would write them.
 */
const OBEYED = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu

/** The text without anything that a terminal would obey but the ends of lines and tabs. */
export const shown = (text: string): string =>
  text.replace(OBEYED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const say = (text: string): void => console.log(shown(text))
export const warn = (text: string): void => console.error(shown(text))
