/** pg-boss on the database of the product: it works through a given pool or inside a given transaction. */
import { CompiledQuery } from 'kysely'
import PgBoss from 'pg-boss'
import type { Database, DatabaseTransaction, Log } from '../platform.ts'

export const SCHEMA = 'jobs'

/** Lets pg-boss run its SQL on a pool or in a transaction. */
export const adapter = (db: Database | DatabaseTransaction): PgBoss.Db => ({
  executeSql: async (text, values) => {
    const query = CompiledQuery.raw(text, (values as unknown[] | undefined) ?? [])
    // Its maintenance sends whole transactions as one text; one that fails must not leave the connection inside of it.
    if (/^\s*begin\b/i.test(text))
      return await db.connection().execute(async (one) => {
        try {
          const { rows } = await one.executeQuery(query)
          return { rows: [...rows] }
        } catch (error) {
          await one.executeQuery(CompiledQuery.raw('rollback'))
          throw error
        }
      })
    const { rows } = await db.executeQuery(query)
    return { rows: [...rows] }
  },
})

/** Makes the queue; nothing touches the database before `start`. Its schedules are off: the platform has timers. */
export const createQueue = (db: Database, log: Log): PgBoss => {
  const boss = new PgBoss({ db: adapter(db), schema: SCHEMA, schedule: false, supervise: true })
  boss.on('error', (error) => log.warn({ error: error.message }, 'job queue'))
  return boss
}

export const deadQueueOf = (job: string): string => `dead.${job}`
