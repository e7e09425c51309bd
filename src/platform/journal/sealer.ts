/**
 * The sealer: of all processes on a database exactly one at a time seals, the one that holds an advisory lock on its own
 * connection. It seals on that very connection, so that a sealer which lost the lock cannot write any more.
 */
import { Client, type ClientConfig } from 'pg'
import type { Clock } from '../../kernel/time.ts'
import { clientConfig } from '../database/connect.ts'
import type { Log } from '../platform.ts'
import { ForeignLogKey, signCheckpoint } from './checkpoint.ts'
import type { LogKey } from './log-key.ts'
import { createPause } from './pause.ts'
import { anythingWaits, SEAL_BATCH, sealOnce } from './seal.ts'
import type { Signals } from './signals.ts'

/** Channel on which a process that does not lead tells the leader that entries wait. */
export const RECORDED_CHANNEL = 'journal_recorded'
/** Any fixed number; it names the lock of the leader. */
const LEADER_LOCK = 7_046_133_912
/** The leader looks at least this often, even when no wake comes (milliseconds). */
const POLL_MS = 75
/** Entries gather this long after a step, so that a busy journal seals in batches (milliseconds). */
const GATHER_MS = 25
const CHECKPOINT_MS = 1_000
/** How often the others try to lead. */
const CANDIDATE_MS = 1_000

export interface SealerParts {
  readonly connection: ClientConfig
  readonly clock: Clock
  readonly log: Log
  readonly signals: Signals
  readonly logKey: LogKey
}
export interface Sealer {
  /** Says that entries were committed here. */
  readonly wake: () => void
  readonly isLeader: () => boolean
  readonly stop: () => Promise<void>
}

/** Starts the sealer of this process; it leads as soon as no other process does. */
export const startSealer = ({ connection, clock, log, signals, logKey }: SealerParts): Sealer => {
  const pause = createPause()
  let leading = false
  let stopped = false
  let broken = false

  const lead = async (client: Client): Promise<void> => {
    let checkpointAt = 0
    let unsigned = true
    let maySign = true
    const sign = async (): Promise<void> => {
      try {
        await signCheckpoint(client, logKey, clock())
      } catch (error) {
        if (!(error instanceof ForeignLogKey)) throw error
        maySign = false // the order goes on; only the proofs wait for the right key
        log.error({ error: error.message }, 'this process seals the journal but may not sign it')
      }
    }
    while (!stopped && !broken) {
      if (await anythingWaits(client)) {
        const step = await sealOnce(client, clock())
        unsigned ||= step.count > 0
        if (step.count === SEAL_BATCH) continue
      }
      const elapsed = performance.now()
      if (unsigned && maySign && elapsed - checkpointAt >= CHECKPOINT_MS) {
        await sign()
        unsigned = false
        checkpointAt = elapsed
      }
      await new Promise((done) => setTimeout(done, GATHER_MS))
      await pause.wait(POLL_MS - GATHER_MS)
    }
    // What is committed when the program ends is sealed by it.
    while (!broken && (await anythingWaits(client))) unsigned = (await sealOnce(client, clock())).count > 0
    if (unsigned && maySign && !broken) await sign()
  }

  const campaign = async (): Promise<void> => {
    const client = new Client({ ...clientConfig(connection), application_name: 'mingzhu-sealer' })
    broken = false
    client.on('error', () => {
      broken = true
      pause.wake()
    })
    try {
      await client.connect()
      while (!stopped && !broken) {
        const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LEADER_LOCK])
        if (rows[0]?.got === true) {
          leading = true
          log.info({}, 'this process seals the journal')
          await lead(client)
          return
        }
        await pause.wait(CANDIDATE_MS)
      }
    } finally {
      leading = false
      await client.end().catch(() => undefined)
    }
  }

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        await campaign()
      } catch (error) {
        log.error({ error: String(error) }, 'the sealer failed and starts again')
        if (!stopped) await pause.wait(500)
      }
    }
  }

  const ended = run()
  const forget = signals.on(RECORDED_CHANNEL, () => {
    if (leading) pause.wake()
  })
  return {
    wake: () => {
      if (leading) pause.wake()
      else signals.send(RECORDED_CHANNEL)
    },
    isLeader: () => leading,
    stop: async () => {
      stopped = true
      forget()
      pause.wake()
      await ended
    },
  }
}
