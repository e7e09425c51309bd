import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { retention } from '../../../../../tests/support/telemetry.ts'
import { addMs, msOf } from '../../../../kernel/time.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { createPlatformCore } from '../../../../platform/core.ts'
import { newId, randomToken } from '../../../../platform/identity.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { createIngest } from './ingest.ts'

const support = fileURLToPath(new URL('../../../../../tests/support/', import.meta.url))
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
let state: string
let spool: string
beforeAll(() => {
  state = mkdtempSync(path.join(tmpdir(), 'ingest-crash-'))
  spool = path.join(state, 'spool')
})
afterAll(() => rmSync(state, { recursive: true, force: true }))

interface Sender {
  readonly acked: { readonly key: string; readonly result: string }[]
  readonly until: (done: () => boolean) => Promise<void>
  readonly kill: () => Promise<void>
}
const startSender = (firstMs: number): Sender => {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      path.join(support, 'run-typescript.mjs'),
      path.join(support, 'ingesting-process.ts'),
      state,
      spool,
      String(firstMs),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const acked: { key: string; result: string }[] = []
  let wake = (): void => {}
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [word, device, ms, result = ''] = line.split(' ')
      if (word === 'ack') acked.push({ key: `${device} ${ms}`, result })
    }
    wake()
  })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  return {
    acked,
    until: (done) =>
      new Promise((resolve, reject) => {
        wake = () => {
          if (done()) resolve()
        }
        child.once('exit', () => reject(new Error('the process ended by itself')))
        wake()
      }),
    kill: async () => {
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
/** Kills the database server and all its backends at once. */
const killServer = (): void => {
  const data = readdirSync(state).find((name) => /^pg\d+$/.test(name)) ?? ''
  const postmaster = Number(readFileSync(path.join(state, data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === postmaster
    } catch {
      return false
    }
  })
  for (const pid of [postmaster, ...children.map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // a backend that ended meanwhile
    }
  }
}

test.skipIf(process.platform !== 'linux')(
  'after kill -9 of the program, the database or both, every acknowledged report is stored and the rules saw it once; what was spooled follows in order',
  async () => {
    const acked: { readonly key: string; readonly result: string }[] = []
    let firstMs = msOf(addMs(systemClock(), -3_600_000))
    const round = async (harm: (sender: Sender) => Promise<void>): Promise<void> => {
      const sender = startSender(firstMs)
      await sender.until(() => sender.acked.length >= 400)
      await harm(sender)
      acked.push(...sender.acked)
      firstMs += 600_000
    }
    await round((sender) => sender.kill())
    await round(async (sender) => {
      killServer()
      const before = sender.acked.length
      // Acknowledged from the spool at once, and from the database when it is back and has taken the spool.
      await sender.until(() => sender.acked.slice(before).some((each) => each.result === 'spooled'))
      await sender.until(() => sender.acked.at(-1)?.result === 'stored')
      await sender.kill()
    })
    await round(async (sender) => {
      killServer()
      await sender.until(() => sender.acked.at(-1)?.result === 'spooled')
      await sender.kill()
    })
    expect(acked.length).toBeGreaterThan(1200)
    expect(acked.filter((each) => each.result === 'spooled').length).toBeGreaterThan(0)

    const core = await createPlatformCore({
      stateFolder: state,
      poolSize: 4,
      origin: 'mingzhu.test/journal',
      clock: systemClock,
      log: silent,
    })
    try {
      const platform = {
        clock: systemClock,
        log: silent,
        db: core.db,
        transact: core.transact,
        randomToken,
        newId,
      } as unknown as Platform
      const ingest = await createIngest({
        platform,
        retention,
        node: 'after',
        spoolFolder: spool,
        evaluate: async (unit, fresh) => {
          const ids = fresh.map((each) => each.device.deviceId)
          const ats = fresh.map((each) => each.at)
          await sql`insert into public.seen select * from unnest(${ids}::uuid[], ${ats}::timestamptz[])`.execute(
            unit.db,
          )
        },
      })
      await ingest.settled()
      expect(ingest.state().spooledBytes).toBe(0)
      await ingest.stop()
      const { rows } = await core.pool.query<{ device: string; at: string; seen: number }>(
        `select right(t.device_id::text, 12) as device, t.at, (
           select count(*)::int from public.seen s where s.device_id = t.device_id and s.at = t.at) as seen
         from monitoring.telemetry t`,
      )
      const stored = new Map(rows.map((row) => [`${Number(row.device)} ${Date.parse(row.at)}`, row.seen]))
      expect(stored.size).toBe(rows.length)
      expect(acked.filter(({ key }) => !stored.has(key))).toEqual([])
      expect([...stored].filter(([, seen]) => seen !== 1)).toEqual([])
      const { rows: seen } = await core.pool.query<{ n: number }>('select count(*)::int as n from public.seen')
      expect(seen[0]?.n).toBe(rows.length)
    } finally {
      await core.close()
    }
  },
  120_000,
)
