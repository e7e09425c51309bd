/** Rows of the register of devices. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { QuarantineId } from '../../contract/devices.ts'
import type { DeviceState, RefusalKindOfDevice } from '../../model/devices/words.ts'
import type { DeviceId, DeviceKind, Protocol, SiteId } from '../../model/report.ts'

interface SiteTable {
  readonly id: SiteId
  readonly project_id: ProjectId
  readonly name: string
  readonly code: string
  readonly state: 'active' | 'paused' | 'ended'
  readonly contractor_id: OrganisationId | null
  readonly supervision_id: OrganisationId | null
}
interface ProfileTable {
  readonly id: number
  readonly model: string
  readonly version: number
  readonly name: string
  readonly kind: DeviceKind
  readonly metrics: readonly string[]
  readonly factors: readonly number[]
  readonly note: string
  readonly created_at: Instant
  readonly created_by: PersonId | null
}
interface DeviceTable {
  readonly id: DeviceId
  readonly site_id: SiteId
  readonly protocol: Protocol
  readonly external_id: string
  readonly kind: DeviceKind
  readonly model: string
  readonly name: string
  readonly profile_id: number
  readonly parent_id: DeviceId | null
  readonly state: DeviceState
  readonly state_reason: string
  readonly lon: number | null
  readonly lat: number | null
  readonly floor: number | null
  readonly secret_hash: string | null
  readonly secret_sealed: string | null
  readonly secret_set_at: Instant | null
  readonly secret_weak: boolean
  readonly fingerprint: string | null
  readonly networks: readonly string[]
  readonly created_at: Instant
  readonly created_by: PersonId | null
  readonly changed_at: Instant
  readonly version: number
}
interface QuarantineTable {
  readonly id: QuarantineId
  readonly protocol: Protocol
  readonly external_id: string
  readonly state: 'waiting' | 'rejected'
  readonly address: string
  readonly first_seen_at: Instant
  readonly last_seen_at: Instant
  readonly attempts: number
  readonly kind_hint: DeviceKind | null
  readonly model_hint: string
  readonly name_hint: string
  readonly fingerprint: string | null
  readonly parent_id: DeviceId | null
  readonly sample: string
  readonly reason: string
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
}
export interface Fault {
  readonly text: string
  readonly since: Instant
}
interface HealthTable {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly connected: boolean | null
  readonly node: string | null
  readonly address: string | null
  readonly connected_at: Instant | null
  readonly disconnected_at: Instant | null
  readonly last_seen_at: Instant | null
  readonly clock_skew_ms: number | null
  readonly clock_skew_at: Instant | null
  readonly reports: number
  readonly malformed: number
  readonly refused: number
  readonly faults: Readonly<Record<string, Fault>> | null
}
interface RefusalTable {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly day: LocalDate
  readonly kind: RefusalKindOfDevice
  readonly address: string
  readonly first_at: Instant
  readonly last_at: Instant
  readonly count: number
}
interface ConnectionTable {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly opened_at: Instant
  readonly closed_at: Instant
  readonly address: string
  readonly node: string
  readonly reason: string
  readonly reports: number
}
interface NonceTable {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly nonce: string
  readonly seen_at: Instant
}
type Tables = {
  'monitoring.site': SiteTable
  'monitoring.metric_profile': ProfileTable
  'monitoring.device': DeviceTable
  'monitoring.quarantine': QuarantineTable
  'monitoring.device_health': HealthTable
  'monitoring.device_refusal': RefusalTable
  'monitoring.device_connection': ConnectionTable
  'monitoring.push_nonce': NonceTable
}
export type SiteRecord = Selectable<SiteTable>
export type ProfileRecord = Selectable<ProfileTable>
export type DeviceRecord = Selectable<DeviceTable>
export type QuarantineRecord = Selectable<QuarantineTable>
export type HealthRecord = Selectable<HealthTable>
export type RefusalRecord = Selectable<RefusalTable>
export type ConnectionRecord = Selectable<ConnectionTable>

export const tables = (db: Database) => db.withTables<Tables>()
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`
/** An array of text or numbers as PostgreSQL reads it, for lists that may be empty. */
export const textArray = (values: readonly string[]): RawBuilder<readonly string[]> =>
  sql<readonly string[]>`${[...values]}::text[]`
export const floatArray = (values: readonly number[]): RawBuilder<readonly number[]> =>
  sql<readonly number[]>`${[...values]}::float8[]`
