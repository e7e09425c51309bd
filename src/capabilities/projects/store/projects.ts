/** The rows of the register. */
import { type SqlBool, sql } from 'kysely'
import type { OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Boundary, LonLat, Project, ProjectStage, ProjectState, ProjectType } from '../contract.ts'
import { type ProjectTables, tables } from './tables.ts'

/** A project as it is stored: the owner's name is elsewhere. */
export type ProjectRecord = Omit<Project, 'ownerName'>

const columns = [
  'id',
  'case_number',
  'project_code',
  'jurisdiction_code',
  'name',
  'project_type',
  'investor',
  'land',
  'purpose',
  'floor_area_m2',
  'site_area_m2',
  'building_height_m',
  'total_investment_fen',
  'address',
  'street_code',
  'description',
  'boundary',
  'place',
  'owner_organisation_id',
  'stage',
  'state',
  'hold_reason',
  'published',
  'registered_at',
  'version',
] as const
type Row = Pick<ProjectTables['projects.project'], Exclude<(typeof columns)[number], 'boundary'>> & {
  readonly boundary: Boundary | null
}

const recordOf = (row: Row): ProjectRecord => ({
  id: row.id,
  caseNumber: row.case_number,
  projectCode: row.project_code,
  jurisdictionCode: row.jurisdiction_code,
  name: row.name,
  projectType: row.project_type,
  investor: row.investor,
  land: row.land,
  purpose: row.purpose,
  floorAreaM2: row.floor_area_m2,
  siteAreaM2: row.site_area_m2,
  buildingHeightM: row.building_height_m,
  totalInvestmentFen: row.total_investment_fen,
  address: row.address,
  streetCode: row.street_code,
  description: row.description,
  boundary: row.boundary,
  point: row.place === null ? null : [row.place.x, row.place.y],
  ownerOrganisationId: row.owner_organisation_id,
  stage: row.stage,
  state: row.state,
  holdReason: row.hold_reason,
  published: row.published,
  registeredAt: row.registered_at,
  version: row.version,
})
const pointSql = (point: LonLat | null) =>
  point === null ? null : sql<never>`point(${point[0]}::float8, ${point[1]}::float8)`
const polygonSql = (boundary: Boundary | null) =>
  boundary === null
    ? null
    : sql<never>`${`(${boundary.coordinates[0].map(([lon, lat]) => `(${lon},${lat})`).join(',')})`}::polygon`
const rowOf = (project: ProjectRecord) => ({
  case_number: project.caseNumber,
  project_code: project.projectCode,
  jurisdiction_code: project.jurisdictionCode,
  name: project.name,
  project_type: project.projectType,
  investor: project.investor,
  land: project.land,
  purpose: project.purpose,
  floor_area_m2: project.floorAreaM2,
  site_area_m2: project.siteAreaM2,
  building_height_m: project.buildingHeightM,
  total_investment_fen: project.totalInvestmentFen,
  address: project.address,
  street_code: project.streetCode,
  description: project.description,
  boundary: project.boundary === null ? null : JSON.stringify(project.boundary),
  place: pointSql(project.point),
  site: polygonSql(project.boundary),
  owner_organisation_id: project.ownerOrganisationId,
  stage: project.stage,
  state: project.state,
  hold_reason: project.holdReason,
  published: project.published,
  registered_at: project.registeredAt,
  version: project.version,
})

export const insertProject = async (db: Database, project: ProjectRecord): Promise<void> => {
  await tables(db)
    .insertInto('projects.project')
    .values({ id: project.id, ...rowOf(project) })
    .execute()
}
export const saveProject = async (db: Database, project: ProjectRecord): Promise<void> => {
  await tables(db).updateTable('projects.project').set(rowOf(project)).where('id', '=', project.id).execute()
}
export const lockProject = async (db: Database, id: ProjectId): Promise<ProjectRecord | null> => {
  const row = await tables(db)
    .selectFrom('projects.project')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : recordOf(row)
}
export const projectsByIds = async (db: Database, ids: readonly ProjectId[]): Promise<readonly ProjectRecord[]> => {
  if (ids.length === 0) return []
  const rows = await tables(db)
    .selectFrom('projects.project')
    .select(columns)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return rows.map(recordOf)
}
export const projectsByCode = async (db: Database, code: string): Promise<readonly ProjectRecord[]> => {
  const rows = await tables(db)
    .selectFrom('projects.project')
    .select(columns)
    .where('project_code', '=', code)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(recordOf)
}
/** Projects whose site contains a place. */
export const projectsAt = async (db: Database, [lon, lat]: LonLat): Promise<readonly ProjectRecord[]> => {
  const place = sql`point(${lon}::float8, ${lat}::float8)`
  const rows = await tables(db)
    .selectFrom('projects.project')
    .select(columns)
    .where(sql<SqlBool>`site && polygon(box(${place}, ${place}))`)
    .where(sql<SqlBool>`site @> ${place}`)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(recordOf)
}

export interface ProjectFilter {
  readonly search?: string | undefined
  readonly stage?: ProjectStage | undefined
  readonly state?: ProjectState | undefined
  readonly held?: boolean | undefined
  readonly projectType?: ProjectType | undefined
  readonly streetCode?: string | undefined
  /** Owner, or party on `on`, is one of these. */
  readonly organisations?: { readonly ids: readonly OrganisationId[]; readonly on: LocalDate } | undefined
  readonly publishedOnly?: boolean | undefined
  readonly withPlace?: boolean | undefined
  readonly before?: ProjectId | undefined
  readonly limit: number
}
/** Newest first; `search` looks in name, case number, code and address. */
export const findProjects = async (db: Database, filter: ProjectFilter): Promise<readonly ProjectRecord[]> => {
  let query = tables(db).selectFrom('projects.project').select(columns).orderBy('id', 'desc').limit(filter.limit)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  if (filter.stage !== undefined) query = query.where('stage', '=', filter.stage)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.held !== undefined) query = query.where('hold_reason', filter.held ? 'is not' : 'is', null)
  if (filter.projectType !== undefined) query = query.where('project_type', '=', filter.projectType)
  if (filter.streetCode !== undefined) query = query.where('street_code', '=', filter.streetCode)
  if (filter.publishedOnly === true) query = query.where('published', '=', true)
  if (filter.withPlace === true) query = query.where('place', 'is not', null)
  const { search, organisations } = filter
  if (search !== undefined && search !== '') {
    const wanted = sql`lower(${search}::text)`
    query = query.where(
      sql<SqlBool>`(strpos(lower(name), ${wanted}) > 0 or strpos(case_number, ${search}) > 0
        or strpos(coalesce(project_code, ''), ${search}) > 0 or strpos(lower(address), ${wanted}) > 0)`,
    )
  }
  if (organisations !== undefined) {
    if (organisations.ids.length === 0) return []
    query = query.where((eb) =>
      eb.or([
        eb('owner_organisation_id', 'in', organisations.ids),
        eb.exists(
          eb
            .selectFrom('projects.party as y')
            .select('y.id')
            .whereRef('y.project_id', '=', 'projects.project.id')
            .where('y.organisation_id', 'in', organisations.ids)
            .where('y.valid_from', '<=', organisations.on)
            .where((inner) => inner.or([inner('y.valid_to', 'is', null), inner('y.valid_to', '>=', organisations.on)])),
        ),
      ]),
    )
  }
  return (await query.execute()).map(recordOf)
}
