/**
 * Regular expressions of marketers, made harmless. JavaScript's engine backtracks, so one bad pattern could hold an
 * isolate for minutes. Three bounds keep the worst case small: a pattern is short; it has no repetition within a
 * repetition, no alternation within one and no back reference (which are exponential), and few open-ended repetitions
 * (each one multiplies the work by the length of the text); and the text it sees is cut. Pure.
 */

export const MAX_PATTERN_CHARS = 512
/** Open-ended repetitions (`*`, `+`, `{n,}`) in one pattern. */
export const MAX_REPETITIONS = 2
/** Longest text a pattern sees, in UTF-16 code units; 256 cubed is the worst that two repetitions can do. */
export const MAX_TEXT_CHARS = 256
/** `{n}` unrolls into n copies. */
const MAX_COUNT = 100

/** Compiles a pattern, or null where it is not one. */
export function tryRegex(pattern: unknown, flags: '' | 'i'): RegExp | null {
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
  return new Scan(pattern).problem()
}

interface Group {
  repeats: boolean
  branches: boolean
}

/** One walk over a pattern that is known to be valid. */
class Scan {
  readonly #pattern: string
  #at = 0
  #repetitions = 0
  readonly #open: Group[] = []
  /** The group that closed just before, where a quantifier would repeat it. */
  #closed: Group | undefined

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  problem(): string | undefined {
    while (this.#at < this.#pattern.length) {
      const problem = this.#step()
      if (problem !== undefined) return problem
    }
    return undefined
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
    else if (char === '|') for (const group of this.#open) group.branches = true
    this.#at++
    return undefined
  }

  #openGroup(): void {
    this.#open.push({ repeats: false, branches: false })
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
    if (text === '?') return undefined
    if (this.#closed?.repeats)
      return 'a repetition within a repetition can take for ever; write it without nesting'
    if (this.#closed?.branches)
      return 'an alternation within a repetition can take for ever; write it without'
    for (const group of this.#open) group.repeats = true
    if (!isOpen) return undefined
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
