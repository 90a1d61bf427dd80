/** What the shop sells. Plain data; prices in euro cents. */

export interface Product {
  readonly id: string
  readonly name: string
  readonly brand: string
  readonly collection: 'chilled' | 'picnic'
  /** Finer than the collection: what a taste is about. */
  readonly category: string
  readonly cents: number
  readonly size: string
  readonly tagline: string
  readonly story: readonly string[]
  readonly notes: readonly (readonly [string, string])[]
  readonly badge?: string
  readonly rating: number
  readonly ratings: number
}

export interface Collection {
  readonly id: Product['collection']
  readonly name: string
  readonly title: string
  readonly lead: string
  readonly categories: readonly string[]
}

export const COLLECTIONS: readonly Collection[] = [
  {
    id: 'chilled',
    name: 'Chilled drinks',
    title: 'Chilled drinks, four degrees and holding',
    lead: 'Iced teas, sparkling citrus, cold brew and cordials from small makers. Ordered by two, cold on your corner by five.',
    categories: ['Iced tea', 'Sparkling', 'Coffee', 'Cordial', 'Tea'],
  },
  {
    id: 'picnic',
    name: 'Picnic things',
    title: 'Picnic things that outlive the summer',
    lead: 'Blankets, flasks, tumblers and a parasol that fits on a bicycle. Made to be mended, and we do the mending.',
    categories: ['Blankets', 'Carrying', 'Flasks', 'Glasses', 'Snacks', 'Shade'],
  },
]

export const PRODUCTS: readonly Product[] = [
  {
    id: 'peach-verbena-iced-tea',
    name: 'Peach & Verbena Iced Tea',
    brand: 'Brisa',
    collection: 'chilled',
    category: 'Iced tea',
    cents: 260,
    size: '33 cl bottle',
    tagline: 'White peaches from Cova da Beira, steeped overnight and barely sweet.',
    story: [
      'Brisa brews on Tuesdays and Fridays in a former bakery in Porto. Whole peaches go into cold black tea for fourteen hours, so the fruit gives its scent and keeps its sugar.',
      'It tastes of the last week of August. Serve it at four degrees, from the bottle, on a step in the shade.',
    ],
    notes: [
      ['Sweetness', '3.1 g per 100 ml'],
      ['Caffeine', 'A little, 12 mg'],
      ['Keeps', '9 months, 2 days once open'],
      ['Bottle', 'Returnable, 20 cents back'],
    ],
    badge: 'Corner favourite',
    rating: 4.8,
    ratings: 412,
  },
  {
    id: 'sparkling-yuzu',
    name: 'Sparkling Yuzu',
    brand: 'Kobo',
    collection: 'chilled',
    category: 'Sparkling',
    cents: 240,
    size: '33 cl can',
    tagline: 'Sharp, bright and very fizzy: a whole yuzu and nothing to hide behind.',
    story: [
      'Kobo presses yuzu grown under glass near Valencia, skin and all, then adds spring water and enough bubbles to make you blink.',
      'There is no sugar and no sweetener. If that sounds strict, try it with the almonds.',
    ],
    notes: [
      ['Sweetness', 'None at all'],
      ['Fizz', 'High, 6.5 g/l'],
      ['Keeps', '14 months'],
      ['Can', 'All aluminium, endlessly recycled'],
    ],
    rating: 4.7,
    ratings: 288,
  },
  {
    id: 'oat-cold-brew',
    name: 'Oat Cold Brew',
    brand: 'Nordlys',
    collection: 'chilled',
    category: 'Coffee',
    cents: 320,
    size: '25 cl can',
    tagline: 'Eighteen-hour coffee with Danish oats: breakfast, if you are late.',
    story: [
      'Nordlys roasts light, grinds coarse and waits. The oats are pressed the same morning, which is why it pours like cream and tastes of cereal milk.',
      'Shake it once. Not twice: it is proud of its layers.',
    ],
    notes: [
      ['Caffeine', 'Serious, 140 mg'],
      ['Milk', 'None: oats and water'],
      ['Keeps', '4 months, chilled'],
      ['Can', 'All aluminium'],
    ],
    badge: 'New',
    rating: 4.6,
    ratings: 173,
  },
  {
    id: 'elderflower-cordial',
    name: 'Elderflower Cordial',
    brand: 'Figo & Filhas',
    collection: 'chilled',
    category: 'Cordial',
    cents: 750,
    size: '50 cl bottle',
    tagline: 'Three sisters, one hedge, eleven days of blossom a year.',
    story: [
      'The Figo sisters pick before eight in the morning, while the pollen is still on. Each bottle holds about forty flower heads and the juice of two lemons.',
      'One part cordial to seven parts cold water makes fourteen glasses, or one very good afternoon.',
    ],
    notes: [
      ['Makes', '14 tall glasses'],
      ['Sweetness', 'Yes, that is the point'],
      ['Keeps', '6 weeks once open'],
      ['Bottle', 'Returnable, 40 cents back'],
    ],
    rating: 4.9,
    ratings: 356,
  },
  {
    id: 'blood-orange-spritz',
    name: 'Blood Orange Spritz',
    brand: 'Brisa',
    collection: 'chilled',
    category: 'Sparkling',
    cents: 280,
    size: '33 cl can',
    tagline: 'All of the six o’clock, none of the alcohol.',
    story: [
      'Gentian for the bitterness, blood orange for the colour, a pinch of sea salt for reasons you will understand at the second sip.',
      'Pour it over a lot of ice. It should be a little too bitter, like good advice.',
    ],
    notes: [
      ['Alcohol', 'None, 0.0 %'],
      ['Bitterness', 'Pleasantly stern'],
      ['Keeps', '12 months'],
      ['Can', 'All aluminium'],
    ],
    badge: 'After six',
    rating: 4.7,
    ratings: 231,
  },
  {
    id: 'lapsang-no-4',
    name: 'Lapsang No. 4',
    brand: 'Toldo',
    collection: 'chilled',
    category: 'Tea',
    cents: 980,
    size: '90 g tin',
    tagline: 'Pine-smoked leaf for the days when cold is not the answer.',
    story: [
      'Our own tin, and the only warm thing on the chilled shelf. The leaf is dried over pine in Fujian and blended with a little Assam, so it takes milk without a fight.',
      'In summer, brew it double and pour it over ice with a slice of orange. You will smell of campfire until evening.',
    ],
    notes: [
      ['Makes', '36 cups'],
      ['Water', '95 °C, four minutes'],
      ['Keeps', '2 years in the tin'],
      ['Tin', 'Refill it at any corner'],
    ],
    rating: 4.8,
    ratings: 149,
  },
  {
    id: 'awning-blanket',
    name: 'Awning Blanket',
    brand: 'Toldo',
    collection: 'picnic',
    category: 'Blankets',
    cents: 4800,
    size: '150 × 180 cm',
    tagline: 'Striped like the shop, waxed underneath, strapped like a satchel.',
    story: [
      'Woven in Guimarães from recycled cotton, with a waxed back that shrugs off wet grass. Each stripe is exactly as wide as the ones above our doors.',
      'Room for four people, or two and a good lunch. Mended free for five years.',
    ],
    notes: [
      ['Cloth', '80 % recycled cotton'],
      ['Back', 'Waxed, rewaxable'],
      ['Wash', '30 °C, hang in the shade'],
      ['Weight', '1.4 kg with strap'],
    ],
    badge: 'Mended free',
    rating: 4.9,
    ratings: 508,
  },
  {
    id: 'corner-cool-bag',
    name: 'Corner Cool Bag',
    brand: 'Toldo',
    collection: 'picnic',
    category: 'Carrying',
    cents: 3600,
    size: '14 litres',
    tagline: 'Six bottles, one lunch, nine hours of cold.',
    story: [
      'Cork between two layers of sailcloth keeps the cold in without a gram of foam. It stands up by itself, which more bags should.',
      'The pockets are sized for a knife, a corkscrew and an optimistic paperback.',
    ],
    notes: [
      ['Keeps cold', '9 hours with two ice packs'],
      ['Lining', 'Cork and sailcloth'],
      ['Holds', '6 bottles or 12 cans'],
      ['Clean', 'Wipe, then air'],
    ],
    rating: 4.7,
    ratings: 264,
  },
  {
    id: 'enamel-flask',
    name: 'Enamel Flask',
    brand: 'Toldo',
    collection: 'picnic',
    category: 'Flasks',
    cents: 2900,
    size: '75 cl',
    tagline: 'Cold for a day, hot for a night, handsome for longer.',
    story: [
      'Double-walled steel under kiln-fired enamel, with a cup that screws on and a handle for gloves. The sun on the front is painted by hand, so no two set alike.',
      'Replacement cups and seals cost two euros, for as long as we exist.',
    ],
    notes: [
      ['Cold', '24 hours'],
      ['Hot', '12 hours'],
      ['Clean', 'Bottle brush, no dishwasher'],
      ['Spares', 'Cup, seal and handle'],
    ],
    rating: 4.8,
    ratings: 317,
  },
  {
    id: 'picnic-tumblers',
    name: 'Picnic Tumblers',
    brand: 'Marinha',
    collection: 'picnic',
    category: 'Glasses',
    cents: 2200,
    size: 'Set of three',
    tagline: 'Ribbed glass that survives the basket and flatters the drink.',
    story: [
      'Pressed in Marinha Grande from thick recycled glass, in the three colours of a good evening. They stack, they do not stick.',
      'One of them will break one day. Send us a picture and we sell you a single.',
    ],
    notes: [
      ['Glass', '90 % recycled'],
      ['Holds', '32 cl each'],
      ['Clean', 'Dishwasher, top rack'],
      ['Singles', '8 euros each'],
    ],
    rating: 4.6,
    ratings: 142,
  },
  {
    id: 'rosemary-almonds',
    name: 'Rosemary Almonds',
    brand: 'Amêndoa',
    collection: 'picnic',
    category: 'Snacks',
    cents: 620,
    size: '140 g tin',
    tagline: 'Roasted slowly, salted properly, gone quickly.',
    story: [
      'Almonds from the Douro, tossed with rosemary and flaky salt from Aveiro while still warm. There is a reason the tin has no lid that closes.',
      'With the Sparkling Yuzu they make a meal that nobody planned.',
    ],
    notes: [
      ['Contains', 'Almonds; no other nuts'],
      ['Salt', '1.1 g per 100 g'],
      ['Keeps', '8 months'],
      ['Tin', 'Good for pencils afterwards'],
    ],
    rating: 4.9,
    ratings: 390,
  },
  {
    id: 'little-parasol',
    name: 'Little Parasol',
    brand: 'Toldo',
    collection: 'picnic',
    category: 'Shade',
    cents: 6400,
    size: '140 cm across',
    tagline: 'A private awning, for two heads and one conversation.',
    story: [
      'Beech pole, canvas roof, brass tilt. It comes apart into two sticks that strap to a bicycle frame or a determined child.',
      'The canvas blocks 98 % of the light that burns and none of the light that is nice.',
    ],
    notes: [
      ['Shade', 'UPF 50+'],
      ['Pole', 'Oiled beech, two parts'],
      ['Weight', '2.1 kg'],
      ['Canvas', 'Replaceable, 24 euros'],
    ],
    rating: 4.7,
    ratings: 98,
  },
]

/** The order in which the home page recommends, before anything is known. */
export const RECOMMENDED: readonly string[] = [
  'elderflower-cordial',
  'corner-cool-bag',
  'sparkling-yuzu',
  'rosemary-almonds',
  'peach-verbena-iced-tea',
  'enamel-flask',
  'oat-cold-brew',
  'picnic-tumblers',
]

export const productById = (id: string): Product | undefined => PRODUCTS.find((product) => product.id === id)

export const productsOf = (collection: Product['collection']): readonly Product[] =>
  PRODUCTS.filter((product) => product.collection === collection)

/** `€2.60`. */
export const price = (cents: number, symbol = '€'): string => `${symbol}${(cents / 100).toFixed(2)}`
