/** `npm run backup` takes a base backup at once; `npm run restore` restores one into a new state folder. */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ClientConfig } from 'pg'
import { isRefused } from '../kernel/refusal.ts'
import { type Instant, instant } from '../kernel/time.ts'
import { ConfigError, readConfig } from '../platform/config.ts'
import { archiveSettings, claimArchive, prepareArchive } from '../platform/database/backup/archive.ts'
import { takeBase } from '../platform/database/backup/base.ts'
import { momentText, restoreBackup } from '../platform/database/backup/restore.ts'
import { embeddedConnection, embeddedRoot, startEmbedded } from '../platform/database/embedded.ts'
import { FolderInUse } from '../platform/database/owner.ts'

/** Ends the command with a sentence for the person at the terminal. */
class Told extends Error {}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The database of a running product, or one that is started for this command alone. */
const reach = async (
  stateFolder: string,
  folder: string,
): Promise<{ readonly connection: ClientConfig; readonly end: () => Promise<void> }> => {
  const running = { connection: embeddedConnection(stateFolder), end: async () => undefined }
  let release: (() => void) | null = null
  try {
    release = claimArchive(folder)
    const cluster = await startEmbedded(stateFolder, { settings: archiveSettings(folder) })
    const { connection, stop } = cluster
    const end = async (): Promise<void> => {
      await stop()
      release?.()
    }
    return { connection, end }
  } catch (error) {
    release?.()
    const isRunning = fs.existsSync(path.join(embeddedRoot(stateFolder), 'owner.json'))
    if (error instanceof FolderInUse || (isRefused(error) && isRunning)) return running
    throw error
  }
}

const backup = async (): Promise<void> => {
  const config = readConfig()
  if (config.databaseUrl !== null)
    throw new Told(
      '已设置 DATABASE_URL:数据库由其管理员备份,另请备份状态文件夹中的 vault.key、journal-signing-key.pem 和 files。\nWith DATABASE_URL its operator backs the database up; keep vault.key, journal-signing-key.pem and files of the state folder too.',
    )
  if (config.backup === null)
    throw new Told('请设置 MINGZHU_BACKUP_FOLDER(备份文件夹)后重试。\nSet MINGZHU_BACKUP_FOLDER and try again.')
  const stateFolder = path.resolve(config.stateFolder)
  const root = embeddedRoot(stateFolder)
  if (!fs.existsSync(root) || !fs.readdirSync(root).some((name) => /^pg\d+$/.test(name)))
    throw new Told(
      `${stateFolder} 里没有内置数据库,请核对 MINGZHU_STATE_FOLDER。\nThere is no embedded database in it: check MINGZHU_STATE_FOLDER.`,
    )
  const { folder, days } = config.backup
  prepareArchive(folder, stateFolder)
  print('正在备份 backing up …')
  const { connection, end } = await reach(stateFolder, folder)
  try {
    const manifest = await takeBase({ connection, folder, stateFolder, days })
    const bytes = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)
    print(
      `备份完成 done: ${manifest.files.length} 个文件 files, ${Math.round(bytes / 1_048_576)} MB。可恢复到 ${momentText(manifest.endedAt)} 及以后 restorable from then on。`,
    )
  } finally {
    await end()
  }
}

const usage = `npm run restore -- --from 备份文件夹 --to-folder 新的状态文件夹 [--at 2026-11-29T10:00:00+08:00]
  --from FOLDER        备份文件夹(MINGZHU_BACKUP_FOLDER)
  --to-folder FOLDER   新的空文件夹;完成后以 MINGZHU_STATE_FOLDER 指向它启动
  --at MOMENT          恢复到该时刻(带时区);不填则恢复到归档的最后一次写入
`
const momentOf = (text: string): Instant => {
  try {
    return instant(text)
  } catch {
    throw new Told(`--at 请填写带时区的时刻,例如 2026-11-29T10:00:00+08:00。\n${usage}`)
  }
}
const restore = async (words: readonly string[]): Promise<void> => {
  const { values } = (() => {
    try {
      return parseArgs({
        args: [...words],
        options: { from: { type: 'string' }, 'to-folder': { type: 'string' }, at: { type: 'string' } },
      })
    } catch {
      throw new Told(usage)
    }
  })()
  const { from, 'to-folder': to, at } = values
  if (from === undefined || to === undefined) throw new Told(usage)
  print('正在恢复 restoring …')
  const moment = at === undefined ? null : momentOf(at)
  const { baseAt, lastWriteAt, journal } = await restoreBackup({ from, to, at: moment })
  print(
    `已恢复到 restored to ${moment === null ? '归档末尾 the end of the archive' : momentText(moment)}(基础备份 base ${momentText(baseAt)},最后一次写入 last write ${lastWriteAt ?? '基础备份之前 before the base'})。`,
  )
  if (journal !== null)
    print(
      `日志核对无误 the journal is sound: ${journal.size} 条 entries, 检查点 checkpoint ${journal.checkpointSize}, 根 root ${journal.root}`,
    )
  print(`启动 start: MINGZHU_STATE_FOLDER='${path.resolve(to)}' npm start`)
}

const [command, ...words] = process.argv.slice(2)
const work = command === 'restore' ? restore(words) : backup()
work.catch((error: unknown) => {
  const text = isRefused(error)
    ? `${error.refusal.sentence.zh}\n${error.refusal.sentence.en}`
    : error instanceof Told || error instanceof ConfigError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error)
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
})
