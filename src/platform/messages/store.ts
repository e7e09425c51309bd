/** The tables `outbox.*`. */
import { type SqlBool, sql } from 'kysely'
import { cursorOf, keysAs } from '../../kernel/page.ts'
import type { Instant } from '../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../platform.ts'
import type { ChannelName, MessageContent } from './channel.ts'

export const deliveryStates = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'stored',
  'failed',
  'given-up',
  'cancelled',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

export interface DeliveryRow {
  readonly id: string
  readonly channel: ChannelName
  readonly address_sealed: string
  readonly address_masked: string
  readonly content: MessageContent | null
  readonly secret: boolean
  readonly owner: string
  readonly reference: string
  readonly topic: string
  readonly state: DeliveryState
  readonly adapter: string | null
  readonly attempts: number
  readonly tries_left: number
  readonly not_before: Instant | null
  readonly next_try_at: Instant | null
  readonly lease_until: Instant | null
  readonly reason: string | null
  readonly provider_id: string | null
  readonly created_at: Instant
  readonly changed_at: Instant
  readonly sent_at: Instant | null
  readonly delivered_at: Instant | null
}
export interface AttemptRow {
  readonly delivery_id: string
  readonly number: number
  readonly channel: ChannelName
  readonly adapter: string
  readonly began_at: Instant
  readonly ended_at: Instant | null
  readonly outcome: string | null
  readonly detail: string | null
}
type OutboxTables = { 'outbox.delivery': DeliveryRow; 'outbox.attempt': AttemptRow }
type Executor = Database | DatabaseTransaction
const tables = (db: Executor) => db.withTables<OutboxTables>()
const json = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`

export const insertDelivery = async (db: DatabaseTransaction, row: DeliveryRow): Promise<void> => {
  await tables(db)
    .insertInto('outbox.delivery')
    .values({ ...row, content: json(row.content) })
    .execute()
}
export const lockDelivery = async (db: DatabaseTransaction, id: string): Promise<DeliveryRow | null> =>
  (await tables(db).selectFrom('outbox.delivery').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null
export const deliveryById = async (db: Executor, id: string): Promise<DeliveryRow | null> =>
  (await tables(db).selectFrom('outbox.delivery').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const changeDelivery = async (
  db: DatabaseTransaction,
  id: string,
  change: Partial<Omit<DeliveryRow, 'id' | 'content'>>,
): Promise<void> => {
  await tables(db).updateTable('outbox.delivery').set(change).where('id', '=', id).execute()
}
export const changeContent = async (db: DatabaseTransaction, id: string, content: MessageContent): Promise<void> => {
  await tables(db)
    .updateTable('outbox.delivery')
    .set({ content: json(content) })
    .where('id', '=', id)
    .execute()
}
export const wipeContent = async (db: DatabaseTransaction, id: string): Promise<void> => {
  await tables(db).updateTable('outbox.delivery').set({ content: null }).where('id', '=', id).execute()
}

export const insertAttempt = async (db: DatabaseTransaction, row: AttemptRow): Promise<void> => {
  await tables(db).insertInto('outbox.attempt').values(row).execute()
}
export const endAttempt = async (
  db: DatabaseTransaction,
  id: string,
  number: number,
  end: { readonly ended_at: Instant; readonly outcome: string; readonly detail: string },
): Promise<void> => {
  await tables(db)
    .updateTable('outbox.attempt')
    .set(end)
    .where('delivery_id', '=', id)
    .where('number', '=', number)
    .execute()
}
export const attemptsOf = async (db: Executor, id: string): Promise<readonly AttemptRow[]> =>
  tables(db).selectFrom('outbox.attempt').selectAll().where('delivery_id', '=', id).orderBy('number').execute()

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined
  readonly channel?: ChannelName | undefined
  readonly owner?: string | undefined
  readonly reference?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}
/** Newest first. */
export const deliveryPage = async (
  db: Executor,
  filter: DeliveryFilter,
): Promise<{ readonly rows: readonly DeliveryRow[]; readonly next: string | null }> => {
  let query = tables(db)
    .selectFrom('outbox.delivery')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel)
  if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner)
  if (filter.reference !== undefined) query = query.where('reference', '=', filter.reference)
  const after = keysAs(filter.after, 'instant', 'id')
  if (after !== null)
    query = query.where(sql<SqlBool>`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
  const found = await query.execute()
  const rows = found.slice(0, filter.limit)
  const last = rows.at(-1)
  return { rows, next: found.length > filter.limit && last !== undefined ? cursorOf(last.created_at, last.id) : null }
}
export const deliveryCounts = async (db: Executor): Promise<Readonly<Record<DeliveryState, number>>> => {
  const rows = await tables(db)
    .selectFrom('outbox.delivery')
    .select((row) => ['state', row.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  const counts = Object.fromEntries(deliveryStates.map((state) => [state, 0])) as Record<DeliveryState, number>
  for (const row of rows) counts[row.state] = Number(row.count)
  return counts
}
export const deliveriesOf = async (
  db: Executor,
  owner: string,
  references: readonly string[],
): Promise<readonly DeliveryRow[]> =>
  references.length === 0
    ? []
    : tables(db)
        .selectFrom('outbox.delivery')
        .selectAll()
        .where('owner', '=', owner)
        .where('reference', 'in', [...references])
        .orderBy('created_at')
        .execute()
export const idsIn = async (
  db: DatabaseTransaction,
  filter: {
    readonly states: readonly DeliveryState[]
    readonly channel?: ChannelName | undefined
    readonly limit: number
  },
): Promise<readonly string[]> => {
  let query = tables(db)
    .selectFrom('outbox.delivery')
    .select('id')
    .where('state', 'in', [...filter.states])
    .orderBy('created_at')
    .limit(filter.limit)
    .forUpdate()
    .skipLocked()
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel)
  return (await query.execute()).map((row) => row.id)
}
/** What nobody works on any more: begun by a process that died, or waiting for a job that was lost. */
export const strandedIds = async (db: Executor, now: Instant, before: Instant): Promise<readonly string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from outbox.delivery
    where state in ('queued', 'sending', 'failed') and changed_at < ${before}
      and (lease_until is null or lease_until < ${now})
      and coalesce(next_try_at, not_before, ${now}) <= ${now}
    order by changed_at limit 1000`.execute(db)
  return rows.map((row) => row.id)
}
/** Wipes the content of what ended before a moment; gives how many. */
export const wipeBefore = async (db: DatabaseTransaction, before: Instant): Promise<number> => {
  const wiped = await tables(db)
    .updateTable('outbox.delivery')
    .set({ content: null })
    .where('content', 'is not', null)
    .where('state', 'in', ['sent', 'delivered', 'stored', 'given-up', 'cancelled'])
    .where('changed_at', '<', before)
    .executeTakeFirst()
  return Number(wiped.numUpdatedRows)
}
