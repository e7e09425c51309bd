/** Organisations with the names they bore. */
import { type SqlBool, sql } from 'kysely'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Organisation, OrganisationKind } from '../contract.ts'
import { tables } from './tables.ts'

const columns = ['id', 'name', 'uscc', 'kind', 'address', 'version'] as const
type Row = Omit<Organisation, 'names'>

const withNames = async (db: Database, rows: readonly Row[]): Promise<readonly Organisation[]> => {
  if (rows.length === 0) return []
  const names = await tables(db)
    .selectFrom('people.organisation_name')
    .select(['organisation_id', 'name', 'valid_from', 'valid_to'])
    .where('organisation_id', 'in', [...new Set(rows.map((row) => row.id))])
    .orderBy('valid_from', 'desc')
    .execute()
  return rows.map((row) => ({
    ...row,
    names: names
      .filter((name) => name.organisation_id === row.id)
      .map((name) => ({ name: name.name, from: name.valid_from, to: name.valid_to })),
  }))
}

/** Organisations with their names, in one query: whole files ask for them again and again. */
export const organisationsByIds = async (
  db: Database,
  ids: readonly OrganisationId[],
): Promise<readonly Organisation[]> => {
  if (ids.length === 0) return []
  const rows = await tables(db)
    .selectFrom('people.organisation as o')
    .leftJoin('people.organisation_name as n', 'n.organisation_id', 'o.id')
    .select(['o.id', 'o.name', 'o.uscc', 'o.kind', 'o.address', 'o.version'])
    .select(['n.name as borne', 'n.valid_from', 'n.valid_to'])
    .where('o.id', 'in', [...new Set(ids)])
    .orderBy('o.id')
    .orderBy('n.valid_from', 'desc')
    .execute()
  const found = new Map<OrganisationId, Organisation>()
  for (const { borne, valid_from: from, valid_to: to, ...row } of rows) {
    const known = found.get(row.id) ?? { ...row, names: [] }
    found.set(
      row.id,
      borne === null || from === null ? known : { ...known, names: [...known.names, { name: borne, from, to }] },
    )
  }
  return [...found.values()]
}

export const organisationById = async (db: Database, id: OrganisationId): Promise<Organisation | null> =>
  (await organisationsByIds(db, [id]))[0] ?? null

export const organisationByUscc = async (db: Database, uscc: string): Promise<Organisation | null> => {
  const rows = await tables(db).selectFrom('people.organisation').select(columns).where('uscc', '=', uscc).execute()
  return (await withNames(db, rows))[0] ?? null
}

export interface OrganisationFilter {
  readonly search?: string | undefined
  readonly kind?: OrganisationKind | undefined
  readonly before?: OrganisationId | undefined
  readonly limit: number
}
/** Newest first; `search` looks in names old and new, and compares whole codes. */
export const findOrganisations = async (db: Database, filter: OrganisationFilter): Promise<readonly Organisation[]> => {
  let query = tables(db).selectFrom('people.organisation').select(columns).orderBy('id', 'desc').limit(filter.limit)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  const { search } = filter
  if (search !== undefined && search !== '')
    query = query.where((eb) =>
      eb.or([
        eb('uscc', '=', search.toUpperCase()),
        eb.exists(
          eb
            .selectFrom('people.organisation_name')
            .select('people.organisation_name.name')
            .whereRef('people.organisation_name.organisation_id', '=', 'people.organisation.id')
            .where(sql<SqlBool>`strpos(lower(people.organisation_name.name), lower(${search})) > 0`),
        ),
      ]),
    )
  return withNames(db, await query.execute())
}

export interface OrganisationInsert {
  readonly id: OrganisationId
  readonly name: string
  readonly uscc: string | null
  readonly kind: OrganisationKind
  readonly address: string | null
}
/** Gives false when the code belongs to another organisation already. */
export const insertOrganisation = async (db: Database, row: OrganisationInsert, now: Instant): Promise<boolean> => {
  const inserted = await tables(db)
    .insertInto('people.organisation')
    .values({ ...row, version: 1, created_at: now })
    .onConflict((conflict) => conflict.column('uscc').doNothing())
    .returning('id')
    .execute()
  if (inserted.length === 0) return false
  await tables(db)
    .insertInto('people.organisation_name')
    .values({ organisation_id: row.id, name: row.name, valid_from: now, valid_to: null })
    .execute()
  return true
}

export const lockOrganisation = async (db: Database, id: OrganisationId): Promise<Organisation | null> => {
  const rows = await tables(db)
    .selectFrom('people.organisation')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .execute()
  return (await withNames(db, rows))[0] ?? null
}

/** Saves an organisation; a new name closes the old one at `now`. */
export const saveOrganisation = async (
  db: Database,
  before: Organisation,
  after: { readonly name: string; readonly uscc: string | null; readonly address: string | null },
  now: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('people.organisation')
    .set({ ...after, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute()
  if (after.name === before.name) return
  await tables(db)
    .updateTable('people.organisation_name')
    .set({ valid_to: now })
    .where('organisation_id', '=', before.id)
    .where('valid_to', 'is', null)
    .execute()
  await tables(db)
    .insertInto('people.organisation_name')
    .values({ organisation_id: before.id, name: after.name, valid_from: now, valid_to: null })
    .onConflict((conflict) =>
      conflict.columns(['organisation_id', 'valid_from']).doUpdateSet({ name: after.name, valid_to: null }),
    )
    .execute()
}
