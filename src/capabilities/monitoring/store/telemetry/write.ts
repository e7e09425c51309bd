/** Writes a batch of reports: one statement a table, its rows as arrays in binary. */
import { Buffer } from 'node:buffer'
import { type RawBuilder, sql } from 'kysely'
import { type Instant, instantFromMs, msOf } from '../../../../kernel/time.ts'
import {
  boolArray,
  doubleArray,
  floatArray,
  intArray,
  momentArray,
  smallArray,
  uuidArray,
  uuidBytes,
} from '../../../../platform/database/arrays.ts'
import type { DatabaseTransaction } from '../../../../platform/platform.ts'
import type {
  AttendanceReport,
  DeviceAlarmReport,
  KnownDevice,
  PositionReport,
  Report,
  TelemetryReport,
} from '../../model/report.ts'
import type { QuarantineReason } from '../../model/telemetry/durable.ts'
import { type Placed, spanOf } from '../../model/telemetry/sort.ts'
import { bucketOf, type Level, levelOf } from '../../model/telemetry/time.ts'

interface KeyBytes {
  readonly siteId: string
  readonly site: Uint8Array
  readonly device: Uint8Array
}
/** Ids as bytes, by device: they are turned into bytes once. */
const known = new Map<string, KeyBytes>()
const MOST_KNOWN = 200_000
const keyOf = ({ siteId, deviceId }: KnownDevice): KeyBytes => {
  const found = known.get(deviceId)
  if (found?.siteId === siteId) return found
  const key = { siteId, site: uuidBytes(siteId), device: uuidBytes(deviceId) }
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(deviceId, key)
  return key
}

interface KeyArrays {
  readonly sites: Buffer
  readonly devices: Buffer
  readonly ats: Buffer
  readonly received: Buffer
}
const keyArrays = (rows: readonly Placed<Report>[]): KeyArrays => {
  const sites: Uint8Array[] = []
  const devices: Uint8Array[] = []
  const ats = new Float64Array(rows.length)
  const received = new Float64Array(rows.length)
  let device: KnownDevice | null = null
  let key: KeyBytes | null = null
  for (let index = 0; index < rows.length; index += 1) {
    const { report, atMs, receivedMs } = rows[index] as Placed<Report>
    // Reports of one device mostly stand together.
    if (key === null || report.device !== device) {
      device = report.device
      key = keyOf(device)
    }
    sites.push(key.site)
    devices.push(key.device)
    ats[index] = atMs
    received[index] = receivedMs
  }
  return {
    sites: uuidArray(sites),
    devices: uuidArray(devices),
    ats: momentArray(ats),
    received: momentArray(received),
  }
}
/** A column of the source: the one value where all rows have the same, else an array. */
const column = <V extends number | boolean>(
  type: 'int' | 'smallint' | 'bool',
  values: readonly V[],
  arrayOf: (values: readonly V[]) => Buffer,
): RawBuilder<unknown> => {
  const [first] = values
  return values.every((value) => value === first)
    ? sql`${first}::${sql.raw(type)}`
    : sql`unnest(${arrayOf(values)}::${sql.raw(type)}[])`
}

/** The rows as a subquery `u(s, d, a, r, sp, p, q, b, v)`. */
const telemetrySource = (rows: readonly Placed<TelemetryReport>[]): RawBuilder<unknown> => {
  const { sites, devices, ats, received } = keyArrays(rows)
  const [first] = rows
  const width = first?.report.values.length ?? 0
  let total = 0
  let even = true
  for (const { report } of rows) {
    total += report.values.length
    if (report.values.length !== width) even = false
  }
  const all = new Float32Array(total)
  let offset = 0
  for (const { report } of rows) {
    all.set(report.values, offset)
    offset += report.values.length
  }
  // Infinity is no measurement; NaN says that there is none.
  for (let place = 0; place < total; place += 1) if (!Number.isFinite(all[place])) all[place] = Number.NaN
  const reports = rows.map(({ report }) => report)
  const columns = sql`unnest(${sites}::uuid[]) as s, unnest(${devices}::uuid[]) as d,
    unnest(${ats}::timestamptz[]) as a, unnest(${received}::timestamptz[]) as r,
    ${column('int', reports.map(spanOf), intArray)} as sp,
    ${column(
      'smallint',
      reports.map((report) => report.device.profileId),
      smallArray,
    )} as p,
    ${column(
      'smallint',
      reports.map((report) => report.quality),
      smallArray,
    )} as q,
    ${column(
      'bool',
      reports.map((report) => report.buffered),
      boolArray,
    )} as b`
  // All values stand one after another in one array; each row takes its slice.
  if (even)
    return sql`(select s, d, a, r, sp, p, q, b,
      (${floatArray(all)}::real[])[i * ${width}::int + 1 : i * ${width}::int + ${width}::int] as v
      from (select ${columns}, generate_series(0, ${rows.length - 1}::int) as i) as w)`
  const ends = new Int32Array(rows.length)
  let end = 0
  reports.forEach((report, index) => {
    end += report.values.length
    ends[index] = end
  })
  const starts = ends.map((each, index) => each - (reports[index]?.values.length ?? 0) + 1)
  return sql`(select s, d, a, r, sp, p, q, b, (${floatArray(all)}::real[])[f:t] as v
    from (select ${columns}, unnest(${intArray(starts)}::int[]) as f, unnest(${intArray(ends)}::int[]) as t) as w)`
}

type TelemetryTable = 'telemetry' | 'telemetry_late'
const tableOf = (name: TelemetryTable | 'position') => sql.raw(`monitoring.${name}`)

const into = (table: TelemetryTable, from: RawBuilder<unknown>) => sql`
  insert into ${tableOf(table)} (site_id, device_id, at, received_at, span_s, profile_id, quality, buffered, "values")
  select s, d, a, r, sp, p, q, b, v from ${from} as u`

const levels = ['minute', 'hour', 'day'] as const
/** A minute is made when it is over and its stragglers are in; a minute that is marked again is made again. */
const SETTLE_MS = 10_000
const LATEST_DUE_MS = 70_000
/** When marks are due: at the end of the newest minute, so that all marks of one minute are taken together. */
const dueOf = (level: Level, newestBucket: number, now: Instant): Instant => {
  const nowMs = msOf(now)
  const wanted = level === 'minute' ? newestBucket + 60_000 + SETTLE_MS : nowMs + SETTLE_MS
  return instantFromMs(Math.min(Math.max(wanted, nowMs), nowMs + LATEST_DUE_MS))
}
interface Mark {
  readonly row: Placed<TelemetryReport>
  readonly bucket: number
}
/** Notes which figures the rows change, with the rows: whoever sees the mark sees them. Null where there are no rows. */
const marking = (rows: readonly Placed<TelemetryReport>[], now: Instant): RawBuilder<unknown> | null => {
  const marks: Record<Level, Mark[]> = { minute: [], hour: [], day: [] }
  for (const row of rows) {
    const level = levelOf(spanOf(row.report))
    const bucket = bucketOf(level, row.atMs)
    const before = marks[level].at(-1)
    if (before?.bucket !== bucket || before.row.report.device.deviceId !== row.report.device.deviceId)
      marks[level].push({ row, bucket })
  }
  const tuples = levels.flatMap((level) => {
    const marked = marks[level]
    if (marked.length === 0) return []
    let newest = 0
    for (const { bucket } of marked) newest = Math.max(newest, bucket)
    const keys = marked.map(({ row }) => keyOf(row.report.device))
    return [
      sql`(${level}::text, ${dueOf(level, newest, now)}::timestamptz, ${uuidArray(keys.map((key) => key.site))}::uuid[],
        ${uuidArray(keys.map((key) => key.device))}::uuid[],
        ${momentArray(marked.map(({ bucket }) => bucket))}::timestamptz[])`,
    ]
  })
  return tuples.length === 0
    ? null
    : sql`insert into monitoring.telemetry_dirty (level, due_at, site_ids, device_ids, ats) values ${sql.join(tuples)}`
}

/** Inserts rows that are not there, and marks their figures. Fails on one that is: see `storedTelemetry`. */
export const insertLate = async (
  db: DatabaseTransaction,
  rows: readonly Placed<TelemetryReport>[],
  now: Instant,
): Promise<void> => {
  await into('telemetry_late', telemetrySource(rows)).execute(db)
  await marking(rows, now)?.execute(db)
}
const isNewest = (rows: readonly Placed<Report>[], index: number): boolean =>
  rows[index + 1]?.report.device.deviceId !== rows[index]?.report.device.deviceId
const newestOf = <R extends Report>(rows: readonly Placed<R>[]): readonly Placed<R>[] =>
  rows.filter((_row, index) => isNewest(rows, index))

/**
 * Inserts rows that are not there (fails on one that is: see `storedTelemetry`), marks their figures and renews the newest
 * values of their devices. `hasRow` says of which devices a row of newest values is known to be there: an update is cheaper.
 */
export const insertTelemetry = async (
  db: DatabaseTransaction,
  rows: readonly Placed<TelemetryReport>[],
  node: string,
  now: Instant,
  hasRow: (device: KnownDevice) => boolean,
): Promise<void> => {
  const marked = marking(rows, now)
  const marks = marked === null ? sql`` : sql`, marked as (${marked})`
  const newest = newestOf(rows)
  const others = newest.filter((row) => !hasRow(row.report.device))
  const renew = (source: RawBuilder<unknown>, only: RawBuilder<unknown>) => sql`
    update monitoring.telemetry_last as l
    set at = u.a, received_at = u.r, span_s = u.sp, profile_id = u.p, quality = u.q, "values" = u.v, node = ${node}
    from ${source} as u where l.site_id = u.s and l.device_id = u.d ${only}
      and (l.at < u.a or (l.at = u.a and l.span_s > u.sp))`
  // One statement for all. The second insert below does nothing for devices that it has renewed.
  if (newest.length * 2 <= rows.length)
    await sql`with renewed as (${renew(telemetrySource(newest), sql``)}) ${marks}
      ${into('telemetry', telemetrySource(rows))}`.execute(db)
  else {
    // Nearly all rows are newest ones: they travel once.
    const all = newest.length === rows.length
    const only = all ? sql`` : sql`and (${boolArray(rows.map((_row, index) => isNewest(rows, index)))}::bool[])[u.n]`
    const numbered = all ? sql`` : sql`, row_number() over () as n`
    await sql`with u as materialized (select * ${numbered} from ${telemetrySource(rows)} as w),
      renewed as (${renew(sql`u`, only)}) ${marks}
      ${into('telemetry', sql`u`)}`.execute(db)
  }
  if (others.length > 0)
    await sql`insert into monitoring.telemetry_last as l
        (site_id, device_id, at, received_at, span_s, profile_id, quality, "values", node)
      select s, d, a, r, sp, p, q, v, ${node}::text from ${telemetrySource(others)} as u
      on conflict (site_id, device_id) do update set at = excluded.at, received_at = excluded.received_at,
        span_s = excluded.span_s, profile_id = excluded.profile_id, quality = excluded.quality,
        "values" = excluded."values", node = excluded.node
      where l.at < excluded.at or (l.at = excluded.at and l.span_s > excluded.span_s)`.execute(db)
}
/** Which of the rows are there already, as places in `rows`. */
export const storedTelemetry = async (
  db: DatabaseTransaction,
  table: TelemetryTable,
  rows: readonly Placed<TelemetryReport>[],
): Promise<ReadonlySet<number>> => {
  const { sites, devices, ats } = keyArrays(rows)
  const { rows: found } = await sql<{ i: number }>`
    select u.i from unnest(${sites}::uuid[], ${devices}::uuid[], ${ats}::timestamptz[],
      ${intArray(rows.map(({ report }) => spanOf(report)))}::int[]) with ordinality as u(s, d, a, sp, i)
    join ${tableOf(table)} as t on t.site_id = u.s and t.device_id = u.d and t.at = u.a and t.span_s = u.sp`.execute(db)
  return new Set(found.map(({ i }) => i - 1))
}

// ------------------------------------------------------------------------------------------ positions

const orNaN = (value: number | null): number => value ?? Number.NaN
const positionSource = (rows: readonly Placed<PositionReport>[]): RawBuilder<unknown> => {
  const { sites, devices, ats, received } = keyArrays(rows)
  const reports = rows.map(({ report }) => report)
  // NaN stands for what is not known: binary arrays hold no null.
  return sql`(select s, d, a, r, x, y, nullif(fl, 'NaN')::smallint as fl, nullif(v, 'NaN') as v, nullif(m, 'NaN') as m, b
    from (select unnest(${sites}::uuid[]) as s, unnest(${devices}::uuid[]) as d,
      unnest(${ats}::timestamptz[]) as a, unnest(${received}::timestamptz[]) as r,
      unnest(${doubleArray(reports.map(({ lon }) => lon))}::float8[]) as x,
      unnest(${doubleArray(reports.map(({ lat }) => lat))}::float8[]) as y,
      unnest(${floatArray(reports.map(({ floor }) => orNaN(floor)))}::real[]) as fl,
      unnest(${floatArray(reports.map(({ speedMps }) => orNaN(speedMps)))}::real[]) as v,
      unnest(${floatArray(reports.map(({ accuracyM }) => orNaN(accuracyM)))}::real[]) as m,
      unnest(${boolArray(reports.map(({ buffered }) => buffered))}::bool[]) as b) as w) as u`
}
/** Inserts rows that are not there. Fails on one that is: see `storedPositions`. */
export const insertPositions = async (
  db: DatabaseTransaction,
  rows: readonly Placed<PositionReport>[],
): Promise<void> => {
  await sql`insert into monitoring.position
      (site_id, device_id, at, received_at, lon, lat, floor, speed_mps, accuracy_m, buffered)
    select s, d, a, r, x, y, fl, v, m, b from ${positionSource(rows)}`.execute(db)
}
export const storedPositions = async (
  db: DatabaseTransaction,
  rows: readonly Placed<PositionReport>[],
): Promise<ReadonlySet<number>> => {
  const { sites, devices, ats } = keyArrays(rows)
  const { rows: found } = await sql<{ i: number }>`
    select u.i from unnest(${sites}::uuid[], ${devices}::uuid[], ${ats}::timestamptz[])
      with ordinality as u(s, d, a, i)
    join monitoring.position as t on t.site_id = u.s and t.device_id = u.d and t.at = u.a`.execute(db)
  return new Set(found.map(({ i }) => i - 1))
}
export const renewPositions = async (
  db: DatabaseTransaction,
  rows: readonly Placed<PositionReport>[],
): Promise<void> => {
  await sql`insert into monitoring.position_last as l
      (site_id, device_id, at, received_at, lon, lat, floor, speed_mps, accuracy_m)
    select s, d, a, r, x, y, fl, v, m from ${positionSource(newestOf(rows))}
    on conflict (site_id, device_id) do update set at = excluded.at, received_at = excluded.received_at,
      lon = excluded.lon, lat = excluded.lat, floor = excluded.floor, speed_mps = excluded.speed_mps,
      accuracy_m = excluded.accuracy_m
    where l.at < excluded.at`.execute(db)
}

// ------------------------------------------------------------------------------------------ events

interface EventKey {
  readonly device_id: string
  readonly event_id: string
  readonly active?: boolean
}
const eventKey = (deviceId: string, eventId: string, active = true): string => `${deviceId} ${active} ${eventId}`
/** Places of the first report of each key that was inserted. */
const freshOf = <R extends AttendanceReport | DeviceAlarmReport>(
  rows: readonly Placed<R>[],
  inserted: readonly EventKey[],
): ReadonlySet<number> => {
  const open = new Set(inserted.map((row) => eventKey(row.device_id, row.event_id, row.active)))
  const fresh = new Set<number>()
  for (const { index, report } of rows) {
    const active = report.kind === 'device-alarm' ? report.active : true
    if (open.delete(eventKey(report.device.deviceId, report.eventId, active))) fresh.add(index)
  }
  return fresh
}
/** Inserts what is new; gives the places in the batch of what was. */
export const insertAttendance = async (
  db: DatabaseTransaction,
  rows: readonly Placed<AttendanceReport>[],
): Promise<ReadonlySet<number>> => {
  const { sites, devices, ats, received } = keyArrays(rows)
  const reports = rows.map(({ report }) => report)
  const { rows: inserted } = await sql<EventKey>`
    insert into monitoring.attendance
      (site_id, device_id, event_id, worker_ref, at, received_at, direction, method, photo_ref, buffered)
    select s, d, e, w, a, r, di, me, ph, b from unnest(${sites}::uuid[], ${devices}::uuid[],
      ${reports.map(({ eventId }) => eventId)}::text[], ${reports.map(({ workerRef }) => workerRef)}::text[],
      ${ats}::timestamptz[], ${received}::timestamptz[], ${reports.map(({ direction }) => direction)}::text[],
      ${reports.map(({ method }) => method)}::text[], ${reports.map(({ photoRef }) => photoRef)}::text[],
      ${boolArray(reports.map(({ buffered }) => buffered))}::bool[])
      with ordinality as u(s, d, e, w, a, r, di, me, ph, b, i)
    order by s, d, e, i
    on conflict do nothing returning device_id, event_id`.execute(db)
  return freshOf(rows, inserted)
}
/** Inserts what is new; gives the places in the batch of what was. */
export const insertEvents = async (
  db: DatabaseTransaction,
  rows: readonly Placed<DeviceAlarmReport>[],
): Promise<ReadonlySet<number>> => {
  const { sites, devices, ats, received } = keyArrays(rows)
  const reports = rows.map(({ report }) => report)
  const { rows: inserted } = await sql<EventKey>`
    insert into monitoring.device_event
      (site_id, device_id, event_id, active, at, received_at, code, severity, text, evidence, buffered)
    select s, d, e, ac, a, r, c, se, tx, ev::jsonb, b from unnest(${sites}::uuid[], ${devices}::uuid[],
      ${reports.map(({ eventId }) => eventId)}::text[], ${boolArray(reports.map(({ active }) => active))}::bool[],
      ${ats}::timestamptz[], ${received}::timestamptz[], ${reports.map(({ code }) => code)}::text[],
      ${smallArray(reports.map(({ severity }) => severity))}::smallint[], ${reports.map(({ text }) => text)}::text[],
      ${reports.map(({ evidence }) => JSON.stringify(evidence))}::text[],
      ${boolArray(reports.map(({ buffered }) => buffered))}::bool[])
      with ordinality as u(s, d, e, ac, a, r, c, se, tx, ev, b, i)
    order by s, d, e, ac, i
    on conflict do nothing returning device_id, event_id, active`.execute(db)
  return freshOf(rows, inserted)
}

// ------------------------------------------------------------------------------------------ what is not believed

/** jsonb and text hold neither NUL nor half of a surrogate pair. */
const storable = (text: string): string => text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD')
const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? storable(item) : item)) ?? 'null'

export const insertQuarantined = async (
  db: DatabaseTransaction,
  rows: readonly { readonly report: Report; readonly reason: QuarantineReason; readonly note?: string }[],
  now: Instant,
): Promise<void> => {
  const told = rows.map(({ report }) => {
    const { device, ...said } = report
    return { ...said, ...(said.kind === 'telemetry' ? { values: [...said.values] } : {}), profileId: device.profileId }
  })
  await sql`insert into monitoring.telemetry_quarantine (site_id, device_id, kind, at, reason, received_at, note, report)
    select s, d, k, a, re, ${now}::timestamptz, n, j::jsonb from unnest(
      ${uuidArray(rows.map(({ report }) => keyOf(report.device).site))}::uuid[],
      ${uuidArray(rows.map(({ report }) => keyOf(report.device).device))}::uuid[],
      ${rows.map(({ report }) => report.kind)}::text[], ${rows.map(({ report }) => storable(report.at))}::text[],
      ${rows.map(({ reason }) => reason)}::text[], ${rows.map(({ note }) => storable(note ?? ''))}::text[],
      ${told.map(storableJson)}::text[]) as u(s, d, k, a, re, n, j)
    order by s, d, k, a, re
    on conflict do nothing`.execute(db)
}
