/** The smaller pictures: cities, stories, the map of corner shops and the page that is not there. Pure. */
import {
  APRICOT,
  alpha,
  awning,
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

const WIDTH = 960
const HEIGHT = 600

/** A city on a poster: sky, sun, skyline, and a blanket with a bottle in front, because that is what we sell. */
function poster(
  title: string,
  sky: string,
  sun: string,
  ground: string,
  skyline: readonly string[],
  front: readonly string[] = [],
): string {
  return picture(
    WIDTH,
    HEIGHT,
    title,
    rect(0, 0, WIDTH, HEIGHT, sky),
    circle(700, 180, 150, sun, alpha(0.3)),
    circle(700, 180, 110, sun),
    ...skyline,
    path('M0 470q240-40 480-6t480-14v150H0z', ground),
    ...front,
    path('M600 546l60-52h210l40 52z', PAPER),
    ...times(4, (i) => path(`M${622 + i * 78} 546l${46 - i * 14} -52h26l${-42 + i * 16} 52z`, TOMATO)),
    bottleAt(700, 436, '#e98b45'),
    bottleAt(738, 442, CITRON),
    ellipse(800, 520, 34, 12, SEA),
    circle(790, 508, 12, APRICOT),
    circle(810, 508, 12, TOMATO),
  )
}

const bottleAt = (x: number, y: number, fill: string): string =>
  rect(x - 5, y, 10, 34, fill, 3) +
  rect(x - 7, y - 8, 14, 10, PAPER, 3) +
  rect(x - 12, y + 24, 24, 54, fill, 8) +
  rect(x - 12, y + 40, 24, 20, PAPER)

const windows = (
  x: number,
  y: number,
  columns: number,
  rows: number,
  fill: string,
  dx = 26,
  dy = 34,
): string =>
  times(columns * rows, (i) =>
    rect(x + (i % columns) * dx, y + Math.floor(i / columns) * dy, 11, 18, fill, 4),
  ).join('')

const block = (x: number, y: number, w: number, wall: string, roof: string): string =>
  rect(x, y, w, 520 - y, wall) +
  path(`M${x - 8} ${y}l${w / 2 + 8} -34l${w / 2 + 8} 34z`, roof) +
  windows(x + 16, y + 22, Math.floor((w - 16) / 26), 5, SEA)

const lisbon = (): string =>
  poster('A yellow tram on a hill in Lisbon', '#f9d9a8', TOMATO, '#8cb58b', [
    path('M0 420q140-190 320-120t300 120v120H0z', '#e9b98b'),
    block(40, 300, 110, PAPER, '#c65c36'),
    block(150, 250, 120, BLUSH, '#c65c36'),
    block(280, 290, 100, SAND, '#b94d2c'),
    block(390, 330, 120, PAPER, '#c65c36'),
    ...times(2, (i) => rect(610 + i * 190, 230, 14, 250, '#a83a25')),
    rect(480, 414, 480, 10, '#a83a25'),
    line('M480 410Q580 360 617 234Q712 560 807 234Q850 360 960 404', '#a83a25', 5),
    ...times(7, (i) => line(`M${640 + i * 24} ${300 + (3 - Math.abs(i - 3)) * 30}V414`, '#a83a25', 2)),
    group(
      'rotate(-6 300 440)',
      rect(190, 366, 220, 112, CITRON, 14),
      rect(190, 430, 220, 14, PAPER),
      ...times(4, (i) => rect(210 + i * 48, 382, 36, 40, INK, 5)),
      rect(206, 352, 188, 18, PAPER, 6),
      circle(240, 482, 16, INK),
      circle(362, 482, 16, INK),
      line('M300 352l24-40', INK, 4),
    ),
  ])

const berlin = (): string =>
  poster(
    'A lake in Berlin with the television tower behind the trees',
    '#cfe4e4',
    CITRON,
    '#7aa874',
    [
      rect(292, 120, 12, 360, '#8f9c9c'),
      circle(298, 170, 36, '#b6c2c2'),
      rect(262, 164, 72, 9, TOMATO),
      line('M298 20v120', '#8f9c9c', 5),
      block(60, 330, 120, SAND, '#7d8f8f'),
      block(370, 350, 130, PAPER, '#7d8f8f'),
      ...times(9, (i) => circle(30 + i * 112, 430 - (i % 3) * 16, 62, i % 2 === 0 ? '#4f8a67' : '#669f74')),
    ],
    [
      ellipse(280, 540, 300, 50, '#6fb4bd'),
      ...times(5, (i) => line(`M${60 + i * 100} ${534 + (i % 2) * 20}h52`, WHITE, 4, alpha(0.5))),
      path('M220 520h120l-18 26h-84z', TOMATO),
      line('M280 520v-110', INK, 5),
      path('M286 410l64 94h-64z', PAPER),
    ],
  )

const newYork = (): string =>
  poster('A rooftop in Brooklyn with a water tower and the bridge', '#f6b98c', '#fff0c2', '#c98a5d', [
    ...[
      [0, 250, 90],
      [88, 170, 70],
      [160, 300, 80],
      [240, 130, 64],
      [304, 220, 92],
      [396, 290, 80],
      [820, 260, 70],
      [890, 200, 70],
    ].map(
      ([x, y, w], i) =>
        rect(Number(x), Number(y), Number(w), 400, i % 2 === 0 ? '#7b4a5f' : '#925a63') +
        windows(Number(x) + 12, Number(y) + 18, Math.floor((Number(w) - 12) / 24), 7, CITRON, 24, 36),
    ),
    path('M520 480V230q30-50 60 0v250h-14V330q-16-30-32 0v150z', PLUM),
    line('M300 400Q430 440 550 236Q690 460 960 380', PLUM, 6),
    ...times(10, (i) => line(`M${600 + i * 36} ${310 + i * 10 - (i > 5 ? (i - 5) * 14 : 0)}V450`, PLUM, 2)),
    rect(300, 446, 660, 12, PLUM),
    line('M120 480l14-90M232 480l-14-90M176 480v-90', INK, 7),
    rect(112, 290, 128, 104, '#a7633a', 6),
    ...times(3, (i) => rect(112, 310 + i * 28, 128, 5, INK, 0, alpha(0.3))),
    path('M104 292l72-58l72 58z', INK),
  ])

const london = (): string =>
  poster('A park in London with deckchairs and a red bus passing', '#d5e6dd', APRICOT, '#6fa267', [
    rect(120, 170, 64, 330, '#c8a970'),
    rect(112, 160, 80, 84, '#d8bd86'),
    circle(152, 202, 28, PAPER),
    line('M152 202v-18M152 202h12', INK, 4),
    path('M112 160l40-92l40 92z', '#6d7f72'),
    block(230, 330, 130, '#b8694f', '#5f6f6a'),
    block(360, 310, 120, SAND, '#5f6f6a'),
    ...times(8, (i) => circle(40 + i * 130, 440 - (i % 3) * 10, 58, i % 2 === 0 ? '#4c8560' : '#5c9a68')),
    rect(420, 356, 210, 122, TOMATO, 12),
    ...times(
      5,
      (i) => rect(434 + i * 38, 370, 30, 30, '#bfe0e0', 4) + rect(434 + i * 38, 420, 30, 30, '#bfe0e0', 4),
    ),
    rect(420, 406, 210, 8, PAPER),
    circle(464, 480, 17, INK),
    circle(586, 480, 17, INK),
    ...times(
      2,
      (i) =>
        line(`M${180 + i * 130} 556l70-90M${180 + i * 130} 480l70 76`, '#8a5a34', 7) +
        path(`M${194 + i * 130} 476q10 50 56 70l10-12q-40-20-50-62z`, i === 0 ? SEA : CITRON),
    ),
  ])

const ice = (): string =>
  picture(
    WIDTH,
    HEIGHT,
    'A pitcher of iced tea with lemon and mint',
    rect(0, 0, WIDTH, HEIGHT, SEA),
    circle(480, 330, 280, '#3c8f93'),
    rect(0, 500, WIDTH, 100, '#1f5c61'),
    ellipse(470, 512, 170, 16, INK, alpha(0.3)),
    path('M360 150h210l26-24v54l-12 24 14 272a30 30 0 0 1-30 30H372a30 30 0 0 1-30-30z', WHITE, alpha(0.35)),
    path('M357 220h228l10 256a26 26 0 0 1-26 26H372a26 26 0 0 1-26-26z', '#e0863f'),
    line('M350 240c-110 0-110 190-4 200', WHITE, 18, alpha(0.5)),
    ...times(7, (i) =>
      rect(
        376 + (i % 3) * 64,
        236 + Math.floor(i / 3) * 76,
        46,
        46,
        WHITE,
        9,
        `${alpha(0.42)} transform="rotate(${i * 29} ${399 + (i % 3) * 64} ${259 + Math.floor(i / 3) * 76})"`,
      ),
    ),
    ...[
      [430, 300],
      [530, 390],
    ].map(
      ([x, y]) =>
        circle(Number(x), Number(y), 40, CITRON) +
        circle(Number(x), Number(y), 33, '#fae28a') +
        times(6, (i) => group(`rotate(${i * 60} ${x} ${y})`, line(`M${x} ${y}v-30`, WHITE, 4))).join(''),
    ),
    ...times(4, (i) =>
      group(
        `translate(${440 + i * 20} 176) rotate(${-70 + i * 42})`,
        path('M0 0c16-26 44-34 72-26-8 28-36 44-72 26z', '#5fae7c'),
      ),
    ),
    path('M690 350h110l-12 152h-86z', WHITE, alpha(0.4)),
    path('M694 400h102l-8 100h-86z', '#e0863f'),
    rect(712, 414, 34, 34, WHITE, 7, alpha(0.5)),
    line('M760 410l30-110', TOMATO, 9),
    circle(200, 470, 40, CITRON),
    circle(270, 482, 32, '#eabf2e'),
  )

const picnic = (): string =>
  picture(
    WIDTH,
    HEIGHT,
    'A picnic seen from above: blanket, bottles, bread, fruit and a straw hat',
    rect(0, 0, WIDTH, HEIGHT, '#86b07c'),
    ...times(60, (i) => line(`M${(i * 397) % 960} ${(i * 211) % 600}l6-14`, '#6a9a64', 5)),
    group(
      'rotate(-7 480 300)',
      rect(150, 70, 660, 460, PAPER, 10),
      ...times(7, (i) => rect(150 + i * 98, 70, 49, 460, TOMATO)),
      ...times(33, (i) => line(`M${156 + i * 20} 530v18M${156 + i * 20} 70v-18`, PAPER, 4)),
    ),
    circle(330, 240, 96, '#e7c98b'),
    circle(330, 240, 54, '#d8b36b'),
    `<circle cx="330" cy="240" r="58" fill="none" stroke="${SEA}" stroke-width="14"/>`,
    circle(600, 220, 92, WHITE),
    circle(600, 220, 74, '#f2ead8'),
    ...[
      [570, 200, APRICOT],
      [622, 190, TOMATO],
      [606, 246, CITRON],
      [560, 248, TOMATO],
    ].map(([x, y, fill]) => circle(Number(x), Number(y), 28, String(fill))),
    group(
      'translate(420 400) rotate(70)',
      rect(-18, -10, 36, 120, '#e98b45', 16),
      rect(-8, -66, 16, 66, '#e98b45', 5),
      rect(-11, -76, 22, 16, PAPER, 4),
      rect(-18, 24, 36, 50, WHITE),
    ),
    group(
      'translate(700 420) rotate(-30)',
      ellipse(0, 0, 92, 34, '#c98f4d'),
      ...times(4, (i) => line(`M${-54 + i * 34}-20l16 38`, '#9b6530', 6)),
    ),
    group(
      'translate(470 460)',
      circle(0, 0, 40, SEA),
      circle(0, 0, 30, '#e0863f'),
      rect(-14, -14, 20, 20, WHITE, 5, alpha(0.7)),
    ),
  )

const market = (): string =>
  picture(
    WIDTH,
    HEIGHT,
    'A market stall of peaches, lemons and elderflower under an awning',
    rect(0, 0, WIDTH, HEIGHT, BLUSH),
    circle(150, 160, 90, CITRON),
    rect(0, 500, WIDTH, 100, SAND),
    rect(170, 150, 14, 400, '#8a5a34'),
    rect(776, 150, 14, 400, '#8a5a34'),
    ...times(3, (row) =>
      [
        rect(190 + row * 4, 300 + row * 76, 580 - row * 8, 70, '#b7793f', 6),
        ...times(11, (i) =>
          circle(
            222 + row * 4 + i * 51,
            302 + row * 76,
            27,
            [APRICOT, CITRON, '#8fae5c', TOMATO][(row + (i > 5 ? 1 : 0)) % 4] ?? APRICOT,
          ),
        ),
        rect(190 + row * 4, 320 + row * 76, 580 - row * 8, 50, '#a56a35', 6),
        ...times(
          2,
          (i) =>
            rect(300 + i * 300, 328 + row * 76, 64, 32, PAPER, 4) +
            line(`M${312 + i * 300} ${344 + row * 76}h40`, INK, 4),
        ),
      ].join(''),
    ),
    awning(130, 110, 700, 14, 70, SEA, PAPER),
    group(
      'translate(850 420)',
      circle(0, -60, 34, '#5a3520'),
      path('M-50 130c-6-110 10-150 50-150s56 40 50 150z', TOMATO),
      rect(-34, 20, 68, 110, PAPER, 6),
      circle(0, -50, 26, '#e0a987'),
    ),
  )

/** A map of nowhere in particular: streets, a river, a park, and our awnings on the corners. */
const map = (): string =>
  picture(
    WIDTH,
    HEIGHT,
    'A drawn map with little awnings on the street corners',
    rect(0, 0, WIDTH, HEIGHT, '#e7dcc0'),
    ...times(6, (row) =>
      times(9, (column) =>
        rect(
          -30 + column * 116,
          -20 + row * 108,
          96,
          88,
          (row + column) % 5 === 0 ? '#cfe0c0' : '#f4ebd6',
          12,
        ),
      ).join(''),
    ),
    path('M-20 420q200-140 420-60t320-90 280-30v90q-180-10-300 70t-330 60-390 60z', '#9fd0d2'),
    rect(600, 30, 220, 150, '#a9cc9d', 30),
    ...times(8, (i) => circle(630 + (i % 4) * 54, 74 + Math.floor(i / 4) * 58, 19, '#7fb07d')),
    line('M-10 560L970 40', PAPER, 16),
    line('M250-10L460 610', PAPER, 12),
    ...[
      [190, 120],
      [420, 250],
      [770, 250],
      [560, 470],
      [120, 480],
      [860, 500],
    ].map(([x, y], i) =>
      group(
        `translate(${Number(x) - 36} ${Number(y) - 40})`,
        ellipse(36, 76, 34, 7, INK, alpha(0.25)),
        rect(6, 30, 60, 44, i === 1 ? CITRON : BLUSH, 4),
        rect(28, 46, 18, 28, INK, 3),
        awning(0, 10, 72, 6, 18, i === 1 ? SEA : TOMATO, PAPER),
      ),
    ),
    circle(480, 330, 13, SEA),
    `<circle cx="480" cy="330" r="26" fill="none" stroke="${SEA}" stroke-width="5" opacity=".5"/>`,
    line('M480 330Q470 300 440 286', SEA, 5, ' stroke-dasharray="2 12"'),
  )

const lost = (): string =>
  picture(
    WIDTH,
    HEIGHT,
    'An empty ice chest and a cat who knows nothing about it',
    rect(0, 0, WIDTH, HEIGHT, MINT),
    circle(480, 300, 250, '#c3e3d5'),
    rect(0, 480, WIDTH, 120, SAND),
    ellipse(460, 540, 230, 20, INK, alpha(0.18)),
    path('M290 380h340l-20 130a14 14 0 0 1-14 12H324a14 14 0 0 1-14-12z', SEA),
    rect(278, 366, 364, 26, '#1f5c61', 10),
    group('translate(400 420) scale(.5)', wordmark(PAPER, CITRON)),
    ellipse(420, 536, 60, 12, '#9fd0d2'),
    group(
      'translate(730 480) scale(1.5)',
      path('M-44 46c-6-44 20-62 50-60c34 2 50 26 46 60z', INK),
      path('M18-10l-4-30l16 12h14l16-12l-2 30a24 22 0 0 1-40 0z', INK),
      line('M-42 42c-34 6-42-20-28-34', INK, 10),
      circle(30, -14, 2.6, CITRON),
      circle(44, -14, 2.6, CITRON),
    ),
  )

const icon = (): string =>
  picture(
    64,
    64,
    'Toldo',
    rect(0, 0, 64, 64, INK, 14),
    awning(8, 16, 48, 4, 16, TOMATO, PAPER),
    rect(14, 38, 36, 14, CITRON, 3),
  )

/** The logo as the header shows it; on dark ground `logo-light`. */
const logo = (color: string) => (): string => picture(260, 100, 'Toldo', wordmark(color, TOMATO))

/** File name → picture. */
export const VIGNETTES: Readonly<Record<string, () => string>> = {
  'region-pt': lisbon,
  'region-de': berlin,
  'region-us': newYork,
  'region-gb': london,
  'story-ice': ice,
  'story-picnic': picnic,
  'story-market': market,
  map,
  lost,
  icon,
  logo: logo(INK),
  'logo-light': logo(PAPER),
}
