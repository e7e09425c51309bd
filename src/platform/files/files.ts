/** The file store: content by its SHA-256, uploads that can be resumed, types by content, virus checks. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open as openFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Actor } from '../../kernel/actor.ts'
import { isUuid } from '../../kernel/identity.ts'
import { addMs, type Clock } from '../../kernel/time.ts'
import type { S3Config } from '../config.ts'
import { newId } from '../identity.ts'
import type { Database, FileReply, Files, Log, StoredFile, Upload } from '../platform.ts'
import { type AntivirusConfig, type ScanAnswer, scan } from './antivirus.ts'
import { ContentMissing, type ContentStore } from './content-store.ts'
import { executableExtensions, extensionOf, type FileType, MIB, safeFileName, usualFileTypes } from './file-types.ts'
import { folderStore } from './folder-store.ts'
import * as refuse from './refusals.ts'
import { s3Store } from './s3-store.ts'
import { EXECUTABLE, sniff } from './sniff.ts'
import * as store from './store.ts'

const HOUR_MS = 3_600_000

export interface FilesOptions {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  /** Folder for stored content when `s3` is absent or null. */
  readonly folder: string
  readonly s3?: S3Config | null
  readonly clamav?: AntivirusConfig | null
  readonly types?: readonly FileType[]
  /** Size of a piece that clients should send. Default 5 MiB. */
  readonly chunkBytes?: number
  /** Hours after its last byte until an unfinished upload is thrown away. Default 24. */
  readonly keepHours?: number
  /** Largest file of somebody who has not signed in. Default 20 MiB. */
  readonly anonymousMaxBytes?: number
  /** Unfinished uploads of one person at most. Default 100. */
  readonly maxOpen?: number
  /** True holds content back until the scanner has answered for it. Default false. */
  readonly scanFirst?: boolean
  /** Another store of content than the folder or the bucket. */
  readonly content?: ContentStore
}
export interface NewUpload {
  readonly fileName: string
  readonly sizeBytes: number
  readonly purpose?: string | undefined
  readonly sha256?: string | undefined
}
export interface UploadStatus {
  readonly uploadId: string
  readonly fileName: string
  readonly sizeBytes: number
  /** Bytes that are durably here; the next piece starts at this byte. */
  readonly offset: number
  readonly chunkBytes: number
  readonly complete: boolean
}
export interface FilesService extends Files {
  readonly startUpload: (actor: Actor, upload: NewUpload) => Promise<UploadStatus>
  /** Appends a piece. What arrived before a break is kept, and the refusal `files.broken` says how much. */
  readonly append: (
    actor: Actor,
    uploadId: string,
    offset: number,
    piece: AsyncIterable<Uint8Array>,
  ) => Promise<UploadStatus>
  readonly status: (actor: Actor, uploadId: string) => Promise<UploadStatus>
  /** Checks and stores what was received. Again with a finished upload it gives the same answer. */
  readonly complete: (actor: Actor, uploadId: string) => Promise<Upload>
  /** Gives a document for a reply; refuses infected content. The caller has checked who may read it. */
  readonly fileReply: (sha256: string, fileName: string, options?: { readonly inline?: boolean }) => Promise<FileReply>
  readonly stored: (sha256: string) => Promise<StoredFile | null>
  /** Throws expired uploads away and scans what is not scanned. Safe to repeat and to run in several processes. */
  readonly housekeep: () => Promise<{ readonly expired: number; readonly scanned: number }>
  /** Runs `housekeep` now and then (default every 10 minutes) until the returned function is called. */
  readonly startHousekeeping: (everyMs?: number) => () => void
}

const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null)
const sizeText = (bytes: number): string =>
  bytes >= MIB ? `${(bytes / MIB).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`

/** Thrown inside a source of bytes when more comes than was announced. */
class TooMuch extends Error {}

/** Lets at most `limit` bytes pass. */
async function* atMost(source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let passed = 0
  for await (const piece of source) {
    passed += piece.byteLength
    if (passed > limit) throw new TooMuch()
    yield piece
  }
}

/**
 * Opens a file when its first byte is asked for: one opened before and never read would fail, unheard, once the file is moved
 * away.
 */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file)
}

/** Makes the file store of a configuration. It touches disk or bucket only when used. */
export const createFiles = (options: FilesOptions): FilesService => {
  const { db, clock, log } = options
  const clamav = options.clamav ?? null
  const types = new Map((options.types ?? usualFileTypes).map((type) => [type.extension, type]))
  const chunkBytes = options.chunkBytes ?? 5 * MIB
  const keepHours = options.keepHours ?? 24
  const anonymousMax = options.anonymousMaxBytes ?? 20 * MIB
  const content = options.content ?? (options.s3 ? s3Store(options.s3) : folderStore(path.resolve(options.folder)))

  const ownUpload = async (actor: Actor, uploadId: string): Promise<store.UploadRow> => {
    const row = isUuid(uploadId) ? await store.uploadRow(db, uploadId) : null
    // Others' uploads do not exist for a caller.
    if (row === null || row.uploadedBy !== personOf(actor)) throw refuse.uploadMissing()
    return row
  }
  const statusOf = (row: store.UploadRow): UploadStatus => ({
    uploadId: row.uploadId,
    fileName: row.fileName,
    sizeBytes: row.sizeBytes,
    offset: row.receivedBytes,
    chunkBytes,
    complete: row.state === 'complete',
  })
  const typeOf = (name: string): FileType => {
    const extension = extensionOf(name)
    if (executableExtensions.has(extension)) throw refuse.executable({ name })
    const type = types.get(extension)
    if (type === undefined)
      throw refuse.typeNotAccepted({
        extension: extension === '' ? '(无)' : extension,
        accepted: [...types.keys()].join(' '),
      })
    return type
  }

  const startUpload: FilesService['startUpload'] = async (actor, upload) => {
    const name = safeFileName(upload.fileName)
    if (name === '' || name.startsWith('.')) throw refuse.badName()
    const type = typeOf(name)
    if (upload.sizeBytes < 1) throw refuse.empty({ name })
    const uploadedBy = personOf(actor)
    const limit = uploadedBy === null && actor.kind !== 'system' ? Math.min(type.maxBytes, anonymousMax) : type.maxBytes
    if (upload.sizeBytes > limit)
      throw refuse.tooLarge({ name, size: sizeText(upload.sizeBytes), limit: sizeText(limit), type: type.name.zh })
    if (uploadedBy !== null) {
      const count = await store.countOpen(db, uploadedBy)
      if (count >= (options.maxOpen ?? 100)) throw refuse.tooManyOpen({ count, hours: keepHours })
    }
    const now = clock()
    const row: store.UploadRow = {
      uploadId: newId(),
      fileName: name,
      sizeBytes: upload.sizeBytes,
      purpose: upload.purpose ?? null,
      expectedSha256: upload.sha256?.toLowerCase() ?? null,
      uploadedBy,
      receivedBytes: 0,
      state: 'open',
    }
    await store.insertUpload(db, { ...row, startedAt: now, expiresAt: addMs(now, keepHours * HOUR_MS) })
    return statusOf(row)
  }

  const append: FilesService['append'] = async (actor, uploadId, offset, piece) => {
    const row = await ownUpload(actor, uploadId)
    if (row.state === 'complete') throw refuse.uploadDone()
    if (offset !== row.receivedBytes) throw refuse.wrongOffset({ offset: row.receivedBytes })
    const limit = Math.min(row.sizeBytes - offset, 2 * chunkBytes)
    // Each attempt has a name of its own: of two at the same place the row decides which one counts.
    const key = `${uploadId}/${offset}-${randomBytes(6).toString('hex')}`
    const received = await content.putPart(key, atMost(piece, limit))
    if (received.brokenBy instanceof TooMuch) throw refuse.tooMuch({ limit, chunk: chunkBytes })
    if (received.sizeBytes > 0) {
      const part = { startByte: offset, sizeBytes: received.sizeBytes, key }
      if (!(await store.addPart(db, uploadId, part, addMs(clock(), keepHours * HOUR_MS)))) {
        const now = await ownUpload(actor, uploadId)
        throw now.state === 'complete' ? refuse.uploadDone() : refuse.wrongOffset({ offset: now.receivedBytes })
      }
    }
    const reached = offset + received.sizeBytes
    if (received.brokenBy !== undefined) throw refuse.broken({ offset: reached })
    return statusOf({ ...row, receivedBytes: reached })
  }

  /** Joins the parts into one flushed file of the work folder and gives its hash. */
  const assemble = async (parts: readonly store.PartRow[], file: string): Promise<string> => {
    const hash = createHash('sha256')
    const target = await openFile(file, 'wx')
    try {
      for (const part of parts) {
        let bytes = 0
        for await (const piece of await content.openPart(part.key)) {
          // A part holds exactly what its row says; bytes after it were never acknowledged.
          const kept = (piece as Buffer).subarray(0, part.sizeBytes - bytes)
          hash.update(kept)
          await target.writeFile(kept)
          bytes += kept.byteLength
        }
        if (bytes !== part.sizeBytes) throw new Error(`part ${part.key} has ${bytes} bytes, not ${part.sizeBytes}`)
      }
      await target.sync()
    } finally {
      await target.close()
    }
    return hash.digest('hex')
  }
  const scanned = async (source: AsyncIterable<Uint8Array>, facts: Record<string, unknown>): Promise<ScanAnswer> => {
    if (clamav === null) return { state: 'unscanned', reason: 'no scanner is configured' }
    const answer = await scan(clamav, source)
    if (answer.state !== 'clean') log.warn({ ...facts, ...answer }, 'virus check')
    return answer
  }
  const checkedType = async (name: string, file: string, sizeBytes: number): Promise<FileType> => {
    const type = typeOf(name)
    const found = await sniff(file, sizeBytes)
    if (found === EXECUTABLE || found === 'application/x-msdownload' || found === 'application/x-elf')
      throw refuse.executable({ name })
    if (!type.contents.includes(found))
      throw refuse.typeMismatch({ name, found, extension: type.extension, type: type.name.zh })
    return type
  }
  const dropParts = async (uploadId: string, parts: readonly store.PartRow[]): Promise<void> => {
    const keys = parts.map((part) => part.key)
    await content.removeParts(uploadId, keys).catch((error: unknown) => {
      log.warn({ uploadId, error: String(error) }, 'parts of an upload could not be removed')
    })
  }
  const discard = async (uploadId: string, parts: readonly store.PartRow[]): Promise<void> => {
    await store.deleteOpenUpload(db, uploadId)
    await dropParts(uploadId, parts)
  }

  const complete: FilesService['complete'] = async (actor, uploadId) => {
    const row = await ownUpload(actor, uploadId)
    const done = await store.finishedUpload(db, uploadId)
    if (done !== null) return done
    if (row.receivedBytes !== row.sizeBytes)
      throw refuse.incomplete({ name: row.fileName, offset: row.receivedBytes, size: row.sizeBytes })
    const parts = await store.partsOf(db, uploadId)
    await mkdir(content.workFolder, { recursive: true })
    const file = path.join(content.workFolder, `${uploadId}.${randomBytes(6).toString('hex')}`)
    try {
      const sha256 = await assemble(parts, file)
      if (row.expectedSha256 !== null && row.expectedSha256 !== sha256) {
        await store.restart(db, uploadId)
        await dropParts(uploadId, parts)
        throw refuse.hashMismatch({ name: row.fileName })
      }
      let type: FileType
      try {
        type = await checkedType(row.fileName, file, row.sizeBytes)
      } catch (error) {
        await discard(uploadId, parts)
        throw error
      }
      const answer = await scanned(bytesOf(file), { uploadId, sha256 })
      await content.adopt(sha256, file, row.sizeBytes)
      const now = clock()
      await db.transaction().execute(async (trx) => {
        await store.saveBlob(trx, { sha256, sizeBytes: row.sizeBytes, mediaType: type.mediaType }, now)
        await store.saveScan(trx, sha256, answer, now)
        await store.finishUpload(trx, uploadId, sha256, type.mediaType)
      })
    } catch (error) {
      // Somebody else may have finished it while we worked; then their answer counts.
      const finished = await store.finishedUpload(db, uploadId)
      if (finished !== null) return finished
      throw error
    } finally {
      await rm(file, { force: true })
    }
    await dropParts(uploadId, parts)
    const finished = await store.finishedUpload(db, uploadId)
    if (finished === null) throw refuse.uploadMissing()
    return finished
  }

  /** Refuses content that must not leave the store. */
  const released = async (sha256: string, name: string): Promise<void> => {
    const blob = await store.blobRow(db, sha256)
    if (blob === null) throw refuse.contentMissing({ name })
    if (blob.scan === 'infected') throw refuse.infected({ name, threat: blob.threat ?? '' })
    if (blob.scan === 'unscanned' && clamav !== null && options.scanFirst === true) throw refuse.notScanned({ name })
  }
  const opened = async (sha256: string, name: string) => {
    await released(sha256, name)
    try {
      return await content.open(sha256)
    } catch (error) {
      if (!(error instanceof ContentMissing)) throw error
      log.error({ sha256 }, 'stored content is missing')
      throw refuse.contentMissing({ name })
    }
  }
  const read: FilesService['read'] = async (sha256) => {
    const pieces: Buffer[] = []
    for await (const piece of await opened(sha256, sha256.slice(0, 12))) pieces.push(piece as Buffer)
    const bytes = Buffer.concat(pieces)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error(`stored content ${sha256} is damaged: restore it from the backup`)
    return bytes
  }

  const housekeep: FilesService['housekeep'] = async () => {
    const expired = await store.expiredUploads(db, clock(), 500)
    for (const uploadId of expired) await discard(uploadId, await store.partsOf(db, uploadId))
    let count = 0
    if (clamav !== null)
      for (const sha256 of await store.unscannedBlobs(db, 100)) {
        const answer = await scanned(await content.open(sha256), { sha256 })
        await store.saveScan(db, sha256, answer, clock())
        if (answer.state !== 'unscanned') count += 1
      }
    return { expired: expired.length, scanned: count }
  }

  return {
    startUpload,
    append,
    status: async (actor, uploadId) => statusOf(await ownUpload(actor, uploadId)),
    complete,
    housekeep,
    startHousekeeping: (everyMs = 600_000) => {
      const timer = setInterval(() => {
        housekeep().catch((error: unknown) => log.error({ error: String(error) }, 'housekeeping of files failed'))
      }, everyMs)
      timer.unref()
      return () => clearInterval(timer)
    },
    put: async (bytes, mediaType) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await content.put(sha256, bytes)
      await store.saveBlob(db, { sha256, sizeBytes: bytes.byteLength, mediaType }, clock())
      const blob = await store.blobRow(db, sha256)
      return { sha256, sizeBytes: bytes.byteLength, mediaType, scan: blob?.scan ?? 'unscanned' }
    },
    read,
    open: (sha256) => opened(sha256, sha256.slice(0, 12)),
    upload: (database, uploadId) =>
      isUuid(uploadId) ? store.finishedUpload(database, uploadId) : Promise.resolve(null),
    stored: async (sha256) => {
      const blob = await store.blobRow(db, sha256)
      if (blob === null) return null
      return { sha256: blob.sha256, sizeBytes: blob.sizeBytes, mediaType: blob.mediaType, scan: blob.scan }
    },
    fileReply: async (sha256, fileName, { inline = false } = {}) => ({
      fileName,
      content: await opened(sha256, fileName),
      inline,
    }),
  }
}
