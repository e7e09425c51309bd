/** One running process owns an embedded cluster's folder. The mark of a dead owner is taken over. */
import fs from 'node:fs'

interface Owner {
  readonly pid: number
  /** Start of the process in clock ticks since boot (Linux), so that a reused pid is not taken for the owner. */
  readonly started: string
}

const startOf = (pid: number): string => {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Says whether a process runs; a process of another user runs too. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const read = (file: string): Owner | null => {
  try {
    const value = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Owner>
    return typeof value.pid === 'number' && typeof value.started === 'string'
      ? { pid: value.pid, started: value.started }
      : null
  } catch {
    return null
  }
}
const isAlive = (owner: Owner | null): owner is Owner =>
  owner !== null && isRunning(owner.pid) && (owner.started === '' || owner.started === startOf(owner.pid))

/** Another running process owns the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/** Takes ownership of a folder; gives the function that ends it. Throws `FolderInUse` when a running process has it. */
export const takeOwnership = (file: string, folder: string): (() => void) => {
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) })
  const draft = `${file}.${process.pid}.${process.hrtime.bigint()}`
  fs.writeFileSync(draft, mine)
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      try {
        fs.linkSync(draft, file) // fails when the mark exists: the mark appears whole or not at all
        return () => {
          if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === mine) fs.rmSync(file)
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const owner = read(file)
      if (isAlive(owner))
        throw new FolderInUse(
          `数据文件夹 ${folder} 正被进程 ${owner.pid} 使用,请先停止该进程,或换一个数据文件夹 / the data folder is in use by process ${owner.pid}: stop it, or use another folder`,
        )
      // Moved aside rather than deleted: should another process have taken over meanwhile, its mark is put back.
      const aside = `${draft}.aside`
      try {
        fs.renameSync(file, aside)
      } catch {
        continue
      }
      if (isAlive(read(aside))) fs.linkSync(aside, file)
      fs.rmSync(aside)
    }
    throw new FolderInUse(
      `数据文件夹 ${folder} 正被另一进程启动,请稍后再试 / the data folder is being taken by another process`,
    )
  } finally {
    fs.rmSync(draft, { force: true })
  }
}
