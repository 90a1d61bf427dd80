/** The corner shop at the top of the home page, in any weather and at any hour: one drawing, many moods. Pure. */
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

const WIDTH = 1000
const HEIGHT = 960

interface Mood {
  readonly title: string
  readonly sky: readonly [string, string, string]
  readonly orb: string
  readonly orbSize: number
  readonly sea: string
  readonly hill: string
  readonly roofs: string
  readonly walls: readonly [string, string, string]
  readonly ground: string
  readonly shop: string
  readonly glass: string
  /** In the sky, behind the houses. */
  readonly behind?: readonly string[]
  readonly more: readonly string[]
  readonly isLit?: boolean
  readonly hasSnow?: boolean
  readonly isWet?: boolean
}

const cloud = (x: number, y: number, size: number, fill: string): string =>
  group(
    `translate(${x} ${y}) scale(${size})`,
    path('M0 60a30 30 0 0 1 18-56a44 44 0 0 1 82-10a36 36 0 0 1 54 22a24 24 0 0 1 2 44z', fill),
  )

const cypress = (x: number, y: number, h: number, fill: string): string =>
  path(
    `M${x} ${y}c-${h * 0.16} -${h * 0.3} -${h * 0.12} -${h * 0.75} 0 -${h}c${h * 0.12} ${h * 0.25} ${h * 0.16} ${h * 0.7} 0 ${h}z`,
    fill,
  )

/** A few houses up the hill, with pitched roofs and lit windows at night. */
function town(mood: Mood): string {
  const houses = [
    [20, 470, 120, 190, 0],
    [118, 520, 90, 140, 1],
    [190, 440, 130, 220, 2],
    [300, 500, 100, 160, 0],
    [372, 545, 110, 115, 1],
  ] as const
  return houses
    .map(([x, y, w, h, tone]) =>
      [
        rect(x, y, w, h, mood.walls[tone]),
        path(
          `M${x - 10} ${y}l${w / 2 + 10} -${w * 0.36}l${w / 2 + 10} ${w * 0.36}z`,
          mood.hasSnow ? WHITE : mood.roofs,
        ),
        ...times(4, (i) =>
          rect(
            x + w * (i % 2 === 0 ? 0.2 : 0.6),
            y + 26 + Math.floor(i / 2) * 54,
            w * 0.18,
            30,
            mood.isLit && i !== 1 ? CITRON : INK,
            9,
            mood.isLit ? '' : alpha(0.45),
          ),
        ),
      ].join(''),
    )
    .join('')
}

function shelf(x: number, y: number, w: number): string {
  const fills = [TOMATO, CITRON, '#e98b45', SEA, MINT, PAPER, APRICOT]
  const count = Math.floor(w / 21)
  return [
    ...times(count, (i) => {
      const fill = fills[(i * 3 + Math.round(y / 7)) % fills.length] ?? TOMATO
      const left = x + 4 + i * 21
      return (i + Math.round(y)) % 3 === 0
        ? rect(left, y - 34, 15, 34, fill, 3)
        : rect(left, y - 30, 15, 30, fill, 4) + rect(left + 5, y - 46, 5, 18, fill)
    }),
    rect(x, y, w, 6, INK),
  ].join('')
}

/** The shop: a wall with a sign, a window full of bottles, a door ajar and the awning over both. */
function shop(mood: Mood): string {
  return [
    rect(470, 236, 470, 540, mood.shop),
    rect(896, 236, 44, 540, INK, 0, alpha(0.08)),
    rect(452, 212, 506, 34, mood.hasSnow ? WHITE : mood.roofs, 6),
    ...(mood.hasSnow ? times(9, (i) => circle(476 + i * 58, 246, 22, WHITE)) : []),
    rect(520, 274, 370, 104, INK, 14),
    group('translate(578 286) scale(.82)', wordmark(PAPER, mood.isLit ? CITRON : TOMATO)),
    circle(840, 326, 22, CITRON),
    path('M818 326a22 22 0 0 0 44 0z', APRICOT),
    rect(506, 430, 236, 262, INK, 8),
    rect(518, 442, 212, 238, mood.glass, 4),
    shelf(518, 536, 212),
    shelf(518, 606, 212),
    shelf(518, 676, 212),
    rect(770, 430, 136, 346, INK, 8),
    rect(782, 442, 112, 334, mood.isLit ? '#f7c765' : SEA),
    rect(798, 462, 80, 150, mood.glass, 6),
    rect(816, 500, 44, 26, PAPER, 4),
    line('M822 500l16-20l16 20', INK, 3),
    circle(880, 640, 7, CITRON),
    awning(448, 396, 512, 12, 52, TOMATO, PAPER),
    rect(506, 692, 236, 18, mood.roofs),
    ...times(7, (i) => circle(522 + i * 34, 690, 20, i % 2 === 0 ? SEA : '#3f8f6b')),
    ...times(7, (i) => circle(522 + i * 34, 680, 5, i % 3 === 0 ? TOMATO : CITRON)),
  ].join('')
}

/** What stands on the pavement: an ice chest, crates of fruit, and a cat who knows the coolest stone. */
function pavement(mood: Mood): string {
  const chest = [
    ellipse(600, 858, 140, 18, INK, alpha(0.2)),
    ...[
      [516, '#e98b45'],
      [560, CITRON],
      [606, '#8cc0a4'],
      [650, TOMATO],
      [688, '#e98b45'],
    ].map(([x, fill], i) =>
      group(
        `rotate(${(i - 2) * 5} ${x} 760)`,
        rect(Number(x) - 8, 690, 16, 60, String(fill), 4),
        rect(Number(x) - 10, 682, 20, 12, PAPER, 3),
        rect(Number(x) - 16, 726, 32, 60, String(fill), 10),
      ),
    ),
    ...times(8, (i) =>
      rect(
        498 + i * 27,
        748 + (i % 2) * 8,
        26,
        26,
        WHITE,
        6,
        `${alpha(0.92)} transform="rotate(${i * 23} ${511 + i * 27} 761)"`,
      ),
    ),
    path('M478 768h244l-14 84a10 10 0 0 1-10 8H502a10 10 0 0 1-10-8z', SEA),
    rect(470, 762, 260, 18, '#1f5c61', 8),
    group('translate(556 796) scale(.36)', wordmark(PAPER, CITRON)),
  ]
  const crate = [
    ellipse(850, 858, 96, 14, INK, alpha(0.2)),
    ...times(5, (i) => circle(782 + i * 34, 790, 21, i % 2 === 0 ? APRICOT : CITRON)),
    ...times(4, (i) => circle(800 + i * 34, 772, 20, i % 2 === 0 ? CITRON : '#e98b45')),
    rect(760, 796, 180, 60, '#b7793f', 4),
    rect(760, 812, 180, 6, INK, 0, alpha(0.22)),
    rect(760, 834, 180, 6, INK, 0, alpha(0.22)),
  ]
  const cat = group(
    'translate(404 806)',
    ellipse(6, 48, 62, 9, INK, alpha(0.22)),
    path('M-44 46c-6-44 20-62 50-60c34 2 50 26 46 60z', mood.isLit ? '#1d1522' : INK),
    path('M18-10l-4-30l16 12h14l16-12l-2 30a24 22 0 0 1-40 0z', mood.isLit ? '#1d1522' : INK),
    line('M-42 42c-34 6-42-20-28-34', mood.isLit ? '#1d1522' : INK, 10),
    circle(30, -14, 2.6, CITRON),
    circle(44, -14, 2.6, CITRON),
  )
  return [...crate, ...chest, cat].join('')
}

/** A parasol over a table for two; in the rain it is folded, and in the snow it is gone. */
function table(mood: Mood): string {
  const top = mood.isWet
    ? path('M196 470c-22 90-26 170-14 220h28c12-50 8-130-14-220z', TOMATO) +
      path('M196 470c-6 90-6 170-4 220h10c3-50 2-130-6-220z', PAPER)
    : [
        ...times(7, (i) =>
          path(
            `M200 458Q${52 + i * 44} 500 ${22 + i * 51} 604a25.5 25.5 0 0 0 51 0Q${92 + i * 44} 500 200 458z`,
            i % 2 === 0 ? CITRON : PAPER,
          ),
        ),
        path('M200 458Q330 500 379 604a25 25 0 0 1-51 0Q300 500 200 458z', INK, alpha(0.08)),
      ].join('')
  return [
    ellipse(200, 866, 190, 20, INK, alpha(0.18)),
    line('M200 470V860', '#8a5a34', 11),
    mood.hasSnow ? '' : top,
    circle(200, 456, 9, INK),
    rect(112, 736, 176, 14, PAPER, 7),
    line('M150 750l-18 110M250 750l18 110', INK, 8),
    rect(54, 790, 74, 12, TOMATO, 6),
    line('M66 802l-10 58M116 802l10 58', INK, 7),
    rect(276, 790, 74, 12, TOMATO, 6),
    line('M288 802l-10 58M338 802l10 58', INK, 7),
    mood.hasSnow
      ? path('M140 700h40v22a20 16 0 0 1-40 0z', TOMATO) +
        line('M150 688c-8-14 8-18 0-32M168 688c-8-14 8-18 0-32', PAPER, 5)
      : path('M142 690h34l-5 46h-24z', '#e98b45') + line('M160 692l10-34', TOMATO, 4),
    rect(226, 692, 22, 44, CITRON, 7),
    rect(232, 668, 10, 28, CITRON),
    rect(230, 660, 14, 10, PAPER, 3),
  ].join('')
}

function scene(mood: Mood): string {
  const [low, middle, high] = mood.sky
  return picture(
    WIDTH,
    HEIGHT,
    mood.title,
    rect(0, 0, WIDTH, HEIGHT, high),
    path('M0 190q250-60 500 0t500 0V700H0z', middle),
    path('M0 360q250 50 500 0t500 0V700H0z', low),
    circle(330, 236, mood.orbSize * 1.75, mood.orb, alpha(0.16)),
    circle(330, 236, mood.orbSize * 1.35, mood.orb, alpha(0.28)),
    circle(330, 236, mood.orbSize, mood.orb),
    ...(mood.behind ?? []),
    rect(0, 560, WIDTH, 160, mood.sea),
    ...times(9, (i) => line(`M${40 + i * 110} ${588 + (i % 3) * 20}h46`, WHITE, 4, alpha(0.35))),
    path('M0 600q120-110 260-90t260 90v140H0z', mood.hill),
    town(mood),
    cypress(452, 700, 210, '#2f6b54'),
    cypress(412, 710, 150, '#3f7f62'),
    rect(0, 660, WIDTH, 300, mood.ground),
    path('M0 776h1000v-8H0z', INK, alpha(0.1)),
    ...times(7, (i) => line(`M${-60 + i * 190} 960L${110 + i * 142} 776`, INK, 3, alpha(0.08))),
    line('M0 866h1000', INK, 3, alpha(0.08)),
    shop(mood),
    table(mood),
    pavement(mood),
    ...mood.more,
  )
}

const DAY: Mood = {
  title: 'A corner shop by the sea with a striped awning, an ice chest of bottles and a cat in the shade',
  sky: ['#fdeed0', '#d9ece4', '#bfe0e0'],
  orb: CITRON,
  orbSize: 96,
  sea: '#5fa9a8',
  hill: '#9cc5a1',
  roofs: '#c65c36',
  walls: [PAPER, BLUSH, SAND],
  ground: '#f0ddbb',
  shop: '#f7cdb4',
  glass: '#cfe6df',
  more: [cloud(40, 110, 0.9, WHITE), cloud(700, 90, 1.1, WHITE)],
}

const rays = times(16, (i) =>
  group(`translate(330 236) rotate(${i * 22.5})`, path('M-12 -190L0 -330L12 -190z', TOMATO, alpha(0.5))),
)

const HOT: Mood = {
  ...DAY,
  title: 'The corner shop under a huge sun, with the awning down and bottles on ice',
  sky: ['#fbd38a', '#f7b267', '#f4915a'],
  orb: '#fff0b8',
  orbSize: 140,
  sea: '#3f9aa0',
  hill: '#d9b45f',
  ground: '#f7dfae',
  behind: rays,
  more: times(3, (i) => line(`M${560 + i * 130} 176c-14-20 14-34 0-56s14-34 0-56`, WHITE, 6, alpha(0.5))),
}

const streak = (i: number): string => {
  const x = (i * 137) % 1060
  const y = (i * 271) % 900
  return line(`M${x} ${y}l-14 44`, '#e8f3f3', 4, alpha(0.55))
}

const RAIN: Mood = {
  ...DAY,
  title: 'The corner shop in the rain, lights on, parasol folded, puddles on the pavement',
  sky: ['#b9cdd0', '#9db7be', '#7f9fa9'],
  orb: '#d7e3e2',
  orbSize: 70,
  sea: '#527f88',
  hill: '#6f9a86',
  roofs: '#9d4a32',
  walls: ['#dfe0d6', '#d9b9a9', '#cfc4aa'],
  ground: '#b9bfb2',
  shop: '#e3b9a1',
  glass: '#f9dc91',
  isLit: true,
  isWet: true,
  more: [
    cloud(40, 80, 1.6, '#5f7f8b'),
    cloud(330, 40, 1.9, '#6d8d98'),
    cloud(740, 70, 1.4, '#5f7f8b'),
    ellipse(330, 910, 130, 16, '#8fb0b8'),
    ellipse(800, 922, 150, 14, '#8fb0b8'),
    ...times(74, streak),
  ],
}

const EVENING: Mood = {
  ...DAY,
  title: 'The corner shop in the evening, lights strung across the square under a full moon',
  sky: ['#c9677a', '#7b3b66', PLUM],
  orb: '#fbe8c0',
  orbSize: 64,
  sea: '#44406e',
  hill: '#5c4a72',
  roofs: '#7d3148',
  walls: ['#a86c86', '#8d5579', '#b97f88'],
  ground: '#8a5670',
  shop: '#c27d80',
  glass: '#fbd77c',
  isLit: true,
  more: [
    ...times(22, (i) =>
      circle(
        (i * 397 + i * i * 29) % 1000,
        (i * 67 + i * i * 7) % 210,
        i % 3 === 0 ? 3.4 : 2.2,
        PAPER,
        alpha(0.8),
      ),
    ),
    line('M0 400Q240 520 470 380', PAPER, 3, alpha(0.7)),
    ...times(9, (i) => {
      const t = (i + 0.7) / 9.4
      const y = (1 - t) ** 2 * 400 + 2 * t * (1 - t) * 520 + t * t * 380
      return circle(470 * t, y + 12, 20, CITRON, alpha(0.25)) + circle(470 * t, y + 12, 9, '#ffe08a')
    }),
    path('M506 710L440 960H820L742 710z', CITRON, alpha(0.12)),
  ],
}

const SNOW: Mood = {
  ...DAY,
  title: 'The corner shop in the snow, with a steaming cup on the table outside',
  sky: ['#e7eef0', '#cfdfe6', '#b3ccd8'],
  orb: '#fdf6e0',
  orbSize: 74,
  sea: '#7fa3b3',
  hill: '#f2f6f6',
  walls: [BLUSH, '#e6b49b', SAND],
  ground: '#eef3f3',
  shop: '#eec3aa',
  glass: '#fbdf9a',
  isLit: true,
  hasSnow: true,
  more: [
    ...times(90, (i) =>
      circle((i * 397 + i * i * 29) % 1000, (i * 211 + i * i * 13) % 940, 3 + (i % 4), WHITE, alpha(0.9)),
    ),
    path('M448 452q16-20 42-8t43-2t42 2t43-4t43 4t42-2t43 2t43-2t43 4t43-2t46 8z', WHITE),
  ],
}

/** File name → picture. `hero` is the one the page comes with; campaigns bring the others. */
export const SCENES: Readonly<Record<string, () => string>> = {
  hero: () => scene(DAY),
  'hero-hot': () => scene(HOT),
  'hero-rain': () => scene(RAIN),
  'hero-evening': () => scene(EVENING),
  'hero-snow': () => scene(SNOW),
}
