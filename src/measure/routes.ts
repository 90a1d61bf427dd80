/** The doors of reports, below `/reports`. Whoever mounts them checks the caller's bearer token. */
import type { Context } from 'hono'
import {
  type ReportPorts,
  type ReportQuestion,
  reportAll,
  reportCampaign,
  reportHoldout,
} from '../flow/report.ts'
import { reportFunnel, reportReasons, type ServedPorts } from '../flow/served.ts'
import { campaignCsv, funnelCsv, overviewCsv, reasonsCsv } from '../flow/tables.ts'
import * as doors from '../kit/doors.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { Hono } from '../kit/hono.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { DAY_MS, isDay } from '../kit/time.ts'
import type { Correction } from './correction.ts'
import type { View } from './verdict.ts'
import { dayOf } from './windows.ts'

export interface ReportDeps {
  /** Opened once a request. */
  readonly ports: () => ReportPorts & ServedPorts
  readonly now: () => number
}

/** What the funnel and the reasons tell of where nobody says which days. */
const DAYS = 28
const VIEWS: readonly View[] = ['sequential', 'fixed', 'bayes']
const CORRECTIONS: readonly Correction[] = ['holm', 'benjamini_hochberg']
/** Ten times as much; and beyond 99 % nobody plans. */
const MOST = { effect: 10, power: 0.99 }
const FORMATS: readonly string[] = ['json', 'csv']

export function reportRoutes(deps: ReportDeps | undefined): Hono {
  const app = new Hono()
  const door = (path: string, answer: (c: Context, deps: ReportDeps) => Promise<Response>): void => {
    app.get(path, (c) => (deps === undefined ? doors.notConfigured('DB_URL') : answer(c, deps)))
  }
  door('/', overviewDoor)
  door('/holdout', holdoutDoor)
  door('/campaigns/:id', campaignDoor)
  door('/funnel', spanning('funnel', reportFunnel, funnelCsv))
  door('/reasons', spanning('reasons', reportReasons, reasonsCsv))
  return app
}

async function overviewDoor(c: Context, { ports }: ReportDeps): Promise<Response> {
  const asked = questionOf(c)
  if (!asked.ok) return doors.invalid(asked.error)
  const opened = ports()
  const campaigns = await reportAll(opened, asked.value)
  return answer(c, 'campaigns', { campaigns }, () => overviewCsv(campaigns, opened.money))
}

async function holdoutDoor(c: Context, { ports }: ReportDeps): Promise<Response> {
  const asked = questionOf(c)
  if (!asked.ok) return doors.invalid(asked.error)
  return answer(c, 'holdout', await reportHoldout(ports(), asked.value), campaignCsv)
}

async function campaignDoor(c: Context, { ports }: ReportDeps): Promise<Response> {
  const asked = questionOf(c)
  if (!asked.ok) return doors.invalid(asked.error)
  const id = c.req.param('id') ?? ''
  const report = await reportCampaign(ports(), id, asked.value)
  if (report === null) return doors.notFound(`no campaign "${id}" is live or was measured in these days`)
  return answer(c, id, report, campaignCsv)
}

const spanning =
  <T extends object>(
    name: string,
    report: (ports: ServedPorts, from: string, to: string) => Promise<T>,
    csv: (report: T) => string,
  ) =>
  async (c: Context, { ports, now }: ReportDeps): Promise<Response> => {
    const days = daysOf(c, now())
    return days.ok ? answer(c, name, await report(ports(), ...days.value), csv) : doors.invalid(days.error)
  }

/** In the format that was asked for, which was checked before. */
function answer<T extends object>(c: Context, name: string, report: T, csv: (report: T) => string): Response {
  if (c.req.query('format') !== 'csv') return c.json(report)
  return c.body(csv(report), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name.replace(/[^\w-]/g, '_')}.csv"`,
  })
}

type Faults = readonly Fault[]

function questionOf(c: Context): Result<ReportQuestion, Faults> {
  const { view = 'sequential', correction = 'holm', effect, power, from, to } = c.req.query()
  const faults = [
    ...choiceFaults('view', view, VIEWS),
    ...formatFaults(c),
    ...choiceFaults('correction', correction, CORRECTIONS),
    ...numberFaults({ effect, power }),
    ...dayFaults({ from, to }),
  ]
  if (faults.length > 0) return err(faults)
  return ok({
    view: view as View,
    correction: correction as Correction,
    effect: effect === undefined ? effect : Number(effect),
    power: power === undefined ? power : Number(power),
    from,
    to,
  })
}

const numberFaults = (given: Record<keyof typeof MOST, string | undefined>): Faults =>
  (['effect', 'power'] as const).flatMap((name) => {
    const [text, most] = [given[name], MOST[name]]
    return text === undefined || (Number(text) > 0 && Number(text) <= most)
      ? []
      : [fault(name, `Say a number above 0, up to ${most}: 0.1 is 10 %.`)]
  })

/** Whoever names one end means the other with it: so many days up to the last, and from the first until today. */
function daysOf(c: Context, now: number): Result<readonly [from: string, to: string], Faults> {
  const { from, to } = c.req.query()
  const faults = [...formatFaults(c), ...dayFaults({ from, to })]
  if (faults.length > 0) return err(faults)
  const today = dayOf(now)
  // A first day that is yet to come has nothing to tell, which is no fault.
  const last = to ?? (from === undefined || from < today ? today : from)
  return ok([from ?? dayOf(Date.parse(last) - (DAYS - 1) * DAY_MS), last])
}

const formatFaults = (c: Context): Faults => choiceFaults('format', c.req.query('format') ?? 'json', FORMATS)

const choiceFaults = (name: string, value: string, choices: readonly string[]): Faults =>
  choices.includes(value) ? [] : [fault(name, `Say one of ${choices.join(', ')}.`)]

function dayFaults(days: { readonly from: string | undefined; readonly to: string | undefined }): Faults {
  const faults = Object.entries(days).flatMap(([name, day]) =>
    day === undefined || isDay(day) ? [] : [fault(name, 'A day is written YYYY-MM-DD.')],
  )
  const { from, to } = days
  if (faults.length > 0 || from === undefined || to === undefined || from <= to) return faults
  return [fault('to', 'The last day lies before the first.')]
}

const fault = (name: string, message: string): Fault => ({ path: pointer(name), code: 'value', message })
