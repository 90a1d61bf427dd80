/** Small words for drawing: every picture of the shop is an SVG made of these, in one palette. Pure. */

/** The shop's colours. The stylesheet has the same under the same names. */
export const INK = '#17332d'
export const PAPER = '#fbf4e6'
export const SAND = '#efe0c2'
export const TOMATO = '#dc4a2b'
export const APRICOT = '#f5a55a'
export const CITRON = '#f1cb45'
export const MINT = '#a8d5c2'
export const SEA = '#2c7a80'
export const BLUSH = '#f6c6b0'
export const PLUM = '#4b2440'
export const WHITE = '#fffdf7'

/** At most two decimals: pictures are bytes too. */
const n = (value: number): string => String(Math.round(value * 100) / 100)

export const rect = (
  x: number,
  y: number,
  w: number,
  h: number,
  fill: string,
  radius = 0,
  more = '',
): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"${radius > 0 ? ` rx="${n(radius)}"` : ''} fill="${fill}"${more}/>`

export const circle = (x: number, y: number, r: number, fill: string, more = ''): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"${more}/>`

export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}"${more}/>`

export const path = (d: string, fill: string, more = ''): string => `<path d="${d}" fill="${fill}"${more}/>`

export const line = (d: string, stroke: string, width: number, more = ''): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${n(width)}" stroke-linecap="round" stroke-linejoin="round"${more}/>`

export const group = (transform: string, ...parts: readonly string[]): string =>
  `<g transform="${transform}">${parts.join('')}</g>`

export const alpha = (value: number): string => ` opacity="${value}"`

/** A whole picture. `title` is for those who open the file by itself; pages bring their own `alt`. */
export const picture = (w: number, h: number, title: string, ...parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img"><title>${title}</title>${parts.join('')}</svg>\n`

/** Numbers from 0 up, for repeats. */
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

/**
 * An awning seen from the front: stripes with round ends, and the shade of the fold where they begin to hang.
 * `drop` is the height of the slanted part.
 */
export function awning(
  x: number,
  y: number,
  width: number,
  count: number,
  drop: number,
  a: string,
  b: string,
): string {
  const step = width / count
  const inset = drop * 0.28
  const top = (i: number): number => x + inset + ((width - 2 * inset) / count) * i
  const slope = times(count, (i) =>
    path(
      `M${n(top(i))} ${n(y)}L${n(top(i + 1))} ${n(y)}L${n(x + step * (i + 1))} ${n(y + drop)}L${n(x + step * i)} ${n(y + drop)}z`,
      i % 2 === 0 ? a : b,
    ),
  )
  const hem = times(count, (i) =>
    path(
      `M${n(x + step * i)} ${n(y + drop)}h${n(step)}v${n(step * 0.35)}a${n(step / 2)} ${n(step / 2)} 0 0 1 ${n(-step)} 0z`,
      i % 2 === 0 ? a : b,
    ),
  )
  return [...slope, ...hem, rect(x, y + drop, width, step * 0.16, INK, 0, alpha(0.16))].join('')
}

/** The wordmark, "toldo", built of circles and stems on a 10-unit stroke; 236 wide, 96 high. */
export function wordmark(color: string, accent: string): string {
  const o = (x: number, fill: string): string =>
    `<circle cx="${x}" cy="66" r="23" fill="none" stroke="${fill}" stroke-width="14"/>`
  const stem = (x: number, y: number, h: number): string => rect(x, y, 14, h, color)
  return [
    stem(12, 12, 70),
    path('M12 82a14 14 0 0 0 14 14h10v-13h-8a2 2 0 0 1-2-2z', color),
    path('M0 36h40v13H0z', color),
    o(76, color),
    circle(76, 66, 8, accent),
    stem(112, 6, 90),
    o(162, color),
    stem(178, 6, 90),
    o(229, color),
    path('M206 66a23 23 0 0 1 46 0z', accent),
    `<circle cx="229" cy="66" r="23" fill="none" stroke="${color}" stroke-width="14"/>`,
  ].join('')
}
