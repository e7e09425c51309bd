/**
 * A server process for the crash tests of ingestion: submits reports as fast as they are taken, from devices whose names
 * depend on nothing but their number, and writes 'ack <device> <ms> <result>' for each that was acknowledged, until it is
 * killed. Its rules note each report they see, in the same transaction.
 *
 *   ingesting-process.ts <state folder> <spool folder> <first ms> [<devices>]
 */
import { sql } from 'kysely'
import { createIngest } from '../../src/capabilities/monitoring/actions/ingest/ingest.ts'
import type { KnownDevice } from '../../src/capabilities/monitoring/model/report.ts'
import type { Id } from '../../src/kernel/identity.ts'
import { instantFromMs, msOf } from '../../src/kernel/time.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { createPlatformCore } from '../../src/platform/core.ts'
import { newId, randomToken } from '../../src/platform/identity.ts'
import type { Platform } from '../../src/platform/platform.ts'
import { report, retention } from './telemetry.ts'

const [, , stateFolder = '', spoolFolder = '', first = '', devices = '8'] = process.argv
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const core = await createPlatformCore({
  stateFolder,
  poolSize: 4,
  origin: 'mingzhu.test/journal',
  clock: systemClock,
  log: silent,
})
await core.pool.query('create table if not exists public.seen (device_id uuid not null, at timestamptz not null)')
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
  node: 'crash',
  spoolFolder,
  retryMs: 50,
  evaluate: async (unit, fresh) => {
    const ids = fresh.map((each) => each.device.deviceId)
    const ats = fresh.map((each) => each.at)
    await sql`insert into public.seen select * from unnest(${ids}::uuid[], ${ats}::timestamptz[])`.execute(unit.db)
  },
})
let rest = ''
const flush = (): void => {
  if (rest !== '') process.stdout.write(rest)
  rest = ''
}
setInterval(flush, 5)
process.stdout.write('ready\n')
const hex = (n: number): string => String(n).padStart(12, '0')
const work = async (n: number): Promise<never> => {
  const device: KnownDevice = {
    siteId: `00000000-0000-7000-8000-${hex(1)}` as Id<'site'>,
    deviceId: `00000000-0000-7000-9000-${hex(n)}` as Id<'device'>,
    kind: 'dust',
    profileId: 1,
    metrics: ['pm10'],
  }
  for (let ms = Number(first); ; ms += 1) {
    const at = instantFromMs(ms)
    for (;;) {
      try {
        const result = await ingest.submit(report(device, at, [ms % 100], { receivedAt: systemClock() }))
        rest += `ack ${n} ${msOf(at)} ${result}\n`
        break
      } catch {
        await new Promise((done) => setTimeout(done, 20)) // a device sends again what was not acknowledged
      }
    }
  }
}
await Promise.all(Array.from({ length: Number(devices) }, (_, n) => work(n)))
