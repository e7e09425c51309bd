/** The tables of completion. A command locks its project first; everything of a project is read at once. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../kernel/identity.ts'
import type { Source } from '../../kernel/sourced.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Words } from '../../kernel/words.ts'
import type { Database, DatabaseTransaction } from '../../platform/platform.ts'
import type { AcceptanceId, BuildingId, DossierId, Evidence, InspectionId, PartId, RemarkId } from './contract.ts'
import type { AcceptanceState, InspectionState, PartState, RemarkState, Result } from './model/states.ts'

export interface Round {
  readonly round: number
  readonly result: Result
  readonly text: string
  readonly photos: readonly Evidence[]
  readonly givenAt: Instant
  readonly givenBy: PersonId
}
export interface Proof {
  readonly text: string
  readonly files: readonly Evidence[]
  readonly givenAt: Instant
  readonly givenBy: PersonId
  readonly accepted: boolean | null
  readonly judgement: string
  readonly judgedAt: Instant | null
  readonly judgedBy: PersonId | null
}
export interface OpinionFacts {
  readonly text: string
  readonly buildings: readonly string[]
  readonly usable: readonly string[]
  readonly concludedOn: LocalDate
  readonly projectName: string
  readonly projectNumber: string
  readonly projectAddress: string
  readonly ownerName: string
  readonly leadName: string
  readonly parts: readonly {
    readonly name: string
    readonly departmentName: string
    readonly on: LocalDate
    readonly rounds: number
  }[]
}
type BuildingTable = {
  id: BuildingId
  project_id: ProjectId
  name: string
  floor_area_m2: number | null
  registered_at: Instant
  registered_by: PersonId
  acceptance_id: AcceptanceId | null
  accepted_on: LocalDate | null
  may_be_used: boolean
}
type InspectionTable = {
  id: InspectionId
  project_id: ProjectId
  building_id: BuildingId | null
  part: string
  kind: string
  name: Words
  department: string
  required: boolean
  source: Source
  state: InspectionState
  booked_for: LocalDate | null
  booked_by: PersonId | null
  booking_note: string
  rounds: readonly Round[]
  created_at: Instant
  created_by: PersonId | null
}
type AcceptanceTable = {
  id: AcceptanceId
  project_id: ProjectId
  number: string
  kind: 'partial' | 'final'
  building_ids: readonly BuildingId[]
  state: AcceptanceState
  statement: string
  files: readonly Evidence[]
  /** The limits under which it was applied for. */
  rules: {
    readonly version: string
    readonly days: number
    readonly unit: 'workday' | 'calendar-day'
    readonly source: Source
    readonly calendarVersion: string
  }
  applied_at: Instant
  applied_by: PersonId
  due_on: LocalDate
  site_day: LocalDate | null
  site_note: string
  opinion: OpinionFacts | null
  code: string | null
  sha256: string | null
  concluded_at: Instant | null
  concluded_by: PersonId | null
}
type PartTable = {
  id: PartId
  acceptance_id: AcceptanceId
  project_id: ProjectId
  matter: string
  name: Words
  department: string
  source: Source
  state: PartState
  round: number
  due_on: LocalDate
  rounds: readonly Round[]
}
type RemarkTable = {
  id: RemarkId
  project_id: ProjectId
  inspection_id: InspectionId | null
  part_id: PartId | null
  department: string
  text: string
  due_on: LocalDate
  state: RemarkState
  proofs: readonly Proof[]
  created_at: Instant
  created_by: PersonId
  closed_at: Instant | null
}
type FilingTable = {
  id: string
  project_id: ProjectId
  acceptance_id: AcceptanceId
  accepted_on: LocalDate
  due_on: LocalDate
  source: Source
  state: 'open' | 'submitted' | 'filed'
  files: readonly Evidence[]
  submitted_at: Instant | null
  submitted_by: PersonId | null
  returned: { readonly reason: string; readonly at: Instant } | null
  number: string | null
  filed_on: LocalDate | null
  filed_by: PersonId | null
  basis: string | null
  late: boolean | null
}
type DossierTable = {
  id: DossierId
  project_id: ProjectId
  requested_at: Instant
  requested_by: PersonId
  personal: boolean
  officer: boolean
  job_id: string
  zip_sha256: string | null
  index_sha256: string | null
  size_bytes: number | null
  files: number | null
  ready_at: Instant | null
}
type Tables = {
  'completion.building': BuildingTable
  'completion.inspection': InspectionTable
  'completion.acceptance': AcceptanceTable
  'completion.acceptance_part': PartTable
  'completion.remark': RemarkTable
  'completion.filing': FilingTable
  'completion.dossier': DossierTable
}
export type BuildingRecord = Selectable<BuildingTable>
export type InspectionRecord = Selectable<InspectionTable>
export type AcceptanceRecord = Selectable<AcceptanceTable>
export type PartRecord = Selectable<PartTable>
export type RemarkRecord = Selectable<RemarkTable>
export type FilingRecord = Selectable<FilingTable>
export type DossierRecord = Selectable<DossierTable>

const tables = (db: Database) => db.withTables<Tables>()
const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

/** Commands on one project queue up. */
export const lockProject = async (db: DatabaseTransaction, projectId: ProjectId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`completion ${projectId}`}))`.execute(db)
}
export const nextInSeries = async (db: DatabaseTransaction, series: string, year: number): Promise<number> => {
  const { rows } = await sql<{ last: number }>`
    insert into completion.number_series as s (series, year, last) values (${series}, ${year}, 1)
    on conflict (series, year) do update set last = s.last + 1
    returning last`.execute(db)
  return rows[0]?.last ?? 0
}

/** Everything of a project on its way to completion. */
export interface Book {
  readonly buildings: readonly BuildingRecord[]
  readonly inspections: readonly InspectionRecord[]
  readonly acceptances: readonly AcceptanceRecord[]
  readonly parts: readonly PartRecord[]
  readonly remarks: readonly RemarkRecord[]
  readonly filing: FilingRecord | null
}
export const readBook = async (db: Database, projectId: ProjectId): Promise<Book> => {
  const t = tables(db)
  return {
    buildings: await t
      .selectFrom('completion.building')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('registered_at')
      .orderBy('id')
      .execute(),
    inspections: await t
      .selectFrom('completion.inspection')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
    acceptances: await t
      .selectFrom('completion.acceptance')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('applied_at')
      .orderBy('id')
      .execute(),
    parts: await t
      .selectFrom('completion.acceptance_part')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('id')
      .execute(),
    remarks: await t
      .selectFrom('completion.remark')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
    filing:
      (await t.selectFrom('completion.filing').selectAll().where('project_id', '=', projectId).executeTakeFirst()) ??
      null,
  }
}
type Owned = 'inspection' | 'remark' | 'acceptance' | 'acceptance_part' | 'dossier'
/** The project to which a thing belongs; null when there is no such thing. */
export const projectOf = async (db: Database, what: Owned, id: string): Promise<ProjectId | null> => {
  const row = await tables(db)
    .selectFrom(`completion.${what}` as 'completion.inspection')
    .select('project_id')
    .where('id', '=', id as InspectionId)
    .executeTakeFirst()
  return row?.project_id ?? null
}

// ------------------------------------------------------------------------------------------ writing

export const insertBuilding = async (db: DatabaseTransaction, row: BuildingRecord): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('completion.building')
    .values(row)
    .onConflict((conflict) => conflict.columns(['project_id', 'name']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
export const acceptBuilding = async (
  db: DatabaseTransaction,
  id: BuildingId,
  changes: Pick<BuildingRecord, 'acceptance_id' | 'accepted_on' | 'may_be_used'>,
): Promise<void> => {
  await tables(db).updateTable('completion.building').set(changes).where('id', '=', id).execute()
}
export const insertInspection = async (db: DatabaseTransaction, row: InspectionRecord): Promise<void> => {
  await tables(db)
    .insertInto('completion.inspection')
    .values({ ...row, name: json(row.name), source: json(row.source), rounds: json(row.rounds) })
    .execute()
}
export const deleteInspection = async (db: DatabaseTransaction, id: InspectionId): Promise<void> => {
  await tables(db).deleteFrom('completion.inspection').where('id', '=', id).where('required', '=', false).execute()
}
export const changeInspection = async (
  db: DatabaseTransaction,
  id: InspectionId,
  {
    rounds,
    ...changes
  }: Partial<Pick<InspectionRecord, 'state' | 'booked_for' | 'booked_by' | 'booking_note' | 'rounds'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('completion.inspection')
    .set({ ...changes, ...(rounds === undefined ? {} : { rounds: json(rounds) }) })
    .where('id', '=', id)
    .execute()
}
export const insertRemark = async (db: DatabaseTransaction, row: RemarkRecord): Promise<void> => {
  await tables(db)
    .insertInto('completion.remark')
    .values({ ...row, proofs: json(row.proofs) })
    .execute()
}
export const changeRemark = async (
  db: DatabaseTransaction,
  id: RemarkId,
  changes: Pick<RemarkRecord, 'state' | 'proofs'> & Partial<Pick<RemarkRecord, 'closed_at'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('completion.remark')
    .set({ ...changes, proofs: json(changes.proofs) })
    .where('id', '=', id)
    .execute()
}
export const insertAcceptance = async (db: DatabaseTransaction, row: AcceptanceRecord): Promise<void> => {
  await tables(db)
    .insertInto('completion.acceptance')
    .values({
      ...row,
      building_ids: json(row.building_ids),
      files: json(row.files),
      rules: json(row.rules),
      opinion: null,
    })
    .execute()
}
export const changeAcceptance = async (
  db: DatabaseTransaction,
  id: AcceptanceId,
  {
    opinion,
    ...changes
  }: Partial<
    Pick<AcceptanceRecord, 'state' | 'site_day' | 'site_note' | 'opinion' | 'code' | 'concluded_at' | 'concluded_by'>
  >,
): Promise<void> => {
  await tables(db)
    .updateTable('completion.acceptance')
    .set({ ...changes, ...(opinion === undefined || opinion === null ? {} : { opinion: json(opinion) }) })
    .where('id', '=', id)
    .execute()
}
export const acceptanceBy = async (
  db: Database,
  key: { readonly id: AcceptanceId } | { readonly code: string },
): Promise<AcceptanceRecord | null> => {
  const query = tables(db).selectFrom('completion.acceptance').selectAll()
  return (
    (await ('id' in key ? query.where('id', '=', key.id) : query.where('code', '=', key.code)).executeTakeFirst()) ??
    null
  )
}
/** Notes the digest of the opinion's document; false when it was noted before. */
export const noteOpinion = async (db: DatabaseTransaction, id: AcceptanceId, sha256: string): Promise<boolean> => {
  const { numUpdatedRows } = await tables(db)
    .updateTable('completion.acceptance')
    .set({ sha256 })
    .where('id', '=', id)
    .where('sha256', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
export const insertPart = async (db: DatabaseTransaction, row: PartRecord): Promise<void> => {
  await tables(db)
    .insertInto('completion.acceptance_part')
    .values({ ...row, name: json(row.name), source: json(row.source), rounds: json(row.rounds) })
    .execute()
}
export const changePart = async (
  db: DatabaseTransaction,
  id: PartId,
  { rounds, ...changes }: Partial<Pick<PartRecord, 'state' | 'round' | 'due_on' | 'rounds'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('completion.acceptance_part')
    .set({ ...changes, ...(rounds === undefined ? {} : { rounds: json(rounds) }) })
    .where('id', '=', id)
    .execute()
}
export const insertFiling = async (db: DatabaseTransaction, row: FilingRecord): Promise<void> => {
  await tables(db)
    .insertInto('completion.filing')
    .values({ ...row, source: json(row.source), files: json(row.files), returned: null })
    .execute()
}
export const changeFiling = async (
  db: DatabaseTransaction,
  projectId: ProjectId,
  { files, returned, ...changes }: Partial<Omit<FilingRecord, 'id' | 'project_id' | 'source'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('completion.filing')
    .set({
      ...changes,
      ...(files === undefined ? {} : { files: json(files) }),
      ...(returned === undefined ? {} : { returned: returned === null ? null : json(returned) }),
    })
    .where('project_id', '=', projectId)
    .execute()
}

// ------------------------------------------------------------------------------------------ work places

export const toDoOf = async (db: Database, departments: readonly string[], lead: string | null) => {
  const t = tables(db)
  const codes = departments.length === 0 ? [''] : [...departments]
  return {
    inspections: await t
      .selectFrom('completion.inspection')
      .selectAll()
      .where('department', 'in', codes)
      .where('state', '=', 'booked')
      .orderBy('booked_for')
      .limit(200)
      .execute(),
    remarks: await t
      .selectFrom('completion.remark')
      .selectAll()
      .where('department', 'in', codes)
      .where('state', '=', 'proved')
      .orderBy('due_on')
      .limit(200)
      .execute(),
    parts: await t
      .selectFrom('completion.acceptance_part')
      .selectAll()
      .where('department', 'in', codes)
      .where('state', '=', 'open')
      .orderBy('due_on')
      .limit(200)
      .execute(),
    passed:
      lead === null
        ? []
        : await t.selectFrom('completion.acceptance').selectAll().where('state', '=', 'passed').limit(200).execute(),
    filings:
      lead === null
        ? []
        : await t.selectFrom('completion.filing').selectAll().where('state', '=', 'submitted').limit(200).execute(),
  }
}

// ------------------------------------------------------------------------------------------ dossiers

export const insertDossier = async (db: DatabaseTransaction, row: DossierRecord): Promise<void> => {
  await tables(db).insertInto('completion.dossier').values(row).execute()
}
export const dossierById = async (db: Database, id: DossierId): Promise<DossierRecord | null> =>
  (await tables(db).selectFrom('completion.dossier').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const dossiersOf = (db: Database, projectId: ProjectId): Promise<readonly DossierRecord[]> =>
  tables(db)
    .selectFrom('completion.dossier')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(20)
    .execute()
export const finishDossier = async (
  db: DatabaseTransaction,
  id: DossierId,
  done: Pick<DossierRecord, 'zip_sha256' | 'index_sha256' | 'size_bytes' | 'files' | 'ready_at'>,
): Promise<void> => {
  await tables(db).updateTable('completion.dossier').set(done).where('id', '=', id).execute()
}
