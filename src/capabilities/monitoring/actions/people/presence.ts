/** Attendance, who is inside, where people are and were, and who looked. */
import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { BodyOf, QueryOf } from '../../../../kernel/endpoint.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import {
  addDays,
  addMs,
  DAY_MS,
  type Instant,
  type LocalDate,
  localDateOf,
  msOf,
  startOfDay,
} from '../../../../kernel/time.ts'
import type { Database, Unit } from '../../../../platform/platform.ts'
import { checkPhone } from '../../../people/contract.ts'
import * as contract from '../../contract/people.ts'
import { isWithin } from '../../model/geofence.ts'
import { figuresOfDay, staysOf } from '../../model/people/attendance.ts'
import * as refuse from '../../model/people/refusals.ts'
import type { DeviceId, SiteId, WorkerId } from '../../model/report.ts'
import { dayAhead } from '../../model/sites/refusals.ts'
import { horizonsOf } from '../../model/telemetry/retention.ts'
import { maySeeLooks, maySeePositions } from '../../policy/sites.ts'
import * as store from '../../store/people/presence.ts'
import {
  registrationById,
  registrationsForDay,
  registrationsOfWorkers,
  workersByPhone,
} from '../../store/people/workers.ts'
import { zonesOf } from '../../store/sites/sites.ts'
import { personOf, placeOfSite, readCase, type SitesContext, sinceOf, todayOf } from '../sites/context.ts'
import { rowsOf, searchViews } from './workers.ts'

const HOUR_MS = 3_600_000
const MOST_TRACK_DAYS = 7
const MOST_POINTS = 5000
const OWN_ATTENDANCE_DAYS = 92

const dayOf = (context: SitesContext, asked: LocalDate | undefined): LocalDate => {
  const today = todayOf(context)
  const day = asked ?? today
  if (day > today) throw dayAhead({}, [{ path: 'day', message: '请选择今天或以前的日期。' }])
  return day
}
export const listAttendance = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  siteId: SiteId,
  query: QueryOf<typeof contract.listAttendance>,
) => {
  await readCase(context, db, actor, siteId)
  const day = dayOf(context, query.day)
  const keys = keysAs(query.after, 'instant', 'id', 'text')
  const rows = await store.passagesPage(db, siteId, {
    from: startOfDay(day),
    to: startOfDay(addDays(day, 1)),
    unregistered: query.unregistered,
    before: keys === null ? null : [keys[0], keys[1] as DeviceId, keys[2]],
    limit: query.limit + 1,
  })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: shown.map((row) => ({
      eventId: row.event_id,
      at: row.at,
      direction: row.direction,
      method: row.method,
      deviceId: row.device_id,
      deviceName: row.device_name,
      workerRef: row.worker_ref,
      workerId: row.worker_id,
      name: row.name,
      team: row.team,
      trade: row.trade,
      valid: row.valid,
      buffered: row.buffered,
    })),
    next: rows.length > query.limit && last !== undefined ? cursorOf(last.at, last.device_id, last.event_id) : null,
  }
}

/** The figures of a day; asks no policy. */
export const summaryOf = async (
  context: SitesContext,
  db: Database,
  siteId: SiteId,
  day: LocalDate,
): Promise<contract.DaySummary> => {
  const now = context.platform.clock()
  const mostMs = context.settings.presence.gateHours * HOUR_MS
  const start = startOfDay(day)
  const end = addMs(start, DAY_MS)
  // Who came in the evening before may be inside still; who goes home tomorrow stays until then.
  const passages = (await store.passagesOf(db, siteId, addMs(start, -mostMs), addMs(end, mostMs))).map((row) => ({
    at: row.at,
    workerRef: row.worker_ref,
    direction: row.direction,
  }))
  const registrations = (await registrationsForDay(db, siteId, day)).map((row) => ({
    workerRef: row.worker_ref,
    team: row.team,
    trade: row.trade,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    leftOn: row.left_on,
  }))
  const { byTrade, byTeam, insideByHour, ...figures } = figuresOfDay(
    day,
    msOf(start),
    msOf(now),
    staysOf(passages, msOf(now), mostMs),
    registrations,
  )
  return {
    siteId,
    day,
    ...figures,
    passages: passages.filter((each) => each.at >= start && each.at < end).length,
    byTrade: [...byTrade],
    byTeam: [...byTeam],
    insideByHour: [...insideByHour],
  }
}
export const attendanceDay = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  siteId: SiteId,
  day: LocalDate | undefined,
): Promise<contract.DaySummary> => {
  await readCase(context, db, actor, siteId)
  return summaryOf(context, db, siteId, dayOf(context, day))
}
export const whoIsPresent = async (context: SitesContext, db: Database, actor: Actor, siteId: SiteId) => {
  await readCase(context, db, actor, siteId)
  const at = context.platform.clock()
  const rows = await store.presentOn(db, siteId, sinceOf(context, at), localDateOf(at))
  return {
    at,
    people: rows.length,
    rows: rows.map((row) => ({
      workerRef: row.worker_ref,
      workerId: row.worker_id,
      name: row.name,
      team: row.team,
      trade: row.trade,
      valid: row.valid,
      since: row.since,
      by: row.by,
    })),
  }
}

// ------------------------------------------------------------------------------------------ looks at positions

export const beginLook = async (
  context: SitesContext,
  unit: Unit,
  siteId: SiteId,
  input: BodyOf<typeof contract.beginLook>,
): Promise<{ readonly lookId: contract.LookId; readonly until: Instant }> => {
  const { site, parties } = await readCase(context, unit.db, unit.actor, siteId)
  require(maySeePositions(unit.actor, parties))
  const lookedBy = personOf(unit.actor)
  if (lookedBy === null) throw refuse.notForPositions()
  let workerId: WorkerId | null = null
  let period: { readonly from: Instant; readonly to: Instant } | null = null
  if (input.registrationId !== null) {
    const row = await registrationById(unit.db, siteId, input.registrationId)
    if (row === null) throw refuse.registrationMissing()
    workerId = row.worker_id
    const first = startOfDay(horizonsOf(context.retention, unit.today).positions)
    const from = input.from ?? startOfDay(unit.today)
    const to = input.to ?? unit.now
    if (msOf(to) <= msOf(from) || msOf(to) - msOf(from) > MOST_TRACK_DAYS * DAY_MS || from < first)
      throw refuse.trackPeriod({ days: MOST_TRACK_DAYS, kept: context.retention.positions.days })
    period = { from, to }
  }
  const id = unit.newId<'position-look'>()
  const until = addMs(unit.now, context.settings.positions.lookMinutes * 60_000)
  await store.insertLook(unit.db, {
    site_id: siteId,
    id,
    worker_id: workerId,
    looked_by: lookedBy,
    purpose: input.purpose,
    from_at: period?.from ?? null,
    to_at: period?.to ?? null,
    looked_at: unit.now,
    until_at: until,
    last_at: unit.now,
    shown: 0,
  })
  const scope = workerId === null ? 'site' : 'worker'
  await unit.record(contract.positionsLookedAt, {
    ...placeOfSite(site),
    payload: {
      siteId,
      siteName: site.name,
      lookId: id,
      scope,
      scopeName: scope === 'site' ? '全部人员' : '一名工人',
      purpose: input.purpose,
    },
  })
  return { lookId: id, until }
}
/** A look of the actor that is not over. */
const openLook = async (context: SitesContext, unit: Unit, siteId: SiteId, lookId: contract.LookId) => {
  const { parties } = await readCase(context, unit.db, unit.actor, siteId)
  require(maySeePositions(unit.actor, parties))
  const look = await store.lookById(unit.db, siteId, lookId)
  if (look === null || look.looked_by !== personOf(unit.actor) || look.until_at <= unit.now) throw refuse.lookOver()
  return look
}
export const positionsNow = async (context: SitesContext, unit: Unit, siteId: SiteId, lookId: contract.LookId) => {
  const look = await openLook(context, unit, siteId, lookId)
  if (look.worker_id !== null) throw refuse.lookOther()
  const zones = await zonesOf(unit.db, [siteId])
  const rows = await store.positionsSince(unit.db, siteId, sinceOf(context, unit.now).trackers)
  await store.noteShown(unit.db, look, rows.length, unit.now)
  return {
    at: unit.now,
    rows: rows.map((row) => ({
      deviceId: row.device_id,
      kind: row.kind,
      deviceName: row.device_name,
      workerId: row.worker_id,
      name: row.name,
      team: row.team,
      trade: row.trade,
      at: row.at,
      lon: row.lon,
      lat: row.lat,
      floor: row.floor,
      accuracyM: row.accuracy_m,
      zoneIds: zones
        .filter(
          (zone) =>
            (zone.floor === null || row.floor === null || zone.floor === row.floor) &&
            isWithin(zone.polygon.coordinates, row.lon, row.lat),
        )
        .map((zone) => zone.id),
    })),
  }
}
export const workerTrack = async (context: SitesContext, unit: Unit, siteId: SiteId, lookId: contract.LookId) => {
  const look = await openLook(context, unit, siteId, lookId)
  if (look.worker_id === null || look.from_at === null || look.to_at === null) throw refuse.lookOther()
  const { worker_id: workerId, from_at: from, to_at: to } = look
  const [worker] = await registrationsOfWorkers(unit.db, [workerId])
  const points = await store.trackOf(unit.db, siteId, workerId, from, to, MOST_POINTS + 1)
  await store.noteShown(unit.db, look, Math.min(points.length, MOST_POINTS), unit.now)
  const passages = await store.passagesOfWorkers(unit.db, [workerId], from, to, 500)
  return {
    workerId,
    name: worker?.name ?? '',
    from,
    to,
    points: points.slice(0, MOST_POINTS).map((point) => ({
      at: point.at,
      lon: point.lon,
      lat: point.lat,
      floor: point.floor,
      accuracyM: point.accuracy_m,
    })),
    truncated: points.length > MOST_POINTS,
    attendance: passages
      .map((row) => ({ at: row.at, direction: row.direction, deviceName: row.device_name }))
      .reverse(),
  }
}

const lookViews = async (
  context: SitesContext,
  db: Database,
  looks: readonly store.LookRow[],
): Promise<contract.LookView[]> => {
  const names = await context.people.personNames(db, [...new Set(looks.map((look) => look.looked_by))])
  return looks.map((look) => ({
    lookId: look.id,
    siteId: look.site_id,
    siteName: look.site_name,
    workerId: look.worker_id,
    lookedBy: names.get(look.looked_by) ?? '',
    purpose: look.purpose,
    from: look.from_at,
    to: look.to_at,
    at: look.looked_at,
    lastAt: look.last_at,
    shown: look.shown,
  }))
}
/** Workers whose phone is that of the person's account. */
const ownWorkers = async (context: SitesContext, db: Database, personId: PersonId | null) => {
  const phone = personId === null ? null : await context.people.phoneOf(db, personId)
  return phone === null ? [] : workersByPhone(db, context.vault, checkPhone(phone).normalised)
}
export const listLooks = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  siteId: SiteId,
  id: contract.RegistrationId,
) => {
  const row = await registrationById(db, siteId, id)
  const own = await ownWorkers(context, db, personOf(actor))
  require(
    maySeeLooks(
      actor,
      own.some((worker) => worker.id === row?.worker_id),
    ),
  )
  if (row === null) throw refuse.registrationMissing()
  return { rows: await lookViews(context, db, await store.looksAt(db, [row.worker_id])) }
}
export const myRecord = async (context: SitesContext, db: Database, actor: Actor) => {
  const now = context.platform.clock()
  const workers = (await ownWorkers(context, db, personOf(actor))).map((worker) => worker.id)
  const registered = await registrationsOfWorkers(db, workers)
  const registrations = await rowsOf(context, db, registered)
  const passages = await store.passagesOfWorkers(db, workers, addMs(now, -OWN_ATTENDANCE_DAYS * DAY_MS), now, 500)
  const { positions } = context.retention
  return {
    registrations: registrations.map((row, index) => ({ ...row, siteName: registered[index]?.site_name ?? '' })),
    attendance: passages.map((row) => ({
      siteName: row.site_name,
      at: row.at,
      direction: row.direction,
      method: row.method,
    })),
    looks: await lookViews(context, db, await store.looksAt(db, workers)),
    searches: await searchViews(context, db, await store.searchesFor(db, workers)),
    notice: `定位只在工地围栏内、作业时间内保存,保存${positions.days}天(依据:${positions.source.basis})。查看您位置的人须先说明目的,每次查看都记录在这里。证件号码加密保存,任何人都看不到原文。`,
  }
}
