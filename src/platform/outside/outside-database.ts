/**
 * A database of somebody else into which rows are laid: the front database of a data exchange. Tables are named by data, so
 * every identifier is checked and quoted. Rows are laid by key, so that laying one twice changes nothing.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { ClientConfig } from 'pg'
import { isConnectionLost, openPool } from '../database/connect.ts'
import type { Log } from '../platform.ts'

export type OutsideType = 'text' | 'number' | 'date' | 'instant'
export interface OutsideTable {
  readonly name: string
  /** Name of the column that identifies a row. */
  readonly key: string
  readonly columns: readonly { readonly name: string; readonly type: OutsideType }[]
}
export type OutsideRow = Readonly<Record<string, string | number | null>>

/** The other side does not take a row; the message is its own. Not thrown when it cannot be reached at all. */
export class RowRejected extends Error {
  override readonly name = 'RowRejected'
}

export interface OutsideDatabase {
  /** Makes the tables that are not there. Only for a stand-in of our own. */
  readonly makeTables: (tables: readonly OutsideTable[]) => Promise<void>
  /** Lays a row by its key. Throws `RowRejected` when the other side refuses it; any other error means: try again later. */
  readonly lay: (table: OutsideTable, row: OutsideRow) => Promise<void>
  /** Reads rows back, for a look at what lies there. */
  readonly rows: (table: OutsideTable, limit: number) => Promise<readonly OutsideRow[]>
  readonly close: () => Promise<void>
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/
const checked = (name: string): string => {
  if (!IDENTIFIER.test(name)) throw new Error(`not the name of a table or column: ${name}`)
  return name
}
const sqlType: Readonly<Record<OutsideType, string>> = {
  text: 'text',
  number: 'numeric',
  date: 'date',
  instant: 'timestamptz',
}

const overPool = (db: Kysely<Record<never, never>>, close: () => Promise<void>): OutsideDatabase => ({
  makeTables: async (tables) => {
    for (const { name, key, columns } of tables) {
      const list = columns.map(
        (column) => `"${checked(column.name)}" ${sqlType[column.type]}${column.name === key ? ' primary key' : ''}`,
      )
      await db.executeQuery(CompiledQuery.raw(`create table if not exists "${checked(name)}" (${list.join(', ')})`))
    }
  },
  lay: async ({ name, key, columns }, row) => {
    const names = columns.map((column) => checked(column.name)).filter((column) => row[column] !== undefined)
    const values = names.map((column) => row[column] ?? null)
    const updates = names.filter((column) => column !== key).map((column) => `"${column}" = excluded."${column}"`)
    try {
      await db.executeQuery(
        CompiledQuery.raw(
          `insert into "${checked(name)}" (${names.map((column) => `"${column}"`).join(', ')})
           values (${names.map((_, index) => `$${index + 1}`).join(', ')})
           on conflict ("${checked(key)}") do update set ${updates.join(', ')}`,
          values,
        ),
      )
    } catch (error) {
      if (isConnectionLost(error)) throw error
      throw new RowRejected(error instanceof Error ? error.message : String(error), { cause: error })
    }
  },
  rows: async ({ name, key }, limit) => {
    const { rows } = await sql<OutsideRow>`
      select * from ${sql.table(checked(name))} order by ${sql.ref(checked(key))} limit ${limit}`.execute(db)
    return rows
  },
  close,
})

/** Opens the other side's database. Connections are made when first used: it may be away at the start. */
export const openOutsideDatabase = (connection: ClientConfig, log?: Log): OutsideDatabase => {
  const { db, close } = openPool(connection, 2, log)
  return overPool(db, close)
}

/** Makes a database beside ours on the same server, unless it is there, and opens it: the stand-in of the other side. */
export const openStandIn = async (
  ours: ClientConfig,
  name: string,
  tables: readonly OutsideTable[],
  log?: Log,
): Promise<OutsideDatabase> => {
  const here = openPool(ours, 1, log)
  try {
    const { rows } = await here.pool.query('select from pg_database where datname = $1', [checked(name)])
    if (rows.length === 0) await here.pool.query(`create database "${checked(name)}"`)
  } finally {
    await here.close()
  }
  const { connectionString: _, ...place } = ours
  const outside = openOutsideDatabase({ ...place, database: name }, log)
  await outside.makeTables(tables)
  return outside
}
