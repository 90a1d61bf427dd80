/** The figures of a run as JSON and as a table, with the ratios that the product promises. */

export interface VariantFigures {
  readonly rps: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly cpu_us: number
  readonly bytes: number
}

export interface Figures {
  readonly variants: Readonly<Record<string, VariantFigures>>
  /** Microseconds of one page's plan and decisions, by number of live campaigns. */
  readonly decide_us: Readonly<Record<string, number>>
  /** Microseconds of one page view, by the visitor's cookie. */
  readonly cookie_us: Readonly<Record<string, number>>
  readonly first_byte_ms: Readonly<Record<string, number>>
  /** Resident megabytes of the isolate's process after each tenth of the pages. */
  readonly template_rss_mb: readonly number[]
  /** Milliseconds to cut a page into a template, by page size in KB. */
  readonly compile_ms: Readonly<Record<string, number>>
  readonly bundle_gzip_bytes: number
  readonly startup_ms: number
}

interface Ratio {
  readonly what: string
  readonly value: number
  readonly bar: string
  readonly held: boolean
}

/** The promises, each against the figures of this run. */
export function ratios(figures: Figures): readonly Ratio[] {
  const cpu = (name: string): number => figures.variants[name]?.cpu_us ?? Number.NaN
  const selvedge = cpu('selvedge')
  const most = (what: string, value: number, bar: number): Ratio => ({
    what,
    value,
    bar: `<= ${bar}`,
    held: value <= bar,
  })
  const least = (what: string, value: number, bar: number): Ratio => ({
    what,
    value,
    bar: `>= ${bar}`,
    held: value >= bar,
  })
  const first = figures.first_byte_ms
  const rss = figures.template_rss_mb
  return [
    most('CPU: selvedge / passthrough', selvedge / cpu('passthrough'), 1.6),
    least('CPU: htmlrewriter / selvedge', cpu('htmlrewriter') / selvedge, 3),
    least('CPU: growthbook-edge / selvedge', cpu('growthbook-edge') / selvedge, 10),
    least('CPU: optimizely-edge / selvedge', cpu('optimizely-edge') / selvedge, 4),
    most(
      'decide: 1,000 / 10 campaigns',
      (figures.decide_us['1000'] ?? 0) / (figures.decide_us['10'] ?? 0),
      1.3,
    ),
    most(
      'CPU of the heaviest cookie, us',
      (figures.cookie_us.heaviest ?? 0) - (figures.cookie_us.nobody ?? 0),
      60,
    ),
    most(
      'first byte, cold: selvedge - passthrough, ms',
      (first.selvedge ?? 0) - (first.passthrough ?? 0),
      10,
    ),
    most(
      'memory: last / middle of the run',
      (rss.at(-1) ?? 0) / (rss[Math.floor(rss.length / 2)] ?? 0),
      1.05,
    ),
    most('bundle, KB gzip', figures.bundle_gzip_bytes / 1024, 250),
  ]
}

/** Prints tables that a person reads. */
export function print(figures: Figures): void {
  const rows = Object.entries(figures.variants).map(([name, v]) => [
    name,
    v.rps.toFixed(0),
    v.p50_ms.toFixed(2),
    v.p99_ms.toFixed(2),
    v.cpu_us.toFixed(0),
    String(v.bytes),
  ])
  table(['variant', 'requests/s', 'p50 ms', 'p99 ms', 'CPU us', 'bytes'], rows)
  const series = (values: Readonly<Record<string, number>>, digits: number): string =>
    Object.entries(values)
      .map(([key, value]) => `${key}: ${value.toFixed(digits)}`)
      .join('   ')
  console.log(`decide us by campaigns      ${series(figures.decide_us, 2)}`)
  console.log(`page view us by cookie      ${series(figures.cookie_us, 0)}`)
  console.log(`first byte ms, cold page    ${series(figures.first_byte_ms, 1)}`)
  console.log(`template compile ms by KB   ${series(figures.compile_ms, 2)}`)
  console.log(
    `resident MB over the pages  ${figures.template_rss_mb.map((value) => value.toFixed(0)).join(' ')}`,
  )
  console.log(
    `bundle ${(figures.bundle_gzip_bytes / 1024).toFixed(0)} KB gzip, start-up ${figures.startup_ms.toFixed(0)} ms\n`,
  )
  table(
    ['promise', 'measured', 'bar', ''],
    ratios(figures).map((ratio) => [
      ratio.what,
      ratio.value.toFixed(2),
      ratio.bar,
      ratio.held ? 'held' : 'MISSED',
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  console.log([line(head), ...rows.map(line), ''].join('\n'))
}
