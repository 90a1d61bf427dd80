/** What the shop tells, and what people tell about it. Plain data. */

export interface Story {
  readonly id: string
  readonly picture: string
  readonly kicker: string
  readonly title: string
  readonly lead: string
  readonly paragraphs: readonly string[]
  readonly minutes: number
}

export const STORIES: readonly Story[] = [
  {
    id: 'cold-tea',
    picture: 'story-ice',
    kicker: 'How to',
    title: 'Iced tea without hot water',
    lead: 'Heat pulls out the bitterness first. Time pulls out everything else, and time is free.',
    minutes: 4,
    paragraphs: [
      'Put twelve grams of leaf into a litre of cold water before you go to bed. That is the recipe. In the morning, strain it, add a slice of whatever is in the bowl, and leave the sugar where it is until you have tasted.',
      'Black tea wants twelve to fourteen hours, green tea six, verbena and mint three. Stone fruit goes in from the start, citrus only for the last hour, or its pith will have opinions.',
      'Ice is an ingredient. Freeze some of the tea itself in a tray, and the last glass will be as good as the first.',
    ],
  },
  {
    id: 'four-minute-picnic',
    picture: 'story-picnic',
    kicker: 'Out of doors',
    title: 'The four-minute picnic',
    lead: 'A blanket by the door, a bag in the fridge, and a list that fits on your hand.',
    minutes: 3,
    paragraphs: [
      'Nobody ever regretted a picnic, only the packing. So pack once: the blanket lives by the door, the tumblers live in the bag, the bag lives in the fridge with two ice packs in it.',
      'Then, on the day, it takes four minutes. Minute one: bread. Minute two: something that was alive recently, such as tomatoes. Minute three: something salted. Minute four: two bottles for every person, because somebody always joins.',
      'Sit with your back to the sun and your feet towards the water. Leave when the shade does.',
    ],
  },
  {
    id: 'three-sisters',
    picture: 'story-market',
    kicker: 'Makers',
    title: 'Three sisters and a hedge',
    lead: 'The Figos pick elderflower for eleven days a year. We went along for one of them.',
    minutes: 6,
    paragraphs: [
      'It starts at half past five, because pollen falls by eight and pollen is the taste. Marta drives, Joana picks high, Clara picks low. They have divided the hedge like this since they were nine, seven and four.',
      'By ten the flowers are in the lemon bath, by noon the kitchen smells like a wedding. The cordial is bottled on the third day and labelled by hand, which is why some labels are a little crooked: those are Clara’s, she talks.',
      'They make six thousand bottles. When they are gone there is next May.',
    ],
  },
]

export interface Review {
  readonly name: string
  readonly city: string
  readonly stars: number
  readonly product: string
  readonly text: string
}

export const REVIEWS: readonly Review[] = [
  {
    name: 'Beatriz',
    city: 'Lisbon',
    stars: 5,
    product: 'peach-verbena-iced-tea',
    text: 'Picked up two on the way to the miradouro, went back for four. The only iced tea my grandmother approves of.',
  },
  {
    name: 'Holger',
    city: 'Hamburg',
    stars: 5,
    product: 'awning-blanket',
    text: 'Three summers, one dog, two repairs. Looks better than the day it came.',
  },
  {
    name: 'Amara',
    city: 'London',
    stars: 4,
    product: 'sparkling-yuzu',
    text: 'Fizzy to the point of rudeness. I would take one star off if I did not keep buying it.',
  },
  {
    name: 'Teo',
    city: 'São Paulo',
    stars: 5,
    product: 'corner-cool-bag',
    text: 'Nine hours, they say. We got eleven on the beach, with a lot of opening and closing.',
  },
  {
    name: 'Grace',
    city: 'New York',
    stars: 5,
    product: 'oat-cold-brew',
    text: 'I have stopped making coffee at home and I am at peace with it.',
  },
  {
    name: 'Sofia',
    city: 'Porto',
    stars: 5,
    product: 'elderflower-cordial',
    text: 'Crooked label, perfect bottle. Clara, if you read this: never change.',
  },
  {
    name: 'Kenji',
    city: 'Tokyo',
    stars: 4,
    product: 'little-parasol',
    text: 'It does fit on a bicycle. Children at the crossing applauded.',
  },
  {
    name: 'Lena',
    city: 'Berlin',
    stars: 5,
    product: 'blood-orange-spritz',
    text: 'The first one without alcohol that does not taste like an apology.',
  },
  {
    name: 'Miguel',
    city: 'Madrid',
    stars: 5,
    product: 'rosemary-almonds',
    text: 'The tin really has no lid that closes. It turns out that this is not a problem.',
  },
  {
    name: 'Yuki',
    city: 'Tokyo',
    stars: 5,
    product: 'lapsang-no-4',
    text: 'My neighbours asked whether I had a fireplace now. I did not say no.',
  },
  {
    name: 'Caetano',
    city: 'São Paulo',
    stars: 5,
    product: 'picnic-tumblers',
    text: 'We broke one in March. They sold us one. Just one! In the right colour!',
  },
  {
    name: 'Niamh',
    city: 'London',
    stars: 5,
    product: 'enamel-flask',
    text: 'Soup at the top of Snowdon, still rude to the tongue. Iced tea at the bottom.',
  },
]

/** Question, answer. */
export const QUESTIONS: readonly (readonly [string, string])[] = [
  [
    'How cold is “cold”?',
    'Four degrees when it leaves the chest. Every corner shop logs its chest twice a day, and the log hangs next to the till.',
  ],
  [
    'How does pick-up work?',
    'Order before two in the afternoon and choose a corner. By five it is in the chest with your name on it, and it waits there until closing time the next day.',
  ],
  [
    'Do you deliver?',
    'Yes, where there is a van or a bicycle that stays cold, and by post for everything that does not mind the warmth. The price is on the page before you pay.',
  ],
  [
    'What about the bottles?',
    'Bring them to any corner, in any country, rinsed or not. You get the deposit back in coins or in almonds.',
  ],
  [
    'Can I return things?',
    'Within sixty days, used or unused. Drinks only if something is wrong with them, and then we would like to know what.',
  ],
  [
    'Do you mend?',
    'Blankets, bags and parasols, free for five years, then at cost. Bring them to a corner; most are ready in a week.',
  ],
  [
    'What do you remember about me?',
    'Your basket, while you are here. Anything more only if you say yes, and you can say no again at any time.',
  ],
]

/** Milestones for the page about us. */
export const TIMELINE: readonly (readonly [string, string])[] = [
  ['2014', 'Inês hangs a second-hand awning over a kiosk in Graça and sells what her friends brew.'],
  ['2016', 'The chest: 400 kilograms of zinc, bought from a fishmonger, still at four degrees.'],
  ['2018', 'Porto, next door to Brisa. The wall between the two is now mostly a door.'],
  ['2021', 'Berlin and London learn the word “toldo”. It means awning.'],
  ['2024', 'The mending table: the first thousand blankets go round again.'],
  ['2026', 'Twenty-one corners in ten cities, and one cat.'],
]
