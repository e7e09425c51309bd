/** Signals: what the rules noticed, for people to look into. */
import { type Selectable, sql } from 'kysely'
import type { Id, OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction, JsonValue } from '../../../platform/platform.ts'
import type { ApplicationId } from '../contract.ts'
import type { SignalCode } from '../model/clock-rules.ts'
import { tables as approvals, json } from './tables.ts'

export type SignalId = Id<'signal'>
export type SignalState = 'new' | 'looked-at' | 'explained' | 'confirmed'
/** A file that a signal rests on. */
export interface SignalEvidence {
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly what: string
  readonly at: Instant
}
interface SignalTable {
  readonly id: SignalId
  readonly rule: SignalCode
  readonly rules_version: string
  readonly key: string
  readonly department: string
  readonly project_id: ProjectId | null
  readonly application_id: ApplicationId | null
  readonly case_number: string
  readonly occurred_at: Instant
  readonly raised_at: Instant
  readonly facts: Readonly<Record<string, JsonValue>>
  readonly evidence: readonly SignalEvidence[]
  readonly state: SignalState
  readonly note: string | null
  readonly version: number
  readonly changed_at: Instant | null
  readonly changed_by: PersonId | null
}
type SignalTables = { 'approvals.signal': SignalTable }
export type SignalRecord = Selectable<SignalTable>
const tables = (db: Database) => db.withTables<SignalTables>()

/**
 * Gives 'new' when it was raised now, 'known' when the same fact was noticed before: then the evidence grows as long as
 * nobody has looked.
 */
export const raiseSignal = async (
  db: DatabaseTransaction,
  row: Omit<SignalRecord, 'state' | 'note' | 'version' | 'changed_at' | 'changed_by'>,
): Promise<'new' | 'known'> => {
  const written = await tables(db)
    .insertInto('approvals.signal')
    .values({
      ...row,
      facts: json(row.facts),
      evidence: json(row.evidence),
      state: 'new',
      note: null,
      version: 0,
      changed_at: null,
      changed_by: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['rule', 'key'])
        .doUpdateSet((old) => ({ evidence: old.ref('excluded.evidence'), facts: old.ref('excluded.facts') }))
        .where('approvals.signal.state', '=', 'new'),
    )
    .returning('id')
    .executeTakeFirst()
  return written?.id === row.id ? 'new' : 'known'
}
export const lockSignal = async (db: DatabaseTransaction, id: SignalId): Promise<SignalRecord | null> =>
  (await tables(db).selectFrom('approvals.signal').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null
export const signalById = async (db: Database, id: SignalId): Promise<SignalRecord | null> =>
  (await tables(db).selectFrom('approvals.signal').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const moveSignal = async (
  db: DatabaseTransaction,
  id: SignalId,
  change: Pick<SignalRecord, 'state' | 'note' | 'changed_at' | 'changed_by'>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.signal')
    .set((row) => ({ ...change, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}
export interface SignalFilter {
  /** Null = all departments. */
  readonly departments: readonly string[] | null
  readonly state?: SignalState | undefined
  readonly rule?: SignalCode | undefined
  readonly after?: { readonly at: Instant; readonly id: string } | undefined
  readonly limit: number
}
export const signalPage = async (db: Database, filter: SignalFilter): Promise<readonly SignalRecord[]> => {
  let query = tables(db)
    .selectFrom('approvals.signal')
    .selectAll()
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.departments !== null) {
    if (filter.departments.length === 0) return []
    query = query.where('department', 'in', [...filter.departments])
  }
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule)
  if (filter.after !== undefined)
    query = query.where(sql<boolean>`(raised_at, id) < (${filter.after.at}::timestamptz, ${filter.after.id}::uuid)`)
  return query.execute()
}
export const signalCounts = async (
  db: Database,
  departments: readonly string[] | null,
): Promise<Readonly<Record<SignalState, number>>> => {
  let query = tables(db)
    .selectFrom('approvals.signal')
    .select((row) => ['state', row.fn.countAll<number>().as('count')])
    .groupBy('state')
  const counts = { new: 0, 'looked-at': 0, explained: 0, confirmed: 0 }
  if (departments !== null) {
    if (departments.length === 0) return counts
    query = query.where('department', 'in', [...departments])
  }
  for (const row of await query.execute()) counts[row.state] = row.count
  return counts
}

// ------------------------------------------------------------------------------------------ what the rules ask

/** Applications of the same project, stage and applicant that were given up in a span. */
export const givenUp = (
  db: Database,
  like: { readonly projectId: ProjectId; readonly stage: string; readonly applicantId: OrganisationId },
  from: Instant,
  to: Instant,
): Promise<
  readonly { readonly id: ApplicationId; readonly case_number: string; readonly closed_at: Instant | null }[]
> =>
  approvals(db)
    .selectFrom('approvals.application')
    .select(['id', 'case_number', 'closed_at'])
    .where('project_id', '=', like.projectId)
    .where('stage', '=', like.stage)
    .where('applicant_id', '=', like.applicantId)
    .where('state', '=', 'withdrawn')
    .where('closed_at', '>=', from)
    .where('closed_at', '<=', to)
    .orderBy('closed_at')
    .execute()
/** Decisions and opinions of a person in a span, oldest first. */
export const actsOf = async (
  db: Database,
  person: PersonId,
  what: 'decision' | 'opinion',
  from: Instant,
  to: Instant,
): Promise<
  readonly { readonly application_id: ApplicationId; readonly case_number: string; readonly at: Instant }[]
> => {
  const { rows } = await (what === 'decision'
    ? sql<{ application_id: ApplicationId; case_number: string; at: Instant }>`
        select r.application_id, a.case_number, r.decided_at as at from approvals.item_run r
        join approvals.application a on a.id = r.application_id
        where r.decided_by = ${person} and r.decided_at >= ${from} and r.decided_at <= ${to} order by r.decided_at`
    : sql<{ application_id: ApplicationId; case_number: string; at: Instant }>`
        select t.application_id, a.case_number, t.given_at as at from approvals.opinion_task t
        join approvals.application a on a.id = t.application_id
        where t.given_by = ${person} and t.given_at >= ${from} and t.given_at <= ${to} order by t.given_at`
  ).execute(db)
  return rows
}
