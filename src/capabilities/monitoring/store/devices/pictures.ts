/** Pictures of devices: sent by terminals, and those that came with the alarms of cameras. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'

export interface PictureRow {
  readonly sha256: string
  readonly at: Instant
  /** terminal: sent by itself or on order · alarm: with an alarm of the device. */
  readonly source: 'terminal' | 'alarm'
  /** What the alarm said; of a terminal its event. */
  readonly text: string
}
export const insertPicture = async (
  db: Database,
  row: {
    readonly siteId: SiteId
    readonly deviceId: DeviceId
    readonly at: Instant
    readonly receivedAt: Instant
    readonly sha256: string
    readonly event: number
    readonly channel: number
  },
): Promise<void> => {
  await sql`
    insert into monitoring.device_picture (site_id, device_id, at, sha256, received_at, event, channel)
    values (${row.siteId}, ${row.deviceId}, ${row.at}, ${row.sha256}, ${row.receivedAt}, ${row.event}, ${row.channel})
    on conflict do nothing`.execute(db)
}
/** Pictures of a device on its site in a period, newest first. */
export const picturesOf = async (
  db: Database,
  place: { readonly siteId: SiteId; readonly deviceId: DeviceId },
  period: { readonly from: Instant | null; readonly to: Instant | null },
  limit: number,
): Promise<readonly PictureRow[]> => {
  const { siteId, deviceId } = place
  const { rows } = await sql<PictureRow>`
    select * from (
      select sha256, at, 'terminal' as source, event::text as text from monitoring.device_picture
      where site_id = ${siteId} and device_id = ${deviceId}
      union
      select e.value #>> '{}', d.at, 'alarm', d.text from monitoring.device_event d
      cross join lateral jsonb_each(d.evidence) as e(key, value)
      where d.site_id = ${siteId} and d.device_id = ${deviceId} and e.key ~ '^picture[0-9]*$'
    ) p
    where p.at >= coalesce(${period.from}::timestamptz, '-infinity')
      and p.at < coalesce(${period.to}::timestamptz, 'infinity')
    order by p.at desc, p.sha256 limit ${limit}`.execute(db)
  return rows
}
