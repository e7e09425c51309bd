/** A version of a rule over data of the past: what it would have raised. The engine is the one that runs live. */
import { z } from 'zod'
import { require } from '../../../../kernel/decision.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { addMs, DAY_MS, type Instant, instantFromMs, localDateOf, msOf } from '../../../../kernel/time.ts'
import type { Database, JobKind, JobProgress, Unit } from '../../../../platform/platform.ts'
import type { BacktestAlarm, BacktestId, BacktestView } from '../../contract/rules.ts'
import * as refuse from '../../model/alarms/refusals.ts'
import type { DeviceId, Report, SiteId } from '../../model/report.ts'
import { compileRule } from '../../model/rules/compile.ts'
import { createEngine, type Engine, OLD_AFTER_MS } from '../../model/rules/engine/engine.ts'
import { type Finding, heardNothing } from '../../model/rules/engine/types.ts'
import { msOfInstant } from '../../model/rules/moment.ts'
import { mayEditRules } from '../../policy/alarms.ts'
import { raisedBetween } from '../../store/alarms/lists.ts'
import {
  type BacktestRecord,
  type BacktestResult,
  backtestById,
  backtestsOf,
  changeBacktest,
  insertBacktest,
  type PastDevice,
  pastDevices,
  profileMetrics,
} from '../../store/rules/backtests.ts'
import { versionsOf } from '../../store/rules/rules.ts'
import { lastReports } from '../../store/rules/states.ts'
import type { AlarmsContext } from '../alarms/context.ts'
import { pastSurroundings, reportsOf } from './past.ts'

export const backtestJob: JobKind<{ readonly backtestId: string }> = {
  name: 'monitoring.backtest',
  input: z.object({ backtestId: z.uuid() }),
  retryLimit: 1,
}
const MOST_DAYS = 31
const MOST_ROWS = 500
const SAMPLES = 20

export const startBacktest = async (
  unit: Unit,
  key: string,
  input: {
    readonly version: number
    readonly from: Instant
    readonly to: Instant
    readonly siteIds: readonly SiteId[]
  },
): Promise<BacktestId> => {
  require(mayEditRules(unit.actor))
  if (input.to <= input.from || msOf(input.to) - msOf(input.from) > MOST_DAYS * DAY_MS)
    throw refuse.periodWrong({ days: MOST_DAYS }, [{ path: 'to', message: `时段最长 ${MOST_DAYS} 天。` }])
  const rule = (await versionsOf(unit.db, key)).find((each) => each.version === input.version)
  if (rule === undefined) throw refuse.ruleMissing()
  const id = unit.newId<'backtest'>()
  await insertBacktest(unit.db, {
    id,
    rule_key: key,
    rule_version: rule.version,
    definition: rule.definition,
    from_at: input.from,
    to_at: input.to,
    site_ids: input.siteIds,
    state: 'queued',
    done: 0,
    total: 0,
    asked_at: unit.now,
    asked_by: unit.actor.kind === 'person' ? unit.actor.personId : null,
    finished_at: null,
    problem: null,
    result: null,
  })
  await unit.enqueue(backtestJob, { backtestId: id })
  return id
}

interface Running {
  readonly alarm: BacktestAlarm
  peak: number
}
/** Collects what the engine finds, with the values around it. */
const collector = (devices: ReadonlyMap<DeviceId, PastDevice>) => {
  const alarms: BacktestAlarm[] = []
  const running = new Map<DeviceId, Running>()
  const samples = new Map<DeviceId, { readonly atMs: number; readonly value: number }[]>()
  const shown = (value: number): number | null => (Number.isFinite(value) ? Math.round(value * 10) / 10 : null)
  const finish = (deviceId: DeviceId, endedAt: Instant | null): void => {
    const one = running.get(deviceId)
    if (one === undefined) return
    running.delete(deviceId)
    alarms.push({ ...one.alarm, endedAt, peak: shown(one.peak) })
  }
  return {
    alarms,
    /** Notes a value of the metric of the rule. */
    note: (deviceId: DeviceId, atMs: number, value: number): void => {
      if (Number.isNaN(value)) return
      const list = samples.get(deviceId) ?? []
      samples.set(deviceId, list)
      list.push({ atMs, value })
      if (list.length > SAMPLES) list.shift()
      const one = running.get(deviceId)
      if (one !== undefined && !(value <= one.peak)) one.peak = value
    },
    find: (finding: Finding): void => {
      const { deviceId, siteId } = finding.device
      if (finding.what === 'end') return finish(deviceId, instantFromMs(finding.atMs))
      if (finding.what === 'again') return
      const device = devices.get(deviceId)
      running.set(deviceId, {
        peak: finding.value,
        alarm: {
          siteId,
          siteName: device?.site_name ?? '',
          deviceId,
          deviceName: device?.name ?? '',
          occurredAt: instantFromMs(finding.occurredMs),
          raisedAt: instantFromMs(finding.atMs),
          endedAt: null,
          metric: finding.metric,
          value: shown(finding.value),
          limit: shown(finding.limit),
          peak: null,
          samples: (samples.get(deviceId) ?? []).map(({ atMs, value }) => ({
            at: instantFromMs(atMs),
            value: Math.round(value * 10) / 10,
          })),
        },
      })
    },
    finishAll: (): void => {
      for (const deviceId of running.keys()) finish(deviceId, null)
    },
  }
}

const resultOf = (alarms: readonly BacktestAlarm[], reports: number, to: Instant): BacktestResult => {
  const sorted = [...alarms].sort((a, b) => (a.raisedAt < b.raisedAt ? -1 : a.raisedAt > b.raisedAt ? 1 : 0))
  const perDay = new Map<ReturnType<typeof localDateOf>, number>()
  const perDevice = new Map<DeviceId, { deviceName: string; siteName: string; alarms: number }>()
  let activeMs = 0
  for (const alarm of sorted) {
    const day = localDateOf(alarm.raisedAt)
    perDay.set(day, (perDay.get(day) ?? 0) + 1)
    const one = perDevice.get(alarm.deviceId) ?? { deviceName: alarm.deviceName, siteName: alarm.siteName, alarms: 0 }
    perDevice.set(alarm.deviceId, { ...one, alarms: one.alarms + 1 })
    activeMs += Math.max(0, msOf(alarm.endedAt ?? to) - msOf(alarm.raisedAt))
  }
  return {
    reports,
    alarms: sorted.length,
    devices: perDevice.size,
    days: perDay.size,
    activeMinutes: Math.round(activeMs / 6000) / 10,
    perDay: [...perDay].map(([day, count]) => ({ day, alarms: count })),
    perDevice: [...perDevice]
      .map(([deviceId, one]) => ({ deviceId, ...one }))
      .sort((a, b) => b.alarms - a.alarms || (a.deviceId < b.deviceId ? -1 : 1)),
    rows: sorted.slice(0, MOST_ROWS),
  }
}
const bySite = (devices: readonly PastDevice[]): ReadonlyMap<SiteId, readonly PastDevice[]> => {
  const sites = new Map<SiteId, PastDevice[]>()
  for (const device of devices) {
    const list = sites.get(device.site_id) ?? []
    sites.set(device.site_id, list)
    list.push(device)
  }
  return sites
}
const known = (device: PastDevice) => ({
  siteId: device.site_id,
  deviceId: device.device_id,
  kind: device.kind,
  profileId: device.profile_id,
  metrics: device.metrics,
})

/** Runs a rule over a period of the past. `report` tells how many devices are done and in all. */
export const runOver = async (
  context: AlarmsContext,
  db: Database,
  row: Pick<BacktestRecord, 'rule_key' | 'rule_version' | 'definition' | 'from_at' | 'to_at' | 'site_ids'>,
  report: (done: number, total: number) => Promise<void>,
): Promise<BacktestResult> => {
  const rule = compileRule(
    { key: row.rule_key, version: row.rule_version, definition: row.definition },
    context.reference,
  )
  const surroundings = pastSurroundings(context, db, rule)
  const engine: Engine = createEngine({ rules: [rule], surroundings, oldAfterMs: OLD_AFTER_MS })
  const concerned = (await pastDevices(db, row.site_ids)).filter((device) => engine.concerns(known(device)))
  const profiles = await profileMetrics(db)
  const found = collector(new Map(concerned.map((device) => [device.device_id, device])))
  const metric = 'metric' in rule.condition ? rule.condition.metric : null
  const timed = rule.condition.kind === 'stale' || rule.condition.kind === 'device-alarm'
  const ask = (deviceId: DeviceId, nowMs: number): void => {
    engine.silent(deviceId, null, nowMs, found.find)
    engine.saidLongAgo(deviceId, nowMs, found.find)
  }
  const take = (each: Report): void => {
    const atMs = msOfInstant(each.at)
    surroundings.setNow(atMs)
    const live = !each.buffered && msOfInstant(each.receivedAt) - atMs <= OLD_AFTER_MS
    if (timed && live) ask(each.device.deviceId, atMs)
    if (each.kind === 'telemetry' && metric !== null && live)
      found.note(each.device.deviceId, atMs, each.values[each.device.metrics.indexOf(metric)] ?? Number.NaN)
    engine.evaluate([each], found.find)
  }
  let reports = 0
  let done = 0
  for (const [siteId, devices] of bySite(concerned)) {
    if (rule.condition.kind === 'stale') {
      const before = devices.map((device) => ({ siteId, deviceId: device.device_id, before: row.from_at }))
      const last = await lastReports(db, before, OLD_AFTER_MS)
      for (const device of devices) {
        const at = last.get(device.device_id)
        const moments = [at?.at ?? null, at?.position_at ?? null].flatMap((each) => (each === null ? [] : [msOf(each)]))
        const heardAt = moments.length === 0 ? msOf(row.from_at) : Math.max(...moments)
        engine.load(known(device), '', { ...heardNothing, heardAt })
      }
    }
    for (let from = row.from_at; from < row.to_at; from = addMs(from, DAY_MS)) {
      const to = addMs(from, DAY_MS) < row.to_at ? addMs(from, DAY_MS) : row.to_at
      const day = { siteId, devices, from, to }
      const past = await reportsOf(db, rule, day, profiles)
      await surroundings.prepare(day, past)
      // What the site knows of itself comes with the reports themselves, in their order.
      for (const each of past) take(each)
      reports += past.length
      await report(done, concerned.length)
    }
    for (const device of devices) {
      if (timed) ask(device.device_id, msOf(row.to_at))
      engine.forget(device.device_id)
    }
    done += devices.length
    await report(done, concerned.length)
  }
  found.finishAll()
  return resultOf(found.alarms, reports, row.to_at)
}

export const runBacktest = async (
  context: AlarmsContext,
  id: BacktestId,
  progress: Pick<JobProgress, 'report'>,
): Promise<void> => {
  const { platform } = context
  const row = await backtestById(platform.db, id)
  if (row === null || row.state === 'done') return
  await changeBacktest(platform.db, id, { state: 'running', problem: null })
  try {
    const result = await runOver(context, platform.db, row, async (done, total) => {
      await progress.report(done, total)
      await changeBacktest(platform.db, id, { done, total })
    })
    await changeBacktest(platform.db, id, { state: 'done', result, finished_at: platform.clock() })
  } catch (error) {
    await changeBacktest(platform.db, id, {
      state: 'failed',
      problem: '试算未完成,请稍后重试;仍不成功时请联系管理员。',
      finished_at: platform.clock(),
    })
    throw error
  }
}

const viewOf = async (context: AlarmsContext, db: Database, row: BacktestRecord): Promise<BacktestView> => {
  const names =
    row.asked_by === null ? new Map<PersonId, string>() : await context.people.personNames(db, [row.asked_by])
  const siteIds = row.site_ids.length === 0 ? null : row.site_ids
  const published = (await versionsOf(db, row.rule_key)).some((each) => each.published_at !== null)
  return {
    backtestId: row.id,
    key: row.rule_key,
    version: row.rule_version,
    from: row.from_at,
    to: row.to_at,
    siteIds: [...row.site_ids],
    state: row.state,
    done: row.done,
    total: row.total,
    askedAt: row.asked_at,
    askedBy: row.asked_by === null ? null : (names.get(row.asked_by) ?? null),
    finishedAt: row.finished_at,
    problem: row.problem,
    ...(row.result ?? {
      reports: 0,
      alarms: 0,
      devices: 0,
      days: 0,
      activeMinutes: 0,
      perDay: [],
      perDevice: [],
      rows: [],
    }),
    published: published
      ? { alarms: await raisedBetween(db, row.rule_key, { siteIds, from: row.from_at, to: row.to_at }) }
      : null,
  }
}
export const readBacktestView = async (context: AlarmsContext, db: Database, id: BacktestId): Promise<BacktestView> => {
  const row = await backtestById(db, id)
  if (row === null) throw refuse.backtestMissing()
  return viewOf(context, db, row)
}
export const listBacktestViews = async (context: AlarmsContext, db: Database, key: string) => {
  const rows = []
  for (const row of await backtestsOf(db, key)) {
    const { rows: _rows, perDay: _perDay, perDevice: _perDevice, ...view } = await viewOf(context, db, row)
    rows.push(view)
  }
  return { rows }
}
