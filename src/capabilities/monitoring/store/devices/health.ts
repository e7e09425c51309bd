/** How devices are: connections, last words, clocks, refusals, numbers used once. Written by the gateways in batches. */
import { type RawBuilder, sql } from 'kysely'
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { RefusalKindOfDevice } from '../../model/devices/words.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import { type ConnectionRecord, type Fault, type HealthRecord, type RefusalRecord, tables } from './tables.ts'

export interface Place {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
}
/** What became known of a device since it was last written. Null: nothing new. */
export interface HealthChange extends Place {
  readonly connected: boolean | null
  readonly address: string | null
  readonly connectedAt: Instant | null
  readonly disconnectedAt: Instant | null
  readonly lastSeenAt: Instant | null
  readonly clockSkewMs: number | null
  readonly clockSkewAt: Instant | null
  readonly reports: number
  readonly malformed: number
  readonly refused: number
  /** All faults now; null: unchanged. */
  readonly faults: Readonly<Record<string, Fault>> | null
}
/** A device of which another process holds the connection that came first, from another address. */
export interface HeldElsewhere {
  readonly deviceId: DeviceId
  readonly address: string | null
  /** When it was heard of there, as that process wrote it last. */
  readonly heardAt: Instant | null
}
/** A connection of which nothing was heard for so long gives way to one from another address. */
const SILENT = sql`interval '120 seconds'`
/**
 * Writes what became known of many devices in one statement; counts are added, in the order of devices. Of two processes at
 * which a device is connected at once from two addresses, the row is of the one to which it came first: the other is told.
 */
export const writeHealth = async (
  db: Database,
  node: string,
  changes: readonly HealthChange[],
): Promise<readonly HeldElsewhere[]> => {
  if (changes.length === 0) return []
  const rows = changes.map((each) => ({
    site_id: each.siteId,
    device_id: each.deviceId,
    connected: each.connected,
    address: each.address,
    connected_at: each.connectedAt,
    disconnected_at: each.disconnectedAt,
    last_seen_at: each.lastSeenAt,
    clock_skew_ms: each.clockSkewMs,
    clock_skew_at: each.clockSkewAt,
    reports: each.reports,
    malformed: each.malformed,
    refused: each.refused,
    faults: each.faults,
  }))
  // The second of two connections, or the end of one that the device left for another process: neither changes the row.
  const held = sql`(h.connected and h.node <> excluded.node and (excluded.connected is false or (
      excluded.connected and h.address <> excluded.address and h.connected_at < excluded.connected_at
      and h.heard_at > excluded.heard_at - ${SILENT})) is true)`
  const unlessHeld = (column: string, value: RawBuilder<unknown>) =>
    sql`${sql.raw(column)} = case when ${held} then h.${sql.raw(column)} else ${value} end`
  const newer = (column: string) => unlessHeld(column, sql.raw(`coalesce(excluded.${column}, h.${column})`))
  const { rows: written } = await sql<{
    device_id: DeviceId
    node: string | null
    address: string | null
    heard_at: Instant | null
  }>`
    insert into monitoring.device_health as h (site_id, device_id, connected, node, address, connected_at,
      disconnected_at, last_seen_at, heard_at, clock_skew_ms, clock_skew_at, reports, malformed, refused, faults)
    select c.site_id, c.device_id, c.connected, ${node}, c.address, c.connected_at, c.disconnected_at, c.last_seen_at,
      c.last_seen_at, c.clock_skew_ms, c.clock_skew_at, c.reports, c.malformed, c.refused, c.faults
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(site_id uuid, device_id uuid, connected boolean,
      address text, connected_at timestamptz, disconnected_at timestamptz, last_seen_at timestamptz,
      clock_skew_ms bigint, clock_skew_at timestamptz, reports bigint, malformed bigint, refused bigint, faults jsonb)
    join monitoring.device d on d.id = c.device_id and d.site_id = c.site_id
    order by c.site_id, c.device_id
    on conflict (site_id, device_id) do update set
      ${newer('connected')}, ${unlessHeld('node', sql`excluded.node`)}, ${newer('address')}, ${newer('connected_at')},
      ${newer('disconnected_at')}, ${newer('heard_at')}, ${newer('clock_skew_ms')}, ${newer('clock_skew_at')}, ${newer('faults')},
      last_seen_at = greatest(excluded.last_seen_at, h.last_seen_at),
      reports = h.reports + excluded.reports,
      malformed = h.malformed + excluded.malformed,
      refused = h.refused + excluded.refused
    returning h.device_id, h.node, h.address, h.heard_at`.execute(db)
  return written
    .filter((row) => row.node !== node)
    .map((row) => ({ deviceId: row.device_id, address: row.address, heardAt: row.heard_at }))
}

/** Connections of a process that is gone: nobody else would say that they ended. */
export const endStaleConnections = async (db: Database, silentSince: Instant, at: Instant): Promise<void> => {
  await sql`
    update monitoring.device_health set connected = false, disconnected_at = ${at}
    where connected and last_seen_at < ${silentSince}`.execute(db)
}

export const healthOf = async (db: Database, { siteId, deviceId }: Place): Promise<HealthRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.device_health')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()) ?? null
/** Faults that devices report, for those that have any: read once when the gateways start. */
export const faultsOfAll = async (db: Database) =>
  tables(db)
    .selectFrom('monitoring.device_health')
    .select(['device_id', 'faults'])
    .where('faults', 'is not', null)
    .where(sql<boolean>`faults <> '{}'::jsonb`)
    .execute()

// ------------------------------------------------------------------------------------------------ refusals

/** Addresses that are named of one device, kind and day; further ones are counted together. */
export const MOST_ADDRESSES = 20
export const MANY_ADDRESSES = '*'

export interface RefusedAttempt extends Place {
  readonly day: LocalDate
  readonly kind: RefusalKindOfDevice
  readonly address: string
  readonly at: Instant
  readonly count: number
}
/** Counts refused attempts; true when it is the first of that day, kind and address. */
export const countRefusal = async (db: DatabaseTransaction, attempt: RefusedAttempt): Promise<boolean> => {
  const { siteId, deviceId, day, kind, at, count } = attempt
  const place = sql`site_id = ${siteId} and device_id = ${deviceId} and day = ${day} and kind = ${kind}`
  const counted = await sql`
    update monitoring.device_refusal set count = count + ${count}, last_at = greatest(last_at, ${at})
    where ${place} and address = ${attempt.address}`.execute(db)
  if ((counted.numAffectedRows ?? 0n) > 0n) return false
  const { rows } = await sql<{ first: boolean }>`
    insert into monitoring.device_refusal as r (site_id, device_id, day, kind, address, first_at, last_at, count)
    select ${siteId}, ${deviceId}, ${day}, ${kind},
      case when (select count(*) from monitoring.device_refusal where ${place}) < ${MOST_ADDRESSES}
        then ${attempt.address} else ${MANY_ADDRESSES} end, ${at}, ${at}, ${count}
    on conflict (site_id, device_id, day, kind, address) do update
      set count = r.count + excluded.count, last_at = greatest(r.last_at, excluded.last_at)
    returning (xmax = 0) as first`.execute(db)
  return rows[0]?.first === true
}
export const refusalsOf = (
  db: Database,
  { siteId, deviceId }: Place,
  limit: number,
): Promise<readonly RefusalRecord[]> =>
  tables(db)
    .selectFrom('monitoring.device_refusal')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('device_id', '=', deviceId)
    .orderBy('last_at', 'desc')
    .limit(limit)
    .execute()

// ------------------------------------------------------------------------------------------------ connections

export interface EndedConnection extends Place {
  readonly openedAt: Instant
  readonly closedAt: Instant
  readonly address: string
  readonly reason: string
  readonly reports: number
}
export const writeConnections = async (
  db: Database,
  node: string,
  ended: readonly EndedConnection[],
): Promise<void> => {
  if (ended.length === 0) return
  const rows = ended.map((each) => ({
    site_id: each.siteId,
    device_id: each.deviceId,
    opened_at: each.openedAt,
    closed_at: each.closedAt,
    address: each.address,
    reason: each.reason,
    reports: each.reports,
  }))
  await sql`
    insert into monitoring.device_connection (site_id, device_id, opened_at, closed_at, address, node, reason, reports)
    select site_id, device_id, opened_at, closed_at, address, ${node}, reason, reports
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(site_id uuid, device_id uuid, opened_at timestamptz,
      closed_at timestamptz, address text, reason text, reports bigint)
    on conflict do nothing`.execute(db)
}
export const connectionsOf = (
  db: Database,
  { siteId, deviceId }: Place,
  limit: number,
): Promise<readonly ConnectionRecord[]> =>
  tables(db)
    .selectFrom('monitoring.device_connection')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('device_id', '=', deviceId)
    .orderBy('opened_at', 'desc')
    .limit(limit)
    .execute()

// ------------------------------------------------------------------------------------------------ numbers used once

/** False when the number was used before. */
export const useNonce = async (
  db: Database,
  { siteId, deviceId }: Place,
  nonce: string,
  at: Instant,
): Promise<boolean> => {
  const done = await sql`
    insert into monitoring.push_nonce (site_id, device_id, nonce, seen_at)
    values (${siteId}, ${deviceId}, ${nonce}, ${at}) on conflict do nothing`.execute(db)
  return (done.numAffectedRows ?? 0n) > 0n
}
/** What is too old to matter: numbers used once, and connections of another season. */
export const forgetOldTraces = async (
  db: Database,
  before: { readonly nonces: Instant; readonly connections: Instant },
): Promise<void> => {
  await sql`delete from monitoring.push_nonce where seen_at < ${before.nonces}`.execute(db)
  await sql`delete from monitoring.device_connection where closed_at < ${before.connections}`.execute(db)
}
