/** What the shop's servers tell of people, and what is kept of them, as the API's document tells it. */
import type { JsonSchema } from '../kit/json-schema.ts'
import { EVIDENCE_KINDS } from '../profile/model.ts'
import { count, fault, list, moment, type Operation, object, reference, text } from './openapi-parts.ts'

export const PEOPLE_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/events',
    id: 'reportEvents',
    tag: 'people',
    summary: 'Tell what visitors and customers did, in stores too; events known before count once',
    body: 'ServerEvents',
    answers: { 202: ['The good events are stored; the others are named', 'EventsTaken'] },
    problems: [422, 501],
  },
  {
    method: 'get',
    path: '/events/dead',
    id: 'listDeadLetters',
    tag: 'people',
    summary: 'Messages that could not be counted and were given up, newest first; kept for 30 days',
    query: ['limit', 'before'],
    answers: { 200: ['A page of them', 'DeadLetters'] },
    problems: [400, 501],
  },
  {
    method: 'post',
    path: '/events/dead/replay',
    id: 'replayDeadLetters',
    tag: 'people',
    summary: 'Have the oldest of them counted after all; what was counted before counts once',
    body: 'ReplayRequest',
    answers: { 200: ['What became of each', 'Replayed'] },
    problems: [422, 501],
  },
  {
    method: 'post',
    path: '/identify',
    id: 'identify',
    tag: 'people',
    summary: 'Say that a visitor is signed in as a customer',
    body: 'Identify',
    answers: { 200: ['They are one person', 'Identified'] },
    problems: [404, 409, 410, 422, 501],
  },
  {
    method: 'post',
    path: '/unlink',
    id: 'unlink',
    tag: 'people',
    summary: 'Take a visitor and a customer apart again',
    body: 'Unlink',
    answers: { 200: ['They are apart', 'Unlinked'] },
    problems: [422, 501],
  },
  {
    method: 'post',
    path: '/link-tokens',
    id: 'createLinkToken',
    tag: 'people',
    summary: 'A token that brings the reader of one letter back, once; for lists that people asked to be on',
    body: 'LinkTokenRequest',
    answers: { 201: ['The token', 'LinkToken'] },
    problems: [410, 422, 501],
  },
  {
    method: 'get',
    path: '/inventory',
    id: 'getInventory',
    tag: 'inventory',
    summary: 'Every field that is kept of visitors, why, for how long, and which live campaigns read it',
    answers: { 200: ['The data inventory', 'Inventory'] },
  },
]

const visitorText = {
  type: 'string',
  maxLength: 512,
  description:
    'As it was passed to the shop: a sealed reference, or the bare id of a visitor who is in the store',
}
const customerText = {
  type: 'string',
  minLength: 1,
  maxLength: 256,
  description: 'The shop’s own id; it is hashed as it comes in and kept nowhere',
}
/** The kinds that `events/model.ts` lists, which stands to the right of this room. */
const EVENT_KINDS = EVIDENCE_KINDS.filter((kind) => kind !== 'visit' && kind !== 'served')

export const PEOPLE_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Inventory: object({
    release: { ...count, description: 'The live release whose campaigns are the readers; 0 for none' },
    entries: list(
      object({
        id: { ...text, description: 'Such as events.kind' },
        holding: text,
        kind: { enum: ['table', 'cookie', 'storage', 'cache', 'queue', 'limiter', 'header', 'outbound'] },
        field: text,
        what: text,
        source: text,
        purpose: { enum: ['personalization', 'measurement', 'necessary'] },
        consent: { enum: ['personalization', 'measurement', null], description: 'null: it needs none' },
        retention: text,
        classes: { ...list(text), description: 'Classes of data that campaigns read it as' },
        readers: { ...list(text), description: 'Ids of live campaigns' },
        reviewed: { type: 'string', format: 'date' },
      }),
    ),
    due: { ...list(fault), description: 'Reviews older than 180 days' },
  }),
  ServerEvents: {
    ...object({ events: { ...list(reference('ServerEvent')), maxItems: 500 } }),
  },
  ServerEvent: {
    ...object(
      {
        id: {
          type: 'string',
          pattern: '^[A-Za-z0-9_.:-]{1,64}$',
          description: 'Unique for whom it is about',
        },
        kind: { enum: EVENT_KINDS },
        at: {
          ...moment,
          description: 'Epoch milliseconds, from 90 days ago to now; clocks may be 5 minutes ahead',
        },
        visitor: visitorText,
        customer: customerText,
        category: text,
        brand: text,
        sku: text,
        query: { ...text, description: 'Only the category that it names is kept' },
        value: {
          type: ['number', 'string', 'array'],
          minimum: 0,
          description: 'Of the whole order, after discounts; or what is declared',
        },
        currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'The currency of the shop' },
        margin: {
          type: 'number',
          description:
            'What of the value is left after the cost of the goods: not more than it, nor a loss beyond 1,000 or ten times it',
        },
        cost: { type: 'number', minimum: 0, description: 'Instead of the margin: what the goods cost' },
        items: {
          ...list(reference('OrderItem')),
          minItems: 1,
          maxItems: 100,
          description: 'Instead of both: their costs are the catalog’s',
        },
        quantity: { type: 'integer', minimum: 1 },
        store: {
          type: 'string',
          pattern: '^[A-Za-z0-9_-]{1,64}$',
          description: 'Of the shop’s list of stores, where it has one; else any',
        },
        trait: { ...text, description: 'What a `declare` declares' },
        campaign: { ...text, description: 'Whom a complaint is about: live, or counted before' },
      },
      ...'visitor customer category brand sku query value currency margin cost items'.split(' '),
      ...'quantity store trait campaign'.split(' '),
    ),
    additionalProperties: false,
    oneOf: [{ required: ['visitor'] }, { required: ['customer'] }],
  },
  OrderItem: {
    ...object(
      { sku: text, quantity: { type: 'integer', minimum: 1 }, price: { type: 'number', minimum: 0 } },
      'price',
    ),
    additionalProperties: false,
  },
  DeadLetters: object({
    letters: list(
      object({
        id: text,
        at: { ...moment, description: 'When it was given up' },
        visitor: { type: ['string', 'null'] },
        body: { ...text, description: 'The message, as JSON' },
        error: { enum: ['given_up', 'malformed'] },
        replayedAt: { type: ['integer', 'null'] },
      }),
    ),
    next: { type: ['integer', 'null'], description: 'The `before` of the next page' },
  }),
  ReplayRequest: {
    ...object(
      { ids: { ...list(text), maxItems: 100, description: 'Unless told, the oldest that can be counted' } },
      'ids',
    ),
    additionalProperties: false,
  },
  Replayed: object({ replayed: list(text), failed: list(object({ id: text, error: text })) }),
  EventsTaken: object({
    accepted: { ...count, description: 'Stored, now or before' },
    known: { ...count, description: 'Of those, stored before, as far as profiles tell' },
    skipped: { ...count, description: 'Good, and not stored, because the visitor does not want it' },
    faults: list(fault),
  }),
  Identify: { ...object({ visitor: visitorText, customer: customerText }), additionalProperties: false },
  Identified: object({
    changed: { type: 'boolean' },
    browsers: { ...count, description: 'Browsers that are this person now' },
  }),
  Unlink: { ...object({ visitor: visitorText }), additionalProperties: false },
  Unlinked: object({ changed: { type: 'boolean' } }),
  LinkTokenRequest: {
    ...object(
      {
        customer: customerText,
        optIn: { const: true, description: 'They asked for this letter' },
        ttl: {
          type: 'integer',
          minimum: 60,
          maximum: 5_184_000,
          description: 'Seconds until it ends; two weeks unless told',
        },
      },
      'ttl',
    ),
    additionalProperties: false,
  },
  LinkToken: object({
    token: text,
    expires: moment,
    path: {
      ...text,
      description: 'What the letter links to, at the shop; `to` is the page that it leads on to',
    },
  }),
}
