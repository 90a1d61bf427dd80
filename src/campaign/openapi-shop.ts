/** The shop's stores, products and stock, as the API's document tells them. */
import { type JsonSchema, list, type Operation, object } from './openapi-parts.ts'

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
]

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
}
