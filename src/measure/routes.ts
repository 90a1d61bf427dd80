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
import * as doors from '../kit/doors.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { Hono } from '../kit/hono.ts'
import { err, ok, type Result } from '../kit/result.ts'
import type { Correction } from './correction.ts'
import { resultsCsv } from './csv.ts'
import type { View } from './verdict.ts'

export interface ReportDeps {
  /** Opened once a request. */
  readonly ports: () => ReportPorts & ServedPorts
  readonly now: () => number
}

const DAY_MS = 86_400_000
/** What the funnel and the reasons tell of where nobody says which days. */
const DAYS = 28
const VIEWS: readonly View[] = ['sequential', 'fixed', 'bayes']
const CORRECTIONS: readonly Correction[] = ['holm', 'benjamini_hochberg']
/** Ten times as much; and beyond 99 % nobody plans. */
const MOST = { effect: 10, power: 0.99 }
const FORMATS = ['json', 'csv'] as const
const DAY = /^\d{4}-\d\d-\d\d$/

export function reportRoutes(deps: ReportDeps | undefined): Hono {
  const app = new Hono()
  const door = (path: string, answer: (c: Context, deps: ReportDeps) => Promise<Response>): void => {
    app.get(path, (c) => (deps === undefined ? doors.notConfigured('DB_URL') : answer(c, deps)))
  }
  const asking = (report: (ports: ReportPorts, question: ReportQuestion) => Promise<object>) => {
    return async (c: Context, { ports }: ReportDeps): Promise<Response> => {
      const asked = questionOf(c)
      return asked.ok ? c.json(await report(ports(), asked.value)) : doors.invalid(asked.error)
    }
  }
  const spanning = (report: (ports: ServedPorts, from: string, to: string) => Promise<object>) => {
    return async (c: Context, { ports, now }: ReportDeps): Promise<Response> => {
      const days = daysOf(c, now())
      return days.ok ? c.json(await report(ports(), ...days.value)) : doors.invalid(days.error)
    }
  }
  door(
    '/',
    asking(async (ports, question) => ({ campaigns: await reportAll(ports, question) })),
  )
  door('/holdout', asking(reportHoldout))
  door('/campaigns/:id', campaignDoor)
  door('/funnel', spanning(reportFunnel))
  door('/reasons', spanning(reportReasons))
  return app
}

async function campaignDoor(c: Context, deps: ReportDeps): Promise<Response> {
  const asked = questionOf(c)
  if (!asked.ok) return doors.invalid(asked.error)
  const id = c.req.param('id') ?? ''
  const report = await reportCampaign(deps.ports(), id, asked.value)
  if (report === null) return doors.notFound(`no campaign "${id}" is live or was ever measured`)
  if (c.req.query('format') !== 'csv') return c.json(report)
  return c.body(resultsCsv(report.campaign, report.results), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${report.campaign.replace(/[^\w-]/g, '_')}.csv"`,
  })
}

type Faults = readonly Fault[]

function questionOf(c: Context): Result<ReportQuestion, Faults> {
  const { view = 'sequential', format = 'json', correction = 'holm', effect, power, from, to } = c.req.query()
  const faults = [
    ...(VIEWS.includes(view as View) ? [] : [fault('view', `A view is one of ${VIEWS.join(', ')}.`)]),
    ...((FORMATS as readonly string[]).includes(format) ? [] : [fault('format', 'Say json or csv.')]),
    ...(CORRECTIONS.includes(correction as Correction)
      ? []
      : [fault('correction', `A correction is one of ${CORRECTIONS.join(', ')}.`)]),
    ...numberFaults({ effect, power }),
    ...dayFaults({ from, to }),
  ]
  if (faults.length > 0) return err(faults)
  return ok({
    view: view as View,
    correction: correction as Correction,
    ...(effect === undefined ? {} : { effect: Number(effect) }),
    ...(power === undefined ? {} : { power: Number(power) }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
}

const numberFaults = (given: Record<keyof typeof MOST, string | undefined>): Faults =>
  (['effect', 'power'] as const).flatMap((name) => {
    const [text, most] = [given[name], MOST[name]]
    return text === undefined || (Number(text) > 0 && Number(text) <= most)
      ? []
      : [fault(name, `Say a number above 0, up to ${most}: 0.1 is 10 %.`)]
  })

function daysOf(c: Context, now: number): Result<readonly [from: string, to: string], Faults> {
  const { from = dayOf(now - (DAYS - 1) * DAY_MS), to = dayOf(now) } = c.req.query()
  const faults = dayFaults({ from, to })
  return faults.length > 0 ? err(faults) : ok([from, to])
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

function dayFaults(days: { readonly from: string | undefined; readonly to: string | undefined }): Faults {
  const faults = Object.entries(days).flatMap(([name, day]) =>
    day === undefined || isDay(day) ? [] : [fault(name, 'A day is written YYYY-MM-DD.')],
  )
  const { from, to } = days
  if (faults.length > 0 || from === undefined || to === undefined || from <= to) return faults
  return [fault('to', 'The last day lies before the first.')]
}

/** A day that there is: 30 February is none. */
function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return DAY.test(text) && !Number.isNaN(at) && dayOf(at) === text
}

const fault = (name: string, message: string): Fault => ({ path: pointer(name), code: 'value', message })
