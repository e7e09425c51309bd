/** A PostgreSQL server of the system in a temporary folder, only for one measurement. */
import fs from 'node:fs'
import path from 'node:path'

export interface TemporaryPostgres {
  readonly url: string
  readonly stop: () => Promise<void>
}

const found = (): boolean => {
  const base = '/usr/lib/postgresql'
  const folders = [
    process.env['POSTGRES_BIN'] ?? '',
    ...(fs.existsSync(base) ? fs.readdirSync(base).map((version) => path.join(base, version, 'bin')) : []),
  ]
  return folders.some((folder) => folder !== '' && fs.existsSync(path.join(folder, 'initdb')))
}

/** Starts it; null where the programs of PostgreSQL are not installed. */
export const startPostgres = async (): Promise<TemporaryPostgres | null> => {
  if (!found()) return null
  const helper: string = path.resolve('tools/lib/debian.mjs')
  const { temporaryPostgres } = (await import(helper)) as {
    readonly temporaryPostgres: () => Promise<TemporaryPostgres>
  }
  return temporaryPostgres()
}
