/** What happens around the shop: its makers, what to mix, and the week on the bench. Plain data. */

export interface Maker {
  readonly name: string
  readonly place: string
  readonly since: number
  readonly text: string
  readonly products: readonly string[]
  readonly tone: 'blush' | 'citron' | 'mint' | 'sky'
}

export const MAKERS: readonly Maker[] = [
  {
    name: 'Brisa',
    place: 'Porto',
    since: 2015,
    tone: 'blush',
    products: ['peach-verbena-iced-tea', 'blood-orange-spritz'],
    text: 'Two bakers who kept the ovens off. They steep tea cold in the old dough troughs and send it out in bottles that come back.',
  },
  {
    name: 'Kobo',
    place: 'Sagunto',
    since: 2019,
    tone: 'citron',
    products: ['sparkling-yuzu'],
    text: 'A lemon farmer, a ceramicist and forty yuzu trees under glass. The bubbles are theirs too: the spring is behind the shed.',
  },
  {
    name: 'Nordlys',
    place: 'Aarhus',
    since: 2017,
    tone: 'sky',
    products: ['oat-cold-brew'],
    text: 'They roast so lightly that the smoke alarm has retired. Oats from next door, water from below, patience from the north.',
  },
  {
    name: 'Figo & Filhas',
    place: 'Fundão',
    since: 1998,
    tone: 'mint',
    products: ['elderflower-cordial'],
    text: 'Three sisters and one hedge. Their mother wrote the recipe on the back of a seed packet, and nobody has dared to copy it out.',
  },
  {
    name: 'Marinha',
    place: 'Marinha Grande',
    since: 1769,
    tone: 'sky',
    products: ['picnic-tumblers'],
    text: 'Glass has been pressed in this town for two hundred and fifty years. Ours is made from the bottles that did not come back whole.',
  },
  {
    name: 'Amêndoa',
    place: 'Freixo',
    since: 2012,
    tone: 'citron',
    products: ['rosemary-almonds'],
    text: 'The grove blossoms in February and the whole valley comes to look. In September the same people come to help, and are paid in tins.',
  },
]

export interface Recipe {
  readonly id: string
  readonly title: string
  readonly when: string
  readonly minutes: number
  readonly needs: readonly string[]
  readonly steps: readonly string[]
  readonly product: string
}

export const RECIPES: readonly Recipe[] = [
  {
    id: 'porch',
    title: 'The Porch',
    when: 'Three in the afternoon',
    minutes: 2,
    product: 'peach-verbena-iced-tea',
    needs: [
      'One Peach & Verbena Iced Tea',
      'Half a ripe peach',
      'Four leaves of basil',
      'More ice than seems right',
    ],
    steps: [
      'Slap the basil between your palms, once, as if you meant it.',
      'Fill a tumbler with ice, tuck in the peach in slices.',
      'Pour the tea slowly. Sit down before you drink it.',
    ],
  },
  {
    id: 'six-oclock',
    title: 'Six O’Clock',
    when: 'At six, or when you decide it is six',
    minutes: 3,
    product: 'blood-orange-spritz',
    needs: [
      'One Blood Orange Spritz',
      'A strip of orange peel',
      'Three green olives',
      'A pinch of flaky salt',
    ],
    steps: [
      'Rub the rim with the peel and dip it in the salt, half way round.',
      'Ice to the top, then the spritz, then the olives on a stick.',
      'Turn off the telephone. This is part of the recipe.',
    ],
  },
  {
    id: 'hedge-fizz',
    title: 'Hedge Fizz',
    when: 'For eight, in the garden',
    minutes: 5,
    product: 'elderflower-cordial',
    needs: [
      'A quarter of a bottle of Elderflower Cordial',
      'Three cans of Sparkling Yuzu',
      'A cucumber',
      'A jug that pours well',
    ],
    steps: [
      'Peel the cucumber into ribbons and wind them round the inside of the jug.',
      'Cordial first, yuzu second, a long spoon third.',
      'Ice goes into the glasses and never into the jug.',
    ],
  },
  {
    id: 'campfire',
    title: 'Cold Campfire',
    when: 'The first evening with a jumper',
    minutes: 6,
    product: 'lapsang-no-4',
    needs: ['Two spoons of Lapsang No. 4', 'A spoon of honey', 'Two slices of orange', 'An enamel flask'],
    steps: [
      'Brew the tea double, four minutes, and stir in the honey while it listens.',
      'Pour it over ice for the warm, or straight into the flask for the brave.',
      'One slice of orange in the cup, one for the person next to you.',
    ],
  },
]

export interface Happening {
  readonly day: string
  readonly time: string
  readonly title: string
  readonly store: string
  readonly text: string
}

export const WEEK: readonly Happening[] = [
  {
    day: 'Monday',
    time: '08:00',
    title: 'Cold brew before work',
    store: 'london-bermondsey',
    text: 'Orla opens half an hour early and does not talk until you do.',
  },
  {
    day: 'Tuesday',
    time: '17:30',
    title: 'Brew day at Brisa',
    store: 'porto-cedofeita',
    text: 'The door in the wall is open. Bring a jar, take the end of the batch home.',
  },
  {
    day: 'Wednesday',
    time: '18:00',
    title: 'Mending table',
    store: 'berlin-prenzlauer',
    text: 'Anke and two sewing machines. Blankets first, then anything with a strap.',
  },
  {
    day: 'Thursday',
    time: '19:00',
    title: 'Records and roasted tea',
    store: 'tokyo-shimokita',
    text: 'Daichi plays one side, you choose the other.',
  },
  {
    day: 'Friday',
    time: '18:30',
    title: 'The long bench',
    store: 'lisboa-graca',
    text: 'Every chair we own goes out on the street. So does the cat.',
  },
  {
    day: 'Saturday',
    time: '10:00',
    title: 'Market breakfast',
    store: 'ny-fort-greene',
    text: 'Marcus slices what the farmers bring. Tumblers are on the house.',
  },
  {
    day: 'Saturday',
    time: '15:00',
    title: 'Parasol library',
    store: 'porto-foz',
    text: 'Borrow one until sunset. Rita takes your shoe as a deposit.',
  },
  {
    day: 'Sunday',
    time: '17:00',
    title: 'Samba at five',
    store: 'sp-pinheiros',
    text: 'Rafael’s uncles, three guitars, all the ice in the house.',
  },
]

/** Month, what is ripe, what to drink with it. */
export const MONTHS: readonly (readonly [string, string, string])[] = [
  [
    'January',
    'Blood oranges come down from the hills, small and furious.',
    'Blood Orange Spritz, by the window',
  ],
  [
    'February',
    'The almonds blossom in Freixo. We close for a day and go and look.',
    'Lapsang No. 4, in the flask',
  ],
  [
    'March',
    'First mint on the sills of Graça. The bench gets its coat of paint.',
    'Oat Cold Brew, facing south',
  ],
  ['April', 'Lemons at their heaviest, and the first lunch without a jacket.', 'Sparkling Yuzu, very cold'],
  [
    'May',
    'Eleven days of elderflower. The sisters do not answer the telephone.',
    'Elderflower Cordial, of the new year',
  ],
  [
    'June',
    'Cherries by the bucket, sardines in the street, basil in every pot.',
    'Sparkling Yuzu, with a bowl of cherries',
  ],
  [
    'July',
    'Apricots in the morning, verbena at night, the chest filled twice a day.',
    'Peach & Verbena, from the bottle',
  ],
  ['August', 'White peaches, and the only queue we are proud of.', 'Peach & Verbena, and then another'],
  [
    'September',
    'Figs, and the almonds come down. The parasols come back, most of them.',
    'Blood Orange Spritz, on the long bench',
  ],
  ['October', 'Grapes, quince, the first wool on the blanket shelf.', 'Oat Cold Brew, after the market'],
  [
    'November',
    'Chestnuts on the corner and a fire under the kettle.',
    'Lapsang No. 4, with a slice of orange',
  ],
  [
    'December',
    'Yuzu ripens under glass, which seems unlikely every single year.',
    'Elderflower Cordial, hot, with a clove',
  ],
]

/** What a corner can do besides selling, by store id; every corner takes bottles back. */
export const SERVICES: Readonly<Record<string, readonly string[]>> = {
  'lisboa-graca': ['Mends', 'Lends parasols', 'Fills flasks'],
  'lisboa-campo-ourique': ['Mends', 'Fills flasks'],
  'lisboa-arroios': ['Ice by the kilo', 'Fills flasks'],
  'porto-cedofeita': ['Tea on tap', 'Mends'],
  'porto-foz': ['Lends parasols', 'Ice by the kilo'],
  'berlin-prenzlauer': ['Mends', 'Fills flasks'],
  'london-peckham': ['Mends', 'Lends deckchairs'],
  'ny-greenpoint': ['Fills flasks', 'Mends'],
  'tokyo-shimokita': ['Tea on tap', 'Records'],
  'sp-vila-madalena': ['Ice by the kilo', 'Fills flasks'],
}
