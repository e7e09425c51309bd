import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from './connect.ts'
import { startEmbedded } from './embedded.ts'
import { takeOwnership } from './owner.ts'
import { everyoneMayEnter, reachableFolder } from './unprivileged.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'embedded-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const small = { shared_buffers: '16MB' }
const ask = async (connection: object, text: string): Promise<unknown> => {
  const client = new Client(connection)
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return Object.values((rows[0] ?? {}) as object)[0]
}

test('an embedded database flushes to disk, listens on no network, keeps its rows, and stops cleanly', async () => {
  const first = await openDatabase({ dataFolder: folder, poolSize: 2, settings: small })
  expect(first.kind).toBe('embedded')
  expect(first.version).toBeGreaterThanOrEqual(150_000)
  const settings = ['fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses']
  const { rows } = await first.pool.query('select name, setting from pg_settings where name = any($1)', [settings])
  expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toMatchObject({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    listen_addresses: '',
  })
  await first.pool.query('create table kept as select 42 as v')
  const data = path.join(folder, `pg${Math.floor(first.version / 10_000)}`)
  expect(statSync(data).mode & 0o077).toBe(0)
  await first.close()
  expect(existsSync(path.join(data, 'postmaster.pid'))).toBe(false)
  const second = await openDatabase({ dataFolder: folder, poolSize: 2, settings: small })
  expect((await second.pool.query('select v from kept')).rows).toEqual([{ v: 42 }])
  await second.close()
})

test('a fresh start throws away what stood in the embedded database, and only when it is asked for', async () => {
  const place = path.join(folder, 'fresh')
  const options = { dataFolder: place, poolSize: 2, settings: small }
  const made = await openDatabase(options)
  await made.pool.query(
    'create schema "Half ""done"; create table "Half ""done".t (n int); create table public.t (n int)',
  )
  await made.close()
  const tablesOf = async (fresh: boolean): Promise<number> => {
    const open = await openDatabase({ ...options, fresh })
    const { rows } = await open.pool.query<{ n: number }>(
      "select count(*)::int as n from pg_tables where tablename = 't'",
    )
    await open.pool.query('create table if not exists public.kept (n int)')
    await open.close()
    return rows[0]?.n ?? -1
  }
  expect(await tablesOf(false)).toBe(2)
  expect(await tablesOf(true)).toBe(0)
})

test('a folder that a running process owns is refused with what to do', async () => {
  const cluster = await startEmbedded(folder, { settings: small, durable: false })
  await expect(openDatabase({ dataFolder: folder, poolSize: 1 })).rejects.toThrow(
    new RegExp(`正被进程 ${process.pid} 使用,请先停止该进程`),
  )
  expect(await ask(cluster.connection, 'select 1')).toBe(1)
  await cluster.stop()
})

test('a server that was killed is started again and keeps what was committed', async () => {
  const cluster = await startEmbedded(folder, { settings: small })
  await ask(cluster.connection, 'create table kept as select 42 as v')
  const killed = cluster.pid()
  process.kill(killed, 'SIGKILL')
  await expect.poll(() => ask(cluster.connection, 'select v from kept').catch(() => null), { timeout: 20_000 }).toBe(42)
  expect(cluster.pid()).not.toBe(killed)
  await cluster.stop()
})

test('an initialisation that was cut off is begun again', async () => {
  const major = await (async () => {
    const cluster = await startEmbedded(folder, { settings: small, durable: false })
    const version = Number(await ask(cluster.connection, 'show server_version_num'))
    await cluster.stop()
    return Math.floor(version / 10_000)
  })()
  rmSync(path.join(folder, `pg${major}`, 'global'), { recursive: true })
  writeFileSync(path.join(folder, 'initialising'), '')
  const cluster = await startEmbedded(folder, { settings: small, durable: false })
  expect(await ask(cluster.connection, 'select 1')).toBe(1)
  await cluster.stop()
})

describe('ownership of a folder', () => {
  test('ends with the function that was given, and only then', () => {
    const file = path.join(folder, 'owner.json')
    const release = takeOwnership(file, folder)
    expect(() => takeOwnership(file, folder)).toThrow('in use by process')
    release()
    takeOwnership(file, folder)()
    expect(existsSync(file)).toBe(false)
  })

  test('of a process that died, or whose number another process has now, is taken over', async () => {
    const file = path.join(folder, 'owner.json')
    const gone = spawn('true')
    await new Promise((done) => gone.once('exit', done))
    for (const dead of [
      { pid: gone.pid, started: '1' },
      { pid: process.ppid, started: 'another start' },
    ]) {
      writeFileSync(file, JSON.stringify(dead))
      const release = takeOwnership(file, folder)
      expect((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid).toBe(process.pid)
      release()
    }
  })

  test('is taken over when the mark was torn by a power cut', () => {
    const file = path.join(folder, 'owner.json')
    writeFileSync(file, '{"pid":')
    takeOwnership(file, folder)()
    expect(existsSync(file)).toBe(false)
  })
})

test('a folder below one that only its owner may enter is not used by another user', () => {
  const closed = path.join(folder, 'closed')
  chmodSync(folder, 0o711)
  expect(everyoneMayEnter(path.join(folder, 'not', 'made', 'yet'))).toBe(true)
  expect(reachableFolder(path.join(folder, 'data'))).toBe(path.join(folder, 'data'))
  mkdirSync(closed, { mode: 0o700 })
  expect(everyoneMayEnter(path.join(closed, 'data'))).toBe(false)
  expect(reachableFolder(path.join(closed, 'data'))).toMatch(/^\/var\/lib\/mingzhu\/[0-9a-f]{12}$/)
})
