/** Rows of alarms. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { AlarmId, Evidence } from '../../contract/alarms.ts'
import type { AlarmState, CloseReason } from '../../model/alarms/states.ts'
import type { DeviceId, DeviceKind, SiteId } from '../../model/report.ts'
import type { Severity } from '../../model/rules/definition.ts'

export type AlarmTable = {
  id: AlarmId
  site_id: SiteId
  device_id: DeviceId | null
  rule_key: string
  rule_version: number
  rule_name: Words
  advice: Words
  severity: Severity
  state: AlarmState
  occurred_at: Instant
  opened_at: Instant
  last_at: Instant
  repeats: number
  acknowledged_at: Instant | null
  acknowledged_by: PersonId | null
  disposing_at: Instant | null
  disposing_by: PersonId | null
  ended_at: Instant | null
  closed_at: Instant | null
  closed_by: PersonId | null
  reason: CloseReason | null
  reason_text: string
  evidence: Evidence
  unverified: boolean
  reopen_minutes: number
  deadline_at: Instant | null
  overdue: boolean
  escalation: number
  snoozed_until: Instant | null
  snooze_reason: string
  incident_id: AlarmId | null
  order_id: string | null
  order_number: string | null
  version: number
}
type CommentTable = { id: string; alarm_id: AlarmId; at: Instant; by: PersonId; text: string }
type ToldTable = {
  alarm_id: AlarmId
  at: Instant
  rung: number
  repeat: number
  organisation_id: OrganisationId | null
  department: string | null
  late: boolean
}
type SiteTable = {
  id: SiteId
  project_id: ProjectId
  name: string
  state: 'active' | 'paused' | 'ended'
  department: string | null
  contractor_id: OrganisationId | null
  supervision_id: OrganisationId | null
}
type DeviceTable = { id: DeviceId; site_id: SiteId; name: string; kind: DeviceKind }
export type Tables = {
  'monitoring.alarm': AlarmTable
  'monitoring.alarm_comment': CommentTable
  'monitoring.alarm_told': ToldTable
  'monitoring.site': SiteTable
  'monitoring.device': DeviceTable
}
export type AlarmRecord = Selectable<AlarmTable>
export type SiteFacts = Selectable<SiteTable>
export type ToldRecord = Selectable<ToldTable>
export const tables = (db: Database) => db.withTables<Tables>()
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`
