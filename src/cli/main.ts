/** `selvedge <command>`: every command of the shell, in one table. Each is loaded only when it is asked for. */
import { warn } from './say.ts'
import { messageOf, Trouble } from './trouble.ts'

/** Takes the arguments after its name; gives the exit code. Prints its answer to stdout, remarks to stderr. */
type Command = (args: string[]) => Promise<number>

interface Entry {
  readonly usage: string
  readonly about: string
  /** What `--help` says beyond that. */
  readonly more?: () => Promise<string>
  readonly load: () => Promise<Command>
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  start: {
    usage: 'start [--origin URL] [--port N] [--data DIR] [--campaigns FILE] [--no-demo] [--no-shoppers]',
    about: 'the whole product on this machine, in front of the demo storefront or of URL',
    load: async () => (await import('./start.ts')).start,
  },
  campaigns: {
    usage: 'campaigns check|publish|list|show|activate|rollback|status|pause|resume …',
    about: 'check or publish a release file, look at releases, go back, and turn campaigns off and on',
    more: async () => (await import('./campaigns.ts')).USAGE,
    load: async () => (await import('./campaigns.ts')).campaigns,
  },
  import: {
    usage:
      'import FILE [--kind orders|visits|store-purchases|catalog|stock|stores] [--currency EUR] [--url URL] [--token TOKEN] [--dry-run]',
    about: 'orders, visits, products, stock or stores out of a CSV, JSON or NDJSON file',
    load: async () => (await import('./import.ts')).importFile,
  },
  report: {
    usage:
      'report [CAMPAIGN | holdout | funnel | reasons | --campaign NAME] [--view sequential|fixed|bayes] [--from DAY] [--to DAY] [--json | --csv] [--url URL] [--token TOKEN]',
    about: 'what campaigns did, whom they annoyed, and what personalization as a whole is worth',
    load: async () => (await import('./report.ts')).report,
  },
  simulate: {
    usage: 'simulate [--visitors N] [--days D] [--seed S] [--truth FILE]',
    about: 'shoppers with known effects in a shop of their own, and what the reports make of them',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  inventory: {
    usage: 'inventory [--campaigns FILE | --url URL --token TOKEN] [--json]',
    about: 'every field that is kept of visitors, why, for how long, and which campaigns read it',
    load: async () => (await import('./inventory.ts')).inventory,
  },
  migrate: {
    usage: 'migrate [--url URL] [--token TOKEN]',
    about: 'bring a store up to the schema (DB_URL and DB_TOKEN unless told)',
    load: async () => (await import('./migrate.ts')).migrate,
  },
  erasures: {
    usage: 'erasures save FILE | apply FILE [--url URL] [--token TOKEN]',
    about:
      'keep the list of who was erased and what was chosen, and let it hold again in a store that was restored',
    load: async () => (await import('./erasures.ts')).erasures,
  },
  keys: {
    usage: 'keys',
    about: 'print fresh secrets for a deployment',
    load: async () => (await import('./secrets.ts')).keys,
  },
  beacon: {
    usage: 'beacon',
    about: 'make the text of beacon.js from src/beacon, after a change there',
    load: async () => (await import('./beacon.ts')).beacon,
  },
  budget: {
    usage: 'budget',
    about: 'bundle the Worker as it is deployed and weigh it',
    load: async () => (await import('./bundle.ts')).budget,
  },
}

/** How long a finished command may take to flush its output. */
const LINGER_MS = 2_000
const HELP = /^(help|--help|-h)$/

/** Runs one command. What a person can mend is one line on stderr; anything else is a bug and keeps its stack. */
async function main(argv: string[]): Promise<number> {
  const [name = 'help', ...args] = argv
  if (HELP.test(name)) return printHelp()
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry === undefined) throw new Trouble(`There is no command "${name}": see "help".`, 2)
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    printHelp(entry)
    if (entry.more !== undefined) console.log(`\n${await entry.more()}`)
    return 0
  }
  try {
    return await (await entry.load())(args)
  } catch (error) {
    if (isMisuse(error)) throw new Trouble(`${firstSentence(error)} Usage: ${entry.usage}`, 2)
    if (isIncomplete(error)) throw new Trouble(`${messageOf(error)}: run "npm ci".`)
    throw isOfFiles(error) ? new Trouble(`${messageOf(error)}.`) : error
  }
}

function printHelp(...entries: Entry[]): number {
  const shown = entries.length > 0 ? entries : Object.values(COMMANDS)
  console.log(shown.map(({ usage, about }) => `selvedge ${usage}\n    ${about}`).join('\n'))
  return 0
}

/** What `parseArgs` throws for options that it does not know, or that lack their value. */
const isMisuse = (error: unknown): boolean =>
  error instanceof Error && /^ERR_PARSE_ARGS_/.test(String((error as NodeJS.ErrnoException).code))

/** A package is not installed; a file of our own that is missing would be a bug. */
const isIncomplete = (error: unknown): boolean =>
  error instanceof Error &&
  /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String((error as NodeJS.ErrnoException).code)) &&
  /^Cannot find (?:package|module) '[^./]/.test(error.message)

/** The file system said no: a file may not be read, a folder not be written, the disk is full. */
const isOfFiles = (error: unknown): boolean =>
  error instanceof Error &&
  /^(?:E(?:ACCES|PERM|ISDIR|NOTDIR|NOENT|EXIST|ROFS|NOSPC|DQUOT|MFILE|IO)|ERR_FS_EISDIR)$/.test(
    String((error as NodeJS.ErrnoException).code),
  )

function firstSentence(error: unknown): string {
  const line = messageOf(error)
  const end = line.indexOf('. ')
  return `${(end < 0 ? line : line.slice(0, end)).replace(/\.$/, '')}.`
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof Trouble) warn(error.message)
  else console.error(error)
  process.exitCode = error instanceof Trouble ? error.exitCode : 1
}
// Output may still be on its way, so the process ends by itself; unless a stray socket holds it.
setTimeout(() => process.exit(), LINGER_MS).unref()
