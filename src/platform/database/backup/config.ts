/** The part of the configuration that says where the embedded database is backed up. */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { everyoneMayEnter, userForServer } from '../unprivileged.ts'

export interface BackupConfig {
  readonly folder: string
  /** For how many days back every moment can be restored. */
  readonly days: number
}
const USUAL_DAYS = 14

const fault = (zh: string, en: string): { error: string } => ({ error: `${zh}\n${en}` })

/** Whether a folder can be written, or made: the nearest folder above that exists decides. */
const isWritable = (folder: string): boolean => {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (!fs.existsSync(at)) continue
    try {
      fs.accessSync(at, fs.constants.W_OK | fs.constants.X_OK)
      return fs.statSync(at).isDirectory()
    } catch {
      return false
    }
  }
}

/** Variables of the environment, each with its shape. */
export const backupVariables = {
  MINGZHU_BACKUP_FOLDER: z
    .string()
    .min(1, fault('不能为空,请填写或删除该变量。', 'Empty: set it or remove the variable.'))
    .refine(
      isWritable,
      fault(
        '无法写入该备份文件夹,请改用运行本程序的用户可以写入的文件夹(最好在另一块磁盘上)。',
        'The backup folder cannot be written: use one that the user of this program may write, best on another disk.',
      ),
    )
    .refine(
      // As root the server runs as `nobody`, who writes the archive.
      (text) => userForServer() === null || everyoneMayEnter(path.dirname(path.resolve(text))),
      fault(
        '以 root 启动时数据库以 nobody 用户运行,进不了该文件夹的上级目录。请改用其他位置(如 /srv/mingzhu-backup),或用普通用户启动。',
        'Started as root, the database runs as nobody, who may not enter the folders above: use another place, or an ordinary user.',
      ),
    ),
  MINGZHU_BACKUP_DAYS: z
    .string()
    .refine(
      (text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 3_650,
      fault('请填写 1 到 3650 之间的天数。', 'Set a number of days from 1 to 3650.'),
    )
    .transform(Number),
}
type Values = { readonly [K in keyof typeof backupVariables]?: z.output<(typeof backupVariables)[K]> } & {
  readonly DATABASE_URL?: string
  readonly MINGZHU_STATE_FOLDER?: string
}

const isInside = (inner: string, outer: string): boolean => {
  const way = path.relative(path.resolve(outer), path.resolve(inner))
  return way === '' || !(way.startsWith('..') || path.isAbsolute(way))
}

/** What does not go together. */
export const backupFaults = (
  values: Values,
  stateFolder: string,
): readonly { readonly variable: string; readonly zh: string; readonly en: string }[] => {
  const { MINGZHU_BACKUP_FOLDER: folder, MINGZHU_BACKUP_DAYS: days, DATABASE_URL: url } = values
  if (folder === undefined)
    return days === undefined
      ? []
      : [
          {
            variable: 'MINGZHU_BACKUP_DAYS',
            zh: '只用于备份:请同时设置 MINGZHU_BACKUP_FOLDER,或删除本变量。',
            en: 'Only for backups: set MINGZHU_BACKUP_FOLDER too, or remove it.',
          },
        ]
  const variable = 'MINGZHU_BACKUP_FOLDER'
  if (url !== undefined)
    return [
      {
        variable,
        zh: '只用于内置数据库。已设置 DATABASE_URL:数据库由其管理员备份,另请备份状态文件夹中的 vault.key、journal-signing-key.pem 和 files;然后删除本变量。',
        en: 'Only for the embedded database. With DATABASE_URL its operator backs it up; keep vault.key, journal-signing-key.pem and files of the state folder too, and remove this variable.',
      },
    ]
  if (isInside(folder, stateFolder) || isInside(stateFolder, folder))
    return [
      {
        variable,
        zh: '备份文件夹不能在状态文件夹之内,也不能包含它。请改用别处,最好在另一块磁盘上。',
        en: 'The backup folder must lie outside the state folder and not hold it: use another place, best on another disk.',
      },
    ]
  return []
}

export const backupConfigOf = (values: Values): BackupConfig | null =>
  values.MINGZHU_BACKUP_FOLDER === undefined
    ? null
    : { folder: values.MINGZHU_BACKUP_FOLDER, days: values.MINGZHU_BACKUP_DAYS ?? USUAL_DAYS }
