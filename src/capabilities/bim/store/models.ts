/** Projects, models and their versions; the cache. */
import { sql } from 'kysely'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { CheckId, ModelId, VersionId } from '../contract.ts'
import { json, type ModelRow, tables, type VersionRow, written } from './tables.ts'

/** Commands on one project queue up. */
export const lockProject = async (db: DatabaseTransaction, projectId: ProjectId): Promise<void> => {
  await sql`insert into bim.project (project_id) values (${projectId}) on conflict do nothing`.execute(db)
  await sql`select 1 from bim.project where project_id = ${projectId} for update`.execute(db)
}
/** Takes numbers for new conflicts; gives the first. */
export const takeNumbers = async (db: DatabaseTransaction, projectId: ProjectId, count: number): Promise<number> => {
  const { rows } = await sql<{ last: number }>`
    update bim.project set conflicts = conflicts + ${count} where project_id = ${projectId}
    returning conflicts as last`.execute(db)
  return (rows[0]?.last ?? 0) - count + 1
}

/** Whether a model or check of a project that is not archived has this name. */
export const nameTaken = async (
  db: Database,
  what: 'model' | 'check_definition',
  projectId: ProjectId,
  name: string,
  except: ModelId | CheckId | null,
): Promise<boolean> => {
  const row = await tables(db)
    .selectFrom(`bim.${what}` as 'bim.model')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('archived_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined && (row.id as string) !== except
}

const owned = ['model', 'version', 'check_definition', 'run', 'conflict', 'hand_group'] as const
type Owned = (typeof owned)[number]
/** The project to which a thing belongs; null when there is no such thing. */
export const projectOf = async (db: Database, what: Owned, id: string): Promise<ProjectId | null> => {
  const row = await tables(db)
    .selectFrom(`bim.${what}` as 'bim.model')
    .select('project_id')
    .where('id', '=', id as ModelId)
    .executeTakeFirst()
  return row?.project_id ?? null
}

export const modelsOfProject = (db: Database, projectId: ProjectId): Promise<ModelRow[]> =>
  tables(db)
    .selectFrom('bim.model')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
export const modelById = async (db: Database, id: ModelId): Promise<ModelRow | null> =>
  (await tables(db).selectFrom('bim.model').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const insertModel = async (db: DatabaseTransaction, row: ModelRow): Promise<void> => {
  await tables(db).insertInto('bim.model').values(row).execute()
}
export const changeModel = async (
  db: DatabaseTransaction,
  id: ModelId,
  change: Partial<Pick<ModelRow, 'name' | 'archived_at'>>,
): Promise<void> => {
  await tables(db).updateTable('bim.model').set(change).where('id', '=', id).execute()
}

// ------------------------------------------------------------------------------------------ versions

/** Everything but the suggestion, which is large. */
const head = [
  'id',
  'model_id',
  'project_id',
  'number',
  'state',
  'note',
  'files',
  'same_mapping',
  'mapping',
  'attempts',
  'done',
  'total',
  'failure',
  'issues',
  'statistics',
  'selectable',
  'content_sha256',
  'geometry_sha256',
  'report_sha256',
  'from_cache',
  'created_at',
  'created_by',
  'ready_at',
] as const
export type VersionHead = Omit<VersionRow, 'suggestion'>
export const versionsOfModel = (db: Database, modelId: ModelId): Promise<VersionHead[]> =>
  tables(db).selectFrom('bim.version').select(head).where('model_id', '=', modelId).orderBy('number', 'desc').execute()
/** Of every model of a project: how many versions, the newest, and the newest that is ready. */
export const newestVersions = async (
  db: Database,
  projectId: ProjectId,
): Promise<
  ReadonlyMap<ModelId, { readonly count: number; readonly newest: VersionHead; readonly ready: VersionHead | null }>
> => {
  const rows = await tables(db)
    .selectFrom('bim.version')
    .select(head)
    .where('project_id', '=', projectId)
    .orderBy('number', 'desc')
    .execute()
  const found = new Map<ModelId, { count: number; newest: VersionHead; ready: VersionHead | null }>()
  for (const row of rows) {
    const known = found.get(row.model_id)
    const ready = row.state === 'ready' ? row : null
    if (known === undefined) found.set(row.model_id, { count: 1, newest: row, ready })
    else found.set(row.model_id, { count: known.count + 1, newest: known.newest, ready: known.ready ?? ready })
  }
  return found
}
export const versionById = async (db: Database, id: VersionId): Promise<VersionRow | null> =>
  (await tables(db).selectFrom('bim.version').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockVersion = async (db: DatabaseTransaction, id: VersionId): Promise<VersionRow | null> =>
  (await tables(db).selectFrom('bim.version').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null
export const insertVersion = async (db: DatabaseTransaction, row: VersionRow): Promise<void> => {
  await tables(db).insertInto('bim.version').values(written(row)).execute()
}
export const changeVersion = async (
  db: Database,
  id: VersionId,
  change: Partial<Omit<VersionRow, 'id' | 'model_id' | 'project_id' | 'number'>>,
): Promise<void> => {
  await tables(db).updateTable('bim.version').set(written(change)).where('id', '=', id).execute()
}
/** Counts a beginning of its job; gives how many there were, or null when it is not being imported. */
export const beginImport = async (db: Database, id: VersionId): Promise<number | null> => {
  const { rows } = await sql<{ attempts: number }>`
    update bim.version set attempts = attempts + 1, done = 0, total = 0
    where id = ${id} and state = 'importing' returning attempts`.execute(db)
  return rows[0]?.attempts ?? null
}
/** Writes how far it is; false when it is not being imported any more: somebody cancelled it. */
export const reportImport = async (db: Database, id: VersionId, done: number, total: number): Promise<boolean> => {
  const { rows } = await sql`
    update bim.version set done = ${done}, total = ${total} where id = ${id} and state = 'importing'
    returning 1`.execute(db)
  return rows.length > 0
}
/** The mapping that was confirmed for the newest version before. */
export const mappingBefore = async (db: Database, modelId: ModelId, number: number): Promise<VersionRow['mapping']> => {
  const row = await tables(db)
    .selectFrom('bim.version')
    .select('mapping')
    .where('model_id', '=', modelId)
    .where('number', '<', number)
    .where('state', '=', 'ready')
    .where('mapping', 'is not', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.mapping ?? null
}

// ------------------------------------------------------------------------------------------ cache

export const cached = async (db: Database, key: string): Promise<unknown> =>
  (await tables(db).selectFrom('bim.cache').select('value').where('key', '=', key).executeTakeFirst())?.value ?? null
export const remember = async (db: Database, key: string, value: unknown, at: Instant): Promise<void> => {
  await tables(db)
    .insertInto('bim.cache')
    .values({ key, value: json(value), made_at: at })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
}
