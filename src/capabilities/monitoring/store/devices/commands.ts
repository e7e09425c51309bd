/** Orders to devices, and links of devices to rules. */
import { sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import type { CommandId, DeviceLink } from '../../contract/commands.ts'
import type { CommandKind, CommandState } from '../../model/devices/commands.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'

export interface CommandRow {
  readonly id: CommandId
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly device_name: string
  readonly kind: CommandKind
  readonly amount: number | null
  readonly reason: string
  readonly asked_at: Instant
  readonly asked_by: PersonId | null
  readonly alarm_id: AlarmId | null
  readonly state: CommandState
  readonly received_at: Instant | null
  readonly ended_at: Instant | null
  readonly answer: string
}
export const insertCommand = async (
  db: DatabaseTransaction,
  row: Pick<
    CommandRow,
    'id' | 'site_id' | 'device_id' | 'kind' | 'amount' | 'reason' | 'asked_at' | 'asked_by' | 'alarm_id'
  > & { readonly expires_at: Instant },
): Promise<void> => {
  await sql`
    insert into monitoring.device_command (site_id, id, device_id, kind, amount, reason, asked_at, asked_by, alarm_id, expires_at)
    values (${row.site_id}, ${row.id}, ${row.device_id}, ${row.kind}, ${row.amount}, ${row.reason}, ${row.asked_at},
      ${row.asked_by}, ${row.alarm_id}, ${row.expires_at})`.execute(db)
}
const shown = sql`
  select c.*, d.name as device_name from monitoring.device_command c join monitoring.device d on d.id = c.device_id`
export const commandsOf = async (
  db: Database,
  place: { readonly siteId: SiteId; readonly deviceId: DeviceId },
  limit: number,
): Promise<readonly CommandRow[]> => {
  const { rows } = await sql<CommandRow>`${shown}
    where c.site_id = ${place.siteId} and c.device_id = ${place.deviceId}
    order by c.asked_at desc, c.id desc limit ${limit}`.execute(db)
  return rows
}
export const commandById = async (db: Database, siteId: SiteId, id: CommandId): Promise<CommandRow | null> => {
  const { rows } = await sql<CommandRow>`${shown} where c.site_id = ${siteId} and c.id = ${id}`.execute(db)
  return rows[0] ?? null
}
export const commandsOfAlarm = async (db: Database, alarmId: AlarmId): Promise<readonly CommandRow[]> => {
  const { rows } = await sql<CommandRow>`${shown} where c.alarm_id = ${alarmId} order by c.asked_at, c.id`.execute(db)
  return rows
}

// ------------------------------------------------------------------------------------------ for the gateway

/** Takes what waits for these devices; whoever takes it gives it. */
export const takeWaiting = async (
  db: Database,
  devices: readonly DeviceId[],
  now: Instant,
): Promise<readonly CommandRow[]> => {
  if (devices.length === 0) return []
  const { rows } = await sql<CommandRow>`
    update monitoring.device_command c set state = 'sent'
    from monitoring.device d
    where d.id = c.device_id and c.device_id = any(${[...devices]}::uuid[]) and c.state = 'waiting' and c.expires_at > ${now}
    returning c.*, d.name as device_name`.execute(db)
  return [...rows].sort((a, b) => (a.asked_at < b.asked_at ? -1 : a.asked_at > b.asked_at ? 1 : a.id < b.id ? -1 : 1))
}
/** What was given and never arrived waits again. */
export const giveBack = async (db: Database, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await sql`update monitoring.device_command set state = 'waiting'
    where id = any(${[...ids]}::uuid[]) and state = 'sent'`.execute(db)
}
export const noteReceived = async (db: Database, deviceId: DeviceId, id: string, at: Instant): Promise<void> => {
  await sql`update monitoring.device_command set state = 'received', received_at = ${at}
    where id = ${id} and device_id = ${deviceId} and state = 'sent'`.execute(db)
}
/** Null: the device was not asked this, or has answered before. */
export const noteAnswer = async (
  db: DatabaseTransaction,
  deviceId: DeviceId,
  id: string,
  answer: { readonly ok: boolean; readonly text: string },
  at: Instant,
): Promise<CommandRow | null> => {
  const { rows } = await sql<CommandRow>`
    update monitoring.device_command c
    set state = ${answer.ok ? 'done' : 'failed'}, answer = ${answer.text}, ended_at = ${at},
      received_at = coalesce(c.received_at, ${at})
    from monitoring.device d
    where d.id = c.device_id and c.id = ${id} and c.device_id = ${deviceId} and c.state in ('sent', 'received', 'expired')
    returning c.*, d.name as device_name`.execute(db)
  return rows[0] ?? null
}
export const expireCommands = async (db: Database, now: Instant): Promise<void> => {
  await sql`update monitoring.device_command set state = 'expired', ended_at = ${now}
    where state in ('waiting', 'sent', 'received') and expires_at <= ${now}`.execute(db)
}

// ------------------------------------------------------------------------------------------ links

export const linksOf = async (
  db: Database,
  place: { readonly siteId: SiteId; readonly deviceId: DeviceId },
): Promise<readonly DeviceLink[]> => {
  const { rows } = await sql<DeviceLink>`
    select rule_key as "ruleKey", minutes from monitoring.device_link
    where site_id = ${place.siteId} and device_id = ${place.deviceId} order by rule_key`.execute(db)
  return rows
}
export const putLinks = async (
  db: DatabaseTransaction,
  place: { readonly siteId: SiteId; readonly deviceId: DeviceId },
  links: readonly DeviceLink[],
): Promise<void> => {
  await sql`delete from monitoring.device_link where device_id = ${place.deviceId}`.execute(db)
  for (const { ruleKey, minutes } of links)
    await sql`insert into monitoring.device_link (site_id, device_id, rule_key, minutes)
      values (${place.siteId}, ${place.deviceId}, ${ruleKey}, ${minutes})`.execute(db)
}
/** Devices of a site that follow a rule. */
export const linkedDevices = async (
  db: Database,
  siteId: SiteId,
  ruleKey: string,
): Promise<readonly { readonly deviceId: DeviceId; readonly minutes: number }[]> => {
  const { rows } = await sql<{ deviceId: DeviceId; minutes: number }>`
    select l.device_id as "deviceId", l.minutes from monitoring.device_link l
    join monitoring.device d on d.id = l.device_id and d.site_id = l.site_id
    where l.site_id = ${siteId} and l.rule_key = ${ruleKey} and d.state = 'active' and d.protocol = 'mqtt'
    order by l.device_id`.execute(db)
  return rows
}
