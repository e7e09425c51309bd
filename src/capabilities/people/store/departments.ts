/** Department roles and who fills them. */
import { sql } from 'kysely'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Department } from '../contract.ts'
import type { Assignment, DepartmentRole, JurisdictionProfile } from '../model/departments.ts'
import { tables } from './tables.ts'

/** Departments in office on a day, in the order of the role codes. */
export const departmentsOn = async (db: Database, day: LocalDate, code?: string): Promise<readonly Department[]> => {
  let query = tables(db)
    .selectFrom('people.department as d')
    .innerJoin('people.department_role as r', 'r.code', 'd.role_code')
    .select([
      'd.role_code as code',
      'd.name',
      'd.short_name as shortName',
      'r.zh',
      'r.en',
      'd.organisation_id as organisationId',
      'd.jurisdiction_code as jurisdictionCode',
      'd.certainty',
    ])
    .where('d.valid_from', '<=', day)
    .where((eb) => eb.or([eb('d.valid_to', 'is', null), eb('d.valid_to', '>=', day)]))
    .orderBy('d.role_code')
  if (code !== undefined) query = query.where('d.role_code', '=', code)
  const rows = await query.execute()
  return rows.map(({ zh, en, ...row }) => ({ ...row, words: { zh, en } }))
}

export const isDepartmentRole = async (db: Database, code: string): Promise<boolean> =>
  (await tables(db).selectFrom('people.department_role').select('code').where('code', '=', code).execute()).length > 0

export const saveDepartmentRole = async (db: Database, role: DepartmentRole): Promise<void> => {
  const row = { zh: role.name.zh, en: role.name.en, duty: role.duty.zh }
  await tables(db)
    .insertInto('people.department_role')
    .values({ code: role.code, ...row })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .execute()
}
export const saveJurisdiction = async (db: Database, profile: JurisdictionProfile): Promise<void> => {
  const row = {
    name: profile.fullName.zh,
    short_name: profile.name.zh,
    valid_from: profile.validFrom,
    valid_to: profile.validTo,
    basis: profile.citation.basis,
    certainty: profile.citation.certainty,
  }
  await tables(db)
    .insertInto('people.jurisdiction')
    .values({ code: profile.code, ...row })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .execute()
}

export interface StoredAssignment extends Assignment {
  readonly organisationId: OrganisationId
}
export const storedAssignments = async (db: Database): Promise<readonly StoredAssignment[]> =>
  tables(db)
    .selectFrom('people.department')
    .select([
      'jurisdiction_code as jurisdictionCode',
      'role_code as department',
      'name',
      'short_name as shortName',
      'valid_from as validFrom',
      'valid_to as validTo',
      'basis',
      'certainty',
      'organisation_id as organisationId',
    ])
    .execute()

export const saveAssignment = async (db: Database, row: StoredAssignment): Promise<void> => {
  const values = {
    jurisdiction_code: row.jurisdictionCode,
    valid_to: row.validTo,
    organisation_id: row.organisationId,
    name: row.name,
    short_name: row.shortName,
    basis: row.basis,
    certainty: row.certainty,
  }
  await tables(db)
    .insertInto('people.department')
    .values({ role_code: row.department, valid_from: row.validFrom, ...values })
    .onConflict((conflict) => conflict.columns(['role_code', 'valid_from']).doUpdateSet(values))
    .execute()
}

/** Makes servers that start at once load the reviewed data one after the other. */
export const lockDepartments = async (db: Database): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('people.departments', 0))`.execute(db)
}
