/**
 * `inventory`: every field that is kept of visitors, as a table. With a running Selvedge it says which campaigns of the
 * live release read each; with `--campaigns FILE` which of that file would.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Campaign } from '../campaign/model.ts'
import { parseRelease } from '../campaign/schema.ts'
import type { Fault } from '../kit/fault.ts'
import { type InventoryEntry, inventoryOf, reviewsDue } from '../privacy/inventory.ts'
import { createOperator, DEFAULT_URL, findToken, wordsOf } from './operator.ts'
import { messageOf, Trouble } from './trouble.ts'

interface Inventory {
  readonly entries: readonly InventoryEntry[]
  readonly due: readonly Fault[]
}

/** The command. Ends with 0, also where a review is due: that is a warning. */
export async function inventory(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      token: { type: 'string' },
      campaigns: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const found = values.campaigns === undefined ? await ask(values) : offline(readCampaigns(values.campaigns))
  if (values.json) console.log(JSON.stringify(found, null, 2))
  else console.log(tableOf(found.entries))
  for (const { message } of found.due) console.error(`Warning: ${message}.`)
  return 0
}

const offline = (campaigns?: readonly Campaign[]): Inventory => ({
  entries: inventoryOf(campaigns),
  due: reviewsDue(Date.now()),
})

/** Who named a URL wants that one; otherwise the fields alone are still worth printing. */
async function ask(values: {
  readonly url?: string | undefined
  readonly token?: string | undefined
}): Promise<Inventory> {
  try {
    const token = findToken(values.token, process.env)
    const answer = await createOperator(values.url ?? DEFAULT_URL, token)<Inventory>('GET', '/inventory')
    if (answer.ok) return answer.value
    throw new Trouble(wordsOf(answer.error))
  } catch (error) {
    if (!(error instanceof Trouble) || values.url !== undefined) throw error
    console.error(`Which campaigns read a field is not known: ${error.message}`)
    return offline()
  }
}

/** What a campaign reads is the same whatever its selectors and redirects are, so those are not looked at here. */
function readCampaigns(file: string): readonly Campaign[] {
  let document: unknown
  try {
    document = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Trouble(`${file} cannot be read: ${messageOf(error)}.`, 2)
  }
  const hosts = [...JSON.stringify(document).matchAll(/"redirect":"https?:\/\/([^/"]+)/g)].map(
    (match) => match[1],
  )
  const parsed = parseRelease(document, {
    checkSelector: () => undefined,
    redirectHosts: hosts.filter((host) => host !== undefined),
  })
  if (parsed.ok) return parsed.value.campaigns
  throw new Trouble(`${file} has faults: see "campaigns check ${file}".`)
}

const GAP = '  '
const HEADINGS = ['field', 'what it is', 'where from', 'read by']

/** Fields below what holds them, in columns as wide as they need to be. */
export function tableOf(entries: readonly InventoryEntry[]): string {
  return [...Map.groupBy(entries, ({ holding }) => holding)]
    .map(([holding, fields]) => {
      const { kind, purpose, consent, retention, reviewed } = fields[0] as InventoryEntry
      const rows = fields.map(({ field, what, source, readers }) => [
        field,
        what,
        source,
        readers === null ? '?' : readers.join(', '),
      ])
      const agreed = consent === null ? 'no consent needed' : `with consent to ${consent}`
      return [
        `${holding} (${kind})`,
        `  purpose: ${purpose}, ${agreed}; kept ${retention}; reviewed ${reviewed}`,
        ...columns([HEADINGS, ...rows]).map((line) => `    ${line}`),
      ].join('\n')
    })
    .join('\n\n')
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  )
}
