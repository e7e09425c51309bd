/** Lays waiting rows into the database of the other side, in their order; a row that it refuses stops nothing else. */
import { z } from 'zod'
import { system } from '../../../kernel/actor.ts'
import { RowRejected } from '../../../platform/outside/outside-database.ts'
import type { JobKind, JobProgress } from '../../../platform/platform.ts'
import { settle, waitingAfter } from '../store.ts'
import { type Context, outsideTable, tableOf } from './context.ts'

/** Retried long: the other side may be away for days, and nothing is lost meanwhile. */
export const deliverJob: JobKind<Record<string, never>> = {
  name: 'exchange.deliver',
  input: z.object({}),
  retryLimit: 20,
}
const deliverer = system('exchange')
const BATCH = 100

/**
 * Rows are laid by key before they are noted as sent: a crash between the two lays a row twice, which changes nothing.
 * Throws what is not the row's own fault, so that the job is run again later.
 */
export const deliver = async (context: Context, progress?: Pick<JobProgress, 'signal'>): Promise<number> => {
  const { target, platform } = context
  if (target === null) return 0
  let position = 0
  let count = 0
  for (;;) {
    const batch = await waitingAfter(platform.db, position, BATCH)
    for (const row of batch) {
      progress?.signal.throwIfAborted()
      position = row.position
      let error: string | null = null
      try {
        await target.database.lay(outsideTable(tableOf(context, row.table_name)), row.row)
      } catch (thrown) {
        if (!(thrown instanceof RowRejected)) throw thrown
        error = thrown.message.slice(0, 1_000)
      }
      await platform.transact(deliverer, (unit) =>
        settle(unit.db, row.id, { state: error === null ? 'sent' : 'rejected', error, at: unit.now }),
      )
      count += 1
    }
    if (batch.length < BATCH) return count
  }
}
