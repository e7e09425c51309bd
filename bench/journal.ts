/**
 * What the journal costs: entries recorded and sealed a second, against bare inserts of the same rows in the same run, and
 * how long an entry waits for its place in the order. Runs on a fresh embedded database with fsync on.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { system } from '../src/kernel/actor.ts'
import { defineEvent } from '../src/kernel/event.ts'
import { systemClock } from '../src/platform/clock.ts'
import { createPlatformCore, type PlatformCore } from '../src/platform/core.ts'
import { migrationFolders } from '../src/platform/database/migrate.ts'
import { newId } from '../src/platform/identity.ts'

const noted = defineEvent({
  kind: 'bench.noted',
  version: 1,
  visibility: 'public',
  payload: z.object({ n: z.number(), text: z.string() }),
  sentence: '{text}',
})
const TEXT = '建设工程规划许可证核发,材料齐全,予以受理。'
const WRITERS = 16
const actor = system('bench')

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** Runs work by several writers until a time is over; gives how often it was done and the milliseconds it took. */
const load = async (ms: number, work: (n: number) => Promise<unknown>): Promise<{ done: number; took: number }> => {
  const begin = performance.now()
  let done = 0
  const writer = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      done += 1
      await work(done)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
  return { done, took: performance.now() - begin }
}

/** One row and nothing else in a transaction: what the same entry costs without order, tree and proof. */
const bareInsert = async (core: PlatformCore, n: number): Promise<void> => {
  const now = systemClock()
  const client = await core.pool.connect()
  try {
    await client.query('begin')
    await client.query(
      `insert into bench_bare (id, kind, version, subject_kind, subject_id, actor, occurred_at, recorded_at, visibility, payload)
       values ($1, 'bench.noted', 1, 'bench', $2, 'system:bench', $3, $3, 'public', $4)`,
      [newId(), String(n), now, JSON.stringify({ n, text: TEXT })],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
}

const record = (core: PlatformCore, subjectId: string, n: number): Promise<string> =>
  core.transact(actor, (unit) =>
    unit.record(noted, { subject: { kind: 'bench', id: subjectId }, payload: { n, text: TEXT } }),
  )

const allSealed = async (core: PlatformCore): Promise<void> => {
  for (;;) {
    const { rowCount } = await core.pool.query('select from journal.unsealed order by ordinal limit 1')
    if (rowCount === 0) return
    await new Promise((done) => setTimeout(done, 5))
  }
}

/**
 * Milliseconds from the commit of an entry until this process hears that it was sealed, at a steady pace well below the
 * limit. Waiting for a notice of its `seq` needs that `seq`; entries come one after another, so the nth notice is enough.
 */
const sealDelays = async (core: PlatformCore, count: number): Promise<readonly number[]> => {
  await allSealed(core)
  const { rows } = await core.pool.query<{ size: number }>('select size from journal.tree')
  const before = rows[0]?.size ?? 0
  const committed: number[] = []
  const delays: number[] = []
  let heard = 0
  const forget = core.onSealed((seq) => {
    const now = performance.now()
    for (; heard < seq - before; heard += 1) {
      const at = committed[heard]
      // Sealed before the writer itself learnt of its commit: no delay at all.
      delays.push(at === undefined ? 0 : now - at)
    }
  })
  for (let n = 0; n < count; n += 1) {
    await record(core, 'delay', n)
    committed.push(performance.now())
    await new Promise((done) => setTimeout(done, 7 + (n % 13)))
  }
  while (heard < count) await new Promise((done) => setTimeout(done, 5))
  forget()
  return delays
}

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-journal-'))
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error }
  const core = await createPlatformCore({
    stateFolder: folder,
    poolSize: WRITERS,
    origin: 'bench.test/journal',
    clock: systemClock,
    log: quiet,
    migrations: migrationFolders().filter(({ name }) => name === 'journal'),
  })
  try {
    await core.pool.query(`create table bench_bare (id uuid primary key, kind text, version int, subject_kind text,
      subject_id text, actor text, occurred_at timestamptz(3), recorded_at timestamptz(3), visibility text, payload jsonb)`)
    const ms = quick ? 600 : 3_000
    const rounds = quick ? 3 : 5
    await load(ms / 2, (n) => bareInsert(core, n))
    await load(ms / 2, (n) => record(core, `warm-${n}`, n))
    await allSealed(core)
    const ratios: number[] = []
    const rates: number[] = []
    const bareRates: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const bare = await load(ms, (n) => bareInsert(core, n))
      const begin = performance.now()
      const { done } = await load(ms, (n) => record(core, `r${round}-${n}`, n))
      await allSealed(core) // the time until the last entry has its place counts too
      const rate = (done / (performance.now() - begin)) * 1_000
      const bareRate = (bare.done / bare.took) * 1_000
      ratios.push(rate / bareRate)
      rates.push(rate)
      bareRates.push(bareRate)
      console.log(`round ${round + 1}: ${Math.round(rate)} sealed entries/s, ${Math.round(bareRate)} bare inserts/s`)
    }
    const delays = await sealDelays(core, quick ? 150 : 600)
    console.log(
      `bench journal: ratio_to_bare_inserts=${median(ratios).toFixed(2)} p99_commit_to_sealed_ms=${percentile(delays, 0.99).toFixed(1)} p50_commit_to_sealed_ms=${percentile(delays, 0.5).toFixed(1)} sealed_per_s=${Math.round(median(rates))} bare_inserts_per_s=${Math.round(median(bareRates))} writers=${WRITERS}`,
    )
  } finally {
    await core.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
