/** What the system changes about live campaigns by itself, as the API's document tells it. */
import type { JsonSchema } from '../kit/json-schema.ts'
import { count, list, moment, type Operation, object, reference, text } from './openapi-parts.ts'

export const CAMPAIGN_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/campaigns',
    id: 'listCampaigns',
    tag: 'campaigns',
    summary: 'The campaigns of the live release: which of them run, why others do not, and their weights',
    answers: { 200: ['In the order of the release', 'CampaignList'] },
    problems: [501],
  },
  {
    method: 'post',
    path: '/campaigns/{id}/pause',
    id: 'pauseCampaign',
    tag: 'campaigns',
    summary: 'Take one campaign off every page, at once and whatever release it is in',
    query: ['note'],
    answers: { 200: ['It is paused', 'Turned'] },
    problems: [400, 404, 501],
  },
  {
    method: 'post',
    path: '/campaigns/{id}/resume',
    id: 'resumeCampaign',
    tag: 'campaigns',
    summary:
      'Let a campaign run again, with all its arms; its guardrails begin anew with the next day of visitors',
    query: ['note'],
    answers: { 200: ['It runs', 'Turned'] },
    problems: [400, 404, 501],
  },
]

const share = { type: 'number', minimum: 0, maximum: 1 }

export const CAMPAIGN_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  CampaignList: object({
    release: { ...count, description: '0 where nothing is live' },
    enabled: { type: 'boolean', description: 'False: the kill switch holds all of them' },
    campaigns: list(reference('CampaignState')),
  }),
  CampaignState: object(
    {
      id: text,
      name: text,
      state: { enum: ['live', 'paused'] },
      by: {
        ...text,
        description: 'Who paused it: `release` (its author), `system` (a guardrail), or a token’s name',
      },
      why: text,
      since: moment,
      allocation: { enum: ['fixed', 'adaptive'] },
      weights: { type: 'object', additionalProperties: share, description: 'Share of each arm, now' },
      contexts: { ...count, description: 'Contexts that have weights of their own' },
      out: { ...list(text), description: 'Arms that were taken out for their harm' },
      admitted: { ...share, description: 'Of a limited offer: the share of visitors that it is made to' },
    },
    ...['name', 'by', 'why', 'since', 'contexts', 'admitted'],
  ),
  Turned: object({ changed: { type: 'boolean' } }),
}
