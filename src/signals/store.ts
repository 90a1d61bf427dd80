/** The shop's list of stores in libSQL. Replacing it and its audit entry are one atomic batch: both happen or neither. */
import { sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import type { Store } from './stores.ts'

export interface StoreList {
  /** Every store, by id. */
  readonly all: () => Promise<readonly Store[]>
  /** Puts a new list in the place of the old one. `at`: epoch milliseconds. */
  readonly replace: (list: readonly Store[], actor: string, at: number) => Promise<void>
}

export function createStoreList(db: Database): StoreList {
  return {
    all: () => db.ask<Store>(statement(sql`SELECT id, name, latitude, longitude FROM stores ORDER BY id`)),
    async replace(list, actor, at) {
      await db.write(() => [
        statement(sql`INSERT INTO audit (at, actor, action, subject, detail)
          SELECT ${at}, ${actor}, 'stores.replace', CAST(${list.length} AS INTEGER),
            json_object('from', (SELECT COUNT(*) FROM stores))`),
        statement(sql`DELETE FROM stores`),
        // One statement however long the list is.
        statement(sql`INSERT INTO stores (id, name, latitude, longitude, changed_at)
          SELECT value ->> 'id', value ->> 'name', value ->> 'latitude', value ->> 'longitude', ${at}
          FROM json_each(${JSON.stringify(list)})`),
      ])
    },
  }
}
