/**
 * Brings a database to the shape that the program needs: plain `.sql` files, forward only.
 *
 * Files are named 'YYYYMMDDNN-name.sql' and run in order of folder, then name, each in a transaction of its own, under an
 * advisory lock, so that processes that start at once wait for one another. The checksum of an applied file is kept; a file
 * that was changed afterwards is an error.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pool } from 'pg'
import type { Log } from '../platform.ts'

export interface MigrationFolder {
  /** Owner of the files: 'journal', 'approvals'. */
  readonly name: string
  readonly folder: string
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** Any fixed number; it names the lock that all processes of the product take while they migrate. */
const LOCK = 7_046_133_911
const FILE_NAME = /^\d{10}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/

/** The order of dependency in which capabilities are listed; folders that are not named here come last, by name. */
const capabilityOrder = [
  'people',
  'projects',
  'catalogue',
  'approvals',
  'completion',
  'messages',
  'liaison',
  'monitoring',
  'video',
  'supervision',
  'bim',
  'siting',
  'participation',
  'oversight',
  'opendays',
  'workforce',
  'appraisal',
  'innovation',
  'insight',
]

const ordered = (names: readonly string[], order: readonly string[]): readonly string[] => {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

const foldersIn = (parent: string, order: readonly string[]): readonly MigrationFolder[] => {
  if (!existsSync(parent)) return []
  const names = readdirSync(parent).filter((name) => existsSync(path.join(parent, name, 'migrations')))
  return ordered(names, order).map((name) => ({ name, folder: path.join(parent, name, 'migrations') }))
}

/** Lists the migration folders on disk: those of the platform, the journal first, then those of the capabilities. */
export const migrationFolders = (
  source = fileURLToPath(new URL('../../', import.meta.url)),
): readonly MigrationFolder[] => [
  ...foldersIn(path.join(source, 'platform'), ['journal']),
  ...foldersIn(path.join(source, 'capabilities'), capabilityOrder),
]

interface MigrationFile {
  readonly owner: string
  readonly name: string
  readonly text: string
  readonly checksum: string
}

const filesOf = ({ name: owner, folder }: MigrationFolder): readonly MigrationFile[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      if (!FILE_NAME.test(name))
        throw new MigrationError(`migration ${owner}/${name}: the name must look like 2026030101-what-it-does.sql`)
      // The checksum must not depend on how a checkout writes ends of lines.
      const text = readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n')
      return { owner, name, text, checksum: createHash('sha256').update(text).digest('hex') }
    })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Applies what is missing and gives the names of the files it applied. Throws a `MigrationError` when an applied file was
 * changed or a file fails; files before it stay applied.
 */
export const migrate = async (
  pool: Pool,
  folders: readonly MigrationFolder[],
  { log, schema = 'platform' }: { readonly log?: Log; readonly schema?: string } = {},
): Promise<readonly string[]> => {
  const files = folders.flatMap(filesOf)
  const client = await pool.connect()
  const applied: string[] = []
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(`
      create schema if not exists ${schema};
      create table if not exists ${schema}.migration (
        owner text not null,
        name text not null,
        checksum text not null,
        applied_at timestamptz(3) not null default now(),
        primary key (owner, name)
      )`)
    const { rows } = await client.query<{ owner: string; name: string; checksum: string }>(
      `select owner, name, checksum from ${schema}.migration`,
    )
    const known = new Map(rows.map((row) => [`${row.owner}/${row.name}`, row.checksum]))
    for (const file of files) {
      const key = `${file.owner}/${file.name}`
      const checksum = known.get(key)
      known.delete(key)
      if (checksum === file.checksum) continue
      if (checksum !== undefined)
        throw new MigrationError(
          `数据库升级文件 ${key} 在应用之后被修改,请恢复原文件并另加新文件 / migration ${key} was changed after it had been applied: restore it and add a new file`,
        )
      try {
        await client.query('begin')
        await client.query(file.text)
        await client.query(`insert into ${schema}.migration (owner, name, checksum) values ($1, $2, $3)`, [
          file.owner,
          file.name,
          file.checksum,
        ])
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw new MigrationError(`数据库升级文件 ${key} 执行失败 / migration ${key} failed: ${messageOf(error)}`, {
          cause: error,
        })
      }
      applied.push(key)
      log?.info({ migration: key }, 'migration applied')
    }
    for (const key of known.keys())
      log?.warn({ migration: key }, 'the database has a migration that this program does not know: it may be newer')
    return applied
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
    client.release()
  }
}
