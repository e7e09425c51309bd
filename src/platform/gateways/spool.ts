/**
 * What could not be committed because the database was away, on the disk of this process until it is back: append-only
 * segment files of frames (length, CRC-32, payload), each on the disk before `append` resolves, read again in order.
 *
 * A process killed in the middle of a frame leaves a torn tail: it was not acknowledged, and is cut off at the next start.
 * How far reading has come lies in the file `position`; a segment that was read to its end is deleted. Reading may repeat
 * frames after a crash (position and effect are not one transaction), so effects must be idempotent.
 */
import type { FileHandle } from 'node:fs/promises'
import fs from 'node:fs/promises'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import type { Log } from '../platform.ts'

/** The spool takes no more: its bound is reached, or the disk is full. Nothing was stored. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull'
}

/** The file system as the spool uses it; tests give one whose disk is full. */
export type SpoolFiles = Pick<typeof fs, 'open' | 'readdir' | 'mkdir' | 'rm' | 'rename' | 'stat' | 'readFile'>

export interface SpoolOptions {
  /** Made when it is not there. Belongs to one process at a time: the caller sees to that. */
  readonly folder: string
  /** Bytes on the disk at most. Default 1 GiB. */
  readonly mostBytes?: number
  /** A segment is closed once it is so long. Default 16 MiB. */
  readonly segmentBytes?: number
  readonly log: Log
  readonly files?: SpoolFiles
}
export interface SpoolPosition {
  readonly segment: number
  readonly offset: number
}
export interface SpoolRead {
  readonly frames: readonly Uint8Array[]
  /** To be given to `advance` once the frames had their effect. */
  readonly next: SpoolPosition
}
export interface Spool {
  /** Resolves when the payload is on the disk. Rejects with `SpoolFull` when it is not. */
  readonly append: (payload: Uint8Array) => Promise<void>
  readonly isEmpty: () => boolean
  /** Bytes that wait to be read. */
  readonly bytes: () => number
  /** The next frames in order, one at least and more up to `mostBytes`; null when all were read. */
  readonly read: (mostBytes?: number) => Promise<SpoolRead | null>
  readonly advance: (next: SpoolPosition) => Promise<void>
  /** Keeps a payload that had no effect and never will in `rejected.log`, for operators. */
  readonly reject: (payload: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
}

const HEADER_BYTES = 8
const LONGEST_FRAME = 64 * 1024 * 1024
const READ_BYTES = 256 * 1024
const REJECTED_BYTES = 16 * 1024 * 1024
const nameOf = (segment: number): string => `${String(segment).padStart(10, '0')}.spool`
/** Codes of a disk, or a share of it, without room. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])
const NAME = /^(\d{10})\.spool$/

const frameOf = (payload: Uint8Array): Buffer => {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  frame.writeUInt32BE(crc32(payload), 4)
  frame.set(payload, HEADER_BYTES)
  return frame
}
/** The payload at an offset, or null when no whole frame stands there. */
const payloadAt = (content: Buffer, offset: number): Uint8Array | null => {
  if (offset + HEADER_BYTES > content.length) return null
  const length = content.readUInt32BE(offset)
  const end = offset + HEADER_BYTES + length
  if (length > LONGEST_FRAME || end > content.length) return null
  const payload = content.subarray(offset + HEADER_BYTES, end)
  return crc32(payload) === content.readUInt32BE(offset + 4) ? payload : null
}
const wholeLength = (content: Buffer, from: number): number => {
  let offset = from
  for (let payload = payloadAt(content, offset); payload !== null; payload = payloadAt(content, offset))
    offset += HEADER_BYTES + payload.length
  return offset
}
const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code

export const openSpool = async (options: SpoolOptions): Promise<Spool> => {
  const { folder, log } = options
  const files = options.files ?? fs
  const mostBytes = options.mostBytes ?? 1024 * 1024 * 1024
  const segmentBytes = options.segmentBytes ?? 16 * 1024 * 1024
  const positionFile = path.join(folder, 'position')
  const fileOf = (segment: number): string => path.join(folder, nameOf(segment))
  await files.mkdir(folder, { recursive: true, mode: 0o700 })

  /** Makes names in the folder durable. */
  const syncFolder = async (): Promise<void> => {
    const handle = await files.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  const writeDurably = async (file: string, content: Uint8Array | string): Promise<void> => {
    const handle = await files.open(file, 'w', 0o600)
    try {
      await handle.writeFile(content)
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }
  const readPosition = async (): Promise<SpoolPosition> => {
    try {
      const [segment = 0, offset = 0] = (await files.readFile(positionFile, 'utf8')).split(' ').map(Number)
      return Number.isSafeInteger(segment) && Number.isSafeInteger(offset)
        ? { segment, offset }
        : { segment: 0, offset: 0 }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      return { segment: 0, offset: 0 }
    }
  }

  // Segments that hold something unread, oldest first, with their whole length.
  const lengths = new Map<number, number>()
  let position = await readPosition()
  const found = (await files.readdir(folder))
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
  for (const segment of found) {
    if (segment < position.segment) {
      await files.rm(fileOf(segment), { force: true })
      continue
    }
    const content = await files.readFile(fileOf(segment))
    const from = segment === position.segment ? Math.min(position.offset, content.length) : 0
    const whole = wholeLength(content, from)
    if (whole < content.length) {
      log.warn({ segment, cut: content.length - whole }, 'the spool has a torn tail, not acknowledged: it is cut off')
      // Only the newest segment can be torn by a kill. What is wrong in another is kept for whoever looks into it.
      if (segment !== found.at(-1)) await writeDurably(`${fileOf(segment)}.damaged`, content.subarray(whole))
      const handle = await files.open(fileOf(segment), 'r+')
      try {
        await handle.truncate(whole)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    }
    if (whole > from) lengths.set(segment, whole)
    else await files.rm(fileOf(segment), { force: true })
  }
  let newest = Math.max(position.segment, ...found, 0)
  const first = [...lengths.keys()][0]
  if (first !== undefined && first !== position.segment) position = { segment: first, offset: 0 }

  let writing: { readonly segment: number; readonly handle: FileHandle; length: number } | null = null
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work, work)
    queue = result.catch(() => undefined)
    return result
  }
  const bytes = (): number => {
    let sum = 0
    for (const [segment, length] of lengths) sum += length - (segment === position.segment ? position.offset : 0)
    return sum
  }
  const onDisk = (): number => [...lengths.values()].reduce((sum, length) => sum + length, 0)

  const closeSegment = async (): Promise<void> => {
    const closing = writing
    writing = null
    await closing?.handle.close()
  }
  const openSegment = async (): Promise<NonNullable<typeof writing>> => {
    newest += 1
    const handle = await files.open(fileOf(newest), 'ax')
    writing = { segment: newest, handle, length: 0 }
    await syncFolder()
    return writing
  }
  const append = async (payload: Uint8Array): Promise<void> => {
    const frame = frameOf(payload)
    if (onDisk() + frame.length > mostBytes) throw new SpoolFull(`the spool holds ${onDisk()} bytes: no more fits`)
    try {
      if (writing !== null && writing.length >= segmentBytes) await closeSegment()
      const segment = writing ?? (await openSegment())
      let done = 0
      while (done < frame.length)
        done += (await segment.handle.write(frame, done, frame.length - done, null)).bytesWritten
      await segment.handle.datasync()
      segment.length += frame.length
      lengths.set(segment.segment, segment.length)
    } catch (error) {
      await abandon()
      throw new SpoolFull(`the spool cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
  }
  /** After a failed write: cuts the half frame off, and goes on in a new segment, for a sync that failed proves nothing. */
  const abandon = async (): Promise<void> => {
    const failed = writing
    writing = null
    if (failed === null) return
    try {
      await failed.handle.truncate(failed.length)
      await failed.handle.datasync()
    } catch (error) {
      log.warn({ error: String(error) }, 'a half written frame of the spool stays until the next start')
    }
    await failed.handle.close().catch(() => undefined)
    if (failed.length === 0) await files.rm(fileOf(failed.segment), { force: true }).catch(() => undefined)
  }

  const read = async (wanted: number): Promise<SpoolRead | null> => {
    const [entry] = lengths
    if (entry === undefined) return null
    const [segment, length] = entry
    const offset = segment === position.segment ? position.offset : 0
    const handle = await files.open(fileOf(segment), 'r')
    try {
      const header = Buffer.alloc(HEADER_BYTES)
      await handle.read(header, 0, HEADER_BYTES, offset)
      const need = Math.min(length - offset, Math.max(wanted, HEADER_BYTES + header.readUInt32BE(0)))
      const content = Buffer.alloc(need)
      await handle.read(content, 0, need, offset)
      const frames: Uint8Array[] = []
      let at = 0
      for (let payload = payloadAt(content, at); payload !== null; payload = payloadAt(content, at)) {
        frames.push(payload)
        at += HEADER_BYTES + payload.length
      }
      if (frames.length > 0) return { frames, next: { segment, offset: offset + at } }
    } finally {
      await handle.close()
    }
    // It was whole when it was written: the disk has changed it. What follows cannot be found any more.
    log.error({ segment, offset, lost: length - offset }, 'a segment of the spool is damaged: it is laid aside unread')
    if (writing?.segment === segment) await closeSegment()
    await files.rename(fileOf(segment), `${fileOf(segment)}.damaged`)
    lengths.delete(segment)
    return read(wanted)
  }

  const writePosition = async ({ segment, offset }: SpoolPosition): Promise<void> => {
    const draft = `${positionFile}.draft`
    await writeDurably(draft, `${segment} ${offset}`)
    await files.rename(draft, positionFile)
    await syncFolder()
  }
  const advance = async (next: SpoolPosition): Promise<void> => {
    const isRead = (lengths.get(next.segment) ?? 0) <= next.offset
    // A segment that was read to its end is done with, even the one being written: the next frame begins another.
    if (isRead && writing?.segment === next.segment) await closeSegment()
    const stored = isRead ? { segment: next.segment + 1, offset: 0 } : next
    try {
      await writePosition(stored)
    } catch (error) {
      // A disk that is full has no room for the position either: it must not keep the spool from being emptied. After a
      // crash what was read since is read again, which its reader allows for.
      if (!FULL.has(codeOf(error))) throw error
      log.warn({ error: String(error) }, 'how far the spool was read cannot be written: the disk is full')
    }
    position = stored
    if (isRead) {
      lengths.delete(next.segment)
      await files.rm(fileOf(next.segment), { force: true })
    }
  }

  const reject = async (payload: Uint8Array): Promise<void> => {
    const file = path.join(folder, 'rejected.log')
    const size = await files.stat(file).then(
      (stat) => stat.size,
      () => 0,
    )
    if (size + payload.length > REJECTED_BYTES) {
      log.error({ bytes: payload.length }, 'the list of rejected payloads is full: one is not kept')
      return
    }
    const handle = await files.open(file, 'a', 0o600)
    try {
      await handle.writeFile(Buffer.concat([payload, Buffer.from('\n')]))
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }

  return {
    append: (payload) => inTurn(() => append(payload)),
    isEmpty: () => lengths.size === 0,
    bytes,
    read: (wanted = READ_BYTES) => inTurn(() => read(wanted)),
    advance: (next) => inTurn(() => advance(next)),
    reject: (payload) => inTurn(() => reject(payload)),
    close: () => inTurn(closeSegment),
  }
}
