/** The ceiling: the same rows by bare binary COPY into a table of the same shape, a commit for every thousand. */

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { cpuSeconds } from './cpu.ts'

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const TRAILER = Buffer.from([0xff, 0xff])
/** Milliseconds from 1970 to 2000, where PostgreSQL begins to count. */
const EPOCH_MS = 946_684_800_000
const BATCH = 1000
const FIELDS = 9

export interface Row {
  readonly site: Buffer
  readonly device: Buffer
  readonly atMs: number
  readonly values: readonly number[]
}
const rowBytes = ({ site, device, atMs, values }: Row): Buffer => {
  const array = 20 + values.length * 8
  const bytes = Buffer.alloc(2 + 4 + 16 + 4 + 16 + 12 + 12 + 8 + 6 + 6 + 5 + 4 + array)
  let at = bytes.writeInt16BE(FIELDS, 0)
  const field = (length: number): void => {
    at = bytes.writeInt32BE(length, at)
  }
  for (const uuid of [site, device]) {
    field(16)
    at += uuid.copy(bytes, at)
  }
  for (const ms of [atMs, atMs]) {
    field(8)
    at = bytes.writeBigInt64BE(BigInt(ms - EPOCH_MS) * 1000n, at)
  }
  field(4)
  at = bytes.writeInt32BE(0, at)
  for (const small of [1, 0]) {
    field(2)
    at = bytes.writeInt16BE(small, at)
  }
  field(1)
  at = bytes.writeInt8(0, at)
  field(array)
  for (const word of [1, 0, 700, values.length, 1]) at = bytes.writeInt32BE(word, at)
  for (const value of values) {
    field(4)
    at = bytes.writeFloatBE(value, at)
  }
  return bytes
}
/** Gives rows per CPU-second of this process (the client) and of the database together, and rows a second. */
export const copyRows = async (
  url: string,
  databasePid: number,
  rows: readonly Row[],
): Promise<{ readonly perCpuSecond: number; readonly perSecond: number }> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('drop table if exists public.bench_copy')
    await client.query(`create table public.bench_copy (site_id uuid not null, device_id uuid not null, at timestamptz not null,
      received_at timestamptz not null, span_s integer not null, profile_id smallint not null, quality smallint not null,
      buffered boolean not null, "values" real[] not null, primary key (site_id, device_id, at, span_s))`)
    await client.query('create index on public.bench_copy using brin (at)')
    const before = cpuSeconds([databasePid])
    const own = process.cpuUsage()
    const began = performance.now()
    for (let from = 0; from < rows.length; from += BATCH) {
      const content = Buffer.concat([HEADER, ...rows.slice(from, from + BATCH).map(rowBytes), TRAILER])
      await pipeline(
        Readable.from([content]),
        client.query(copyFrom('copy public.bench_copy from stdin (format binary)')),
      )
    }
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(own)
    const cpu = cpuSeconds([databasePid]) - before + (user + system) / 1e6
    const { rows: counted } = await client.query<{ n: string }>('select count(*) as n from public.bench_copy')
    if (Number(counted[0]?.n) !== rows.length) throw new Error(`COPY stored ${counted[0]?.n} of ${rows.length} rows`)
    await client.query('drop table public.bench_copy')
    return { perCpuSecond: rows.length / cpu, perSecond: rows.length / seconds }
  } finally {
    await client.end()
  }
}
