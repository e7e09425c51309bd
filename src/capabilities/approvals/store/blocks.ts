/** Delegated blocks. */
import type { Selectable } from 'kysely'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { FormBlock } from '../../catalogue/contract.ts'
import type { DelegationId } from '../contract/blocks.ts'
import type { ApplicationId } from '../contract.ts'
import type { Readiness } from '../model/blocks.ts'

// A type, not an interface: Kysely wants an index signature.
type DelegationTable = {
  id: DelegationId
  application_id: ApplicationId
  block: FormBlock
  organisation_id: OrganisationId
  organisation_name: string
  starts_on: LocalDate
  ends_on: LocalDate
  readiness: Readiness
  version: number
  delegated_at: Instant
  delegated_by: PersonId
  changed_at: Instant
  changed_by: PersonId | null
  ready_at: Instant | null
  ready_by: PersonId | null
  ended_at: Instant | null
  ending: 'taken-back' | 'expired' | 'submitted' | null
}
export type DelegationRecord = Selectable<DelegationTable>
const tables = (db: Database) => db.withTables<{ 'approvals.block_delegation': DelegationTable }>()

/** Every delegation of an application, oldest first. */
export const delegationsOf = async (db: Database, id: ApplicationId): Promise<readonly DelegationRecord[]> =>
  tables(db)
    .selectFrom('approvals.block_delegation')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('delegated_at')
    .orderBy('id')
    .execute()
export const delegation = async (db: Database, id: DelegationId): Promise<DelegationRecord | null> =>
  (await tables(db).selectFrom('approvals.block_delegation').selectAll().where('id', '=', id).executeTakeFirst()) ??
  null
/** What is with organisations and not over on a day, the next to end first. */
export const delegationsOfParties = async (
  db: Database,
  organisations: readonly OrganisationId[],
  today: LocalDate,
): Promise<readonly DelegationRecord[]> =>
  organisations.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.block_delegation')
        .selectAll()
        .where('organisation_id', 'in', [...organisations])
        .where('ended_at', 'is', null)
        .where('ends_on', '>=', today)
        .orderBy('ends_on')
        .orderBy('id')
        .limit(200)
        .execute()

export const insertDelegation = async (
  db: DatabaseTransaction,
  row: Omit<DelegationRecord, 'version' | 'ready_at' | 'ready_by' | 'ended_at' | 'ending'>,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.block_delegation')
    .values({ ...row, version: 0, ready_at: null, ready_by: null, ended_at: null, ending: null })
    .execute()
}
export const changeDelegation = async (
  db: DatabaseTransaction,
  id: DelegationId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Pick<DelegationRecord, 'readiness' | 'ready_at' | 'ready_by' | 'ended_at' | 'ending'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.block_delegation')
    .set((row) => ({ ...changes, version: row('version', '+', 1), changed_at: at, changed_by: by }))
    .where('id', '=', id)
    .execute()
}
