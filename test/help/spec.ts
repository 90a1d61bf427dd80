/** Published vectors, kept as data in `test/spec`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const readSpec = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../spec/${name}.json`), 'utf8'))
