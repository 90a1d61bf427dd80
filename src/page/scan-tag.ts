/**
 * The inside of a tag: where it ends (13.2.5.8 to 13.2.5.40), and where its attributes stand. Pure.
 */

const NAME = 0
const BEFORE_ATTRIBUTE = 1
const ATTRIBUTE = 2
const AFTER_ATTRIBUTE = 3
const BEFORE_VALUE = 4
const DOUBLE_QUOTED = 5
const SINGLE_QUOTED = 6
const UNQUOTED = 7
const AFTER_QUOTED = 8
const SLASH = 9

/** How far the search for a tag's end has come, so that a tag cut into many chunks is read once. */
export class TagState {
  /** Offset from the tag's `<`. After the end was found: the tag's length. */
  at = 0
  nameEnd = 0
  selfClosing = false
  step: number = NAME
  done = false

  /** `nameAt` is where the tag's name begins, seen from its `<`. */
  reset(nameAt: number): void {
    this.at = nameAt
    this.nameEnd = 0
    this.selfClosing = false
    this.step = NAME
    this.done = false
  }
}

const isSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0x0c

/** Looks for the end of the tag that begins at `offset`, from where `state` stands; false when the buffer ends first. */
export function scanTag(state: TagState, buffer: string, offset: number): boolean {
  let step = state.step
  let i = offset + state.at
  for (; i < buffer.length; i++) {
    const code = buffer.charCodeAt(i)
    if (step === DOUBLE_QUOTED || step === SINGLE_QUOTED) {
      const close = buffer.indexOf(step === DOUBLE_QUOTED ? '"' : "'", i)
      i = close < 0 ? buffer.length - 1 : close
      if (close >= 0) step = AFTER_QUOTED
      continue
    }
    if (code === 0x3e) {
      if (step === NAME) state.nameEnd = i - offset
      state.selfClosing = step === SLASH
      state.at = i + 1 - offset
      state.done = true
      return true
    }
    const before = step
    step = next(step, code)
    if (before === NAME && step !== NAME) state.nameEnd = i - offset
  }
  state.step = step
  state.at = i - offset
  return false
}

/** One step of the machine for a character that is neither `>` nor quoted. */
function next(step: number, code: number): number {
  const space = isSpace(code)
  switch (step) {
    case NAME:
      return space ? BEFORE_ATTRIBUTE : code === 0x2f ? SLASH : NAME
    case ATTRIBUTE:
    case AFTER_ATTRIBUTE:
      if (space) return AFTER_ATTRIBUTE
      return code === 0x2f ? SLASH : code === 0x3d ? BEFORE_VALUE : ATTRIBUTE
    case BEFORE_VALUE:
      if (space) return BEFORE_VALUE
      return code === 0x22 ? DOUBLE_QUOTED : code === 0x27 ? SINGLE_QUOTED : UNQUOTED
    case UNQUOTED:
      return space ? BEFORE_ATTRIBUTE : UNQUOTED
    default:
      return space ? BEFORE_ATTRIBUTE : code === 0x2f ? SLASH : ATTRIBUTE
  }
}

/** Numbers in one attribute record: name start, name end, value start, value end, end; the value is -1 where none is. */
export const ATTRIBUTE_INTS = 5

const ATTRIBUTE_PATTERN =
  /[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r >]*)))?/dy

/**
 * The attributes of a complete start tag, as ranges from the tag's own beginning plus `base`, flat: see
 * `ATTRIBUTE_INTS`. Repeated names are all there; the first is the one that counts.
 */
export function attributeRanges(tag: string, nameEnd: number, base: number): number[] {
  const ranges: number[] = []
  ATTRIBUTE_PATTERN.lastIndex = nameEnd
  for (let match = ATTRIBUTE_PATTERN.exec(tag); match !== null; match = ATTRIBUTE_PATTERN.exec(tag)) {
    const [whole, name, double, single, plain] = (match as RegExpMatchArray & { indices: [number, number][] })
      .indices
    const value = double ?? single ?? plain
    ranges.push(
      base + (name as [number, number])[0],
      base + (name as [number, number])[1],
      value === undefined ? -1 : base + value[0],
      value === undefined ? -1 : base + value[1],
      base + (whole as [number, number])[1],
    )
  }
  return ranges
}

/**
 * Have two start tags the same attributes, given what stands between name and `>`? `undefined`: one would have to
 * decode character references to tell.
 */
export function sameAttributes(one: string, other: string): boolean | undefined {
  if (one === other) return true
  const list = [one, other].map((text) => {
    const ranges = attributeRanges(`${text}>`, 0, 0)
    const pairs = new Map<string, string>()
    for (let i = 0; i < ranges.length; i += ATTRIBUTE_INTS) {
      const name = text.slice(ranges[i], ranges[i + 1]).toLowerCase()
      const value = ranges[i + 2] === -1 ? '' : text.slice(ranges[i + 2], ranges[i + 3])
      if (!pairs.has(name)) pairs.set(name, value)
    }
    return pairs
  })
  const [first, second] = list as [Map<string, string>, Map<string, string>]
  if (first.size !== second.size) return false
  let unsure = false
  for (const [name, value] of first) {
    const twin = second.get(name)
    if (twin === undefined) return false
    if (twin === value) continue
    if (!twin.includes('&') && !value.includes('&')) return false
    unsure = true
  }
  return unsure ? undefined : true
}
