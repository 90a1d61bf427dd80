/**
 * Regular expressions of marketers, made harmless. JavaScript's engine backtracks, so one bad pattern could hold an
 * isolate for minutes. What keeps the worst case small: a pattern is short; nothing that can match in more than one way
 * is repeated, and there are no back references (both are exponential); and the number of ways in which it can be tried
 * on a text is bounded, by cutting the text that it sees or by refusing it. Pure.
 */

export const MAX_PATTERN_CHARS = 512
/** Open-ended repetitions (`*`, `+`, `{n,}`) in one pattern. */
const MAX_REPETITIONS = 2
/** Longest text that a pattern sees, in UTF-16 code units. */
export const MAX_TEXT_CHARS = 2_048
/** The same for patterns that would be too slow on longer texts. */
export const SHORT_TEXT_CHARS = 256
/** Ways to try a pattern on one text. A hundred milliseconds or so, at the very worst. */
const MAX_WAYS = 2 ** 23
/** How much slower than others the engine is at going back into `{n,m}`, where it has to count. */
const COUNTING = 8
/** The highest count that it writes out instead. */
const WRITTEN_OUT = 3
/** `{n}` unrolls into n copies. */
const MAX_COUNT = 100

/** Compiles a pattern to a test of texts, or null where it is not one. Texts are cut to what it may see. */
export function tryMatcher(pattern: unknown, flags: '' | 'i'): ((text: string) => boolean) | null {
  const regex = tryRegex(pattern, flags)
  if (regex === null) return null
  const seen = new Scan(regex.source).isFastOn(MAX_TEXT_CHARS) ? MAX_TEXT_CHARS : SHORT_TEXT_CHARS
  return (text) => regex.test(text.slice(0, seen))
}

function tryRegex(pattern: unknown, flags: '' | 'i'): RegExp | null {
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN_CHARS) return null
  try {
    return new RegExp(pattern, flags)
  } catch {
    return null
  }
}

/** Says what is wrong with a pattern, or undefined where it may be published. */
export function regexProblem(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return 'a regular expression is a string'
  if (pattern.length > MAX_PATTERN_CHARS)
    return `a regular expression has at most ${MAX_PATTERN_CHARS} characters`
  if (tryRegex(pattern, '') === null) return 'this is not a regular expression that JavaScript can read'
  const scan = new Scan(pattern)
  if (scan.problem !== undefined) return scan.problem
  if (scan.isFastOn(SHORT_TEXT_CHARS)) return undefined
  return 'this can take for ever: begin it with "^", or use fewer of "*", "+", "?", "|" and "{n,m}"'
}

/** What stands in a group, deep down, that makes repeating it exponential; and how many alternatives are its own. */
interface Group {
  repeats: boolean
  branches: boolean
  options: boolean
  alternatives: number
}

const group = (): Group => ({ repeats: false, branches: false, options: false, alternatives: 1 })

/** One walk over a pattern that is known to be valid. */
class Scan {
  /** The first thing that may not be in a pattern. */
  readonly problem: string | undefined
  readonly #pattern: string
  #at = 0
  /** In how many ways its options and counts can be taken. */
  #ways = 1
  #repetitions = 0
  readonly #whole = group()
  readonly #open: Group[] = [this.#whole]
  /** The group that closed just before, where a quantifier would repeat it. */
  #closed: Group | undefined

  constructor(pattern: string) {
    this.#pattern = pattern
    while (this.#at < pattern.length && this.problem === undefined) this.problem = this.#step()
  }

  /**
   * Whether trying it on so long a text ends soon: from every place, unless it is anchored, and with every length of
   * every repetition that still fits, which is `chars` to the power of their number over its factorial.
   */
  isFastOn(chars: number): boolean {
    const isAnchored = this.#pattern.startsWith('^') && this.#whole.alternatives === 1
    let ways = this.#ways
    for (let n = this.#repetitions + (isAnchored ? 0 : 1); n > 0; n--) ways *= chars / n
    return this.problem === undefined && ways <= MAX_WAYS
  }

  #step(): string | undefined {
    const char = this.#pattern[this.#at]
    const count = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(this.#pattern.slice(this.#at))
    if (count !== null) return this.#quantifier(count)
    this.#closed = undefined
    if (char === '\\') return this.#escape()
    if (char === '[') this.#at = endOfClass(this.#pattern, this.#at)
    else if (char === '(') this.#openGroup()
    else if (char === ')') this.#closeGroup()
    else if (char === '|') this.#branch()
    this.#at++
    return undefined
  }

  #branch(): void {
    const inner = this.#open.at(-1) ?? this.#whole
    this.#ways *= (inner.alternatives + 1) / inner.alternatives
    inner.alternatives++
    for (const each of this.#open) each.branches = true
  }

  #openGroup(): void {
    this.#open.push(group())
    // The `?` of `(?:`, `(?=`, `(?<name>` is no quantifier.
    if (this.#pattern[this.#at + 1] === '?') this.#at++
  }

  #closeGroup(): void {
    this.#closed = this.#open.pop()
  }

  #escape(): string | undefined {
    if (/^\\(?:[1-9]|k<)/.test(this.#pattern.slice(this.#at))) return 'back references are not allowed'
    this.#at += 2
    return undefined
  }

  #quantifier(count: RegExpExecArray): string | undefined {
    const [text, low, comma, high] = count
    this.#at += text.length
    // A `?` after a quantifier makes it lazy, which changes the match and not the worst case.
    if (this.#pattern[this.#at] === '?') this.#at++
    if (Number(low ?? 0) > MAX_COUNT || Number(high || 0) > MAX_COUNT) {
      return `repeat at most ${MAX_COUNT} times, or use "+"`
    }
    const isOpen = text === '*' || text === '+' || (comma !== undefined && high === '')
    if (text === '?') {
      this.#ways *= 2
      for (const each of this.#open) each.options = true
      return undefined
    }
    if (this.#closed?.repeats)
      return 'a repetition within a repetition can take for ever; write it without nesting'
    if (this.#closed?.branches)
      return 'an alternation within a repetition can take for ever; write it without'
    if (this.#closed?.options)
      return 'an optional part within a repetition can take for ever; write it without'
    for (const each of this.#open) each.repeats = true
    if (!isOpen) {
      const most = Number(high ?? low)
      this.#ways *= (most - Number(low) + 1) * (most > WRITTEN_OUT && comma !== undefined ? COUNTING : 1)
      return undefined
    }
    this.#repetitions++
    if (this.#repetitions > MAX_REPETITIONS) {
      return `use at most ${MAX_REPETITIONS} of "*", "+" and "{n,}" in one regular expression`
    }
    return undefined
  }
}

/** Index of the `]` that closes the class opened at `start`. */
function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern[at] === ']') return at
  }
  return pattern.length
}
