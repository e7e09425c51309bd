/** Reports that were set aside: read by device and reason, and one by one. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { DeviceId, DeviceKind, SiteId } from '../../model/report.ts'
import type { QuarantineReason } from '../../model/telemetry/durable.ts'

export interface SetAsideFilter {
  /** Undefined: of all sites. */
  readonly siteIds?: readonly SiteId[] | undefined
  readonly siteId?: SiteId | undefined
  readonly deviceId?: DeviceId | undefined
  readonly reason?: QuarantineReason | undefined
}
export interface SetAsideGroup {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly reason: QuarantineReason
  readonly reports: number
  readonly first_at: Instant
  readonly last_at: Instant
  /** Some of the newest, newest first. */
  readonly newest: readonly {
    readonly at: string
    readonly receivedAt: string
    readonly buffered: boolean
    readonly note: string
  }[]
  readonly site_name: string
  readonly name: string
  readonly kind: DeviceKind
  readonly external_id: string
}
/** Reports by which the skew of a clock is judged. */
const SAMPLES = 21

const wantedOf = (filter: SetAsideFilter) =>
  [
    filter.siteIds === undefined ? null : sql`q.site_id = any(${[...filter.siteIds]}::uuid[])`,
    filter.siteId === undefined ? null : sql`q.site_id = ${filter.siteId}`,
    filter.deviceId === undefined ? null : sql`q.device_id = ${filter.deviceId}`,
    filter.reason === undefined ? null : sql`q.reason = ${filter.reason}`,
  ].filter((each) => each !== null)
/** Newest first; the text of moments is that of the report, for it may be none. */
export const setAsideGroups = async (
  db: Database,
  filter: SetAsideFilter,
  before: readonly [at: string, deviceId: string, reason: string] | null,
  limit: number,
): Promise<readonly SetAsideGroup[]> => {
  const wanted = wantedOf(filter)
  const { rows } = await sql<SetAsideGroup>`
    with grouped as (
      select q.site_id, q.device_id, q.reason, count(*)::int as reports, min(q.received_at) as first_at,
        max(q.received_at) as last_at
      from monitoring.telemetry_quarantine q
      ${wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`}
      group by q.site_id, q.device_id, q.reason
    )
    select g.*, n.newest, s.name as site_name, d.name, d.kind, d.external_id
    from grouped g
    join monitoring.device d on d.id = g.device_id
    join monitoring.site s on s.id = g.site_id
    cross join lateral (
      select jsonb_agg(jsonb_build_object('at', r.at, 'receivedAt', r.report->>'receivedAt',
        'buffered', coalesce((r.report->>'buffered')::boolean, false), 'note', r.note)
        order by r.received_at desc, r.at desc) as newest
      from (
        select * from monitoring.telemetry_quarantine q
        where q.site_id = g.site_id and q.device_id = g.device_id and q.reason = g.reason
        order by q.received_at desc, q.at desc limit ${SAMPLES}
      ) r
    ) n
    ${
      before === null
        ? sql``
        : sql`where (g.last_at, g.device_id, g.reason) < (${before[0]}::timestamptz, ${before[1]}::uuid, ${before[2]})`
    }
    order by g.last_at desc, g.device_id desc, g.reason desc
    limit ${limit}`.execute(db)
  return rows
}

export interface SetAsideRecord {
  readonly kind: string
  readonly at: string
  readonly reason: QuarantineReason
  readonly received_at: Instant
  readonly note: string
  readonly report: Readonly<Record<string, unknown>>
}
export const setAsideReports = async (
  db: Database,
  filter: SetAsideFilter & { readonly deviceId: DeviceId },
  before: readonly [receivedAt: string, at: string, kind: string, reason: string] | null,
  limit: number,
): Promise<readonly SetAsideRecord[]> => {
  const wanted = [
    ...wantedOf(filter),
    ...(before === null
      ? []
      : [
          sql`(q.received_at, q.at, q.kind, q.reason)
            < (${before[0]}::timestamptz, ${before[1]}, ${before[2]}, ${before[3]})`,
        ]),
  ]
  const { rows } = await sql<SetAsideRecord>`
    select q.kind, q.at, q.reason, q.received_at, q.note, q.report
    from monitoring.telemetry_quarantine q
    where ${sql.join(wanted, sql` and `)}
    order by q.received_at desc, q.at desc, q.kind desc, q.reason desc
    limit ${limit}`.execute(db)
  return rows
}
