/** Releases, the switch, the audit and previews, as the API's document tells them. */
import type { JsonSchema } from '../kit/json-schema.ts'
import { count, fault, list, moment, type Operation, object, reference, text } from './openapi-parts.ts'

export const RELEASE_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/releases',
    id: 'publishRelease',
    tag: 'releases',
    summary: 'Check a release, store it under the next number and make it live; with dryRun, only check it',
    query: ['dryRun', 'note'],
    body: 'Release',
    answers: {
      200: ['It was live already, or it was a dry run', 'Published'],
      201: ['It is live', 'Published'],
    },
    problems: [422],
  },
  {
    method: 'get',
    path: '/releases',
    id: 'listReleases',
    tag: 'releases',
    summary: 'Releases from new to old, and which of them is live',
    query: ['limit', 'before'],
    answers: { 200: ['One page of the list', 'ReleaseList'] },
    problems: [400],
  },
  {
    method: 'get',
    path: '/releases/active',
    id: 'getActiveRelease',
    tag: 'releases',
    summary: 'The live release',
    answers: { 200: ['The live release with its document', 'StoredRelease'] },
    problems: [404],
  },
  {
    method: 'get',
    path: '/releases/{number}',
    id: 'getRelease',
    tag: 'releases',
    summary: 'One release',
    answers: { 200: ['The release with its document', 'StoredRelease'] },
    problems: [404],
  },
  {
    method: 'post',
    path: '/releases/{number}/activate',
    id: 'activateRelease',
    tag: 'releases',
    summary: 'Check a stored release again and make it live',
    query: ['note'],
    answers: { 200: ['It is live', 'Activated'] },
    problems: [400, 404, 409],
  },
  {
    method: 'post',
    path: '/releases/rollback',
    id: 'rollbackRelease',
    tag: 'releases',
    summary: 'Make the release live that the live one replaced',
    query: ['note'],
    answers: { 200: ['The replaced release is live again', 'RolledBack'] },
    problems: [400, 409],
  },
  {
    method: 'put',
    path: '/switch',
    id: 'turnSwitch',
    tag: 'switch',
    summary: 'Turn personalization off everywhere, or on again',
    body: 'Switch',
    answers: { 200: ['How the switch stands now', 'Switched'] },
    problems: [409, 422],
  },
  {
    method: 'get',
    path: '/audit',
    id: 'listAudit',
    tag: 'releases',
    summary: 'Who changed what is live, from new to old',
    query: ['limit', 'before'],
    answers: { 200: ['One page of the list', 'AuditList'] },
    problems: [400],
  },
  {
    method: 'post',
    path: '/previews',
    id: 'createPreview',
    tag: 'previews',
    summary:
      'A short-lived token that shows a page as somebody else, elsewhere or at another hour would see it',
    body: 'PreviewRequest',
    answers: { 201: ['The token', 'Preview'] },
    problems: [422],
  },
]

const remark = { ...text, description: 'Empty for none' }
const checksum = {
  type: 'string',
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'SHA-256 of the canonical document',
}

const releaseInfo = { number: count, checksum, author: text, note: remark, createdAt: moment }

export const RELEASE_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  CheckedCampaign: object({
    id: text,
    status: { enum: ['live', 'paused'] },
    variants: list(text),
    reads: { ...list(text), description: 'Attributes that its condition and templates read' },
    personal: { type: 'boolean', description: 'It reads what only a consenting visitor may be known by' },
    acceptance: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'Share of people who would find all of what it does ethical',
    },
  }),
  Published: object(
    {
      number: { ...count, description: 'Absent in a dry run' },
      created: { type: 'boolean', description: 'False where this very release was live already' },
      checksum,
      campaigns: list(reference('CheckedCampaign')),
      warnings: { ...list(fault), description: 'What should be seen to, and does not stand in the way' },
    },
    'number',
    'created',
  ),
  ReleaseInfo: object(releaseInfo),
  ReleaseList: object({
    live: { ...count, description: '0 where nothing is live' },
    enabled: { type: 'boolean' },
    releases: list(reference('ReleaseInfo')),
    next: { type: ['integer', 'null'], description: 'The `before` of the next page' },
  }),
  StoredRelease: object(
    { ...releaseInfo, document: reference('Release'), enabled: { type: 'boolean' } },
    'enabled',
  ),
  Activated: object({ number: count, changed: { type: 'boolean' } }),
  RolledBack: object({ number: count, from: count }),
  Switch: {
    ...object({ enabled: { type: 'boolean' }, reason: { type: 'string', maxLength: 500 } }, 'reason'),
    additionalProperties: false,
  },
  Switched: object({ enabled: { type: 'boolean' }, changed: { type: 'boolean' } }),
  AuditList: object({
    entries: list(
      object({
        id: count,
        at: moment,
        actor: text,
        action: { ...text, description: 'Such as release.publish or switch.pause' },
        subject: { ...text, description: 'Such as the number of the release that was live afterwards' },
        detail: { type: 'object', description: 'Such as the note, and the release that was live before' },
      }),
    ),
    next: { type: ['integer', 'null'], description: 'The `before` of the next page' },
  }),
  Preview: object({
    token: text,
    expires: moment,
    header: { ...text, description: 'Name of the request header that carries the token' },
    cookie: { ...text, description: 'The same as a Set-Cookie line' },
  }),
}
