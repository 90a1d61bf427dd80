/** What the shop's own systems say of it: the products as a catalog lists them, and what there is of them where. */
import { PRODUCTS } from './goods.ts'
import { STORES } from './places.ts'

/** Share of a price that the goods cost. */
const COST = 0.55
const PER_STORE = 24
const ONLINE = 480
/** Deliveries that the couriers of a country still take today. */
const DELIVERIES = 60

export const CATALOG = PRODUCTS.map(({ id, name, category, cents }) => ({
  sku: id,
  name,
  category,
  price: cents / 100,
  cost: Math.round(cents * COST) / 100,
  url: `/products/${id}`,
}))

/** Picnic things are sent, drinks stand in every corner's chest, and couriers ride where there are corners and in Spain. */
export const STOCK = [
  ...PRODUCTS.map(({ id }) => ({ sku: id, place: 'online', quantity: ONLINE })),
  ...PRODUCTS.filter(({ collection }) => collection === 'chilled').flatMap(({ id }) =>
    STORES.map((store) => ({ sku: id, place: store.id, quantity: PER_STORE })),
  ),
  ...[...new Set([...STORES.map(({ country }) => country), 'ES'])].map((country) => ({
    capacity: 'delivery',
    place: country,
    quantity: DELIVERIES,
  })),
]
