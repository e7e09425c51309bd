/** Decision documents: each is inserted once; what becomes of it is added beside it, never written over it. */
import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId, CertificateId } from '../contract.ts'
import { type CertificateTable, json, tables } from './tables.ts'

export type CertificateRecord = Selectable<CertificateTable>

/** Version, time and person of a change, for an update. */
export const stamped = <DB, TB extends keyof DB>(row: ExpressionBuilder<DB, TB>, by: PersonId | null, at: Instant) => ({
  version: sql<number>`${row.ref('version' as never)} + 1`,
  changed_at: at,
  changed_by: by,
})

/** Documents of an application, oldest first. */
export const documentsOfApplication = async (db: Database, id: ApplicationId): Promise<readonly CertificateRecord[]> =>
  tables(db)
    .selectFrom('approvals.certificate')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const successorOf = async (db: Database, id: CertificateId): Promise<CertificateRecord | null> =>
  (await tables(db).selectFrom('approvals.certificate').selectAll().where('replaces', '=', id).executeTakeFirst()) ??
  null

type Changes = Partial<
  Pick<
    CertificateRecord,
    'state' | 'cause' | 'published_at' | 'delivered_at' | 'delivery' | 'site_state' | 'started_on' | 'stopped_on'
  >
>
export const changeCertificate = async (
  db: DatabaseTransaction,
  id: CertificateId,
  by: PersonId | null,
  at: Instant,
  changes: Changes,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.certificate')
    .set((row) => ({
      ...changes,
      ...(changes.cause === undefined ? {} : { cause: changes.cause === null ? null : json(changes.cause) }),
      ...(changes.delivery === undefined
        ? {}
        : { delivery: changes.delivery === null ? null : json(changes.delivery) }),
      ...stamped(row, by, at),
    }))
    .where('id', '=', id)
    .execute()
}
/** Documents in force in a project, in favour of the applicant, oldest first. */
export const inForceInProject = async (db: Database, id: ProjectId) =>
  tables(db)
    .selectFrom('approvals.certificate as c')
    .innerJoin('approvals.item_run as r', 'r.id', 'c.item_run_id')
    .selectAll('c')
    .select(['r.item_id', 'r.item_name', 'r.department'])
    .where('r.project_id', '=', id)
    .where('c.state', '=', 'in-force')
    .where(sql<boolean>`c.facts ->> 'outcome' <> 'refused'`)
    .orderBy('c.created_at')
    .orderBy('c.id')
    .execute()

/** How many decisions of each application wait for their publication. */
export const unpublishedAmong = async (
  db: Database,
  ids: readonly ApplicationId[],
  now: Instant,
): Promise<ReadonlyMap<ApplicationId, number>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('approvals.certificate')
    .select(['application_id', sql<number>`count(*)::int`.as('count')])
    .where('application_id', 'in', [...ids])
    .where('publish_at', '>', now)
    .groupBy('application_id')
    .execute()
  return new Map(rows.map((row) => [row.application_id, row.count]))
}
