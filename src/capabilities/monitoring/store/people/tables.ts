/** Rows of workers, registrations and looks. */
import type { Selectable } from 'kysely'
import type { OrganisationId, PersonId } from '../../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { LookId, RegistrationId, SearchId } from '../../contract/people.ts'
import type { DeviceId, SiteId, WorkerId } from '../../model/report.ts'

type WorkerTable = {
  id: WorkerId
  name: string
  id_number_sealed: string
  id_number_digest: string
  id_number_masked: string
  phone_sealed: string | null
  phone_digest: string | null
  created_at: Instant
  created_by: PersonId | null
  version: number
}
type RegistrationTable = {
  site_id: SiteId
  id: RegistrationId
  worker_id: WorkerId
  worker_ref: string
  organisation_id: OrganisationId | null
  team: string
  trade: string
  team_leader: boolean
  certificate: string
  valid_from: LocalDate
  valid_to: LocalDate | null
  left_on: LocalDate | null
  left_reason: string
  informed_on: LocalDate
  device_id: DeviceId | null
  device_since: Instant | null
  created_at: Instant
  created_by: PersonId | null
  version: number
}
type TrackerTable = {
  site_id: SiteId
  device_id: DeviceId
  registration_id: RegistrationId
  from_at: Instant
  to_at: Instant | null
}
type LookTable = {
  site_id: SiteId
  id: LookId
  worker_id: WorkerId | null
  looked_by: PersonId
  purpose: string
  from_at: Instant | null
  to_at: Instant | null
  looked_at: Instant
  until_at: Instant
  last_at: Instant
  shown: number
}
type SearchTable = {
  id: SearchId
  at: Instant
  by: PersonId
  purpose: string
  worker_id: WorkerId | null
  found: number
}
type Tables = {
  'monitoring.worker': WorkerTable
  'monitoring.registration': RegistrationTable
  'monitoring.tracker_period': TrackerTable
  'monitoring.position_look': LookTable
  'monitoring.worker_search': SearchTable
}
export type WorkerRecord = Selectable<WorkerTable>
export type RegistrationRecord = Selectable<RegistrationTable>
export type LookRecord = Selectable<LookTable>
export type SearchRecord = Selectable<SearchTable>
export const tables = (db: Database) => db.withTables<Tables>()
