/** Programs that are not ours and have to be there. */
import { accessSync, constants } from 'node:fs'
import { Trouble } from './trouble.ts'

/** Gives `path` back if it may be run; else says what is not there, and why it was looked for there. */
export function executable(what: string, path: string, because: string): string {
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    throw new Trouble(`${what} is not at ${path}, or may not be run (${because}).`)
  }
}
