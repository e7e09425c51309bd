/** Clocks and their ledgers. The hints are the only derived columns; they order lists and are never shown. */
import { type Selectable, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId, CertificateId, ClockId, ItemRunId } from '../contract.ts'
import type { ClockEvent, ClockLedger } from '../model/clock/clock.ts'
import { type ClockTable, json, tables } from './tables.ts'

export type ClockRecord = Selectable<ClockTable> & { readonly ledger: ClockLedger }
export interface Hint {
  readonly due: LocalDate
  readonly warn: LocalDate
  readonly held: boolean
}

const withLedger = (db: Database) =>
  tables(db)
    .selectFrom('approvals.clock as c')
    .selectAll('c')
    .select(
      sql<ClockLedger>`coalesce((select jsonb_agg(e.event order by e.ordinal) from approvals.clock_event e
        where e.clock_id = c.id), '[]'::jsonb)`.as('ledger'),
    )

export const insertClock = async (
  db: DatabaseTransaction,
  row: Omit<Selectable<ClockTable>, 'due_hint' | 'warn_hint' | 'held' | 'ladder'>,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.clock')
    .values({ ...row, label: json(row.label), terms: json(row.terms) })
    .execute()
}
/** Appends to a ledger; the ordinal is the length before, so two writers can never both append. */
export const appendEvent = async (
  db: DatabaseTransaction,
  id: ClockId,
  ordinal: number,
  event: ClockEvent,
  by: PersonId | null,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.clock_event')
    .values({
      clock_id: id,
      ordinal,
      kind: event.kind,
      occurred_at: event.occurredAt,
      recorded_at: event.recordedAt,
      event: json(event),
      by_person: by,
    })
    .execute()
}
export const clock = async (db: Database, id: ClockId): Promise<ClockRecord | null> =>
  (await withLedger(db).where('c.id', '=', id).executeTakeFirst()) ?? null
/** Clocks of whole applications: all of them, or those that run or are paused. */
export const clocksOf = async (
  db: Database,
  applicationIds: readonly ApplicationId[],
  which: 'all' | 'open' = 'all',
): Promise<readonly ClockRecord[]> => {
  if (applicationIds.length === 0) return []
  const query = withLedger(db)
    .where('c.application_id', 'in', [...applicationIds])
    .orderBy('c.id')
  return (which === 'open' ? query.where('c.open', '=', true) : query).execute()
}
/** Clocks of item runs that run or are paused, those of their opinion tasks among them. */
export const openClocksOfItemRuns = async (
  db: Database,
  itemRunIds: readonly ItemRunId[],
): Promise<readonly ClockRecord[]> =>
  itemRunIds.length === 0
    ? []
    : withLedger(db)
        .where('c.item_run_id', 'in', [...itemRunIds])
        .where('c.open', '=', true)
        .orderBy('c.id')
        .execute()
/** Clocks that run under another calendar than the one in force; a page of them. */
export const openClocksNotUnder = async (
  db: Database,
  calendarVersion: string,
  limit: number,
): Promise<readonly Pick<ClockRecord, 'id' | 'application_id'>[]> =>
  tables(db)
    .selectFrom('approvals.clock')
    .select(['id', 'application_id'])
    .where('open', '=', true)
    .where('calendar_version', '!=', calendarVersion)
    .orderBy('id')
    .limit(limit)
    .execute()

export const saveClockHint = async (
  db: DatabaseTransaction,
  id: ClockId,
  state: Hint & { readonly open: boolean; readonly calendarVersion: string; readonly ladder: string },
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.clock')
    .set({
      open: state.open,
      due_hint: state.due,
      warn_hint: state.warn,
      held: state.held,
      calendar_version: state.calendarVersion,
      ladder: state.ladder,
    })
    .where('id', '=', id)
    .execute()
}
/** Puts the hint of the clock that presses most onto the thing that it belongs to. */
export const saveSubjectHint = async (
  db: DatabaseTransaction,
  subject: { readonly kind: 'application' | 'item-run' | 'opinion-task'; readonly id: string },
  hint: Hint,
): Promise<void> => {
  const table = {
    application: 'approvals.application',
    'item-run': 'approvals.item_run',
    'opinion-task': 'approvals.opinion_task',
  }[subject.kind]
  await sql`update ${sql.table(table)} set due_hint = ${hint.due}, warn_hint = ${hint.warn}, held = ${hint.held}
    where id = ${subject.id} and (due_hint, warn_hint, held) is distinct from (${hint.due}::date, ${hint.warn}::date, ${hint.held}::boolean)`.execute(
    db,
  )
}

export interface BoardFilter {
  readonly colour?: 'normal' | 'warning' | 'overdue' | 'paused' | 'done' | undefined
  readonly department?: string | undefined
  readonly projectId?: string | undefined
  readonly after?: { readonly due: LocalDate; readonly id: string } | undefined
  readonly limit: number
  readonly today: LocalDate
}
/** A condition on the hints that means a colour on a day. */
export const colourCondition = (colour: 'normal' | 'warning' | 'overdue' | 'paused' | 'done', today: LocalDate) =>
  ({
    overdue: sql<boolean>`(due_hint < ${today})`,
    paused: sql<boolean>`(due_hint >= ${today} and held)`,
    warning: sql<boolean>`(due_hint >= ${today} and not held and warn_hint <= ${today})`,
    normal: sql<boolean>`(due_hint >= ${today} and not held and warn_hint > ${today})`,
    done: sql<boolean>`false`,
  })[colour]

export const openClocks = async (
  db: Database,
  filter: BoardFilter,
): Promise<
  readonly (ClockRecord & {
    readonly case_number: string
    readonly project_name: string
    readonly item_name: { readonly zh: string; readonly en: string } | null
    readonly item_run_state: string | null
    readonly application_state: string
  })[]
> => {
  let page = tables(db)
    .selectFrom('approvals.clock')
    .selectAll()
    .where('open', '=', true)
    .orderBy('due_hint')
    .orderBy('id')
    .limit(filter.limit)
  if (filter.department !== undefined) page = page.where('department', '=', filter.department)
  if (filter.projectId !== undefined) page = page.where('project_id', '=', filter.projectId as never)
  if (filter.colour !== undefined) page = page.where(colourCondition(filter.colour, filter.today))
  if (filter.after !== undefined)
    page = page.where(sql<boolean>`(due_hint, id) > (${filter.after.due}::date, ${filter.after.id}::uuid)`)
  return tables(db)
    .with('page', () => page)
    .selectFrom('page as c')
    .innerJoin('approvals.application as a', 'a.id', 'c.application_id')
    .leftJoin('approvals.item_run as r', 'r.id', 'c.item_run_id')
    .selectAll('c')
    .select([
      'a.case_number',
      'a.project_name',
      'a.state as application_state',
      'r.item_name',
      'r.state as item_run_state',
      sql<ClockLedger>`coalesce((select jsonb_agg(e.event order by e.ordinal) from approvals.clock_event e
        where e.clock_id = c.id), '[]'::jsonb)`.as('ledger'),
    ])
    .orderBy('c.due_hint')
    .orderBy('c.id')
    .execute()
}
export interface ColourCounts {
  readonly normal: number
  readonly warning: number
  readonly overdue: number
  readonly paused: number
}
export const countColours = (today: LocalDate) =>
  sql<ColourCounts>`jsonb_build_object(
    'overdue', count(*) filter (where due_hint < ${today}),
    'paused', count(*) filter (where due_hint >= ${today} and held),
    'warning', count(*) filter (where due_hint >= ${today} and not held and warn_hint <= ${today}),
    'normal', count(*) filter (where due_hint >= ${today} and not held and warn_hint > ${today}))`
export const openClockCounts = async (
  db: Database,
  today: LocalDate,
  department: string | undefined,
): Promise<ColourCounts> => {
  let query = tables(db).selectFrom('approvals.clock').select(countColours(today).as('counts')).where('open', '=', true)
  if (department !== undefined) query = query.where('department', '=', department)
  return (await query.executeTakeFirstOrThrow()).counts
}
/** Hands the open clocks of a document over to the one that takes its place. */
export const moveClocks = async (db: DatabaseTransaction, from: CertificateId, to: CertificateId): Promise<void> => {
  await tables(db)
    .updateTable('approvals.clock')
    .set({ certificate_id: to })
    .where('certificate_id', '=', from)
    .where('open', '=', true)
    .execute()
}
export const clocksOfItemRun = (clocks: readonly ClockRecord[], id: ItemRunId): readonly ClockRecord[] =>
  clocks.filter((each) => each.item_run_id === id && each.opinion_task_id === null)
