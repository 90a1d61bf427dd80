/** What is on the shelf, drawn: one picture for each product, 640 × 640. Pure. */
import {
  APRICOT,
  alpha,
  BLUSH,
  CITRON,
  circle,
  ellipse,
  group,
  INK,
  line,
  MINT,
  PAPER,
  PLUM,
  path,
  picture,
  rect,
  SAND,
  SEA,
  TOMATO,
  times,
  WHITE,
  wordmark,
} from './draw.ts'

const SIZE = 640
const GLASS = '#6fae8e'

/** The stage every product stands on: a wall, an arch of colour, a shelf and a soft shadow. */
function stage(
  title: string,
  wall: string,
  arch: string,
  shelf: string,
  ...parts: readonly string[]
): string {
  return picture(
    SIZE,
    SIZE,
    title,
    rect(0, 0, SIZE, SIZE, wall),
    path('M110 640V300a210 210 0 0 1 420 0v340z', arch),
    rect(0, 552, SIZE, 88, shelf),
    rect(0, 552, SIZE, 6, INK, 0, alpha(0.12)),
    ...parts,
  )
}

const shadow = (x: number, rx: number): string => ellipse(x, 568, rx, 13, INK, alpha(0.22))

const shine = (d: string): string => line(d, WHITE, 11, alpha(0.5))

const words = (x: number, y: number, size: number, fill: string, text: string, more = ''): string =>
  `<text x="${x}" y="${y}" font-family="Georgia, 'Liberation Serif', serif" font-size="${size}" font-weight="700" text-anchor="middle" fill="${fill}"${more}>${text}</text>`

const drops = (points: readonly (readonly [number, number])[]): string =>
  points
    .map(([x, y]) => path(`M${x} ${y}c-6 9-9 13-9 18a9 9 0 0 0 18 0c0-5-3-9-9-18z`, WHITE, alpha(0.6)))
    .join('')

const leaf = (x: number, y: number, turn: number, fill: string, size = 1): string =>
  group(
    `translate(${x} ${y}) rotate(${turn}) scale(${size})`,
    path('M0 0c16-26 44-34 72-26-8 28-36 44-72 26z', fill),
    line('M4-2c18-8 34-14 56-20', WHITE, 2.5, alpha(0.55)),
  )

const slice = (x: number, y: number, r: number, peel: string, flesh: string): string =>
  group(
    `translate(${x} ${y})`,
    circle(0, 0, r, peel),
    circle(0, 0, r * 0.86, WHITE),
    ...times(8, (i) =>
      group(
        `rotate(${i * 45})`,
        path(`M0 ${-r * 0.1}L${-r * 0.25} ${-r * 0.72}a${r * 0.76} ${r * 0.76} 0 0 1 ${r * 0.5} 0z`, flesh),
      ),
    ),
  )

function peach(x: number, y: number, r: number): string {
  return [
    circle(x, y, r, APRICOT),
    path(
      `M${x} ${y - r}a${r} ${r} 0 0 1 0 ${2 * r}c${r * 0.5} ${-r * 0.7} ${r * 0.5} ${-r * 1.3} 0 ${-2 * r}z`,
      TOMATO,
      alpha(0.55),
    ),
    leaf(x, y - r + 4, -18, SEA, r / 70),
  ].join('')
}

/** A small glass bottle with a crown cap. */
function bottle(x: number, glass: string, cap: string, label: string): string {
  return [
    shadow(x, 118),
    path(
      `M${x - 34} 118h68v76c0 44 66 62 66 128v214a28 28 0 0 1-28 28h-144a28 28 0 0 1-28-28V322c0-66 66-84 66-128z`,
      glass,
    ),
    rect(x - 42, 88, 84, 36, cap, 8),
    ...times(7, (i) => rect(x - 38 + i * 12, 108, 5, 18, INK, 2, alpha(0.18))),
    path(`M${x - 100} 346h200v152h-200z`, label),
    shine(`M${x - 74} 318c2-34 26-52 42-74M${x - 76} 520v16`),
  ].join('')
}

function can(x: number, body: string, lid: string): string {
  return [
    shadow(x, 112),
    path(`M${x - 88} 176l18-34h140l18 34v356l-18 32h-140l-18-32z`, body),
    ellipse(x, 143, 70, 12, lid),
    ellipse(x, 141, 54, 7, INK, alpha(0.2)),
    rect(x - 14, 134, 34, 8, WHITE, 4),
    path(`M${x + 42} 176h46v356l-18 32h-36z`, INK, alpha(0.1)),
    shine(`M${x - 64} 198v300`),
  ].join('')
}

const icedTea = (): string =>
  stage(
    'A bottle of peach and verbena iced tea',
    BLUSH,
    '#fbe3d2',
    SAND,
    bottle(300, '#e98b45', PAPER, PAPER),
    circle(300, 412, 46, APRICOT),
    path('M300 366a46 46 0 0 1 0 92c22-32 22-60 0-92z', TOMATO, alpha(0.6)),
    leaf(300, 370, -14, SEA, 0.6),
    words(300, 486, 26, INK, 'BRISA', ' letter-spacing="6"'),
    drops([
      [232, 320],
      [366, 520],
      [352, 270],
    ]),
    peach(470, 506, 56),
    leaf(446, 560, -164, SEA, 0.9),
  )

const yuzu = (): string =>
  stage(
    'A can of sparkling yuzu',
    CITRON,
    '#f8e08a',
    PAPER,
    can(320, PAPER, '#d9d4c6'),
    circle(320, 330, 62, CITRON),
    ...times(12, (i) => group(`translate(320 330) rotate(${i * 30})`, rect(-4, -98, 8, 24, TOMATO, 4))),
    words(320, 466, 42, INK, 'KOBO', ' letter-spacing="8"'),
    words(320, 500, 18, SEA, 'sparkling yuzu'),
    slice(494, 500, 62, CITRON, '#f7dd6b'),
    circle(150, 516, 46, '#e5a62c'),
    leaf(150, 474, -30, SEA, 0.8),
    drops([
      [260, 240],
      [396, 420],
      [286, 520],
    ]),
  )

const coldBrew = (): string =>
  stage(
    'A can of oat cold brew',
    SEA,
    '#3c8f93',
    '#1f5c61',
    can(320, '#2a1c18', '#b9b2a4'),
    path('M232 330c30-30 60 30 88 0s60 30 88 0v190H232z', '#e7d3b3'),
    path('M232 400c30-26 60 26 88 0s60 26 88 0v132l-18 32H250l-18-32z', '#c9955c', alpha(0.75)),
    words(320, 276, 31, PAPER, 'NORDLYS', ' letter-spacing="3"'),
    line('M276 298h88', CITRON, 5),
    words(320, 486, 22, INK, 'oat cold brew'),
    ...[
      [128, 536, 12],
      [168, 522, -28],
      [500, 538, 30],
      [528, 516, -8],
    ].map(([x, y, turn]) =>
      group(
        `translate(${x} ${y}) rotate(${turn})`,
        ellipse(0, 0, 24, 16, '#5a3520'),
        line('M-20 0c12-8 26 8 40 0', '#2a1c18', 4),
      ),
    ),
    shine('M256 198v80'),
  )

const cordial = (): string =>
  stage(
    'A tall bottle of elderflower cordial',
    MINT,
    '#cfe8dc',
    PAPER,
    shadow(320, 100),
    path(
      'M296 92h48v132c0 34 46 48 46 98v216a26 26 0 0 1-26 26h-88a26 26 0 0 1-26-26V322c0-50 46-64 46-98z',
      '#dfe7a6',
    ),
    path('M250 340h140v198a26 26 0 0 1-26 26h-88a26 26 0 0 1-26-26z', '#c9d56e'),
    rect(288, 58, 64, 44, PLUM, 8),
    rect(294, 102, 52, 10, CITRON),
    rect(250, 366, 140, 150, PAPER),
    ...times(9, (i) => {
      const angle = (i / 9) * Math.PI * 2
      return circle(320 + Math.cos(angle) * 34, 420 + Math.sin(angle) * 24, 9, i % 2 === 0 ? CITRON : BLUSH)
    }),
    circle(320, 420, 12, TOMATO),
    words(320, 484, 20, INK, 'FIGO'),
    words(320, 504, 13, SEA, '&amp; filhas'),
    shine('M270 330v-6c2-24 22-36 34-60'),
    ...times(3, (i) =>
      group(
        `translate(${470 + i * 26} ${520 - i * 34})`,
        ...times(6, (j) => circle(Math.cos(j) * 16, Math.sin(j) * 12, 8, WHITE)),
        circle(0, 0, 6, CITRON),
      ),
    ),
    line('M462 564c10-30 30-60 60-104', SEA, 5),
    leaf(474, 544, -150, SEA, 0.7),
  )

const spritz = (): string =>
  stage(
    'A can of blood orange spritz beside a full glass',
    APRICOT,
    '#f9c48e',
    TOMATO,
    can(248, TOMATO, '#d9d4c6'),
    ...times(5, (i) => rect(160, 222 + i * 62, 176, 24, PAPER, 0, alpha(0.9))),
    circle(248, 350, 66, TOMATO),
    circle(248, 350, 56, PAPER),
    words(248, 362, 28, TOMATO, 'BRISA', ' letter-spacing="3"'),
    ellipse(450, 568, 74, 10, INK, alpha(0.25)),
    path('M388 330h124l-16 228a10 10 0 0 1-10 10h-72a10 10 0 0 1-10-10z', WHITE, alpha(0.45)),
    path('M392 390h116l-12 166a8 8 0 0 1-8 8h-76a8 8 0 0 1-8-8z', '#e4613a'),
    rect(414, 404, 42, 42, WHITE, 8, `${alpha(0.5)} transform="rotate(14 435 425)"`),
    rect(448, 452, 38, 38, WHITE, 8, `${alpha(0.4)} transform="rotate(-18 467 471)"`),
    slice(504, 338, 44, '#d8572a', '#c22f2a'),
    line('M436 376L410 236', PAPER, 9),
  )

const lapsang = (): string =>
  stage(
    'A tin of smoked tea with a steaming cup',
    PLUM,
    '#6b3a5a',
    '#361a2e',
    shadow(268, 130),
    rect(162, 240, 212, 326, TOMATO, 10),
    rect(154, 200, 228, 56, '#b93a20', 10),
    rect(162, 300, 212, 196, PAPER),
    path('M268 320l46 66h-22l40 60H204l40-60h-22z', SEA),
    rect(258, 444, 20, 22, '#5a3520'),
    words(268, 488, 19, INK, 'LAPSANG No. 4'),
    shine('M180 272v16M180 512v30'),
    ellipse(474, 570, 84, 11, INK, alpha(0.35)),
    path('M400 450h140c0 70-22 116-70 116s-70-46-70-116z', PAPER),
    line('M538 472c40-6 44 52-12 56', PAPER, 12),
    ellipse(470, 452, 68, 12, '#a4532d'),
    line('M448 420c-16-24 16-36 0-62M488 420c-16-24 16-36 0-62', PAPER, 7, alpha(0.6)),
  )

const blanket = (): string =>
  stage(
    'A folded blanket in awning stripes',
    '#d7e7d3',
    MINT,
    GLASS,
    shadow(320, 210),
    ...times(3, (layer) =>
      [
        rect(130, 300 + layer * 88, 380, 84, layer % 2 === 0 ? PAPER : '#f3e7cf', 34),
        ...times(6, (i) => rect(166 + i * 58, 300 + layer * 88, 28, 84, layer === 1 ? SEA : TOMATO)),
      ].join(''),
    ),
    ...times(24, (i) => line(`M${142 + i * 15.4} 560v12`, TOMATO, 4)),
    rect(290, 288, 56, 284, '#8a5a34', 6),
    rect(278, 404, 80, 56, CITRON, 8),
    rect(294, 418, 48, 28, '#8a5a34', 4),
  )

const coolBag = (): string =>
  stage(
    'A cool bag with bottles looking out',
    '#cfe4e4',
    SEA,
    SAND,
    shadow(320, 180),
    line('M220 330c0-150 200-150 200 0', INK, 18),
    ...[
      [236, '#e98b45'],
      [320, '#8cc0a4'],
      [404, CITRON],
    ].map(([x, fill]) =>
      [
        rect(Number(x) - 17, 214, 34, 90, String(fill), 10),
        rect(Number(x) - 20, 200, 40, 22, PAPER, 6),
        path(`M${Number(x) - 36} 350c0-40 18-44 20-60h32c2 16 20 20 20 60z`, String(fill)),
      ].join(''),
    ),
    path('M146 340h348l-26 206a20 20 0 0 1-20 18H192a20 20 0 0 1-20-18z', PAPER),
    ...times(6, (i) => path(`M${146 + i * 58} 340h29l${-8 + i * 1.6} 50a${14} ${14} 0 0 1-${26} 0z`, TOMATO)),
    rect(138, 322, 364, 34, INK, 14),
    rect(250, 430, 140, 70, CITRON, 12),
    group('translate(266 441) scale(.43)', wordmark(INK, TOMATO)),
  )

const flask = (): string =>
  stage(
    'An enamel flask and its cup',
    '#f3d9c4',
    TOMATO,
    PAPER,
    shadow(290, 110),
    rect(214, 214, 152, 352, PAPER, 30),
    rect(214, 500, 152, 66, SEA, 30),
    rect(214, 500, 152, 30, SEA),
    rect(232, 118, 116, 100, SEA, 18),
    rect(226, 200, 128, 22, INK, 8),
    line('M366 280c70 0 70 160 0 160', SEA, 18),
    circle(290, 366, 52, CITRON),
    path('M238 366a52 52 0 0 0 104 0z', APRICOT),
    line('M238 366h104', INK, 5),
    ellipse(478, 570, 66, 9, INK, alpha(0.25)),
    path('M424 470h108l-8 86a10 10 0 0 1-10 10h-72a10 10 0 0 1-10-10z', SEA),
    rect(418, 460, 120, 16, INK, 8),
    shine('M236 250v130'),
  )

const tumblers = (): string =>
  stage(
    'Three picnic tumblers in three colours',
    PAPER,
    SAND,
    MINT,
    ...[
      [176, 300, SEA],
      [320, 260, APRICOT],
      [464, 300, TOMATO],
    ].map(([x, y, fill]) =>
      [
        ellipse(Number(x), 568, 74, 10, INK, alpha(0.2)),
        path(
          `M${Number(x) - 66} ${y}h132l-18 ${560 - Number(y)}a8 8 0 0 1-8 8h-80a8 8 0 0 1-8-8z`,
          String(fill),
          alpha(0.82),
        ),
        path(`M${Number(x) - 60} ${Number(y) + 70}h120l-13 ${488 - Number(y)}h-94z`, String(fill)),
        ...times(5, (i) =>
          line(
            `M${Number(x) - 44 + i * 22} ${Number(y) + 90}L${Number(x) - 36 + i * 18} 548`,
            WHITE,
            4,
            alpha(0.35),
          ),
        ),
        ellipse(Number(x), Number(y), 66, 11, WHITE, alpha(0.55)),
      ].join(''),
    ),
    line('M340 300L392 150', PLUM, 10),
    slice(262, 268, 40, CITRON, '#f7dd6b'),
  )

const almonds = (): string =>
  stage(
    'A tin of rosemary almonds, open',
    '#e9d3b0',
    CITRON,
    '#c98f4d',
    shadow(320, 160),
    path('M186 380h268v160c0 36-268 36-268 0z', SEA),
    ellipse(320, 380, 134, 36, '#1f5c61'),
    ...times(15, (i) =>
      group(
        `translate(${232 + (i % 5) * 44 + (i > 9 ? 10 : 0)} ${384 - Math.floor(i / 5) * 18}) rotate(${i * 47})`,
        path('M-24 0c8-18 34-18 48 0-14 18-40 18-48 0z', i % 2 === 0 ? '#a8622f' : '#bf7a40'),
        line('M-14 0h26', '#7d4520', 2),
      ),
    ),
    rect(214, 440, 212, 84, PAPER, 10),
    words(320, 478, 25, INK, 'AMENDOA'),
    words(320, 506, 17, TOMATO, 'rosemary &amp; salt'),
    line('M470 560c10-70 40-120 90-170', SEA, 6),
    ...times(6, (i) => leaf(478 + i * 13, 520 - i * 24, i % 2 === 0 ? -70 : 10, SEA, 0.4)),
  )

const parasol = (): string =>
  stage(
    'A small striped parasol over a stool',
    '#bfe0e6',
    APRICOT,
    SAND,
    ellipse(330, 570, 190, 14, INK, alpha(0.2)),
    line('M320 150L344 566', '#8a5a34', 12),
    group(
      'rotate(-4 320 250)',
      ...times(6, (i) =>
        path(
          `M320 130Q${130 + i * 63} 190 ${116 + i * 68} 306a34 34 0 0 0 68 0Q${193 + i * 63} 190 320 130z`,
          i % 2 === 0 ? TOMATO : PAPER,
        ),
      ),
      circle(320, 126, 11, INK),
    ),
    rect(404, 486, 110, 16, INK, 8),
    line('M420 502l-14 64M498 502l14 64', INK, 9),
    rect(440, 438, 36, 48, '#e98b45', 8),
    rect(446, 420, 24, 20, PAPER, 4),
  )

/** Product id → picture. */
export const PRODUCT_PICTURES: Readonly<Record<string, () => string>> = {
  'peach-verbena-iced-tea': icedTea,
  'sparkling-yuzu': yuzu,
  'oat-cold-brew': coldBrew,
  'elderflower-cordial': cordial,
  'blood-orange-spritz': spritz,
  'lapsang-no-4': lapsang,
  'awning-blanket': blanket,
  'corner-cool-bag': coolBag,
  'enamel-flask': flask,
  'picnic-tumblers': tumblers,
  'rosemary-almonds': almonds,
  'little-parasol': parasol,
}
