/** Opens the database of the product: an external PostgreSQL where one is configured, else the embedded one. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import { type ClientConfig, escapeIdentifier, Pool } from 'pg'
import type { Database, Log } from '../platform.ts'
import { columnTypes } from './column-types.ts'
import { type EmbeddedCluster, startEmbedded } from './embedded.ts'

export const OLDEST_SERVER_MAJOR = 15

export interface DatabaseOptions {
  /** 'postgres://user:password@host:port/name'; absent or empty = the embedded database. */
  readonly databaseUrl?: string | undefined
  /** Folder of the embedded cluster; made on first start. */
  readonly dataFolder: string
  /** Connections of this process; the journal takes one or two more of its own. */
  readonly poolSize: number
  readonly log?: Log
  /** Called when the embedded server died and does not start again. */
  readonly onLost?: () => void
  /** Server settings of the embedded cluster, by name. */
  readonly settings?: Readonly<Record<string, string>>
  /** True: throws away everything in the embedded database first. Ignored for a server of one's own. */
  readonly fresh?: boolean
}

export interface OpenDatabase {
  readonly db: Database
  readonly pool: Pool
  /** For connections outside of the pool: listening, advisory locks of a session. */
  readonly connection: ClientConfig
  readonly kind: 'embedded' | 'server'
  /** Server version as `server_version_num`: 180004 is 18.4. */
  readonly version: number
  /** Ends the pool and, when embedded, stops the server. */
  readonly close: () => Promise<void>
}

/** The database cannot be used; the sentence says what to do. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable'
}

const LOST_CODES = /^(08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/
const LOST_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/** Whether work failed because the database could not be reached or went away, rather than for what was asked of it. */
export const isConnectionLost = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  if (typeof code === 'string' && (LOST_CODES.test(code) || (code === 'ENOENT' && syscall === 'connect'))) return true
  return LOST_MESSAGES.test(error.message) || isConnectionLost(error.cause)
}

/** Settings that every connection of the product shares, in the pool or beside it. */
export const clientConfig = (connection: ClientConfig): ClientConfig => ({
  ...connection,
  types: columnTypes,
  application_name: 'mingzhu',
  // Statements of milliseconds only: compiling one takes longer than running it. Options in DATABASE_URL come first.
  options: [connection.options, '-c jit=off'].filter(Boolean).join(' '),
  keepAlive: true,
  connectionTimeoutMillis: 15_000,
})

/**
 * Lets Kysely use a pool, and makes a commit that the server turned into a rollback an error: PostgreSQL answers COMMIT
 * with 'ROLLBACK' after a failed statement whose error the work swallowed.
 */
const checkedPool = (pool: Pool): PostgresPool =>
  ({
    connect: async () => {
      const client = await pool.connect()
      return {
        query: async (text: string, values: unknown[]) => {
          const result = await client.query(text, values)
          if (text === 'commit' && result.command === 'ROLLBACK')
            throw new Error('the transaction was rolled back: a statement in it had failed and its error was swallowed')
          return result
        },
        release: () => client.release(),
      }
    },
    end: () => pool.end(),
  }) as unknown as PostgresPool

/** Makes a pool and its Kysely; connections are opened when first used. */
export const openPool = (
  connection: ClientConfig,
  poolSize: number,
  log?: Log,
): { db: Database; pool: Pool; close: () => Promise<void> } => {
  const pool = new Pool({ ...clientConfig(connection), max: poolSize })
  // A connection that breaks while a transaction holds it, between two statements, must not end the program: the next
  // statement fails, and the pool drops the connection.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', (error) => log?.warn({ error: error.message }, 'an idle database connection broke'))
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool: checkedPool(pool) }) })
  const close = async (): Promise<void> => {
    await db.destroy() // ends the pool only when Kysely has used it
    if (!pool.ending) await pool.end()
  }
  return { pool, db, close }
}

const checkedVersion = async (pool: Pool, where: string): Promise<number> => {
  const { rows } = await pool.query<{ version: number; text: string; encoding: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as text,
       current_setting('server_encoding') as encoding`,
  )
  const [found] = rows
  if (found === undefined) throw new DatabaseUnusable(`${where}没有报告版本 / did not report its version`)
  if (found.version < OLDEST_SERVER_MAJOR * 10_000)
    throw new DatabaseUnusable(
      `${where}的 PostgreSQL 版本是 ${found.text},请升级到 ${OLDEST_SERVER_MAJOR} 或更新版本后再启动 / PostgreSQL ${found.text} is too old; use ${OLDEST_SERVER_MAJOR} or newer`,
    )
  if (found.encoding !== 'UTF8')
    throw new DatabaseUnusable(
      `${where}的编码是 ${found.encoding},请用 UTF8 编码重新建库 / database encoding ${found.encoding}; create it with UTF8`,
    )
  return found.version
}

/** SQLSTATE of a server that starts, or recovers after a crash, and will take connections soon. */
const STARTING = '57P03'
const STARTING_MS = 60_000
/** Waits for a server that says that it is starting: the machine of both may just have been switched on. */
const onceStarted = async <T>(connect: () => Promise<T>): Promise<T> => {
  const until = performance.now() + STARTING_MS
  for (;;) {
    try {
      return await connect()
    } catch (error) {
      const starting = error instanceof Error && 'code' in error && error.code === STARTING
      if (!starting || performance.now() > until) throw error
      await sleep(500)
    }
  }
}

/** Throws away every schema that is not PostgreSQL's own. */
const emptyDatabase = async (pool: Pool): Promise<void> => {
  const { rows } = await pool.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  )
  for (const { name } of rows) await pool.query(`drop schema ${escapeIdentifier(name)} cascade`)
  await pool.query('create schema public')
}

/**
 * Opens the database. Throws `DatabaseUnusable` with a sentence that says what to do when the server is too old, cannot be
 * reached, or the embedded folder is in use by another running process.
 */
export const openDatabase = async (options: DatabaseOptions): Promise<OpenDatabase> => {
  const embedded = (options.databaseUrl ?? '') === ''
  let cluster: EmbeddedCluster | null = null
  let connection: ClientConfig
  if (embedded) {
    cluster = await startEmbedded(resolve(options.dataFolder), {
      ...(options.log === undefined ? {} : { log: options.log }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.onLost === undefined ? {} : { onLost: options.onLost }),
    })
    connection = cluster.connection
  } else connection = { connectionString: options.databaseUrl }
  const { db, pool, close: closePool } = openPool(connection, options.poolSize, options.log)
  const close = async (): Promise<void> => {
    await closePool()
    await cluster?.stop()
  }
  try {
    const version = embedded
      ? await checkedVersion(pool, '内置数据库')
      : await onceStarted(() => checkedVersion(pool, '所配置的数据库服务器'))
    if (embedded && options.fresh === true) await emptyDatabase(pool)
    return { db, pool, connection, kind: embedded ? 'embedded' : 'server', version, close }
  } catch (error) {
    await close()
    if (error instanceof DatabaseUnusable) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseUnusable(`无法连接数据库,请检查 DATABASE_URL 与服务器状态 / cannot reach the database: ${reason}`)
  }
}
