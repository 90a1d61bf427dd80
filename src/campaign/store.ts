/**
 * Releases in libSQL. Every change is one atomic batch that holds the write lock from its start, so that the next
 * number, the release, what is live and the audit entry agree whoever else is writing. The statements carry their own
 * conditions, because a batch cannot look at a result and think.
 */
import type { Row } from '../kit/hrana.ts'
import { type SQL, type Statement, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import type { OverlayRow } from './overlay.ts'
import {
  type Act,
  type Answered,
  type AuditEntry,
  type ReleaseAction,
  type ReleaseDraft,
  type ReleaseInfo,
  type ReleaseStore,
  type StepBack,
  type StoredRelease,
  stepBack,
} from './release.ts'

/** More acts than anybody rolls back; older ones are forgotten by rollbacks only. */
const MAX_HISTORY = 1_000
/** Above every number and id there is. */
const NO_END = Number.MAX_SAFE_INTEGER

const NEWEST = sql`(SELECT COALESCE(MAX(number), 0) FROM releases)`
const LIVE = sql`(SELECT number FROM active_release)`
const ANY_LIVE = sql`active_release JOIN releases USING (number)`
const INFO = sql`number, checksum, author, note, created_at AS createdAt`
const OVERLAY_VERSION = sql`(SELECT COALESCE(MAX(version), 0) FROM campaign_state)`

export function createReleaseStore(db: Database): ReleaseStore {
  return {
    async publish(draft) {
      const [inserted, , , number] = await db.write(() => publishing(draft))
      return { number: Number(number?.rows[0]?.number), created: inserted?.rowsAffected === 1 }
    },
    async activate(number, act) {
      const [, moved, found] = await db.write(() => activating(number, act))
      if (found?.rows.length === 0) return 'missing'
      return moved?.rowsAffected === 1 ? 'activated' : 'already'
    },
    async previous() {
      const latest = await db.ask<Pick<AuditEntry, 'id' | 'action' | 'subject'>>(
        statement(sql`SELECT id, action, subject FROM audit WHERE action LIKE 'release.%'
          ORDER BY id DESC LIMIT ${MAX_HISTORY}`),
      )
      return stepBack(latest.toReversed())
    },
    async rollback(step, act) {
      const [, moved] = await db.write(() => steppingBack(step, act))
      return moved?.rowsAffected === 1
    },
    list: ({ limit, before = NO_END }) =>
      db.ask<ReleaseInfo>(
        statement(
          sql`SELECT ${INFO} FROM releases WHERE number < ${before} ORDER BY number DESC LIMIT ${limit}`,
        ),
      ),
    async get(number) {
      const query = sql`SELECT ${INFO}, document FROM releases WHERE number = ${number}`
      const [found] = await db.ask<StoredRelease>(statement(query))
      return found ?? null
    },
    async head(known = 0) {
      const [heads, newest, states] = await db.read(() => [
        statement(sql`SELECT number, checksum, enabled FROM ${ANY_LIVE}`),
        statement(sql`SELECT ${OVERLAY_VERSION} AS version`),
        statement(sql`SELECT campaign, paused_at IS NOT NULL AS paused, weights, admitted
          FROM campaign_state WHERE ${OVERLAY_VERSION} <> ${known} ORDER BY campaign`),
      ])
      const row = heads?.rows[0]
      const is =
        row === undefined
          ? { number: 0, checksum: '', enabled: true }
          : { number: Number(row.number), checksum: String(row.checksum), enabled: row.enabled === 1 }
      const version = Number(newest?.rows[0]?.version)
      if (version === known) return is
      return { ...is, overlay: { version, rows: (states?.rows ?? []).map(overlayOf) } }
    },
    async active() {
      const query = sql`SELECT ${INFO}, document, enabled FROM ${ANY_LIVE}`
      const [found] = await db.ask<StoredRelease & { readonly enabled: number }>(statement(query))
      return found === undefined ? null : { ...found, enabled: found.enabled === 1 }
    },
    async setEnabled(enabled, act) {
      const [, turned, found] = await db.write(() => switching(enabled, act))
      if (found?.rows.length === 0) return 'nothing'
      return turned?.rowsAffected === 1 ? 'changed' : 'already'
    },
    async audit({ limit, before = NO_END }) {
      const rows = await db.ask<Told>(
        statement(sql`SELECT id, at, actor, action, subject, detail FROM audit WHERE id < ${before}
          ORDER BY id DESC LIMIT ${limit}`),
      )
      return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as AuditEntry['detail'] }))
    },
  }
}

type Told = Omit<AuditEntry, 'detail'> & { readonly detail: string }

const overlayOf = ({ campaign, paused, weights, admitted }: Row): OverlayRow => ({
  campaign: String(campaign),
  paused: paused === 1,
  weights: String(weights),
  admitted: Number(admitted),
})

/** The release, its audit entry and the move, under one condition that only the last of them makes false. */
function publishing(draft: ReleaseDraft): readonly Statement[] {
  const { checksum, document, author, note, createdAt, overrides = [] } = draft
  const act = { actor: author, at: createdAt, note }
  const isNew = sql`NOT EXISTS (SELECT 1 FROM active_release
    JOIN releases ON releases.number = active_release.number WHERE releases.checksum = ${checksum})`
  return [
    statement(sql`INSERT INTO releases (number, checksum, document, author, note, created_at)
      SELECT ${NEWEST} + 1, ${checksum}, ${document}, ${author}, ${note}, ${createdAt} WHERE ${isNew}`),
    auditing('release.publish', NEWEST, act, isNew, overrides),
    moving(NEWEST, act, isNew),
    statement(sql`SELECT number FROM active_release`),
  ]
}

function activating(number: number, act: Act): readonly Statement[] {
  const target = sql`(SELECT number FROM releases WHERE number = ${number})`
  const isMove = sql`${target} IS NOT NULL AND ${target} IS NOT ${LIVE}`
  return [
    auditing('release.activate', target, act, isMove),
    moving(target, act, isMove),
    statement(sql`SELECT 1 FROM releases WHERE number = ${number}`),
  ]
}

/** The audit entry makes its own condition false: the move asks whether the entry was written. */
function steppingBack(step: StepBack, act: Act): readonly Statement[] {
  const target = sql`(SELECT number FROM releases WHERE number = ${step.to})`
  const isUnchanged = sql`(SELECT MAX(id) FROM audit WHERE action LIKE 'release.%') = ${step.seen}
    AND ${LIVE} = ${step.from}`
  return [auditing('release.rollback', target, act, isUnchanged), moving(target, act, sql`changes() = 1`)]
}

function switching(enabled: boolean, act: Act): readonly Statement[] {
  const differs = sql`EXISTS (SELECT 1 FROM active_release WHERE enabled <> ${Number(enabled)})`
  return [
    auditing(enabled ? 'switch.resume' : 'switch.pause', LIVE, act, differs),
    statement(sql`UPDATE active_release
      SET enabled = ${Number(enabled)}, changed_at = ${act.at}, changed_by = ${act.actor} WHERE ${differs}`),
    statement(sql`SELECT 1 FROM active_release`),
  ]
}

/** Written before the move, so that `from` is what was live until now. */
function auditing(
  action: ReleaseAction,
  target: SQL,
  act: Act,
  condition: SQL,
  overrides: readonly Answered[] = [],
): Statement {
  const answered = overrides.length === 0 ? sql`` : sql`, 'overrides', json(${JSON.stringify(overrides)})`
  return statement(sql`INSERT INTO audit (at, actor, action, subject, detail)
    SELECT ${act.at}, ${act.actor}, ${action}, CAST(${target} AS TEXT),
      json_object('note', ${act.note}, 'from', COALESCE(${LIVE}, 0)${answered}) WHERE ${condition}`)
}

/** Makes a release live; the kill switch stays as it stands. */
function moving(target: SQL, act: Act, condition: SQL): Statement {
  return statement(sql`INSERT INTO active_release (id, number, enabled, changed_at, changed_by)
    SELECT 1, ${target}, 1, ${act.at}, ${act.actor} WHERE ${condition}
    ON CONFLICT (id) DO UPDATE
    SET number = excluded.number, changed_at = excluded.changed_at, changed_by = excluded.changed_by`)
}
