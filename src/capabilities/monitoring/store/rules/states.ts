/** Where devices stand by their rules, and what is needed to go on from there. */
import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { DeviceId, DeviceKind, KnownDevice, SiteId } from '../../model/report.ts'

export interface DeviceKey {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
}
const list = <T>(values: readonly T[], type: 'uuid' | 'timestamptz' | 'text' | 'bigint'): RawBuilder<unknown> =>
  sql`${[...values]}::${sql.raw(type)}[]`
const keysOf = (keys: readonly DeviceKey[]): RawBuilder<unknown> =>
  sql`unnest(${list(
    keys.map((key) => key.siteId),
    'uuid',
  )}, ${list(
    keys.map((key) => key.deviceId),
    'uuid',
  )}) as k(site_id, device_id)`

export interface Standing {
  /** Of the rules. */
  readonly revision: number
  /** This transaction. */
  readonly mine: string
  /** Devices whose checkpoint is not the one given any more, or was never committed. */
  readonly gone: ReadonlySet<DeviceId>
}
/** In one look: which rules are in force, and which of the checkpoints in hand still stand. */
export const standing = async (
  db: DatabaseTransaction,
  held: readonly (DeviceKey & { readonly version: number; readonly xid: string })[],
): Promise<Standing> => {
  const { rows } = await sql<{ revision: number | null; mine: string; gone: readonly DeviceId[] }>`
    select (select revision from monitoring.rule_revision) as revision, pg_current_xact_id()::text as mine,
      array(
        select k.device_id::text
        from unnest(${list(
          held.map((key) => key.siteId),
          'uuid',
        )}, ${list(
          held.map((key) => key.deviceId),
          'uuid',
        )}, ${list(
          held.map((key) => key.version),
          'bigint',
        )}, ${list(
          held.map((key) => key.xid),
          'text',
        )}) as k(site_id, device_id, version, xid)
        left join monitoring.rule_state s on s.site_id = k.site_id and s.device_id = k.device_id
        where coalesce(s.version, 0) <> k.version
          or (k.xid::xid8 <> pg_current_xact_id() and pg_xact_status(k.xid::xid8) is distinct from 'committed')
      ) as gone`.execute(db)
  const [row] = rows
  return { revision: Number(row?.revision ?? 0), mine: row?.mine ?? '', gone: new Set(row?.gone) }
}

export interface StateVersion {
  readonly device_id: DeviceId
  readonly version: number
}
/** Versions of checkpoints; `lock` waits for whoever changes one of these devices now. */
export const stateVersions = async (
  db: DatabaseTransaction,
  keys: readonly DeviceKey[],
  lock: boolean,
): Promise<readonly StateVersion[]> => {
  if (keys.length === 0) return []
  const { rows } = await sql<StateVersion>`
    select s.device_id, s.version
    from monitoring.rule_state s join ${keysOf(keys)} on k.site_id = s.site_id and k.device_id = s.device_id
    ${lock ? sql`order by s.device_id for update of s` : sql``}`.execute(db)
  return rows.map((row) => ({ device_id: row.device_id, version: Number(row.version) }))
}
/** This transaction, and what became of earlier ones. */
export const transactions = async (
  db: DatabaseTransaction,
  earlier: readonly string[],
): Promise<{ readonly mine: string; readonly committed: ReadonlySet<string> }> => {
  const { rows } = await sql<{ mine: string; xid: string | null; status: string | null }>`
    select pg_current_xact_id()::text as mine, e.xid, pg_xact_status(e.xid::xid8) as status
    from (select 1) as one left join unnest(${list(earlier, 'text')}) as e(xid) on true`.execute(db)
  return {
    mine: rows[0]?.mine ?? '',
    committed: new Set(rows.flatMap((row) => (row.status === 'committed' && row.xid !== null ? [row.xid] : []))),
  }
}
export const readStates = async (
  db: DatabaseTransaction,
  keys: readonly DeviceKey[],
): Promise<ReadonlyMap<DeviceId, { readonly version: number; readonly states: string }>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ device_id: DeviceId; version: number; states: string }>`
    select s.device_id, s.version, s.states
    from monitoring.rule_state s join ${keysOf(keys)} on k.site_id = s.site_id and k.device_id = s.device_id`.execute(
    db,
  )
  return new Map(rows.map((row) => [row.device_id, { version: Number(row.version), states: row.states }]))
}
/**
 * Takes devices over: their checkpoints, each with a new version, so that whoever had them before sees that they are his no
 * longer. Without that, a process would go on from where it saw a device at rest last, past what others heard of it since.
 */
export const takeStates = async (
  db: DatabaseTransaction,
  keys: readonly DeviceKey[],
): Promise<ReadonlyMap<DeviceId, { readonly version: number; readonly states: string }>> => {
  if (keys.length === 0) return new Map()
  const sorted = [...keys].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  const { rows } = await sql<{ device_id: DeviceId; version: number; states: string }>`
    insert into monitoring.rule_state as s (site_id, device_id, version, states)
    select site_id, device_id, 1, '' from ${keysOf(sorted)}
    on conflict (site_id, device_id) do update set version = s.version + 1
    returning s.device_id, s.version, s.states`.execute(db)
  return new Map(rows.map((row) => [row.device_id, { version: Number(row.version), states: row.states }]))
}
/** Gives the new versions. */
export const writeStates = async (
  db: DatabaseTransaction,
  rows: readonly (DeviceKey & { readonly states: string })[],
): Promise<ReadonlyMap<DeviceId, number>> => {
  if (rows.length === 0) return new Map()
  const sorted = [...rows].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  const { rows: written } = await sql<StateVersion>`
    insert into monitoring.rule_state as s (site_id, device_id, version, states)
    select site_id, device_id, 1, states
    from unnest(${list(
      sorted.map((row) => row.siteId),
      'uuid',
    )}, ${list(
      sorted.map((row) => row.deviceId),
      'uuid',
    )}, ${list(
      sorted.map((row) => row.states),
      'text',
    )}) as n(site_id, device_id, states)
    on conflict (site_id, device_id) do update set version = s.version + 1, states = excluded.states
    returning s.device_id, s.version`.execute(db)
  return new Map(written.map((row) => [row.device_id, Number(row.version)]))
}

export interface LastReport {
  readonly device_id: DeviceId
  readonly at: Instant | null
  readonly profile_id: number | null
  readonly values: readonly number[] | null
  readonly position_at: Instant | null
}
/** The last live reports of devices that came before a moment (of each device); looks back two days. */
export const lastReports = async (
  db: Database,
  keys: readonly (DeviceKey & { readonly before: Instant })[],
  oldAfterMs: number,
): Promise<ReadonlyMap<DeviceId, LastReport>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<LastReport>`
    select k.device_id, t.at, t.profile_id, t.values, p.at as position_at
    from unnest(${list(
      keys.map((key) => key.siteId),
      'uuid',
    )}, ${list(
      keys.map((key) => key.deviceId),
      'uuid',
    )}, ${list(
      keys.map((key) => key.before),
      'timestamptz',
    )}) as k(site_id, device_id, before)
    left join lateral (
      select at, profile_id, "values" from monitoring.telemetry t
      where t.site_id = k.site_id and t.device_id = k.device_id and t.at > k.before - interval '2 days'
        and t.at <= k.before + interval '1 day' and t.received_at < k.before and not t.buffered
        and t.quality & 2 = 0 and t.received_at - t.at <= ${oldAfterMs}::float8 * interval '1 millisecond'
      order by t.at desc limit 1
    ) t on true
    left join lateral (
      select at from monitoring.position p
      where p.site_id = k.site_id and p.device_id = k.device_id and p.at > k.before - interval '2 days'
        and p.at <= k.before + interval '1 day' and p.received_at < k.before and not p.buffered
        and p.received_at - p.at <= ${oldAfterMs}::float8 * interval '1 millisecond'
      order by p.at desc limit 1
    ) p on true`.execute(db)
  return new Map(rows.map((row) => [row.device_id, row]))
}

// ------------------------------------------------------------------------------------------ silence

interface DeviceRow {
  readonly device_id: DeviceId
  readonly site_id: SiteId
  readonly kind: DeviceKind
  readonly profile_id: number
  readonly metrics: readonly string[]
}
export const knownDevice = (row: DeviceRow): KnownDevice => ({
  siteId: row.site_id,
  deviceId: row.device_id,
  kind: row.kind,
  profileId: row.profile_id,
  metrics: row.metrics,
})
export interface SilentRow extends DeviceRow {
  readonly last: Instant
}
const heard = sql`
  monitoring.device d
  join monitoring.site site on site.id = d.site_id and site.state = 'active'
  join monitoring.metric_profile profile on profile.id = d.profile_id
  left join monitoring.telemetry_last l on l.site_id = d.site_id and l.device_id = d.id
  left join monitoring.position_last p on p.site_id = d.site_id and p.device_id = d.id`
const lastHeard = sql`greatest(coalesce(l.at, d.created_at), coalesce(p.at, d.created_at))`
const MOST = 5000
/** Devices of these kinds that have been silent since a moment and of which no alarm of the rule is active. */
export const silentDevices = async (
  db: DatabaseTransaction,
  rule: { readonly key: string; readonly kinds: readonly string[]; readonly siteIds: readonly string[] | null },
  until: Instant,
): Promise<readonly SilentRow[]> => {
  const { rows } = await sql<SilentRow>`
    select d.id as device_id, d.site_id, d.kind, d.profile_id, profile.metrics, ${lastHeard} as last
    from ${heard}
    where d.state = 'active' and d.kind = any(${list(rule.kinds, 'text')})
      and (${rule.siteIds === null} or d.site_id = any(${list(rule.siteIds ?? [], 'uuid')}))
      and ${lastHeard} <= ${until}
      and not exists (
        select 1 from monitoring.alarm a
        where a.site_id = d.site_id and coalesce(a.device_id, a.site_id) = d.id and a.rule_key = ${rule.key}
          and a.closed_at is null and a.ended_at is null)
    order by d.site_id, d.id
    limit ${MOST}`.execute(db)
  return rows
}
/** When the next of these devices was last heard after a moment; null: none was. */
export const nextSilent = async (
  db: DatabaseTransaction,
  rule: { readonly kinds: readonly string[]; readonly siteIds: readonly string[] | null },
  after: Instant,
): Promise<Instant | null> => {
  const { rows } = await sql<{ last: Instant | null }>`
    select min(${lastHeard}) as last
    from ${heard}
    where d.state = 'active' and d.kind = any(${list(rule.kinds, 'text')})
      and (${rule.siteIds === null} or d.site_id = any(${list(rule.siteIds ?? [], 'uuid')}))
      and ${lastHeard} > ${after}`.execute(db)
  return rows[0]?.last ?? null
}
/** Devices whose alarms of a rule are active and were last said at a moment or before; and when the next will be. */
export const saidBefore = async (
  db: DatabaseTransaction,
  ruleKey: string,
  until: Instant,
): Promise<{ readonly over: readonly DeviceRow[]; readonly next: Instant | null }> => {
  const { rows } = await sql<DeviceRow & { last_at: Instant }>`
    select d.id as device_id, d.site_id, d.kind, d.profile_id, profile.metrics, a.last_at
    from monitoring.alarm a
    join monitoring.device d on d.id = a.device_id
    join monitoring.metric_profile profile on profile.id = d.profile_id
    where a.rule_key = ${ruleKey} and a.closed_at is null and a.ended_at is null
    order by a.last_at
    limit ${MOST}`.execute(db)
  return {
    over: rows.filter((row) => row.last_at <= until),
    next: rows.find((row) => row.last_at > until)?.last_at ?? null,
  }
}
export const hasDevices = async (db: Database): Promise<boolean> => {
  const { rows } = await sql<{ found: boolean }>`
    select exists(select 1 from monitoring.device where state = 'active') as found`.execute(db)
  return rows[0]?.found === true
}
