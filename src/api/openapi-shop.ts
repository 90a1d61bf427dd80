/** The shop's stores, products and stock, as the API's document tells them. */
import type { JsonSchema } from '../kit/json-schema.ts'
import { count, fault, list, moment, type Operation, object, text } from './openapi-parts.ts'

/** Listing is the same by either method: what was there already is written over. */
const listing = (
  path: '/catalog' | '/stock',
  name: 'Catalog' | 'Stock',
  summary: string,
): readonly Operation[] =>
  (['put', 'post'] as const).map((method) => ({
    method,
    path,
    id: `${method}${name}`,
    tag: 'supply',
    summary,
    body: `${name}Batch`,
    answers: { 200: ['The good rows are stored; the others are named', 'RowsTaken'] },
    problems: [422, 501],
  }))

export const SHOP_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/stores',
    id: 'listStores',
    tag: 'stores',
    summary: 'The places of business that visitors may be near to',
    answers: { 200: ['All of them, by id', 'StoreList'] },
    problems: [501],
  },
  {
    method: 'put',
    path: '/stores',
    id: 'replaceStores',
    tag: 'stores',
    summary: 'Put a new list of stores in the place of the old one',
    body: 'StoreList',
    answers: { 200: ['The list as it is now', 'StoreList'] },
    problems: [422, 501],
  },
  {
    method: 'get',
    path: '/catalog',
    id: 'listCatalog',
    tag: 'supply',
    summary: 'The shop’s products, what was listed last first',
    query: ['limit', 'before', 'sku'],
    answers: { 200: ['One page of the list', 'CatalogPage'] },
    problems: [400, 501],
  },
  ...listing(
    '/catalog',
    'Catalog',
    'List up to 1,000 products anew or for the first time, and take others off',
  ),
  {
    method: 'get',
    path: '/stock',
    id: 'listStock',
    tag: 'supply',
    summary: 'What was reported of products and capacity, by place',
    query: ['limit', 'before', 'sku'],
    answers: { 200: ['One page of the list', 'StockPage'] },
    problems: [400, 501],
  },
  ...listing('/stock', 'Stock', 'Report up to 1,000 quantities; an older report never replaces a newer one'),
]

const skuText = { type: 'string', minLength: 1, maxLength: 64 }
const amount = {
  type: 'number',
  minimum: 0,
  description: 'In whole units of the shop’s currency, such as 2.6',
}
const product = object(
  {
    sku: skuText,
    name: { type: 'string', maxLength: 200 },
    category: { type: 'string', maxLength: 100 },
    price: amount,
    cost: { ...amount, description: 'What the goods cost the shop; margins are unknown without it' },
    currency: { type: 'string', description: 'The shop’s own, ISO 4217' },
    url: { ...text, description: 'A path of the shop, or a whole address' },
    image: text,
  },
  ...'category price cost currency url image'.split(' '),
)
const stock = {
  sku: skuText,
  place: { ...text, description: '`online`, id of a store, or code of a country (PT) or region (PT-11)' },
  quantity: count,
}
const next = { type: ['integer', 'null'], description: 'The `before` of the next page' }

export const SHOP_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  StoreList: {
    ...object({
      stores: list(
        object({
          id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
          name: { type: 'string', maxLength: 200 },
          latitude: { type: 'number', minimum: -90, maximum: 90 },
          longitude: { type: 'number', minimum: -180, maximum: 180 },
        }),
      ),
    }),
    additionalProperties: false,
  },
  CatalogBatch: object(
    {
      products: { ...list({ ...product, additionalProperties: false }), maxItems: 1_000 },
      remove: { ...list(skuText), description: 'Skus to take off the list' },
    },
    'remove',
  ),
  CatalogPage: object({ products: list(product), next }),
  StockBatch: object({
    stock: {
      ...list({
        ...object(
          {
            ...stock,
            capacity: { ...text, description: 'In place of sku: room for orders, such as `delivery`' },
            at: {
              ...moment,
              type: ['integer', 'string'],
              description: 'When it was counted, epoch milliseconds or ISO 8601; now unless told',
            },
          },
          'sku',
          'capacity',
          'at',
        ),
        oneOf: [{ required: ['sku'] }, { required: ['capacity'] }],
        additionalProperties: false,
      }),
      maxItems: 1_000,
    },
  }),
  StockPage: object({ stock: list(object({ ...stock, at: moment })), next }),
  RowsTaken: object({
    accepted: count,
    faults: list(fault),
    warnings: { ...list(fault), description: 'Of rows that were stored all the same' },
  }),
}
