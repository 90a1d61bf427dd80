/**
 * The page as a Template: the static bytes of a cached page, cut once at every element that a live campaign could
 * edit. Per request a page is a concatenation of byte ranges and fills; nothing is parsed.
 */

/** Elements to find on a page. `key` names the set: templates are stored under it, whatever the campaigns say. */
export interface SelectorSet {
  readonly selectors: readonly string[]
  readonly key: string
}

/** Where `move` puts an element, seen from its target. */
export type Position = 'before' | 'after' | 'prepend' | 'append'

/**
 * One finished edit: bytes ready to be spliced in, nothing left to escape. `slot` indexes `SelectorSet.selectors`
 * and stands for every element that the selector matches.
 */
export type Fill =
  | {
      readonly slot: number
      readonly action: 'inner' | 'replace' | 'before' | 'after' | 'prepend' | 'append'
      readonly bytes: Uint8Array
      /** Bits of `Needs`: what the fill's markup may not stand inside of. 0 for text. */
      readonly needs: number
    }
  | { readonly slot: number; readonly action: 'remove' }
  | {
      readonly slot: number
      readonly action: 'setAttribute'
      readonly name: string
      /** Escaped for a double-quoted attribute value. */
      readonly bytes: Uint8Array
      /** On some elements it decides what is loaded: see `choosesLoad` in kit/html.ts. */
      readonly loads: boolean
    }
  | {
      readonly slot: number
      readonly action: 'removeAttribute'
      readonly name: string
      readonly loads: boolean
    }
  | { readonly slot: number; readonly action: 'addClass' | 'removeClass'; readonly names: readonly string[] }
  | { readonly slot: number; readonly action: 'move'; readonly target: number; readonly position: Position }

/**
 * What became of one fill on one page, best outcome over the elements its selector matched.
 * `no_slot`: no element matched. `unfit`: its extent could not be proven. `context`: the markup may not stand there.
 * `covered`: it lies inside an element that another fill replaced or removed. `taken`: a fill of higher priority
 * already set this content.
 */
export type Outcome = 'applied' | 'no_slot' | 'unfit' | 'context' | 'covered' | 'taken'

export interface Stitched {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** One for each fill, in the order given. */
  readonly outcomes: readonly Outcome[]
}
