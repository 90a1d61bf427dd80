/**
 * Selectors as far as their letters go: the members of a list, each written in one way, so that `H1`, ` h1 ` and the
 * first of `h1, h2` are seen to be the same. What different words find on a page is not known here. Pure.
 */

/** One member of a list: whatever is between commas that stand outside of brackets and quotes. */
const MEMBER = /(?:\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\[[^\]]*\]|\([^)]*\)|[^,])+/gs
/** What is written alike in several ways: `[a=b]` and `[a="b"]`, combinators, white space, and names that have no case. */
const SPELLING =
  /\s*=\s*(?:"([^"\\\]]*)"|'([^'\\\]]*)'|([^\]"'\s]+))\s*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\s*([>+~])\s*(?!=)|(\s+)|([#.]?)(?:(?:\\.|[\w-]|[\u0080-\uffff])+)/g

/** The members of a selector list, none twice. */
export function subjectsOf(selector: string): readonly string[] {
  return [...new Set((selector.match(MEMBER) ?? []).map(spell).filter((subject) => subject !== ''))]
}

const spell = (member: string): string =>
  member.trim().replace(SPELLING, (whole: string, ...groups: readonly (string | undefined)[]) => {
    const [double, single, plain, combinator, space, prefix] = groups
    const value = double ?? single ?? plain
    if (value !== undefined) return `="${value}"`
    if (combinator !== undefined) return combinator
    if (space !== undefined) return ' '
    return prefix === '' ? whole.toLowerCase() : whole
  })
