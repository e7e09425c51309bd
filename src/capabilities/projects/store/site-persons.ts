/** Responsible persons on site, nominated, in their posts and gone. */
import { type Selectable, sql } from 'kysely'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { SitePersonId } from '../contract/site-persons.ts'
import type { Certificate, SitePersonState } from '../model/site-posts.ts'
import { type SitePersonTable, tables } from './tables.ts'

export type SitePersonRecord = Selectable<SitePersonTable>

/** Everybody there ever was in a project, newest first. */
export const sitePersonsOf = (db: Database, projectId: ProjectId): Promise<readonly SitePersonRecord[]> =>
  tables(db)
    .selectFrom('projects.site_person')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .execute()
export const sitePersonById = async (db: Database, id: SitePersonId): Promise<SitePersonRecord | null> =>
  (await tables(db).selectFrom('projects.site_person').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
/** Names by row, for rows that take the place of others. */
export const namesOfSitePersons = async (
  db: Database,
  ids: readonly SitePersonId[],
): Promise<ReadonlyMap<SitePersonId, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('projects.site_person')
    .select(['id', 'person_name'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row.person_name]))
}
/** A page of those in a state, oldest first. */
export const sitePersonsIn = async (
  db: Database,
  filter: { readonly state: SitePersonState; readonly after: SitePersonId | undefined; readonly limit: number },
): Promise<readonly SitePersonRecord[]> => {
  let query = tables(db)
    .selectFrom('projects.site_person')
    .selectAll()
    .where('state', '=', filter.state)
    .orderBy('id')
    .limit(filter.limit)
  if (filter.after !== undefined) query = query.where('id', '>', filter.after)
  return query.execute()
}

export type NewSitePerson = Pick<
  SitePersonRecord,
  | 'id'
  | 'project_id'
  | 'post'
  | 'organisation_id'
  | 'person_name'
  | 'certificate_numbers'
  | 'reason'
  | 'replaces'
  | 'nominated_at'
  | 'nominated_by'
  | 'rules_version'
> & { readonly certificates: readonly Certificate[] }
export const insertSitePerson = async (db: DatabaseTransaction, row: NewSitePerson): Promise<void> => {
  await tables(db)
    .insertInto('projects.site_person')
    .values({
      ...row,
      certificates: sql<readonly Certificate[]>`${JSON.stringify(row.certificates)}::jsonb`,
      state: 'nominated',
      valid_from: null,
      valid_to: null,
      decided_at: null,
      decided_by: null,
      exception: null,
    })
    .execute()
}
type Change = Partial<
  Pick<
    SitePersonRecord,
    | 'state'
    | 'replaces'
    | 'valid_from'
    | 'valid_to'
    | 'decided_at'
    | 'decided_by'
    | 'checked'
    | 'remark'
    | 'exception'
    | 'end_reason'
  >
>
/** Changes a row that its writer has locked by its project. */
export const changeSitePerson = async (db: DatabaseTransaction, id: SitePersonId, change: Change): Promise<void> => {
  await tables(db)
    .updateTable('projects.site_person')
    .set({ ...change, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute()
}
/** One person waits for the others: nobody is approved twice for works elsewhere at the same moment. */
export const lockCertificates = async (db: DatabaseTransaction, numbers: readonly string[]): Promise<void> => {
  for (const number of [...new Set(numbers)].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${`projects.certificate ${number}`}, 0))`.execute(db)
}
/** Somebody in a post of an open project, or nominated for it. */
export type Holder = Pick<SitePersonRecord, 'id' | 'project_id' | 'post' | 'state' | 'certificate_numbers'> & {
  readonly name: string
  readonly case_number: string
}
/** Who is in one of the posts of any open project on a day (or is nominated for it), by one of the certificates. */
export const holdersOf = async (
  db: Database,
  wanted: {
    readonly numbers: readonly string[]
    readonly posts: readonly string[]
    readonly states: readonly ('nominated' | 'approved')[]
    readonly on: LocalDate
  },
): Promise<readonly Holder[]> => {
  if (wanted.numbers.length === 0 || wanted.posts.length === 0) return []
  return tables(db)
    .selectFrom('projects.site_person as s')
    .innerJoin('projects.project as p', 'p.id', 's.project_id')
    .select(['s.id', 's.project_id', 's.post', 's.state', 's.certificate_numbers', 'p.name', 'p.case_number'])
    .where('s.state', 'in', wanted.states)
    .where('s.post', 'in', wanted.posts)
    .where('p.state', 'in', ['registered', 'active'])
    .where(sql<boolean>`s.certificate_numbers && ${[...wanted.numbers]}::text[]`)
    .where((eb) => eb.or([eb('s.valid_to', 'is', null), eb('s.valid_to', '>=', wanted.on)]))
    .orderBy('s.id')
    .execute()
}
