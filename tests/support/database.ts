/** A database of its own for each test file, cloned from the template of the run. */
import { randomBytes } from 'node:crypto'
import { Client, type ClientConfig, type Pool } from 'pg'
import { inject } from 'vitest'
import { openPool } from '../../src/platform/database/connect.ts'
import type { Database } from '../../src/platform/platform.ts'

export interface TestDatabase {
  readonly db: Database
  readonly pool: Pool
  readonly connection: ClientConfig
  readonly close: () => Promise<void>
}

const onCluster = async (statement: string): Promise<void> => {
  const client = new Client(inject('testCluster').connection)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Makes a database with all migrations applied, or an empty one; `close` drops it. */
export const testDatabase = async (
  options: { readonly empty?: boolean; readonly poolSize?: number } = {},
): Promise<TestDatabase> => {
  const { connection, template } = inject('testCluster')
  const name = `${template}_${randomBytes(5).toString('hex')}`
  await onCluster(
    `create database ${name} template ${options.empty === true ? "template0 encoding 'UTF8'" : template} strategy wal_log`,
  )
  const own = { ...connection, database: name }
  const { db, pool, close } = openPool(own, options.poolSize ?? 8)
  return {
    db,
    pool,
    connection: own,
    close: async () => {
      await close()
      await onCluster(`drop database if exists ${name} with (force)`)
    },
  }
}
