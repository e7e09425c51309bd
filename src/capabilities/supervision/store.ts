/** The tables of supervision. */
import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../platform/platform.ts'
import type { AlarmId } from '../monitoring/contract/alarms.ts'
import type { Evidence, OrderId } from './contract.ts'
import type { OrderState } from './model/states.ts'

export interface Said {
  readonly text: string
  readonly files: readonly Evidence[]
  readonly at: Instant
  readonly by: PersonId
}
export interface Round {
  readonly round: number
  readonly dueOn: LocalDate
  readonly reply: (Said & { readonly late: boolean }) | null
  readonly recheck: (Said & { readonly pass: boolean }) | null
}
type OrderTable = {
  id: OrderId
  number: string
  site_id: string
  project_id: ProjectId
  alarm_id: AlarmId | null
  alarm_text: string | null
  category: string
  title: string
  text: string
  files: readonly Evidence[]
  department: string
  organisation_id: OrganisationId | null
  state: OrderState
  round: number
  due_on: LocalDate
  overdue: boolean
  rounds: readonly Round[]
  raised_at: Instant
  raised_by: PersonId
  closed_at: Instant | null
  closed_by: PersonId | null
  withdrawn_reason: string
  version: number
}
export type OrderRecord = Selectable<OrderTable>
const tables = (db: Database) => db.withTables<{ 'supervision.rectification_order': OrderTable }>()
const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

export const nextNumber = async (db: DatabaseTransaction, year: number): Promise<number> => {
  const { rows } = await sql<{ last: number }>`
    insert into supervision.number_series as s (year, last) values (${year}, 1)
    on conflict (year) do update set last = s.last + 1
    returning last`.execute(db)
  return rows[0]?.last ?? 0
}
/** Presses of one button queue up. */
export const lockAlarmOrder = async (db: DatabaseTransaction, alarmId: AlarmId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`order ${alarmId}`}, 0))`.execute(db)
}
export const insertOrder = async (db: DatabaseTransaction, row: OrderRecord): Promise<void> => {
  await tables(db)
    .insertInto('supervision.rectification_order')
    .values({ ...row, files: json(row.files), rounds: json(row.rounds) })
    .execute()
}
export const orderById = async (db: Database, id: OrderId): Promise<OrderRecord | null> =>
  (await tables(db)
    .selectFrom('supervision.rectification_order')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()) ?? null
export const lockOrder = async (db: DatabaseTransaction, id: OrderId): Promise<OrderRecord | null> =>
  (await tables(db)
    .selectFrom('supervision.rectification_order')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
export const orderOfAlarm = async (db: Database, alarmId: AlarmId): Promise<OrderRecord | null> =>
  (await tables(db)
    .selectFrom('supervision.rectification_order')
    .selectAll()
    .where('alarm_id', '=', alarmId)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst()) ?? null
export const changeOrder = async (
  db: DatabaseTransaction,
  id: OrderId,
  {
    rounds,
    ...changes
  }: Partial<
    Pick<
      OrderRecord,
      'state' | 'round' | 'due_on' | 'overdue' | 'rounds' | 'closed_at' | 'closed_by' | 'withdrawn_reason'
    >
  >,
): Promise<OrderRecord> =>
  tables(db)
    .updateTable('supervision.rectification_order')
    .set((eb) => ({
      ...changes,
      ...(rounds === undefined ? {} : { rounds: json(rounds) }),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

// ------------------------------------------------------------------------------------------ lists

export interface OrderFilter {
  /** Null: all sites. */
  readonly siteIds: readonly string[] | null
  readonly siteId?: string | undefined
  readonly projectId?: ProjectId | undefined
  readonly state?: OrderState | undefined
  readonly overdue?: boolean | undefined
  readonly category?: string | undefined
}
const nobody = '00000000-0000-0000-0000-000000000000'
const filtered = (db: Database, { siteIds, siteId, projectId }: OrderFilter) =>
  tables(db)
    .selectFrom('supervision.rectification_order')
    .$if(siteIds !== null, (query) =>
      query.where('site_id', 'in', siteIds === null || siteIds.length === 0 ? [nobody] : [...siteIds]),
    )
    .$if(siteId !== undefined, (query) => query.where('site_id', '=', siteId ?? nobody))
    .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? (nobody as ProjectId)))

export const ordersPage = async (
  db: Database,
  filter: OrderFilter,
  after: { readonly raisedAt: Instant; readonly id: OrderId } | null,
  limit: number,
): Promise<readonly OrderRecord[]> => {
  let query = filtered(db, filter).selectAll()
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.overdue !== undefined) query = query.where('overdue', '=', filter.overdue)
  if (filter.category !== undefined) query = query.where('category', '=', filter.category)
  if (after !== null)
    query = query.where(sql<SqlBool>`(raised_at, id) < (${after.raisedAt}::timestamptz, ${after.id}::uuid)`)
  return query.orderBy('raised_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}
export const orderCounts = async (db: Database, filter: OrderFilter) =>
  filtered(db, filter)
    .select([
      sql<number>`(count(*) filter (where state = 'issued'))::int`.as('issued'),
      sql<number>`(count(*) filter (where state = 'replied'))::int`.as('replied'),
      sql<number>`(count(*) filter (where overdue and state in ('issued', 'replied')))::int`.as('overdue'),
    ])
    .executeTakeFirstOrThrow()
export const ordersOfProject = (db: Database, projectId: ProjectId): Promise<readonly OrderRecord[]> =>
  tables(db)
    .selectFrom('supervision.rectification_order')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
export const ordersRaised = (db: Database, from: Instant, to: Instant): Promise<readonly OrderRecord[]> =>
  tables(db)
    .selectFrom('supervision.rectification_order')
    .selectAll()
    .where('raised_at', '>=', from)
    .where('raised_at', '<', to)
    .orderBy('raised_at')
    .orderBy('id')
    .execute()
export const figuresOfSites = async (db: Database, siteIds: readonly string[]) =>
  siteIds.length === 0
    ? []
    : tables(db)
        .selectFrom('supervision.rectification_order')
        .select([
          'site_id',
          sql<number>`(count(*) filter (where state in ('issued', 'replied')))::int`.as('open'),
          sql<number>`(count(*) filter (where state = 'closed'))::int`.as('closed'),
          sql<number>`(count(*) filter (where overdue and state in ('issued', 'replied')))::int`.as('overdue'),
        ])
        .where('site_id', 'in', [...siteIds])
        .groupBy('site_id')
        .orderBy('site_id')
        .execute()
