/** Makes the figures of marked minutes, hours and days again from what is there now: late data correct them. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import {
  boolArray,
  doubleArray,
  floatArray,
  instantArray,
  intArray,
  momentArray,
  smallArray,
  uuidArray,
  uuidBytes,
} from '../../../../platform/database/arrays.ts'
import type { DatabaseTransaction } from '../../../../platform/platform.ts'
import { foldReports } from '../../model/telemetry/fold.ts'
import type { Level } from '../../model/telemetry/time.ts'

/** Any fixed number; whoever makes figures holds it, so that no older view of a bucket overwrites a newer one. */
const ROLLUP_LOCK = 7_046_133_921
/** Days and hours of Asia/Shanghai begin at whole hours of UTC since this moment. */
const ORIGIN = sql.raw(`timestamptz '2000-01-01 00:00:00+08'`)
const WIDTH: Readonly<Record<Level, string>> = { minute: '1 minute', hour: '1 hour', day: '1 day' }
const width = (level: Level) => sql.raw(`interval '${WIDTH[level]}'`)

/** False: another process makes figures now. Held to the end of the transaction. */
export const tryRollUpLock = async (db: DatabaseTransaction): Promise<boolean> => {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${ROLLUP_LOCK}::bigint) as locked`.execute(db)
  return rows[0]?.locked === true
}

/** Takes the oldest marks of a level that are due, and names their buckets once each: the CTEs `taken` and `bucket`. */
const buckets = (level: Level, now: Instant, most: number) => sql`
  taken as (
    delete from monitoring.telemetry_dirty where id in (
      select id from monitoring.telemetry_dirty where level = ${level} and due_at <= ${now}::timestamptz
      order by id limit ${most})
    returning site_ids, device_ids, ats),
  bucket as materialized (
    select distinct m.site_id, m.device_id, m.at
    from taken cross join lateral unnest(site_ids, device_ids, ats) as m(site_id, device_id, at))`

/** Marks the buckets of the next level, and says how much was done: the end of each statement. */
const next = (level: 'day' | null, dueAt: Instant) =>
  level === null
    ? sql`select (select count(*)::int from taken) as marks, (select count(*)::int from bucket) as buckets,
        (select count(*)::int from made) as made`
    : sql`,
  raised as (
    insert into monitoring.telemetry_dirty (level, due_at, site_ids, device_ids, ats)
    select ${level}, ${dueAt}::timestamptz, array_agg(site_id), array_agg(device_id), array_agg(at)
    from (select distinct site_id, device_id, date_bin(${width(level)}, at, ${ORIGIN}) as at from bucket) as b
    having count(*) > 0)
  select (select count(*)::int from taken) as marks, (select count(*)::int from bucket) as buckets,
    (select count(*)::int from made) as made`

export interface RolledUp {
  /** Rows of marks that were taken; 0 = nothing was due. */
  readonly marks: number
  readonly buckets: number
  /** Rows of figures that were written. */
  readonly made: number
}
/** Buckets whose reports are in memory at once. */
const BUCKETS_AT_ONCE = 5_000
const none: RolledUp = { marks: 0, buckets: 0, made: 0 }

interface MinuteRow {
  readonly site_id: string
  readonly device_id: string
  readonly bucket: Instant
  readonly profile_id: number
  readonly late: boolean
  /** Value arrays of the reports in order, as the database sends them. */
  readonly bytes: Uint8Array
}
const flat = (rows: readonly (readonly number[])[]): number[] => rows.flatMap((row) => row)

const writeMinutes = async (db: DatabaseTransaction, rows: readonly MinuteRow[]): Promise<number> => {
  const folded = rows.map((row) => foldReports(row.bytes))
  const ends: number[] = []
  let end = 0
  for (const each of folded) {
    end += each.n.length
    ends.push(end)
  }
  const starts = folded.map((each, index) => (ends[index] ?? 0) - each.n.length + 1)
  const { numAffectedRows } = await sql`insert into monitoring.rollup_1m as m
      (site_id, device_id, at, profile_id, n, sum, min, max, last, late)
    select s, d, a, p, (${intArray(flat(folded.map((each) => each.n)))}::int[])[f:t],
      (${doubleArray(flat(folded.map((each) => each.sum)))}::float8[])[f:t],
      (${floatArray(flat(folded.map((each) => each.min)))}::real[])[f:t],
      (${floatArray(flat(folded.map((each) => each.max)))}::real[])[f:t],
      (${floatArray(flat(folded.map((each) => each.last)))}::real[])[f:t], l
    from (select unnest(${uuidArray(rows.map((row) => uuidBytes(row.site_id)))}::uuid[]) as s,
      unnest(${uuidArray(rows.map((row) => uuidBytes(row.device_id)))}::uuid[]) as d,
      unnest(${instantArray(rows.map((row) => row.bucket))}::timestamptz[]) as a,
      unnest(${smallArray(rows.map((row) => row.profile_id))}::smallint[]) as p,
      unnest(${boolArray(rows.map((row) => row.late))}::bool[]) as l,
      unnest(${intArray(starts)}::int[]) as f, unnest(${intArray(ends)}::int[]) as t) as u
    on conflict (site_id, device_id, at, profile_id) do update set
      n = excluded.n, sum = excluded.sum, min = excluded.min, max = excluded.max, last = excluded.last,
      late = excluded.late
    where m.late or not excluded.late`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

/**
 * Minutes, from momentary reports; where a minute has none, from the device's own means of a minute. Minutes of days whose
 * raw data were dropped keep their figures; those that have none get them from late rows. The reports are folded here: an
 * aggregate over unnested arrays costs the database ten times as much as sending them.
 */
export const rollUpMinutes = async (
  db: DatabaseTransaction,
  now: Instant,
  hoursDueAt: Instant,
  most: number,
): Promise<RolledUp> => {
  const { rows: taken } = await sql<Omit<RolledUp, 'made'> & { readonly list: string }>`
    with ${buckets('minute', now, most)},
    raised as (
      insert into monitoring.telemetry_dirty (level, due_at, site_ids, device_ids, ats)
      select 'hour', ${hoursDueAt}::timestamptz, array_agg(site_id), array_agg(device_id), array_agg(at)
      from (select distinct site_id, device_id, date_bin(${width('hour')}, at, ${ORIGIN}) as at from bucket) as b
      having count(*) > 0)
    select (select count(*)::int from taken) as marks, count(*)::int as buckets,
      coalesce(json_agg(json_build_array(site_id, device_id, at)), '[]')::text as list from bucket`.execute(db)
  const [first] = taken
  if (first === undefined || first.buckets === 0) return { ...none, marks: first?.marks ?? 0 }
  const keys = JSON.parse(first.list) as [string, string, string][]
  let made = 0
  for (let start = 0; start < keys.length; start += BUCKETS_AT_ONCE) {
    const piece = keys.slice(start, start + BUCKETS_AT_ONCE)
    const { rows } = await sql<MinuteRow>`
      with bucket as materialized (
        select * from unnest(${uuidArray(piece.map(([site]) => uuidBytes(site)))}::uuid[],
          ${uuidArray(piece.map(([, device]) => uuidBytes(device)))}::uuid[],
          ${momentArray(piece.map(([, , at]) => Date.parse(at)))}::timestamptz[]) as b(site_id, device_id, at)),
      report as (
        select b.site_id, b.device_id, b.at as bucket, r.at, r.profile_id, r."values", r.late, r.span_s,
          min(r.span_s) over (partition by b.site_id, b.device_id, b.at) as finest
        from bucket as b cross join lateral (
          select at, profile_id, "values", span_s, false as late from monitoring.telemetry as t
          where t.site_id = b.site_id and t.device_id = b.device_id
            and t.at >= b.at and t.at < b.at + interval '1 minute' and t.span_s <= 60
          union all
          select at, profile_id, "values", span_s, true from monitoring.telemetry_late as t
          where t.site_id = b.site_id and t.device_id = b.device_id
            and t.at >= b.at and t.at < b.at + interval '1 minute' and t.span_s <= 60
        ) as r)
      select site_id, device_id, bucket, profile_id, bool_and(late) as late,
        string_agg(array_send("values"), ''::bytea order by at) as bytes
      from report where span_s = finest group by site_id, device_id, bucket, profile_id`.execute(db)
    if (rows.length > 0) made += await writeMinutes(db, rows)
  }
  return { marks: first.marks, buckets: first.buckets, made }
}

/**
 * Hours from minutes, days from hours; where there are none, from the device's own means of such a time; where there are no
 * figures at all, from those that came after the raw data of their day had been dropped.
 */
export const rollUpLevel = async (
  db: DatabaseTransaction,
  level: 'hour' | 'day',
  now: Instant,
  daysDueAt: Instant,
  most: number,
): Promise<RolledUp> => {
  const [from, into, above, below] =
    level === 'hour' ? ['rollup_1m', 'rollup_1h', 60, 3600] : ['rollup_1h', 'rollup_1d', 3600, 1_000_000_000]
  const { rows } = await sql<RolledUp>`with ${buckets(level, now, most)},
  part as (
    select b.site_id, b.device_id, b.at as bucket, p.*, min(p.rank) over (partition by b.site_id, b.device_id, b.at) as best
    from bucket as b cross join lateral (
      select 0 as rank, f.at, f.profile_id, v.n, v.sum, v.min, v.max, v.last, v.i
      from ${sql.raw(`monitoring.${from}`)} as f
      cross join lateral unnest(f.n, f.sum, f.min, f.max, f.last) with ordinality as v(n, sum, min, max, last, i)
      where f.site_id = b.site_id and f.device_id = b.device_id and f.at >= b.at and f.at < b.at + ${width(level)}
      union all
      select 1, t.at, t.profile_id, 1, v.v::float8, v.v, v.v, v.v, v.i
      from monitoring.telemetry as t cross join lateral unnest(t."values") with ordinality as v(v, i)
      where t.site_id = b.site_id and t.device_id = b.device_id and t.at >= b.at and t.at < b.at + ${width(level)}
        and t.span_s > ${sql.raw(String(above))} and t.span_s <= ${sql.raw(String(below))} and v.v <> 'NaN'
      union all
      select 2, t.at, t.profile_id, 1, v.v::float8, v.v, v.v, v.v, v.i
      from monitoring.telemetry_late as t cross join lateral unnest(t."values") with ordinality as v(v, i)
      where t.site_id = b.site_id and t.device_id = b.device_id and t.at >= b.at and t.at < b.at + ${width(level)}
        and t.span_s > ${sql.raw(String(above))} and t.span_s <= ${sql.raw(String(below))} and v.v <> 'NaN'
        and not exists (select 1 from ${sql.raw(`monitoring.${into}`)} as f
          where f.site_id = b.site_id and f.device_id = b.device_id and f.at = b.at)
    ) as p),
  figure as (
    select site_id, device_id, bucket, profile_id, i,
      sum(n)::int as n,
      coalesce(sum(sum) filter (where n > 0), 0) as sum,
      coalesce(min(min) filter (where n > 0), 'NaN') as min,
      coalesce(max(max) filter (where n > 0), 'NaN') as max,
      coalesce((array_agg(last order by at desc) filter (where n > 0))[1], 'NaN') as last
    from part where rank = best group by site_id, device_id, bucket, profile_id, i),
  whole as (
    -- A metric that no mean names has its place all the same.
    select w.site_id, w.device_id, w.bucket, w.profile_id, g.i, coalesce(f.n, 0) as n, coalesce(f.sum, 0) as sum,
      coalesce(f.min, 'NaN') as min, coalesce(f.max, 'NaN') as max, coalesce(f.last, 'NaN') as last
    from (select site_id, device_id, bucket, profile_id, max(i) as most from figure group by 1, 2, 3, 4) as w
    cross join lateral generate_series(1, w.most) as g(i)
    left join figure as f on f.site_id = w.site_id and f.device_id = w.device_id and f.bucket = w.bucket
      and f.profile_id = w.profile_id and f.i = g.i),
  made as (
    insert into ${sql.raw(`monitoring.${into}`)} as f (site_id, device_id, at, profile_id, n, sum, min, max, last)
    select site_id, device_id, bucket, profile_id, array_agg(n order by i), array_agg(sum order by i),
      array_agg(min order by i), array_agg(max order by i), array_agg(last order by i)
    from whole group by site_id, device_id, bucket, profile_id
    on conflict (site_id, device_id, at, profile_id) do update set
      n = excluded.n, sum = excluded.sum, min = excluded.min, max = excluded.max, last = excluded.last
    returning 1)
  ${next(level === 'hour' ? 'day' : null, daysDueAt)}`.execute(db)
  return rows[0] ?? none
}
