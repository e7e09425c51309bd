/** Other systems that are told. */
import { type SqlBool, sql } from 'kysely'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { WebhookId } from '../contract.ts'
import { tables, type WebhookRow } from './tables.ts'

const kindsOf = (kinds: readonly string[]) => sql<readonly string[]>`${[...kinds]}::text[]`

export const webhooks = async (db: Database): Promise<readonly WebhookRow[]> =>
  tables(db).selectFrom('messages.webhook').selectAll().where('state', '!=', 'removed').orderBy('id').execute()
export const webhookById = async (db: Database, id: string): Promise<WebhookRow | null> =>
  (await tables(db)
    .selectFrom('messages.webhook')
    .selectAll()
    .where('id', '=', id as WebhookId)
    .where('state', '!=', 'removed')
    .executeTakeFirst()) ?? null
export const lockWebhook = async (db: DatabaseTransaction, id: WebhookId): Promise<WebhookRow | null> =>
  (await tables(db)
    .selectFrom('messages.webhook')
    .selectAll()
    .where('id', '=', id)
    .where('state', '!=', 'removed')
    .forUpdate()
    .executeTakeFirst()) ?? null
/** Active ones that want a kind. */
export const webhooksFor = async (db: Database, kind: string): Promise<readonly WebhookRow[]> =>
  tables(db)
    .selectFrom('messages.webhook')
    .selectAll()
    .where('state', '=', 'active')
    .where(sql<SqlBool>`${kind} = any(kinds)`)
    .orderBy('id')
    .execute()
export const insertWebhook = async (db: DatabaseTransaction, row: WebhookRow): Promise<void> => {
  await tables(db)
    .insertInto('messages.webhook')
    .values({ ...row, kinds: kindsOf(row.kinds) })
    .execute()
}
export const saveWebhook = async (
  db: DatabaseTransaction,
  id: WebhookId,
  change: Partial<Omit<WebhookRow, 'id'>>,
): Promise<void> => {
  const { kinds, ...rest } = change
  await tables(db)
    .updateTable('messages.webhook')
    .set({ ...rest, ...(kinds === undefined ? {} : { kinds: kindsOf(kinds) }) })
    .where('id', '=', id)
    .execute()
}
