import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts'
import { openPool } from './connect.ts'
import { type MigrationFolder, migrate, migrationFolders } from './migrate.ts'

let it: TestDatabase
let root: string
beforeEach(async () => {
  it = await testDatabase({ empty: true })
  root = mkdtempSync(path.join(tmpdir(), 'migrations-'))
})
afterEach(async () => {
  rmSync(root, { recursive: true })
  await it.close()
})

const folder = (name: string, files: Record<string, string>): MigrationFolder => {
  const at = path.join(root, name)
  mkdirSync(at, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(at, file), text)
  return { name, folder: at }
}

test('every migration on disk applies to an empty database, and applies nothing the second time', async () => {
  const folders = migrationFolders()
  const files = folders.flatMap((one) => readdirSync(one.folder).filter((name) => name.endsWith('.sql')))
  expect(folders[0]?.name).toBe('journal')
  expect(await migrate(it.pool, folders)).toHaveLength(files.length)
  expect(await migrate(it.pool, folders)).toEqual([])
})

test('files run in the order of folders, then of names', async () => {
  const second = folder('b', { '2026010101-first.sql': 'insert into t values (2)' })
  const first = folder('a', {
    '2026020102-later.sql': 'insert into t values (1)',
    '2026020101-table.sql': 'create table t (v int primary key, at serial)',
  })
  expect(await migrate(it.pool, [first, second])).toEqual([
    'a/2026020101-table.sql',
    'a/2026020102-later.sql',
    'b/2026010101-first.sql',
  ])
  expect((await it.pool.query('select v from t order by at')).rows).toEqual([{ v: 1 }, { v: 2 }])
})

test('five processes that start at once apply each file once', async () => {
  const folders = [
    folder('a', { '2026010101-a.sql': 'create table a (v int); insert into a values (1); select pg_sleep(0.05)' }),
    folder('b', { '2026010101-b.sql': 'insert into a values (2)' }),
  ]
  const pools = Array.from({ length: 5 }, () => openPool(it.connection, 1))
  const applied = await Promise.all(pools.map(({ pool }) => migrate(pool, folders)))
  await Promise.all(pools.map(({ close }) => close()))
  expect(applied.map((list) => list.length).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 2])
  expect((await it.pool.query('select v from a order by v')).rows).toEqual([{ v: 1 }, { v: 2 }])
})

test('a file that was changed after it had been applied is an error that names it', async () => {
  const one = folder('a', { '2026010101-a.sql': 'create table a (v int)' })
  await migrate(it.pool, [one])
  writeFileSync(path.join(one.folder, '2026010101-a.sql'), 'create table a (v bigint)')
  await expect(migrate(it.pool, [one])).rejects.toThrow(/a\/2026010101-a\.sql.*was changed/s)
})

test('other ends of lines are not a change', async () => {
  const one = folder('a', { '2026010101-a.sql': 'create table a (\n v int)\n' })
  await migrate(it.pool, [one])
  const file = path.join(one.folder, '2026010101-a.sql')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'))
  expect(await migrate(it.pool, [one])).toEqual([])
})

test('a file that fails leaves nothing of itself behind and does not block the next attempt', async () => {
  const one = folder('a', {
    '2026010101-a.sql': 'create table a (v int)',
    '2026010102-b.sql': 'create table b (v int); select 1/0',
  })
  await expect(migrate(it.pool, [one])).rejects.toThrow(/2026010102-b\.sql.*division by zero/s)
  const tables = await it.pool.query("select relname from pg_class where relname in ('a', 'b')")
  expect(tables.rows).toEqual([{ relname: 'a' }])
  writeFileSync(path.join(one.folder, '2026010102-b.sql'), 'create table b (v int)')
  expect(await migrate(it.pool, [one])).toEqual(['a/2026010102-b.sql'])
})

test('a name without date and number is refused', async () => {
  await expect(migrate(it.pool, [folder('a', { 'init.sql': 'select 1' })])).rejects.toThrow(/must look like/)
})
