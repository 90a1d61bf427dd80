/**
 * An incremental HTML tokenizer over latin1 text (one code unit a byte), after 13.2.5 of the HTML Living Standard. It
 * reports where tags, text and comments begin and end, and decodes nothing. Chunks may be cut anywhere. Pure.
 */
import { scanTag, TagState } from './scan-tag.ts'

/** What follows a start tag: the tree rules tell the tokenizer, because the tag alone does not say. */
export type ContentKind = 'markup' | 'raw' | 'plain'

/** A tag as it stands in the page; offsets are absolute. The object is reused: copy what must stay. */
export interface Tag {
  name: string
  start: number
  /** First byte after the tag name. */
  nameEnd: number
  /** First byte after `>`. */
  end: number
  selfClosing: boolean
  /** The tag's own text, `<` to `>`. */
  text: string
}

export interface TokenSink {
  startTag(tag: Tag): ContentKind
  endTag(tag: Tag): void
  /** A piece of text between tags, and where it begins. */
  text(text: string, start: number): void
  /** The name and identifiers of a doctype, `<!doctype` and `>` left out. */
  doctype(text: string): void
  /** Is a CDATA section one here (13.2.5.42: only in foreign content)? */
  cdata(): boolean
  /** A NUL in text: what becomes of it differs by place, and nobody writes it. */
  nul(): void
}

/** Longest run of text kept to see whether a reference is still open at its end. */
const TAIL_CHARS = 64
/** A doctype longer than that is not one that says anything. */
const MAX_DOCTYPE_CHARS = 4_096
const COMMENT_END = /--!?>/g
const SCRIPT_STEP = /<!--|-->|<\/?script(?=[\t\n\f\r />])/gi
/** Longest match of `SCRIPT_STEP` with the character it looks ahead to. */
const SCRIPT_STEP_CHARS = 9
const RAW_END: Readonly<Record<string, RegExp>> = Object.fromEntries(
  ['style', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript', 'title', 'textarea'].map((name) => [
    name,
    new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi'),
  ]),
)

type State = 'data' | 'tag' | 'comment' | 'bogus' | 'cdata' | 'raw' | 'plain'

export class Scanner {
  readonly #sink: TokenSink
  readonly #tag: Tag = { name: '', start: 0, nameEnd: 0, end: 0, selfClosing: false, text: '' }
  readonly #tagState = new TagState()
  #buffer = ''
  /** Absolute offset of the buffer's first character. */
  #base = 0
  /** First character not consumed yet. */
  #at = 0
  #state: State = 'data'
  #raw = ''
  /** Depth of escapes in script data (13.2.5.20 ff.): 0 none, 1 `<!--`, 2 `<!-- <script`. */
  #escape = 0
  #isEnd = false
  #tail = ''
  /** Pieces of a tag whose end has not come: joined once, however many there are. */
  readonly #held: string[] = []
  #heldLength = 0
  #begun = false

  constructor(sink: TokenSink) {
    this.#sink = sink
  }

  /** Absolute offset up to which every byte belongs to a finished token or to text. */
  get settled(): number {
    return this.#base + this.#at
  }

  /**
   * May bytes be put at the present place without joining a token begun in the text before it (`<`, `&am`)? Asked
   * while a tag is being reported, about the place where that tag begins.
   */
  get clean(): boolean {
    const tail = this.#tail
    if (tail.endsWith('<')) return false
    let i = tail.length - 1
    while (i >= 0 && /[0-9A-Za-z#]/.test(tail[i] as string)) i--
    return i < 0 ? tail.length < TAIL_CHARS : tail[i] !== '&'
  }

  /** Is it between tokens, not inside a tag, comment or text element? */
  get isData(): boolean {
    return this.#state === 'data'
  }

  push(text: string): void {
    if (this.#held.length > 0 && !this.#resume(text)) return
    if (this.#held.length > 0) text = this.#release(text)
    this.#base += this.#at
    this.#buffer = this.#at < this.#buffer.length ? this.#buffer.slice(this.#at) + text : text
    this.#at = 0
    if (!this.#begun && !this.#begin()) return
    while (this.#step()) {
      // Every step consumes one token, or says that it needs more text.
    }
  }

  /** Looks for the end of a held tag in the new text alone; false when it is not there either. */
  #resume(text: string): boolean {
    if (scanTag(this.#tagState, text, -this.#heldLength)) return true
    this.#hold(text)
    return false
  }

  #hold(text: string): void {
    this.#held.push(text)
    this.#heldLength += text.length
  }

  #release(text: string): string {
    const whole = this.#held.join('') + text
    this.#held.length = 0
    this.#heldLength = 0
    return whole
  }

  /** A byte order mark is no text (Encoding Standard, section 6.1): taken for text it would open the body. */
  #begin(): boolean {
    const mark = '\u00ef\u00bb\u00bf'
    if (this.#buffer.length < mark.length && mark.startsWith(this.#buffer)) return false
    if (this.#buffer.startsWith(mark)) this.#at = mark.length
    this.#begun = true
    return true
  }

  #step(): boolean {
    switch (this.#state) {
      case 'data':
        return this.#data()
      case 'tag':
        return this.#finishTag()
      case 'comment':
        return this.#skipPast(COMMENT_END, 3)
      case 'bogus':
        return this.#skipPast(/>/g, 0)
      case 'cdata':
        return this.#skipPast(/\]\]>/g, 2)
      case 'raw':
        return this.#raw === 'script' ? this.#script() : this.#rawText()
      case 'plain':
        this.#at = this.#buffer.length
        return false
    }
  }

  #data(): boolean {
    const buffer = this.#buffer
    if (this.#at >= buffer.length) return false
    const open = buffer.indexOf('<', this.#at)
    const end = open < 0 ? buffer.length : open
    if (end > this.#at) this.#text(end, true)
    return open >= 0 && this.#open()
  }

  /** At `<`: which kind of token is it? */
  #open(): boolean {
    const buffer = this.#buffer
    const at = this.#at
    if (at + 1 >= buffer.length) return false
    const next = buffer.charCodeAt(at + 1)
    if (isLetter(next)) return this.#beginTag(false)
    if (next === 0x21) return this.#declaration()
    if (next === 0x3f) return this.#skipInto('bogus', 1)
    if (next !== 0x2f) return this.#text(at + 1, true)
    if (at + 2 >= buffer.length) return false
    const after = buffer.charCodeAt(at + 2)
    if (isLetter(after)) return this.#beginTag(true)
    return this.#skipInto('bogus', 2)
  }

  /** `<!`: a comment, a doctype, a CDATA section, or something bogus (13.2.5.42). */
  #declaration(): boolean {
    const at = this.#at
    const rest = this.#buffer.slice(at, at + 9)
    if (rest.startsWith('<!--')) {
      // `<!-->` and `<!--->` are whole comments: the dashes count twice.
      const head = this.#buffer.slice(at + 4, at + 6)
      if (head.startsWith('>')) return this.#skipTo('data', at + 5)
      if (head === '->') return this.#skipTo('data', at + 6)
      if (head === '' || head === '-') return false
      return this.#skipInto('comment', 4)
    }
    if (rest.length < 9 && ['<!--', '<!doctype', '<![CDATA['].some((one) => isPrefix(rest, one))) return false
    if (rest.toLowerCase() === '<!doctype') {
      const end = this.#buffer.indexOf('>', at)
      if (end < 0 && this.#buffer.length - at < MAX_DOCTYPE_CHARS) return false
      if (end < 0) return this.#skipInto('bogus', 9)
      this.#sink.doctype(this.#buffer.slice(at + 9, end))
      return this.#skipTo('data', end + 1)
    }
    if (rest === '<![CDATA[' && this.#sink.cdata()) return this.#skipInto('cdata', 9)
    return this.#skipInto('bogus', 2)
  }

  #beginTag(isEnd: boolean): boolean {
    this.#isEnd = isEnd
    this.#tagState.reset(isEnd ? 2 : 1)
    this.#tag.start = this.#base + this.#at
    this.#state = 'tag'
    return true
  }

  #finishTag(): boolean {
    const state = this.#tagState
    const offset = this.#tag.start - this.#base
    if (!state.done && !scanTag(state, this.#buffer, offset)) {
      this.#hold(this.#buffer.slice(this.#at))
      this.#base += this.#at
      this.#buffer = ''
      this.#at = 0
      return false
    }
    const tag = this.#tag
    tag.nameEnd = tag.start + state.nameEnd
    tag.end = tag.start + state.at
    tag.selfClosing = state.selfClosing
    tag.text = this.#buffer.slice(offset, offset + state.at)
    tag.name = tag.text.slice(this.#isEnd ? 2 : 1, state.nameEnd).toLowerCase()
    this.#state = 'data'
    if (this.#isEnd) this.#sink.endTag(tag)
    else this.#enter(this.#sink.startTag(tag), tag.name)
    this.#at = offset + state.at
    this.#tail = ''
    return true
  }

  #enter(content: ContentKind, name: string): void {
    if (content === 'markup') return
    this.#state = content
    this.#raw = name
    this.#escape = 0
  }

  #rawText(): boolean {
    const find = RAW_END[this.#raw] as RegExp
    find.lastIndex = this.#at
    const end = find.exec(this.#buffer)?.index
    if (end === undefined) return this.#keepRaw(this.#raw.length + 3)
    this.#text(end, false)
    return this.#beginTag(true)
  }

  #script(): boolean {
    for (;;) {
      SCRIPT_STEP.lastIndex = this.#at
      const match = SCRIPT_STEP.exec(this.#buffer)
      if (match === null) return this.#keepRaw(SCRIPT_STEP_CHARS)
      const word = match[0].toLowerCase()
      this.#at = match.index
      if (word === '</script' && this.#escape < 2) return this.#beginTag(true)
      // The dashes of `<!--` may be those of `-->` as well, so only `<!` is consumed.
      this.#at += word === '<!--' ? 2 : word.length
      if (word === '<!--') this.#escape = Math.max(this.#escape, 1)
      else if (word === '-->') this.#escape = 0
      else if (this.#escape > 0) this.#escape = word === '<script' ? 2 : 1
    }
  }

  /** No end in sight: lets the raw text go but for what may be the beginning of its end. */
  #keepRaw(chars: number): false {
    const keep = Math.max(this.#at, this.#buffer.length - chars)
    if (keep > this.#at) this.#text(keep, false)
    return false
  }

  #text(end: number, isMarkup: boolean): true {
    const piece = this.#buffer.slice(this.#at, end)
    this.#tail =
      piece.length >= TAIL_CHARS ? piece.slice(-TAIL_CHARS) : (this.#tail + piece).slice(-TAIL_CHARS)
    if (isMarkup) {
      if (piece.includes('\0')) this.#sink.nul()
      this.#sink.text(piece, this.#base + this.#at)
    }
    this.#at = end
    return true
  }

  #skipInto(state: State, chars: number): true {
    return this.#skipTo(state, this.#at + chars)
  }

  #skipTo(state: State, at: number): true {
    this.#at = at
    this.#state = state
    this.#tail = ''
    return true
  }

  #skipPast(end: RegExp, keep: number): boolean {
    end.lastIndex = this.#at
    const match = end.exec(this.#buffer)
    if (match !== null) return this.#skipTo('data', match.index + match[0].length)
    this.#at = Math.max(this.#at, this.#buffer.length - keep)
    return false
  }
}

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
const isPrefix = (text: string, of: string): boolean => of.toLowerCase().startsWith(text.toLowerCase())
