/**
 * The backup folder: `bases/MOMENT/` (data directory, small files of the state, manifest), `wal/` (archived segments),
 * `content/` (stored files by SHA-256), `keys/MOMENT/` (every version of the key files). What is not finished has another name.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { type Instant, instantFromMs, instantSchema, msOf } from '../../../kernel/time.ts'

export const basesOf = (folder: string): string => path.join(folder, 'bases')
export const walOf = (folder: string): string => path.join(folder, 'wal')
export const contentOf = (folder: string): string => path.join(folder, 'content')
export const keysOf = (folder: string): string => path.join(folder, 'keys')
export const markOf = (folder: string): string => path.join(folder, 'database.json')
/** Files of the state folder without which a database cannot be read or its journal not be signed on. */
export const KEY_FILES = ['vault.key', 'journal-signing-key.pem'] as const

const fileSchema = z.object({
  path: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  mode: z.number().int(),
})
const manifestSchema = z.object({
  format: z.literal(1),
  systemIdentifier: z.string(),
  /** Major version of the server. */
  major: z.number().int(),
  startedAt: instantSchema,
  /** The earliest moment to which this base can be restored. */
  endedAt: instantSchema,
  /** The first segment that a recovery needs. */
  firstWal: z.string().regex(/^[0-9A-F]{24}$/),
  /** Place in the log from which the base is consistent ('0/5000120'). */
  endLsn: z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/),
  files: z.array(fileSchema),
})
export type BackedFile = z.output<typeof fileSchema>
export type Manifest = z.output<typeof manifestSchema>
export interface Base extends Manifest {
  readonly folder: string
}

/** 'YYYYMMDDTHHmmssSSSZ': sorts in time order and is a name on every file system. */
export const nameOfMoment = (at: Instant): string => at.replace(/[-:.]/g, '')
const NAME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/
/** The moment of a name; null for every other name. */
export const momentOfName = (name: string): Instant | null => {
  const found = NAME.exec(name)
  if (found === null) return null
  const [, year, month, day, hour, minute, second, ms] = found
  return instantFromMs(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`))
}

export const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Gives what a manifest says; null when it cannot be read or is not one. */
const manifestIn = async (folder: string): Promise<Manifest | null> => {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')))
  } catch {
    return null
  }
}
/** Complete base backups, the oldest first. One whose manifest is damaged is none; the others can still be restored. */
export const listBases = async (folder: string): Promise<readonly Base[]> => {
  const bases: Base[] = []
  for (const name of await namesIn(basesOf(folder))) {
    const place = path.join(basesOf(folder), name)
    const manifest = momentOfName(name) === null ? null : await manifestIn(place)
    if (manifest !== null) bases.push({ ...manifest, folder: place })
  }
  return bases
}

/** The moment at which the newest complete base began, read off its name; null when there is none. */
export const newestBaseAt = async (folder: string): Promise<Instant | null> =>
  (await namesIn(basesOf(folder))).map(momentOfName).findLast((at) => at !== null) ?? null

/** Bases that are not needed to reach every moment since `from`: all older than the newest that ended before it. */
export const dispensable = <T extends { readonly endedAt: Instant }>(
  bases: readonly T[],
  from: Instant,
): readonly T[] => {
  const needed = bases.findLastIndex((base) => msOf(base.endedAt) <= msOf(from))
  return bases.slice(0, Math.max(0, needed))
}

/** Flushes a folder, so that names in it survive a power cut. */
export const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export interface CopyOptions {
  readonly mode?: number
  readonly owner?: { readonly uid: number; readonly gid: number } | null
  readonly signal?: AbortSignal | undefined
}
const PIECE = 1 << 18

/** Copies a file to a new name and flushes it; gives what was copied. Throws ENOENT when the source has gone. */
export const copyFile = async (
  from: string,
  to: string,
  { mode, owner = null, signal }: CopyOptions = {},
): Promise<Omit<BackedFile, 'path'>> => {
  const source = await open(from, 'r')
  let target: FileHandle | null = null
  try {
    const used = mode ?? (await source.stat()).mode & 0o777
    target = await open(to, 'wx', used)
    await target.chmod(used)
    if (owner !== null) await target.chown(owner.uid, owner.gid)
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(PIECE)
    let sizeBytes = 0
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await source.read(piece, 0, PIECE, sizeBytes)
      if (bytesRead === 0) break
      hash.update(piece.subarray(0, bytesRead))
      await target.writeFile(piece.subarray(0, bytesRead))
      sizeBytes += bytesRead
    }
    await target.sync()
    return { sizeBytes, sha256: hash.digest('hex'), mode: used }
  } finally {
    await source.close()
    await target?.close()
  }
}

/** Removes a finished folder so that what is left of it after a crash does not look finished. */
export const removeFinished = async (folder: string): Promise<void> => {
  const aside = `${folder}.removing`
  await rename(folder, aside)
  await rm(aside, { recursive: true, force: true })
}
/** Removes what was cut off: unfinished copies and half-removed ones. */
export const removeCutOff = async (folder: string): Promise<void> => {
  for (const name of await namesIn(folder))
    if (/\.(unfinished|removing)$/.test(name)) await rm(path.join(folder, name), { recursive: true, force: true })
}

/** Writes a small file whole or not at all. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.${process.pid}.unfinished`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  await flushFolder(path.dirname(file))
}

/** Digests of all content in a folder of two levels. */
export const digestsOf = async function* (root: string): AsyncGenerator<string> {
  for (const one of (await namesIn(root)).filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const two of await namesIn(path.join(root, one)))
      for (const sha256 of await namesIn(path.join(root, one, two))) if (/^[0-9a-f]{64}$/.test(sha256)) yield sha256
}
export const contentPath = (root: string, sha256: string): string =>
  path.join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

/** Copies one stored file unless it is there; false when the source does not hold what its name says, or has gone. */
export const copyContent = async (from: string, to: string, sha256: string, signal?: AbortSignal): Promise<boolean> => {
  const target = contentPath(to, sha256)
  if (fs.existsSync(target)) return true
  const draft = path.join(to, `${sha256}.${process.pid}.${process.hrtime.bigint()}.unfinished`)
  await mkdir(path.dirname(target), { recursive: true })
  try {
    const copied = await copyFile(contentPath(from, sha256), draft, { signal })
    if (copied.sha256 !== sha256) return false
    await rename(draft, target)
    await flushFolder(path.dirname(target))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}
