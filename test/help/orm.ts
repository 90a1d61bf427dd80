/** Drizzle's builders, for tests that put rows by the schema into a store: a builder is a statement. */
import { drizzle } from 'drizzle-orm/libsql/http'

export const orm = drizzle.mock()
