/** PostgreSQL refuses to run as root: what is needed to run it as `nobody` instead. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export interface UnprivilegedUser {
  readonly uid: number
  readonly gid: number
}

/** Gives the user that the server runs as when the program runs as root; null when no change is needed. */
export const userForServer = (): UnprivilegedUser | null => {
  if (process.getuid?.() !== 0) return null
  const line = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error(
      '系统中没有 nobody 用户,请改用普通用户启动本程序 / no user "nobody": start the program as an ordinary user',
    )
  return { uid: Number(uid), gid: Number(gid) }
}

/** Says whether everyone may pass through a folder and all folders above it. */
export const everyoneMayEnter = (folder: string): boolean => {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (fs.existsSync(at) && (fs.statSync(at).mode & 0o001) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

/** Where server files go when the wanted folder lies under one that only root may enter (a checkout in /root). */
export const reachableFolder = (wanted: string): string =>
  everyoneMayEnter(path.dirname(wanted))
    ? wanted
    : path.join('/var/lib/mingzhu', createHash('sha256').update(wanted).digest('hex').slice(0, 12))

/** Copies the server programs beside the data once, when only root may enter the folder they are installed in. */
export const reachablePrograms = (native: string, root: string): string => {
  if (everyoneMayEnter(native)) return native
  const size = fs.statSync(path.join(native, 'bin', 'postgres')).size
  const copy = path.join(root, `native-${size}`)
  if (!fs.existsSync(path.join(copy, 'complete'))) {
    fs.rmSync(copy, { recursive: true, force: true })
    fs.cpSync(native, copy, { recursive: true, dereference: true })
    fs.writeFileSync(path.join(copy, 'complete'), '')
  }
  return copy
}
