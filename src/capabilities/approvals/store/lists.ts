/** Pages of lists: applications, the queues, counts. Each is one query on an index, whatever the number of rows. */
import { type SqlBool, sql } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ApplicationId, ApplicationState, ItemRunId } from '../contract.ts'
import { openItemRunStates, openOpinionTaskStates } from '../model/lifecycle.ts'
import type { ApplicationRecord } from './applications.ts'
import { type ColourCounts, colourCondition, countColours } from './clocks.ts'
import { type Hold, type Proposal, tables } from './tables.ts'

export interface ApplicationFilter {
  readonly state?: ApplicationState | undefined
  readonly stage?: string | undefined
  readonly projectId?: ProjectId | undefined
  readonly text?: string | undefined
  /** Only these applicants and what this person made; null = all, without drafts that others made. */
  readonly own: { readonly organisations: readonly OrganisationId[]; readonly person: PersonId } | null
  readonly viewer: PersonId
  readonly after?: { readonly createdAt: Instant; readonly id: string } | undefined
  readonly limit: number
}
const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

export const applicationPage = async (
  db: Database,
  filter: ApplicationFilter,
): Promise<readonly ApplicationRecord[]> => {
  let query = tables(db)
    .selectFrom('approvals.application')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
  const { own, after } = filter
  if (own === null)
    query = query.where((where) => where.or([where('round', '>', 0), where('created_by', '=', filter.viewer)]))
  else
    query = query.where((where) =>
      where.or([
        where('created_by', '=', own.person),
        ...(own.organisations.length === 0 ? [] : [where('applicant_id', 'in', [...own.organisations])]),
      ]),
    )
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.stage !== undefined) query = query.where('stage', '=', filter.stage)
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId)
  if (filter.text !== undefined && filter.text.trim() !== '') {
    const pattern = likePattern(filter.text.trim())
    query = query.where((where) =>
      where.or([
        where('case_number', 'ilike', pattern),
        where('project_name', 'ilike', pattern),
        where('project_number', 'ilike', pattern),
        where('applicant_name', 'ilike', pattern),
      ]),
    )
  }
  if (after !== undefined)
    query = query.where(sql<SqlBool>`(created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`)
  return query.execute()
}

/** How many items of each application there are, and how many are decided. */
export const itemCounts = async (
  db: Database,
  ids: readonly ApplicationId[],
): Promise<ReadonlyMap<ApplicationId, { readonly total: number; readonly decided: number }>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('approvals.item_run')
    .select((row) => [
      'application_id',
      row.fn.countAll<number>().as('total'),
      row.fn.countAll<number>().filterWhere('state', '=', 'decided').as('decided'),
    ])
    .where('application_id', 'in', [...ids])
    .where('state', '!=', 'cancelled')
    .groupBy('application_id')
    .execute()
  return new Map(rows.map((row) => [row.application_id, { total: row.total, decided: row.decided }]))
}

type Colour = 'normal' | 'warning' | 'overdue' | 'paused' | 'done'
export interface QueueFilter {
  readonly colour?: Colour | undefined
  readonly after?: { readonly due: LocalDate; readonly id: string } | undefined
  readonly limit: number
  readonly today: LocalDate
}

export interface IntakeRow extends ApplicationRecord {}
export const intakePage = async (db: Database, filter: QueueFilter): Promise<readonly IntakeRow[]> => {
  let query = tables(db)
    .selectFrom('approvals.application')
    .selectAll()
    .where('state', '=', 'submitted')
    .orderBy('due_hint')
    .orderBy('id')
    .limit(filter.limit)
  if (filter.colour !== undefined) query = query.where(colourCondition(filter.colour, filter.today))
  if (filter.after !== undefined)
    query = query.where(sql<SqlBool>`(due_hint, id) > (${filter.after.due}::date, ${filter.after.id}::uuid)`)
  return query.execute()
}
export const intakeCounts = async (db: Database, today: LocalDate): Promise<ColourCounts> =>
  (
    await tables(db)
      .selectFrom('approvals.application')
      .select(countColours(today).as('counts'))
      .where('state', '=', 'submitted')
      .executeTakeFirstOrThrow()
  ).counts

export interface WorkRecord {
  readonly kind: 'item-run' | 'opinion-task'
  readonly id: string
  readonly item_run_id: ItemRunId
  readonly application_id: ApplicationId
  readonly department: string
  readonly state: string
  readonly due_hint: LocalDate
  readonly case_number: string
  readonly project_name: string
  readonly item_name: Words
  readonly hold: Hold | null
  readonly proposal: Proposal | null
}
const listOf = (values: readonly string[]) => sql.join(values.map((value) => sql.lit(value)))
/** Open item runs and opinion tasks of departments, those that press most first. */
export const workPage = async (
  db: Database,
  departments: readonly string[],
  filter: QueueFilter,
): Promise<readonly WorkRecord[]> => {
  if (departments.length === 0) return []
  const colour = filter.colour === undefined ? sql`true` : colourCondition(filter.colour, filter.today)
  const after =
    filter.after === undefined ? sql`true` : sql`(due_hint, id) > (${filter.after.due}::date, ${filter.after.id}::uuid)`
  const mine = sql`department = any(${[...departments]}::text[])`
  const { rows } = await sql<WorkRecord>`
    with work as (
      (select 'item-run' as kind, id, id as item_run_id, application_id, department, state, due_hint
        from approvals.item_run
        where state in (${listOf(openItemRunStates)}) and ${mine} and ${colour} and ${after}
        order by due_hint, id limit ${filter.limit})
      union all
      (select 'opinion-task', id, item_run_id, application_id, department, state, due_hint
        from approvals.opinion_task
        where state in (${listOf(openOpinionTaskStates)}) and ${mine} and ${colour} and ${after}
        order by due_hint, id limit ${filter.limit})
      order by due_hint, id limit ${filter.limit}
    )
    select w.*, a.case_number, a.project_name, r.item_name, r.hold, r.proposal
    from work w
    join approvals.item_run r on r.id = w.item_run_id
    join approvals.application a on a.id = w.application_id
    order by w.due_hint, w.id`.execute(db)
  return rows
}
export const workCounts = async (
  db: Database,
  departments: readonly string[],
  today: LocalDate,
): Promise<ColourCounts> => {
  const mine = sql`department = any(${[...departments]}::text[])`
  const { rows } = await sql<{ counts: ColourCounts }>`
    select ${countColours(today)} as counts from (
      select due_hint, warn_hint, held from approvals.item_run
        where state in (${listOf(openItemRunStates)}) and ${mine}
      union all
      select due_hint, warn_hint, held from approvals.opinion_task
        where state in (${listOf(openOpinionTaskStates)}) and ${mine}
    ) work`.execute(db)
  return rows[0]?.counts ?? { normal: 0, warning: 0, overdue: 0, paused: 0 }
}

/** First submission and corrections of applications: what the days by holder are counted from. */
export const handlingSpans = async (
  db: Database,
  ids: readonly ApplicationId[],
): Promise<{
  readonly first: ReadonlyMap<ApplicationId, Instant>
  readonly corrections: readonly {
    readonly application_id: ApplicationId
    readonly issued_at: Instant
    readonly answered_at: Instant | null
  }[]
}> => {
  if (ids.length === 0) return { first: new Map(), corrections: [] }
  const first = await tables(db)
    .selectFrom('approvals.submission')
    .select(['application_id', 'submitted_at'])
    .where('application_id', 'in', [...ids])
    .where('round', '=', 1)
    .execute()
  const corrections = await tables(db)
    .selectFrom('approvals.correction')
    .select(['application_id', 'issued_at', 'answered_at'])
    .where('application_id', 'in', [...ids])
    .execute()
  return { first: new Map(first.map((row) => [row.application_id, row.submitted_at])), corrections }
}
