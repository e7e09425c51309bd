/**
 * A real platform on a database of its own: simulated clock, files in memory, jobs recorded instead of run. Nothing happens
 * by itself: a test seals, lets reactions run and fires timers when it wants to.
 *
 *   const test = await testPlatform({ startAt: instant('2026-03-02T01:30:00Z') })
 *   await test.platform.transact(actor, ...); await test.react(capabilities); test.clock.advance(DAY_MS)
 *   await test.fireTimers(capabilities); await test.close()
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ClientConfig, Pool } from 'pg'
import { defineRefusal } from '../../src/kernel/refusal.ts'
import { type Instant, instant } from '../../src/kernel/time.ts'
import { type SimulatedClock, simulatedClock } from '../../src/platform/clock.ts'
import { createTransact } from '../../src/platform/database/transact.ts'
import { newId, randomToken } from '../../src/platform/identity.ts'
import { followOnce } from '../../src/platform/journal/follow.ts'
import { journalReader } from '../../src/platform/journal/reader.ts'
import { sealAll } from '../../src/platform/journal/seal.ts'
import { runDueTimers } from '../../src/platform/journal/timers.ts'
import type { Capability, Files, Log, Platform, PublicConfig, StoredFile, Upload } from '../../src/platform/platform.ts'
import { testDatabase } from './database.ts'

export interface RecordedJob {
  readonly name: string
  readonly input: unknown
}
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly facts: Record<string, unknown>
}
export interface TestFiles extends Files {
  /** Makes a finished upload, as if a person had sent the content. */
  readonly addUpload: (content: Uint8Array, about?: Partial<Upload>) => Promise<Upload>
}

export interface TestPlatform {
  readonly platform: Platform
  readonly clock: SimulatedClock
  readonly files: TestFiles
  readonly pool: Pool
  readonly connection: ClientConfig
  /** Jobs of committed and rolled back transactions alike, in the order in which they were enqueued. */
  readonly jobs: readonly RecordedJob[]
  readonly logged: readonly LoggedLine[]
  /** Seals what waits; gives how many entries. */
  readonly seal: () => Promise<number>
  /** Seals and runs the reactions of capabilities until nothing is left to do. Throws what a reaction throws. */
  readonly react: (capabilities: readonly Pick<Capability, 'reactions'>[]) => Promise<number>
  /** Fires the timers that are due by the simulated clock, in order. Throws what a handler throws. */
  readonly fireTimers: (capabilities: readonly Pick<Capability, 'timers'>[]) => Promise<number>
  readonly close: () => Promise<void>
}

export interface TestPlatformOptions {
  /** Default: Monday 2 March 2026, 09:30 in Shanghai. */
  readonly startAt?: Instant
  readonly config?: Partial<PublicConfig>
}

const missingFile = defineRefusal('missing', 'files.missing', { zh: '文件不存在,请重新上传', en: 'No such file' })

const memoryFiles = (): TestFiles => {
  const contents = new Map<string, Uint8Array>()
  const uploads = new Map<string, Upload>()
  const put = async (content: Uint8Array, mediaType: string): Promise<StoredFile> => {
    const sha256 = createHash('sha256').update(content).digest('hex')
    contents.set(sha256, content)
    return { sha256, sizeBytes: content.length, mediaType, scan: 'clean' }
  }
  const read = async (sha256: string): Promise<Uint8Array> => {
    const content = contents.get(sha256)
    if (content === undefined) throw missingFile()
    return content
  }
  return {
    put,
    read,
    open: async (sha256) => Readable.from([await read(sha256)]),
    upload: async (_db, uploadId) => uploads.get(uploadId) ?? null,
    addUpload: async (content, about = {}) => {
      const stored = await put(content, about.mediaType ?? 'application/pdf')
      const upload: Upload = { ...stored, uploadId: newId(), fileName: 'file.pdf', uploadedBy: null, ...about }
      uploads.set(upload.uploadId, upload)
      return upload
    },
  }
}

export const testPlatform = async (options: TestPlatformOptions = {}): Promise<TestPlatform> => {
  const { db, pool, connection, close } = await testDatabase()
  const clock = simulatedClock({ startAt: options.startAt ?? instant('2026-03-02T01:30:00Z') })
  const jobs: RecordedJob[] = []
  const logged: LoggedLine[] = []
  const logAt =
    (level: LoggedLine['level']) =>
    (facts: Record<string, unknown>, message: string): void => {
      logged.push({ level, message, facts })
    }
  const log: Log = { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') }
  const files = memoryFiles()
  const platform: Platform = {
    config: {
      publicUrl: 'http://mingzhu.test',
      jurisdictionCode: '500105',
      dataFolder: fileURLToPath(new URL('../../data/', import.meta.url)),
      demo: false,
      ...options.config,
    },
    clock,
    log,
    db,
    journal: journalReader,
    files,
    transact: createTransact({
      db,
      clock,
      log,
      enqueue: async (_db, job, input) => {
        jobs.push({ name: job.name, input })
        return newId()
      },
    }),
    randomToken,
    newId,
  }
  const seal = async (): Promise<number> => {
    const client = await pool.connect()
    try {
      return (await sealAll(client, clock)).count
    } finally {
      client.release()
    }
  }
  const failing = { onFailure: (error: unknown): never => raise(error) }
  return {
    platform,
    clock,
    files,
    pool,
    connection,
    jobs,
    logged,
    seal,
    react: async (capabilities) => {
      const reactions = capabilities.flatMap((capability) => capability.reactions ?? [])
      let total = 0
      for (let round = -1; round !== 0; total += round) {
        await seal()
        round = 0
        for (const reaction of reactions) round += (await followOnce(platform, reaction, failing)).done
      }
      return total
    },
    fireTimers: async (capabilities) => {
      const handlers = capabilities.flatMap((capability) => capability.timers ?? [])
      return (await runDueTimers(platform, handlers, failing)).fired
    },
    close,
  }
}

const raise = (error: unknown): never => {
  throw error
}
