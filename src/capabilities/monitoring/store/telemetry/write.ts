/** Writes a batch of reports: one statement a table, its rows as arrays in binary. */
import { Buffer } from 'node:buffer'
import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
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
  readonly site: Uint8Array
  readonly device: Uint8Array
}
/** The gateways keep one object a device: its ids are turned into bytes once. */
const known = new WeakMap<KnownDevice, KeyBytes>()
const keyOf = (device: KnownDevice): KeyBytes => {
  let key = known.get(device)
  if (key === undefined) {
    key = { site: uuidBytes(device.siteId), device: uuidBytes(device.deviceId) }
    known.set(device, key)
  }
  return key
}

interface KeyArrays {
  readonly sites: Buffer
  readonly devices: Buffer
  readonly ats: Buffer
  readonly received: Buffer
}
const keyArrays = (rows: readonly Placed<Report>[]): KeyArrays => ({
  sites: uuidArray(rows.map((row) => keyOf(row.report.device).site)),
  devices: uuidArray(rows.map((row) => keyOf(row.report.device).device)),
  ats: momentArray(rows.map((row) => row.atMs)),
  received: momentArray(rows.map((row) => row.receivedMs)),
})

/** The rows as a subquery `u(s, d, a, r, sp, p, q, b, f, t)`; their values stand one after another in `values`, at f to t. */
const telemetrySource = (rows: readonly Placed<TelemetryReport>[]): { values: Buffer; source: RawBuilder<unknown> } => {
  const { sites, devices, ats, received } = keyArrays(rows)
  const starts = new Int32Array(rows.length)
  const ends = new Int32Array(rows.length)
  let total = 0
  rows.forEach(({ report }, index) => {
    starts[index] = total + 1
    total += report.values.length
    ends[index] = total
  })
  const all = new Float32Array(total)
  rows.forEach(({ report }, index) => {
    const start = (starts[index] ?? 1) - 1
    // Infinity is no measurement; NaN says that there is none.
    for (let place = 0; place < report.values.length; place += 1) {
      const value = report.values[place] ?? Number.NaN
      all[start + place] = Number.isFinite(value) ? value : Number.NaN
    }
  })
  return {
    values: floatArray(all),
    source: sql`(select unnest(${sites}::uuid[]) as s, unnest(${devices}::uuid[]) as d,
      unnest(${ats}::timestamptz[]) as a, unnest(${received}::timestamptz[]) as r,
      unnest(${intArray(rows.map(({ report }) => spanOf(report)))}::int[]) as sp,
      unnest(${smallArray(rows.map(({ report }) => report.device.profileId))}::smallint[]) as p,
      unnest(${smallArray(rows.map(({ report }) => report.quality))}::smallint[]) as q,
      unnest(${boolArray(rows.map(({ report }) => report.buffered))}::bool[]) as b,
      unnest(${intArray(starts)}::int[]) as f, unnest(${intArray(ends)}::int[]) as t) as u`,
  }
}

type TelemetryTable = 'telemetry' | 'telemetry_late'
const tableOf = (name: TelemetryTable | 'position') => sql.raw(`monitoring.${name}`)

/** Inserts rows that are not there. Fails on one that is: see `storedTelemetry`. */
export const insertTelemetry = async (
  db: DatabaseTransaction,
  table: TelemetryTable,
  rows: readonly Placed<TelemetryReport>[],
): Promise<void> => {
  const { values, source } = telemetrySource(rows)
  await sql`insert into ${tableOf(table)}
      (site_id, device_id, at, received_at, span_s, profile_id, quality, buffered, "values")
    select s, d, a, r, sp, p, q, b, (${values}::real[])[f:t] from ${source}`.execute(db)
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

const newestOf = <R extends Report>(rows: readonly Placed<R>[]): readonly Placed<R>[] =>
  rows.filter((row, index) => rows[index + 1]?.report.device.deviceId !== row.report.device.deviceId)

/** Renews the newest values. `hasRow` says of which devices a row is known to be there: an update is cheaper. */
export const renewLast = async (
  db: DatabaseTransaction,
  rows: readonly Placed<TelemetryReport>[],
  node: string,
  hasRow: (device: KnownDevice) => boolean,
): Promise<void> => {
  const newest = newestOf(rows)
  const there = newest.filter((row) => hasRow(row.report.device))
  const others = there.length === newest.length ? [] : newest.filter((row) => !hasRow(row.report.device))
  if (there.length > 0) {
    const { values, source } = telemetrySource(there)
    await sql`update monitoring.telemetry_last as l
      set at = u.a, received_at = u.r, span_s = u.sp, profile_id = u.p, quality = u.q,
        "values" = (${values}::real[])[u.f:u.t], node = ${node}
      from ${source}
      where l.site_id = u.s and l.device_id = u.d and (l.at < u.a or (l.at = u.a and l.span_s > u.sp))`.execute(db)
  }
  if (others.length > 0) {
    const { values, source } = telemetrySource(others)
    await sql`insert into monitoring.telemetry_last as l
        (site_id, device_id, at, received_at, span_s, profile_id, quality, "values", node)
      select s, d, a, r, sp, p, q, (${values}::real[])[f:t], ${node}::text from ${source}
      on conflict (site_id, device_id) do update set at = excluded.at, received_at = excluded.received_at,
        span_s = excluded.span_s, profile_id = excluded.profile_id, quality = excluded.quality,
        "values" = excluded."values", node = excluded.node
      where l.at < excluded.at or (l.at = excluded.at and l.span_s > excluded.span_s)`.execute(db)
  }
}

/** Notes which figures the rows change, with the rows: whoever sees the mark sees them. Marks are due at `dueAt`. */
export const markDirty = async (
  db: DatabaseTransaction,
  rows: readonly Placed<TelemetryReport>[],
  dueAt: Instant,
): Promise<void> => {
  const marks: Record<Level, { row: Placed<TelemetryReport>; bucket: number }[]> = { minute: [], hour: [], day: [] }
  for (const row of rows) {
    const level = levelOf(spanOf(row.report))
    const bucket = bucketOf(level, row.atMs)
    const before = marks[level].at(-1)
    if (before?.bucket !== bucket || before.row.report.device.deviceId !== row.report.device.deviceId)
      marks[level].push({ row, bucket })
  }
  for (const level of ['minute', 'hour', 'day'] as const) {
    const marked = marks[level]
    if (marked.length === 0) continue
    await sql`insert into monitoring.telemetry_dirty (level, due_at, site_ids, device_ids, ats)
      values (${level}, ${dueAt}, ${uuidArray(marked.map(({ row }) => keyOf(row.report.device).site))}::uuid[],
        ${uuidArray(marked.map(({ row }) => keyOf(row.report.device).device))}::uuid[],
        ${momentArray(marked.map(({ bucket }) => bucket))}::timestamptz[])`.execute(db)
  }
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
