/**
 * One PostgreSQL for all test files of a run: an embedded cluster in a temporary folder, or the server that
 * TEST_DATABASE_URL names. A template database holds all migrations; each test file clones it (see database.ts).
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client, type ClientConfig } from 'pg'
import type { TestProject } from 'vitest/node'
import { openPool } from '../../src/platform/database/connect.ts'
import { startEmbedded } from '../../src/platform/database/embedded.ts'
import { migrate, migrationFolders } from '../../src/platform/database/migrate.ts'
import { isRunning } from '../../src/platform/database/owner.ts'

export interface TestCluster {
  readonly connection: ClientConfig
  /** Name of the database to clone; all databases of the run begin with it. */
  readonly template: string
}
declare module 'vitest' {
  export interface ProvidedContext {
    readonly testCluster: TestCluster
  }
}

const PREFIX = 'mingzhu-test-'

/** Removes clusters whose run was killed. */
const sweep = (): void => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(tmpdir(), name)
    try {
      const { pid } = JSON.parse(readFileSync(path.join(folder, 'owner.json'), 'utf8')) as { pid: number }
      if (isRunning(pid)) continue
      for (const data of readdirSync(folder).filter((entry) => /^pg\d+$/.test(entry))) {
        const server = Number(readFileSync(path.join(folder, data, 'postmaster.pid'), 'utf8').split('\n')[0])
        if (server > 1 && readFileSync(`/proc/${server}/cmdline`, 'utf8').includes(folder))
          process.kill(server, 'SIGQUIT')
      }
    } catch {
      continue // being started by another run, or already gone
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Migrates the template, one owner after another. An owner whose files fail is left out with a loud message, so that the
 * tests of the others still run; its own tests then fail, and so does the test that applies every migration.
 */
const fillTemplate = async (connection: ClientConfig): Promise<void> => {
  const { pool, close } = openPool(connection, 1)
  for (const folder of migrationFolders()) {
    try {
      await migrate(pool, [folder])
    } catch (error) {
      console.error(
        `\nTEST TEMPLATE WITHOUT ${folder.name}: ${error instanceof Error ? error.message : String(error)}\n`,
      )
    }
  }
  await close()
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const template = `mz_${randomBytes(5).toString('hex')}`
  const external = process.env['TEST_DATABASE_URL'] ?? ''
  let connection: ClientConfig
  let stop = async (): Promise<void> => {}
  if (external === '') {
    sweep()
    const folder = mkdtempSync(path.join(tmpdir(), PREFIX))
    const cluster = await startEmbedded(folder, {
      durable: false,
      settings: { fsync: 'off', shared_buffers: '64MB', max_connections: '200', full_page_writes: 'off' },
    })
    connection = cluster.connection
    stop = async () => {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  } else {
    const url = new URL(external)
    connection = {
      host: decodeURIComponent(url.searchParams.get('host') ?? url.hostname),
      port: Number(url.port === '' ? 5432 : url.port),
      user: decodeURIComponent(url.username),
      database: url.pathname.slice(1),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    }
  }
  const admin = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client(connection)
    await client.connect()
    try {
      await work(client)
    } finally {
      await client.end()
    }
  }
  await admin(async (client) => {
    await client.query(`create database ${template} encoding 'UTF8' template template0`)
  })
  await fillTemplate({ ...connection, database: template })
  const shared: TestCluster = { connection, template }
  project.provide('testCluster', shared)
  return async () => {
    if (external !== '')
      await admin(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          'select datname as name from pg_database where datname like $1',
          [`${template}%`],
        )
        for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`)
      })
    await stop()
  }
}
