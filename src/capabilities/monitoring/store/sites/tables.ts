/** Rows of sites and of what is drawn on them. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { Floor, ZoneId } from '../../contract/sites.ts'
import type { Rung } from '../../model/alarms/states.ts'
import type { SiteId } from '../../model/report.ts'
import type { WorkingHours } from '../../model/sites/hours.ts'
import type { PlanBounds, Polygon } from '../../model/sites/shapes.ts'
import type { SiteState, ZoneKind } from '../../model/sites/words.ts'

type SiteTable = {
  id: SiteId
  project_id: ProjectId
  name: string
  code: string
  fence: Polygon | null
  working_hours: WorkingHours | null
  state: SiteState
  state_reason: string
  department: string | null
  contractor_id: OrganisationId | null
  supervision_id: OrganisationId | null
  point: [number, number] | null
  address: string
  floors: Floor[]
  created_at: Instant
  ended_at: Instant | null
  changed_at: Instant
  version: number
}
type ZoneTable = {
  site_id: SiteId
  id: ZoneId
  kind: ZoneKind
  name: string
  floor: number | null
  polygon: Polygon
  created_at: Instant
  created_by: PersonId | null
  version: number
}
type PlanTable = {
  site_id: SiteId
  floor: number
  sha256: string
  media_type: string
  file_name: string
  bounds: PlanBounds
  turned_deg: number
  placed_at: Instant
  placed_by: PersonId | null
}
type ContactTable = {
  site_id: SiteId
  rung: Rung
  place: number
  id: string
  name: string
  title: string
  phone_sealed: string
}
type Tables = {
  'monitoring.site': SiteTable
  'monitoring.site_zone': ZoneTable
  'monitoring.site_plan': PlanTable
  'monitoring.site_contact': ContactTable
}
export type SiteRecord = Selectable<SiteTable>
export type ZoneRecord = Selectable<ZoneTable>
export type PlanRecord = Selectable<PlanTable>
export type ContactRecord = Selectable<ContactTable>

export const tables = (db: Database) => db.withTables<Tables>()
/** SQL null where there is nothing: a JSON null would be a value. */
export const json = <T>(value: T): RawBuilder<T> =>
  value === null ? sql<T>`null::jsonb` : sql<T>`${JSON.stringify(value)}::jsonb`
