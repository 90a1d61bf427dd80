/** Where drizzle-kit finds the schema and puts the SQL. Run from the top of the repository: `npm run migrations`. */
import { defineConfig } from 'drizzle-kit'

export default defineConfig({ dialect: 'sqlite', schema: './db/schema.ts', out: './db/migrations' })
