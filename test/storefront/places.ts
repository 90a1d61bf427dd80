/** Where the shop is: its corner shops, and the regions it writes a page for. Plain data. */

export interface Store {
  readonly id: string
  readonly name: string
  readonly street: string
  readonly city: string
  readonly country: string
  /** Degrees. */
  readonly latitude: number
  readonly longitude: number
  readonly opens: string
  readonly closes: string
  readonly keeper: string
  readonly note: string
}

const store = (
  id: string,
  name: string,
  street: string,
  city: string,
  country: string,
  latitude: number,
  longitude: number,
  opens: string,
  closes: string,
  keeper: string,
  note: string,
): Store => ({ id, name, street, city, country, latitude, longitude, opens, closes, keeper, note })

export const STORES: readonly Store[] = [
  store(
    'lisboa-graca',
    'Toldo Graça',
    'Rua da Voz do Operário 58',
    'Lisbon',
    'PT',
    38.716,
    -9.13,
    '08:00',
    '22:00',
    'Inês',
    'Bench in the shade until four',
  ),
  store(
    'lisboa-campo-ourique',
    'Toldo Campo de Ourique',
    'Rua Coelho da Rocha 71',
    'Lisbon',
    'PT',
    38.718,
    -9.167,
    '08:00',
    '21:00',
    'Duarte',
    'Returns bottles and gossip',
  ),
  store(
    'lisboa-arroios',
    'Toldo Arroios',
    'Rua Morais Soares 32',
    'Lisbon',
    'PT',
    38.733,
    -9.135,
    '07:30',
    '23:00',
    'Leonor',
    'Coldest chest in town',
  ),
  store(
    'porto-cedofeita',
    'Toldo Cedofeita',
    'Rua de Cedofeita 214',
    'Porto',
    'PT',
    41.153,
    -8.618,
    '08:00',
    '21:00',
    'Tomás',
    'Next door to the Brisa brewery',
  ),
  store(
    'porto-foz',
    'Toldo Foz',
    'Rua do Passeio Alegre 20',
    'Porto',
    'PT',
    41.149,
    -8.672,
    '09:00',
    '21:00',
    'Rita',
    'Lends parasols to the beach',
  ),
  store(
    'berlin-kreuzberg',
    'Toldo Graefekiez',
    'Graefestraße 18',
    'Berlin',
    'DE',
    52.493,
    13.414,
    '08:00',
    '22:00',
    'Mehmet',
    'Late for the canal crowd',
  ),
  store(
    'berlin-prenzlauer',
    'Toldo Helmholtzplatz',
    'Raumerstraße 9',
    'Berlin',
    'DE',
    52.543,
    13.417,
    '08:00',
    '20:00',
    'Anke',
    'Stroller parking, dog bowl',
  ),
  store(
    'berlin-moabit',
    'Toldo Moabit',
    'Arminiusstraße 4',
    'Berlin',
    'DE',
    52.528,
    13.332,
    '09:00',
    '20:00',
    'Jonas',
    'Inside the old market hall',
  ),
  store(
    'hamburg-schanze',
    'Toldo Schanze',
    'Schulterblatt 73',
    'Hamburg',
    'DE',
    53.562,
    9.962,
    '09:00',
    '21:00',
    'Frauke',
    'Awning rated for sideways rain',
  ),
  store(
    'london-hackney',
    'Toldo Broadway Market',
    '41 Broadway Market',
    'London',
    'GB',
    51.537,
    -0.062,
    '08:00',
    '21:00',
    'Priya',
    'Two minutes from London Fields',
  ),
  store(
    'london-peckham',
    'Toldo Bellenden',
    '120 Bellenden Road',
    'London',
    'GB',
    51.469,
    -0.074,
    '08:00',
    '20:00',
    'Samuel',
    'Deckchairs at cost',
  ),
  store(
    'london-bermondsey',
    'Toldo Bermondsey',
    '88 Bermondsey Street',
    'London',
    'GB',
    51.499,
    -0.081,
    '07:30',
    '20:00',
    'Orla',
    'Cold brew from half past seven',
  ),
  store(
    'ny-fort-greene',
    'Toldo Fort Greene',
    '210 DeKalb Avenue',
    'New York',
    'US',
    40.689,
    -73.972,
    '07:00',
    '22:00',
    'Marcus',
    'Across from the farmers’ market',
  ),
  store(
    'ny-east-village',
    'Toldo East Village',
    '95 Avenue B',
    'New York',
    'US',
    40.725,
    -73.981,
    '07:00',
    '23:00',
    'Yolanda',
    'The stoop is the seating',
  ),
  store(
    'ny-greenpoint',
    'Toldo Greenpoint',
    '171 Franklin Street',
    'New York',
    'US',
    40.73,
    -73.957,
    '08:00',
    '21:00',
    'Piotr',
    'Fills flasks for a dollar',
  ),
  store(
    'tokyo-yanaka',
    'Toldo Yanaka',
    '3-13-4 Yanaka',
    'Tokyo',
    'JP',
    35.727,
    139.766,
    '09:00',
    '20:00',
    'Haruka',
    'The cat is called Yuzu',
  ),
  store(
    'tokyo-shimokita',
    'Toldo Shimokitazawa',
    '2-26-7 Kitazawa',
    'Tokyo',
    'JP',
    35.661,
    139.668,
    '10:00',
    '22:00',
    'Daichi',
    'Records upstairs',
  ),
  store(
    'sp-vila-madalena',
    'Toldo Vila Madalena',
    'Rua Aspicuelta 140',
    'São Paulo',
    'BR',
    -23.557,
    -46.69,
    '09:00',
    '22:00',
    'Camila',
    'Ice by the kilo',
  ),
  store(
    'sp-pinheiros',
    'Toldo Pinheiros',
    'Rua dos Pinheiros 512',
    'São Paulo',
    'BR',
    -23.566,
    -46.684,
    '08:00',
    '21:00',
    'Rafael',
    'Samba on Sundays at five',
  ),
  store(
    'madrid-malasana',
    'Toldo Malasaña',
    'Calle del Espíritu Santo 23',
    'Madrid',
    'ES',
    40.426,
    -3.704,
    '09:00',
    '22:30',
    'Lucía',
    'Shut from three to five, on principle',
  ),
  store(
    'paris-canal',
    'Toldo Canal',
    '12 rue de Lancry',
    'Paris',
    'FR',
    48.871,
    2.361,
    '09:00',
    '21:00',
    'Amélie',
    'Glasses lent for the quay',
  ),
]

export interface Region {
  /** Path of its landing page, without the slash. */
  readonly id: 'pt' | 'de' | 'gb' | 'us'
  readonly country: string
  readonly lang: string
  readonly name: string
  readonly symbol: string
  readonly title: string
  readonly lead: string
  readonly shipping: string
  readonly cta: string
  readonly listTitle: string
  readonly storesTitle: string
  readonly reasons: readonly (readonly [string, string])[]
}

export const REGIONS: readonly Region[] = [
  {
    id: 'pt',
    country: 'PT',
    lang: 'pt',
    name: 'Portugal',
    symbol: '€',
    title: 'Bebidas frescas, a dois passos de casa',
    lead: 'Encomende até às duas, levante fresco na loja da esquina até às cinco. Cinco lojas em Lisboa e no Porto, e entregas em todo o país.',
    shipping: 'Entrega grátis em Portugal a partir de 25 €, amanhã à porta',
    cta: 'Ver bebidas frescas',
    listTitle: 'Os preferidos em Portugal',
    storesTitle: 'As nossas esquinas',
    reasons: [
      ['Fresco até à porta', 'A carrinha viaja a quatro graus; nas colinas, a bicicleta faz o resto.'],
      ['Vasilhame com volta', 'Devolva a garrafa em qualquer esquina e receba vinte cêntimos.'],
      ['Pequenos produtores', 'Brisa, no Porto. Figo & Filhas, no Fundão. Marinha, na Marinha Grande.'],
    ],
  },
  {
    id: 'de',
    country: 'DE',
    lang: 'de',
    name: 'Deutschland',
    symbol: '€',
    title: 'Kalte Getränke für warme Ufer',
    lead: 'Bis 14 Uhr bestellt, bis 17 Uhr gekühlt am Späti um die Ecke. Vier Läden in Berlin und Hamburg, Versand überallhin.',
    shipping: 'Versand in Deutschland ab 35 € frei, in zwei Werktagen da',
    cta: 'Zu den kalten Getränken',
    listTitle: 'Das mag man in Deutschland',
    storesTitle: 'Unsere Ecken',
    reasons: [
      ['Vier Grad, garantiert', 'Kommt eine Flasche warm an, ist sie geschenkt.'],
      ['Pfand, natürlich', 'Flaschen nimmt jede Ecke zurück, auch die vom Nachbarn.'],
      ['Fürs Wasser gemacht', 'Decke, Kühltasche, kleiner Schirm: passt alles aufs Rad zum See.'],
    ],
  },
  {
    id: 'gb',
    country: 'GB',
    lang: 'en-GB',
    name: 'United Kingdom',
    symbol: '£',
    title: 'For all eleven days of summer',
    lead: 'Order by two, collect it cold by five. Three corner shops in London, and delivery to every postcode with a park in it.',
    shipping: 'Free UK delivery over £30, in two working days',
    cta: 'See what is cold',
    listTitle: 'Britain’s favourites',
    storesTitle: 'Our London corners',
    reasons: [
      ['Rain policy', 'If it rains on your picnic, show us the picture: the next almonds are ours.'],
      ['Duty is done', 'Prices in pounds, everything paid. Nothing to settle at the door.'],
      ['Mended here', 'Blankets and parasols are repaired in Peckham, free for five years.'],
    ],
  },
  {
    id: 'us',
    country: 'US',
    lang: 'en-US',
    name: 'United States',
    symbol: '$',
    title: 'Stoop season starts here',
    lead: 'Order by two, pick it up cold by five. Three corner stores in New York, and shipping to all fifty states.',
    shipping: 'Free US shipping over $40, in three to five days',
    cta: 'Shop cold drinks',
    listTitle: 'American favorites',
    storesTitle: 'Our New York corners',
    reasons: [
      ['Cold at your corner', 'Order from your desk, pick up on the way to the park.'],
      ['Tax at the till', 'You see the whole price before you pay it. Always.'],
      ['Flask refills', 'Bring the enamel flask, any store fills it with iced tea for a dollar.'],
    ],
  },
]

export const COUNTRY_NAMES: Readonly<Record<string, string>> = {
  PT: 'Portugal',
  DE: 'Germany',
  GB: 'United Kingdom',
  US: 'United States',
  JP: 'Japan',
  BR: 'Brazil',
  ES: 'Spain',
  FR: 'France',
}

/** Cities in the order of their first store, each with its stores. */
export function storesByCity(country?: string): readonly (readonly [string, readonly Store[]])[] {
  const cities = new Map<string, Store[]>()
  for (const one of STORES) {
    if (country !== undefined && one.country !== country) continue
    const known = cities.get(one.city)
    if (known === undefined) cities.set(one.city, [one])
    else known.push(one)
  }
  return [...cities]
}
