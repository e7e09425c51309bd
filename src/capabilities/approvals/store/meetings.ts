/** Joint site visits, meetings and special procedures. */
import type { Selectable } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { MeetingId, PhotoId, ProcedureId } from '../contract/consultation.ts'
import type { ApplicationId } from '../contract.ts'
import {
  type FindingTable,
  type MeetingTable,
  type PhotoTable,
  type ProcedureTable,
  consultationTables as tables,
} from './consultation-tables.ts'
import { json } from './tables.ts'

export type MeetingRecord = Selectable<MeetingTable>
export type FindingRecord = Selectable<FindingTable>
export type PhotoRecord = Selectable<PhotoTable>
export type ProcedureRecord = Selectable<ProcedureTable>

// ---- meetings

type NewMeeting = Omit<
  MeetingRecord,
  | 'version'
  | 'state'
  | 'changed_at'
  | 'changed_by'
  | 'attendance'
  | 'minute'
  | 'signed_at'
  | 'signed_by'
  | 'cancel_reason'
>
export const insertMeeting = async (db: DatabaseTransaction, row: NewMeeting): Promise<void> => {
  await tables(db)
    .insertInto('approvals.meeting')
    .values({
      ...row,
      departments: json(row.departments),
      state: 'planned',
      changed_at: row.planned_at,
      changed_by: row.planned_by,
      attendance: json([]),
      minute: null,
      signed_at: null,
      signed_by: null,
      cancel_reason: null,
    })
    .execute()
}
export const meetingsOf = async (db: Database, id: ApplicationId): Promise<readonly MeetingRecord[]> =>
  tables(db).selectFrom('approvals.meeting').selectAll().where('application_id', '=', id).orderBy('id').execute()
export const applicationOfMeeting = async (db: Database, id: MeetingId): Promise<ApplicationId | null> =>
  (await tables(db).selectFrom('approvals.meeting').select('application_id').where('id', '=', id).executeTakeFirst())
    ?.application_id ?? null
export const changeMeetingRow = async (
  db: DatabaseTransaction,
  id: MeetingId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Omit<MeetingRecord, 'id' | 'application_id' | 'version'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.meeting')
    .set((row) => ({
      ...changes,
      ...(changes.departments === undefined ? {} : { departments: json(changes.departments) }),
      ...(changes.attendance === undefined ? {} : { attendance: json(changes.attendance) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .execute()
}
export const insertFinding = async (db: DatabaseTransaction, row: FindingRecord): Promise<void> => {
  await tables(db)
    .insertInto('approvals.meeting_finding')
    .values({ ...row, conditions: json(row.conditions) })
    .execute()
}
export const findingsOf = async (db: Database, id: ApplicationId): Promise<readonly FindingRecord[]> =>
  tables(db)
    .selectFrom('approvals.meeting_finding')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('id')
    .execute()
export const insertPhoto = async (db: DatabaseTransaction, row: PhotoRecord): Promise<void> => {
  await tables(db).insertInto('approvals.meeting_photo').values(row).execute()
}
export const photosOf = async (db: Database, id: ApplicationId): Promise<readonly PhotoRecord[]> =>
  tables(db).selectFrom('approvals.meeting_photo').selectAll().where('application_id', '=', id).orderBy('id').execute()
export const photo = async (db: Database, meetingId: MeetingId, id: PhotoId): Promise<PhotoRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.meeting_photo')
    .selectAll()
    .where('meeting_id', '=', meetingId)
    .where('id', '=', id)
    .executeTakeFirst()) ?? null

// ---- special procedures

type NewProcedure = Pick<
  ProcedureRecord,
  'id' | 'application_id' | 'item_run_id' | 'kind' | 'reason' | 'days' | 'on_request' | 'proposed_at' | 'proposed_by'
>
export const insertProcedure = async (db: DatabaseTransaction, row: NewProcedure): Promise<void> => {
  await tables(db)
    .insertInto('approvals.special_procedure')
    .values({
      ...row,
      state: 'proposed',
      changed_at: row.proposed_at,
      changed_by: row.proposed_by,
      decided_at: null,
      decided_by: null,
      remark: null,
      notice_id: null,
      began_at: null,
      ended_at: null,
      ended_by: null,
      result: null,
      steps: json({}),
    })
    .execute()
}
export const proceduresOf = async (db: Database, id: ApplicationId): Promise<readonly ProcedureRecord[]> =>
  tables(db)
    .selectFrom('approvals.special_procedure')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('id')
    .execute()
export const applicationOfProcedure = async (db: Database, id: ProcedureId): Promise<ApplicationId | null> =>
  (
    await tables(db)
      .selectFrom('approvals.special_procedure')
      .select('application_id')
      .where('id', '=', id)
      .executeTakeFirst()
  )?.application_id ?? null
export const changeProcedure = async (
  db: DatabaseTransaction,
  id: ProcedureId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Omit<ProcedureRecord, 'id' | 'application_id' | 'version'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.special_procedure')
    .set((row) => ({
      ...changes,
      ...(changes.steps === undefined ? {} : { steps: json(changes.steps) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .execute()
}
