/** Puts the database, the clock, the journal and transactions together: the part of the platform that all else rests on. */
import type { ClientConfig, Pool } from 'pg'
import type { Clock } from '../kernel/time.ts'
import { openDatabase } from './database/connect.ts'
import { type MigrationFolder, migrate, migrationFolders } from './database/migrate.ts'
import { createTransact, type Enqueue } from './database/transact.ts'
import { openLogKey } from './journal/log-key.ts'
import { createProofs, type JournalProofs } from './journal/proof.ts'
import { journalReader } from './journal/reader.ts'
import type { OnSealed } from './journal/runners.ts'
import { SEALED_CHANNEL } from './journal/seal.ts'
import { RECORDED_CHANNEL, startSealer } from './journal/sealer.ts'
import { openSignals, type Signals } from './journal/signals.ts'
import type { Database, JournalReader, Log, Platform } from './platform.ts'

export interface CoreOptions {
  /** null or absent = the embedded database in `stateFolder`. */
  readonly databaseUrl?: string | null
  /** Holds the embedded database and the key that signs the journal. */
  readonly stateFolder: string
  readonly poolSize: number
  /** Name of a new journal in its checkpoints ('mingzhu.example.gov.cn/journal'); a journal once signed keeps its name. */
  readonly origin: string
  readonly clock: Clock
  readonly log: Log
  /** Called when the embedded database died and does not start again: nothing works any more. */
  readonly onDatabaseLost?: () => void
  /** True: throws away everything in the embedded database first. */
  readonly fresh?: boolean
  /** Server settings of the embedded database, by name. */
  readonly databaseSettings?: Readonly<Record<string, string>>
  /** Default: all folders on disk. */
  readonly migrations?: readonly MigrationFolder[]
}

export interface PlatformCore {
  readonly db: Database
  readonly pool: Pool
  readonly connection: ClientConfig
  readonly kind: 'embedded' | 'server'
  readonly journal: JournalReader
  readonly proofs: JournalProofs
  readonly transact: Platform['transact']
  /** Gives transactions their queue, once it is there. */
  readonly useQueue: (enqueue: Enqueue) => void
  /** Tells this process of newly sealed entries, whichever process sealed them. */
  readonly onSealed: OnSealed
  readonly isSealing: () => boolean
  /** Seals what is committed, then ends all connections and the embedded server. */
  readonly close: () => Promise<void>
}

/** Hands out the newest `seq` to whoever follows, never an older one. */
const createHub = (signals: Signals, pool: Pool, log: Log): OnSealed => {
  const listeners = new Set<(seq: number) => void>()
  let newest = 0
  const tell = (seq: number): void => {
    if (seq <= newest) return
    newest = seq
    for (const listener of listeners) {
      try {
        listener(seq)
      } catch (error) {
        log.error({ error: String(error) }, 'a follower of the journal failed')
      }
    }
  }
  const look = async (): Promise<void> => {
    const { rows } = await pool.query<{ size: number }>('select size from journal.tree')
    tell(rows[0]?.size ?? 0)
  }
  signals.on(SEALED_CHANNEL, (text) => {
    if (text !== '') tell(Number(text))
    else look().catch((error: unknown) => log.warn({ error: String(error) }, 'the journal could not be looked at'))
  })
  return (listener) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
}

/** The name that the first checkpoint gave this journal; null before it. */
const signedOrigin = async (pool: Pool): Promise<string | null> => {
  const { rows } = await pool.query<{ key: string | null }>('select verifier_key as key from journal.tree')
  return rows[0]?.key?.split('+')[0] ?? null
}

/** Opens the database, brings it up to date and starts the sealer of this process. */
export const createPlatformCore = async (options: CoreOptions): Promise<PlatformCore> => {
  const { clock, log } = options
  const database = await openDatabase({
    databaseUrl: options.databaseUrl ?? undefined,
    dataFolder: options.stateFolder,
    poolSize: options.poolSize,
    log,
    ...(options.onDatabaseLost === undefined ? {} : { onLost: options.onDatabaseLost }),
    ...(options.fresh === undefined ? {} : { fresh: options.fresh }),
    ...(options.databaseSettings === undefined ? {} : { settings: options.databaseSettings }),
  })
  const { db, pool, connection } = database
  try {
    await migrate(pool, options.migrations ?? migrationFolders(), { log })
    // The server may move to another address; its journal keeps the name under which it was first signed.
    const logKey = openLogKey(options.stateFolder, (await signedOrigin(pool)) ?? options.origin)
    const signals = await openSignals(connection, [RECORDED_CHANNEL, SEALED_CHANNEL], log)
    const sealer = startSealer({ connection, clock, log, signals, logKey })
    let queue: Enqueue | null = null
    const transact = createTransact({
      db,
      clock,
      log,
      enqueue: (trx, job, input, by) => {
        if (queue === null) throw new Error(`job ${job.name} cannot be enqueued: this process has no job queue`)
        return queue(trx, job, input, by)
      },
      onRecorded: sealer.wake,
    })
    return {
      db,
      pool,
      connection,
      kind: database.kind,
      journal: journalReader,
      proofs: createProofs({ pool, clock, logKey }),
      transact,
      useQueue: (enqueue) => {
        queue = enqueue
      },
      onSealed: createHub(signals, pool, log),
      isSealing: sealer.isLeader,
      close: async () => {
        await sealer.stop()
        await signals.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
