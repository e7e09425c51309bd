/** Devices and the sites on which they stand. */
import { sql } from 'kysely'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { addMs, type Instant, type LocalDate } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { ConnectionState } from '../../contract/devices.ts'
import type { DeviceState } from '../../model/devices/words.ts'
import type { DeviceId, DeviceKind, KnownDevice, Protocol, SiteId } from '../../model/report.ts'
import { type DeviceRecord, type SiteRecord, tables, textArray } from './tables.ts'

/** How long after its last word a device counts as present, in ms: keepalives and reports come more often. */
export const ONLINE_MS = 300_000

const siteColumns = ['id', 'project_id', 'name', 'code', 'state', 'contractor_id', 'supervision_id'] as const
export const siteById = async (db: Database, id: SiteId): Promise<SiteRecord | null> =>
  (await tables(db).selectFrom('monitoring.site').select(siteColumns).where('id', '=', id).executeTakeFirst()) ?? null
export const siteIdsOfProjects = async (db: Database, projects: readonly ProjectId[]): Promise<readonly SiteId[]> =>
  projects.length === 0
    ? []
    : (await tables(db).selectFrom('monitoring.site').select('id').where('project_id', 'in', projects).execute()).map(
        (row) => row.id,
      )

export const deviceById = async (db: Database, id: DeviceId): Promise<DeviceRecord | null> =>
  (await tables(db).selectFrom('monitoring.device').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockDevice = async (db: DatabaseTransaction, id: DeviceId): Promise<DeviceRecord | null> =>
  (await tables(db).selectFrom('monitoring.device').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null
export const deviceByNumber = async (
  db: Database,
  protocol: Protocol,
  externalId: string,
): Promise<DeviceRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.device')
    .selectAll()
    .where('protocol', '=', protocol)
    .where('external_id', '=', externalId)
    .executeTakeFirst()) ?? null
export const childrenOf = (db: Database, id: DeviceId) =>
  tables(db)
    .selectFrom('monitoring.device')
    .select(['id', 'name', 'external_id'])
    .where('parent_id', '=', id)
    .orderBy('external_id')
    .limit(1000)
    .execute()

/** Devices by their numbers, as the gateways know them. */
export const knownDevices = async (
  db: Database,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, KnownDevice>> => {
  const { rows } = await sql<{
    external_id: string
    id: DeviceId
    site_id: SiteId
    kind: DeviceKind
    profile_id: number
    metrics: readonly string[]
  }>`
    select d.external_id, d.id, d.site_id, d.kind, d.profile_id, p.metrics
    from monitoring.device d join monitoring.metric_profile p on p.id = d.profile_id
    where d.state = 'active' and d.external_id = any(${[...externalIds]}::text[])`.execute(db)
  return new Map(
    rows.map((row) => [
      row.external_id,
      {
        siteId: row.site_id,
        deviceId: row.id,
        kind: row.kind,
        profileId: row.profile_id,
        metrics: row.metrics,
      },
    ]),
  )
}

export type NewDeviceRow = Omit<DeviceRecord, 'changed_at' | 'version' | 'state' | 'state_reason'>
/** False when the number is taken. */
export const insertDevice = async (db: DatabaseTransaction, row: NewDeviceRow): Promise<boolean> => {
  const done = await tables(db)
    .insertInto('monitoring.device')
    .values({ ...row, networks: textArray(row.networks) } as never)
    .onConflict((conflict) => conflict.columns(['protocol', 'external_id']).doNothing())
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}
type Change = Partial<
  Pick<
    DeviceRecord,
    | 'site_id'
    | 'kind'
    | 'name'
    | 'model'
    | 'profile_id'
    | 'state'
    | 'state_reason'
    | 'lon'
    | 'lat'
    | 'floor'
    | 'secret_hash'
    | 'secret_sealed'
    | 'secret_set_at'
    | 'secret_weak'
    | 'fingerprint'
    | 'networks'
  >
>
export const changeDevice = async (db: Database, id: DeviceId, { networks, ...change }: Change): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.device')
    .set({
      ...change,
      ...(networks === undefined ? {} : { networks: textArray(networks) }),
      changed_at: sql<Instant>`clock_timestamp()`,
      version: sql<number>`version + 1`,
    } as never)
    .where('id', '=', id)
    .execute()
}
/** Binds a device to what it says of itself, once. False: somebody else was first. */
export const bindFingerprint = async (db: Database, id: DeviceId, fingerprint: string): Promise<boolean> => {
  const done = await tables(db)
    .updateTable('monitoring.device')
    .set({ fingerprint, changed_at: sql<Instant>`clock_timestamp()` } as never)
    .where('id', '=', id)
    .where((is) => is.or([is('fingerprint', 'is', null), is('fingerprint', '=', fingerprint)]))
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}
/** Telemetry of the old place stays there; health goes along. */
export const moveHealth = async (db: Database, id: DeviceId, to: SiteId): Promise<void> => {
  await sql`update monitoring.device_health set site_id = ${to} where device_id = ${id}`.execute(db)
}

// ------------------------------------------------------------------------------------------------ what gateways follow

/** A device as gateways know it. */
export interface FollowedDevice {
  readonly id: DeviceId
  readonly site_id: SiteId
  readonly protocol: Protocol
  readonly external_id: string
  readonly kind: DeviceKind
  readonly model: string
  readonly name: string
  readonly state: DeviceState
  readonly site_ended: boolean
  readonly parent_id: DeviceId | null
  readonly profile_id: number
  readonly metrics: readonly string[]
  readonly factors: readonly number[]
  readonly networks: readonly string[]
  readonly fingerprint: string | null
  readonly secret_hash: string | null
  readonly secret_sealed: string | null
  readonly secret_set_at: Instant | null
  readonly version: number
}
/** Devices that changed, or whose sites did, since a moment of the database's clock (null: all), and that clock now. */
export const devicesSince = async (
  db: Database,
  since: string | null,
): Promise<{ readonly devices: readonly FollowedDevice[]; readonly asOf: string }> => {
  const { rows: clock } = await sql<{ now: Instant }>`select clock_timestamp() as now`.execute(db)
  const { rows } = await sql<FollowedDevice>`
    select d.id, d.site_id, d.protocol, d.external_id, d.kind, d.model, d.name, d.state, d.parent_id, d.profile_id,
           p.metrics, p.factors, d.networks, d.fingerprint, d.secret_hash, d.secret_sealed, d.secret_set_at, d.version,
           s.state = 'ended' as site_ended
    from monitoring.device d
    join monitoring.site s on s.id = d.site_id
    join monitoring.metric_profile p on p.id = d.profile_id
    ${
      since === null
        ? sql``
        : sql`where d.id in (
            select id from monitoring.device where changed_at >= ${since}
            union all
            select of.id from monitoring.site changed join monitoring.device of on of.site_id = changed.id
            where changed.changed_at >= ${since})`
    }`.execute(db)
  return { devices: rows, asOf: clock[0]?.now ?? (since as string) }
}

// ------------------------------------------------------------------------------------------------ lists

export interface DeviceFilter {
  readonly siteId?: SiteId | undefined
  readonly siteIds?: readonly SiteId[] | undefined
  readonly protocol?: Protocol | undefined
  readonly kind?: DeviceKind | undefined
  readonly state?: DeviceState | undefined
  readonly connection?: ConnectionState | undefined
  readonly refused?: boolean | undefined
  /** Only those whose clocks are further off than this, ms. */
  readonly clockOffMs?: number | undefined
  readonly text?: string | undefined
  readonly after?: readonly [name: string, id: string] | undefined
  readonly limit: number
  readonly now: Instant
  /** First day whose refusals count as late ones. */
  readonly refusedFrom: LocalDate
}
export interface DeviceListRow extends DeviceRecord {
  readonly site_name: string
  readonly site_state: SiteRecord['state']
  readonly project_id: ProjectId
  readonly parent_name: string | null
  readonly last_seen_at: Instant | null
  readonly clock_skew_ms: number | null
  readonly faults: number
  /** The catalogue of its recorder said that the channel is off; null: it said nothing. */
  readonly channel_off: boolean | null
  readonly refused_lately: number
}
const like = (text: string): string => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

const described = sql`
  monitoring.device d
  join monitoring.site s on s.id = d.site_id
  left join monitoring.device_health h on h.site_id = d.site_id and h.device_id = d.id
  left join monitoring.device parent on parent.id = d.parent_id`
const listed = sql`
  d.*, s.name as site_name, s.state as site_state, s.project_id, parent.name as parent_name,
  h.last_seen_at, h.clock_skew_ms,
  (select count(*)::int from jsonb_object_keys(coalesce(h.faults, '{}'))) as faults,
  h.faults ? 'channel-off' as channel_off`
/** Devices with their health, by name. One more than `limit` tells that there is a next page. */
export const findDevices = async (db: Database, filter: DeviceFilter): Promise<readonly DeviceListRow[]> => {
  const present = addMs(filter.now, -ONLINE_MS)
  const wanted = [
    filter.siteId === undefined ? null : sql`d.site_id = ${filter.siteId}`,
    filter.siteIds === undefined ? null : sql`d.site_id = any(${[...filter.siteIds]}::uuid[])`,
    filter.protocol === undefined ? null : sql`d.protocol = ${filter.protocol}`,
    filter.kind === undefined ? null : sql`d.kind = ${filter.kind}`,
    filter.state === undefined ? null : sql`d.state = ${filter.state}`,
    filter.connection === 'online' ? sql`h.last_seen_at > ${present}` : null,
    filter.connection === 'silent' ? sql`h.last_seen_at <= ${present}` : null,
    filter.connection === 'never' ? sql`h.last_seen_at is null` : null,
    filter.text === undefined || filter.text === ''
      ? null
      : sql`(d.name ilike ${like(filter.text)} or d.external_id ilike ${like(filter.text)} or d.model ilike ${like(filter.text)})`,
    filter.refused === true ? sql`r.total is not null` : null,
    filter.clockOffMs === undefined ? null : sql`abs(h.clock_skew_ms) > ${filter.clockOffMs}`,
    filter.after === undefined ? null : sql`(d.name, d.id) > (${filter.after[0]}, ${filter.after[1]}::uuid)`,
  ].filter((each) => each !== null)
  const { rows } = await sql<DeviceListRow>`
    select ${listed}, coalesce(r.total, 0)::int as refused_lately
    from ${described}
    left join lateral (
      select sum(x.count) as total from monitoring.device_refusal x
      where x.site_id = d.site_id and x.device_id = d.id and x.day >= ${filter.refusedFrom} and x.kind <> 'site-ended'
    ) r on true
    ${wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`}
    order by d.name, d.id
    limit ${filter.limit}`.execute(db)
  return rows
}
/** One device as in the list. */
export const deviceRow = async (
  db: Database,
  id: DeviceId,
  { now, refusedFrom }: Pick<DeviceFilter, 'now' | 'refusedFrom'>,
): Promise<DeviceListRow | null> => {
  const { rows } = await sql<DeviceListRow>`
    select ${listed},
           coalesce((
             select sum(x.count) from monitoring.device_refusal x
             where x.site_id = d.site_id and x.device_id = d.id and x.day >= ${refusedFrom}
               and x.kind <> 'site-ended'), 0)::int as refused_lately
    from ${described}
    where d.id = ${id} and ${now}::timestamptz is not null`.execute(db)
  return rows[0] ?? null
}

/** Secrets that are sealed under an older key, to be sealed anew. */
export const devicesToReseal = (db: DatabaseTransaction, currentMark: string, limit: number) =>
  tables(db)
    .selectFrom('monitoring.device')
    .select(['id', 'secret_sealed'])
    .where('secret_sealed', 'is not', null)
    .where('secret_sealed', 'not like', `${currentMark}%`)
    .limit(limit)
    .forUpdate()
    .execute()
/** Puts a secret sealed anew; not a change of the device. */
export const saveSealed = async (db: DatabaseTransaction, id: DeviceId, sealed: string): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.device')
    .set({ secret_sealed: sealed, changed_at: sql<Instant>`clock_timestamp()` } as never)
    .where('id', '=', id)
    .execute()
}
