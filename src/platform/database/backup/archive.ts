/** The continuous archive: every finished segment of the write-ahead log is packed into the backup folder and flushed. */
import fs from 'node:fs'
import path from 'node:path'
import { defineRefusal } from '../../../kernel/refusal.ts'
import { embeddedRoot } from '../embedded.ts'
import { FolderInUse, takeOwnership } from '../owner.ts'
import { userForServer } from '../unprivileged.ts'
import { basesOf, contentOf, keysOf, markOf, walOf } from './folder.ts'

/** What a crash of the whole machine may cost at most, in seconds. */
export const ARCHIVE_TIMEOUT_S = 60

export const foreignFolder = defineRefusal('conflict', 'backup.foreign-folder', {
  zh: '备份文件夹 {folder} 里是另一个数据库的备份。请把 MINGZHU_BACKUP_FOLDER 设为一个空文件夹,原有备份不会被改动。',
  en: 'The backup folder {folder} belongs to another database: set MINGZHU_BACKUP_FOLDER to an empty folder.',
})

export const folderInUse = defineRefusal('conflict', 'backup.folder-in-use', {
  zh: '备份文件夹 {folder} 正由另一个运行中的平台使用。请先停止它,或启动时不设 MINGZHU_BACKUP_FOLDER(例如只是查看恢复出来的数据)。',
  en: 'Another running product backs up into {folder}: stop it, or start without MINGZHU_BACKUP_FOLDER (to look at what was restored).',
})

/** One word for the shell that the server runs commands with; `%` is the server's own mark. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`

/**
 * Packs a segment aside, flushes it and gives it its name, never over another file. A segment that is there already counts
 * when it is the same (the server asks again after a crash). The time of the segment is kept: it tells until when it reaches.
 */
export const archiveCommand = (wal: string): string => {
  const at = shellWord(wal)
  return [
    // The libraries of the server are not for the tools of this machine.
    'unset LD_LIBRARY_PATH DYLD_LIBRARY_PATH',
    `d=${at}; f="$d/%f.gz"; t="$d/%f.part"`,
    `if test -e "$f"; then gzip -dc "$f" | cmp -s - "%p"`,
    `else gzip -1 -c "%p" > "$t" && touch -r "%p" "$t" && sync "$t" && mv -n "$t" "$f" && test ! -e "$t" && sync "$d"`,
    'fi',
  ].join('; ')
}

/** Server settings of an embedded cluster that archives into a backup folder. */
export const archiveSettings = (folder: string): Readonly<Record<string, string>> => ({
  archive_mode: 'on',
  archive_command: archiveCommand(walOf(path.resolve(folder))),
  archive_timeout: String(ARCHIVE_TIMEOUT_S),
})

/** The identifier with which initdb marked a cluster: the first field of `pg_control`. */
const identifierIn = (root: string): string | null => {
  const data = fs.existsSync(root) ? fs.readdirSync(root).filter((name) => /^pg\d+$/.test(name)) : []
  for (const name of data.sort().reverse()) {
    const file = path.join(root, name, 'global', 'pg_control')
    if (fs.existsSync(file)) return String(fs.readFileSync(file).readBigUInt64LE(0))
  }
  return null
}
const markedIdentifier = (folder: string): string | null => {
  try {
    const { systemIdentifier } = JSON.parse(fs.readFileSync(markOf(folder), 'utf8')) as { systemIdentifier?: unknown }
    return String(systemIdentifier)
  } catch {
    return null
  }
}

/**
 * Makes the backup folder ready before the server starts. Throws the refusal `foreignFolder` when it holds the backups of
 * another database than the one in the state folder.
 */
export const prepareArchive = (folder: string, stateFolder: string): void => {
  const place = path.resolve(folder)
  const marked = markedIdentifier(place)
  if (marked !== null && marked !== identifierIn(embeddedRoot(stateFolder))) throw foreignFolder({ folder: place })
  const user = userForServer()
  fs.mkdirSync(place, { recursive: true, mode: user === null ? 0o700 : 0o711 })
  if (user !== null) fs.chmodSync(place, fs.statSync(place).mode | 0o011)
  for (const made of [basesOf(place), contentOf(place), keysOf(place), walOf(place)])
    fs.mkdirSync(made, { recursive: true, mode: 0o700 })
  // The server writes here itself.
  if (user !== null) fs.chownSync(walOf(place), user.uid, user.gid)
}

/** One product at a time archives into a folder; gives what ends the claim. Throws the refusal `folderInUse`. */
export const claimArchive = (folder: string): (() => void) => {
  const place = path.resolve(folder)
  try {
    return takeOwnership(path.join(place, 'product.json'), place)
  } catch (error) {
    throw error instanceof FolderInUse ? folderInUse({ folder: place }) : error
  }
}

/** Remembers whose backups a folder holds. */
export const markFolder = (folder: string, systemIdentifier: string): void => {
  const marked = markedIdentifier(folder)
  if (marked === null) fs.writeFileSync(markOf(folder), `${JSON.stringify({ systemIdentifier })}\n`, { flush: true })
  else if (marked !== systemIdentifier) throw foreignFolder({ folder })
}
