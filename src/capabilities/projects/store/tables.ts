/** The tables of this capability, as Kysely sees them. */
import { type ColumnType, type Generated, type Kysely, type RawBuilder, sql } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Fen } from '../../../kernel/money.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { SitePersonId } from '../contract/site-persons.ts'
import type {
  Boundary,
  HoldReason,
  InvestorKind,
  LandKind,
  Party,
  PartyRole,
  ProjectStage,
  ProjectState,
  ProjectType,
  Purpose,
} from '../contract.ts'
import type { Certificate, SitePersonState } from '../model/site-posts.ts'

// A type, not an interface: Kysely wants an index signature.
export type ProjectTables = {
  'projects.case_number': { jurisdiction_code: string; year: number; last_serial: number }
  'projects.project': {
    id: ProjectId
    case_number: string
    project_code: string | null
    jurisdiction_code: string
    name: string
    project_type: ProjectType
    investor: InvestorKind
    land: LandKind
    purpose: Purpose
    floor_area_m2: number | null
    site_area_m2: number | null
    building_height_m: number | null
    total_investment_fen: Fen | null
    address: string
    street_code: string | null
    description: string
    boundary: ColumnType<Boundary | null, string | null, string | null>
    place: { x: number; y: number } | null
    site: string | null
    owner_organisation_id: OrganisationId
    stage: ProjectStage
    state: ProjectState
    hold_reason: HoldReason | null
    published: boolean
    registered_at: Instant
    version: number
  }
  'projects.party': {
    id: Party['partyId']
    project_id: ProjectId
    role: PartyRole
    organisation_id: OrganisationId
    responsible_person_id: PersonId | null
    responsible_name: string | null
    valid_from: LocalDate
    valid_to: LocalDate | null
  }
  'projects.site_person': SitePersonTable
}
export interface SitePersonTable {
  id: SitePersonId
  project_id: ProjectId
  post: string
  organisation_id: OrganisationId
  person_name: string
  certificates: ColumnType<readonly Certificate[], RawBuilder<readonly Certificate[]>, never>
  certificate_numbers: readonly string[]
  reason: string
  state: SitePersonState
  replaces: SitePersonId | null
  valid_from: LocalDate | null
  valid_to: LocalDate | null
  nominated_at: Instant
  nominated_by: PersonId | null
  decided_at: Instant | null
  decided_by: PersonId | null
  checked: Generated<string>
  remark: Generated<string>
  exception: string | null
  end_reason: Generated<string>
  rules_version: string
  version: Generated<number>
}

/** The connection, knowing the tables of this capability. */
export const tables = (db: Database): Kysely<ProjectTables> => db.withTables<ProjectTables>()

/** Gives the next serial number of a jurisdiction and year; others wait until the transaction ends, so none is lost. */
export const nextSerial = async (db: Database, jurisdiction: string, year: number): Promise<number> => {
  const row = await tables(db)
    .insertInto('projects.case_number')
    .values({ jurisdiction_code: jurisdiction, year, last_serial: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['jurisdiction_code', 'year'])
        .doUpdateSet({ last_serial: sql`projects.case_number.last_serial + 1` }),
    )
    .returning('last_serial')
    .executeTakeFirstOrThrow()
  return row.last_serial
}
