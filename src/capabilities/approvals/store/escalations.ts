/** What the ladder of escalation has said. */
import { type Selectable, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId, ClockId } from '../contract.ts'
import type { LadderLevel } from '../model/clock-rules.ts'
import { tables as approvals } from './tables.ts'

interface EscalationTable {
  readonly clock_id: ClockId
  readonly key: string
  readonly rung: string
  readonly level: LadderLevel
  readonly due: LocalDate
  readonly application_id: ApplicationId
  readonly department: string
  readonly person_id: PersonId | null
  readonly at: Instant
  readonly recorded_at: Instant
  readonly late: boolean
  readonly rules_version: string
}
type EscalationTables = { 'approvals.escalation': EscalationTable }
export type EscalationRecord = Selectable<EscalationTable>
export interface EscalationRow extends EscalationRecord {
  readonly case_number: string
  readonly project_name: string
  readonly label: Words
  /** The clock still runs. */
  readonly open: boolean
}
const tables = (db: Database) => db.withTables<EscalationTables>()

/** Gives false when the rung has spoken for this due day already. */
export const insertEscalation = async (db: DatabaseTransaction, row: EscalationRecord): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('approvals.escalation')
    .values(row)
    .onConflict((conflict) => conflict.columns(['clock_id', 'key']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
/** Applications with open clocks whose timers were set by another ladder; a page of them. */
export const clocksUnderOtherLadder = async (
  db: Database,
  version: string,
  limit: number,
): Promise<readonly ApplicationId[]> => {
  const rows = await approvals(db)
    .selectFrom('approvals.clock')
    .select('application_id')
    .distinct()
    .where('open', '=', true)
    .where(sql<boolean>`ladder is distinct from ${version}`)
    .limit(limit)
    .execute()
  return rows.map((row) => row.application_id)
}
/** The last rung of each clock. */
export const lastEscalations = async (
  db: Database,
  ids: readonly ClockId[],
): Promise<ReadonlyMap<ClockId, EscalationRecord>> => {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<EscalationRecord>`
    select distinct on (clock_id) clock_id, key, rung, level, due, application_id, department, person_id, at,
      recorded_at, late, rules_version
    from approvals.escalation where clock_id = any(${[...ids]}::uuid[])
    order by clock_id, at desc, key desc`.execute(db)
  return new Map(rows.map((row) => [row.clock_id, row]))
}
/** What a reader may see: everything, or what speaks to the roles held in departments, or to the window. */
export interface EscalationScope {
  readonly all: boolean
  /** Departments in which the reader handles: rungs to persons. */
  readonly handling: readonly string[]
  /** Departments that the reader heads: rungs to persons and heads. */
  readonly heading: readonly string[]
  /** The reader works at the window: rungs of its own clocks, acceptance and delivery. */
  readonly window: boolean
}
export interface EscalationFilter {
  readonly scope: EscalationScope
  readonly level?: LadderLevel | undefined
  /** Only clocks that still run towards the same due day. */
  readonly openOnly: boolean
  readonly after?: { readonly at: Instant; readonly clockId: string } | undefined
  readonly limit: number
}
/** Newest first. */
export const escalationPage = async (db: Database, filter: EscalationFilter): Promise<readonly EscalationRow[]> => {
  const { scope, level, after } = filter
  const { rows } = await sql<EscalationRow>`
    select e.*, a.case_number, a.project_name, c.label, c.open
    from approvals.escalation e
    join approvals.clock c on c.id = e.clock_id
    join approvals.application a on a.id = e.application_id
    where (${scope.all}
        or (e.level = 'person' and e.department = any(${[...scope.handling]}::text[]) and c.purpose <> 'intake')
        or (e.level in ('person', 'head') and e.department = any(${[...scope.heading]}::text[]))
        or (${scope.window} and c.purpose in ('intake', 'delivery') and e.level = 'person'))
      and (${level ?? null}::text is null or e.level = ${level ?? null})
      and (${after === undefined} or (e.at, e.clock_id) < (${after?.at ?? null}::timestamptz, ${after?.clockId ?? null}::uuid))
      and (${!filter.openOnly} or (c.open and e.due = c.due_hint))
    order by e.at desc, e.clock_id desc, e.key desc limit ${filter.limit}`.execute(db)
  return rows
}
