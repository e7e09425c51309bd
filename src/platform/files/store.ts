/** The tables of the schema `files`. */
import { sql } from 'kysely'
import type { Instant } from '../../kernel/time.ts'
import type { Database, DatabaseTransaction, ScanState, StoredFile, Upload } from '../platform.ts'
import type { ScanAnswer } from './antivirus.ts'

type Tables = {
  'files.blob': { sha256: string; size_bytes: number; media_type: string; stored_at: string }
  'files.scan': { sha256: string; state: 'clean' | 'infected'; threat: string | null; scanned_at: string }
  'files.upload': {
    upload_id: string
    file_name: string
    size_bytes: number
    purpose: string | null
    expected_sha256: string | null
    uploaded_by: string | null
    received_bytes: number
    state: 'open' | 'complete'
    sha256: string | null
    media_type: string | null
    started_at: string
    expires_at: string
  }
  'files.part': { upload_id: string; start_byte: number; size_bytes: number; part_key: string }
}

type Executor = Database | DatabaseTransaction
const tables = (db: Executor) => db.withTables<Tables>()

export interface UploadRow {
  readonly uploadId: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly purpose: string | null
  readonly expectedSha256: string | null
  readonly uploadedBy: string | null
  readonly receivedBytes: number
  readonly state: 'open' | 'complete'
}
export interface PartRow {
  readonly startByte: number
  readonly sizeBytes: number
  readonly key: string
}

export const insertUpload = async (
  db: Executor,
  upload: UploadRow & { readonly startedAt: Instant; readonly expiresAt: Instant },
): Promise<void> => {
  await tables(db)
    .insertInto('files.upload')
    .values({
      upload_id: upload.uploadId,
      file_name: upload.fileName,
      size_bytes: upload.sizeBytes,
      purpose: upload.purpose,
      expected_sha256: upload.expectedSha256,
      uploaded_by: upload.uploadedBy,
      received_bytes: upload.receivedBytes,
      state: upload.state,
      sha256: null,
      media_type: null,
      started_at: upload.startedAt,
      expires_at: upload.expiresAt,
    })
    .execute()
}
export const uploadRow = async (db: Executor, uploadId: string): Promise<UploadRow | null> => {
  const row = await tables(db)
    .selectFrom('files.upload')
    .selectAll()
    .where('upload_id', '=', uploadId)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    uploadId: row.upload_id,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    purpose: row.purpose,
    expectedSha256: row.expected_sha256,
    uploadedBy: row.uploaded_by,
    receivedBytes: row.received_bytes,
    state: row.state,
  }
}
export const countOpen = async (db: Executor, uploadedBy: string): Promise<number> => {
  const row = await tables(db)
    .selectFrom('files.upload')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('uploaded_by', '=', uploadedBy)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Adds a part if the upload still stands at its start. False when another part came first. */
export const addPart = (db: Database, uploadId: string, part: PartRow, expiresAt: Instant): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const moved = await tables(trx)
      .updateTable('files.upload')
      .set({ received_bytes: part.startByte + part.sizeBytes, expires_at: expiresAt })
      .where('upload_id', '=', uploadId)
      .where('state', '=', 'open')
      .where('received_bytes', '=', part.startByte)
      .executeTakeFirst()
    if (moved.numUpdatedRows !== 1n) return false
    await tables(trx)
      .insertInto('files.part')
      .values({ upload_id: uploadId, start_byte: part.startByte, size_bytes: part.sizeBytes, part_key: part.key })
      .execute()
    return true
  })
export const partsOf = async (db: Executor, uploadId: string): Promise<readonly PartRow[]> => {
  const rows = await tables(db)
    .selectFrom('files.part')
    .selectAll()
    .where('upload_id', '=', uploadId)
    .orderBy('start_byte')
    .execute()
  return rows.map((row) => ({ startByte: row.start_byte, sizeBytes: row.size_bytes, key: row.part_key }))
}
/** Forgets what was received: the upload stands at its start again. */
export const restart = (db: Database, uploadId: string): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await tables(trx).deleteFrom('files.part').where('upload_id', '=', uploadId).execute()
    await tables(trx)
      .updateTable('files.upload')
      .set({ received_bytes: 0 })
      .where('upload_id', '=', uploadId)
      .where('state', '=', 'open')
      .execute()
  })
export const deleteOpenUpload = async (db: Executor, uploadId: string): Promise<void> => {
  await tables(db).deleteFrom('files.upload').where('upload_id', '=', uploadId).where('state', '=', 'open').execute()
}
export const expiredUploads = async (db: Executor, now: Instant, limit: number): Promise<readonly string[]> => {
  const rows = await tables(db)
    .selectFrom('files.upload')
    .select('upload_id')
    .where('state', '=', 'open')
    .where('expires_at', '<', now)
    .limit(limit)
    .execute()
  return rows.map((row) => row.upload_id)
}

export const saveBlob = async (
  db: Executor,
  blob: { readonly sha256: string; readonly sizeBytes: number; readonly mediaType: string },
  now: Instant,
): Promise<void> => {
  await tables(db)
    .insertInto('files.blob')
    .values({ sha256: blob.sha256, size_bytes: blob.sizeBytes, media_type: blob.mediaType, stored_at: now })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute()
}
/** Keeps the answer of the scanner; an `unscanned` answer changes nothing. */
export const saveScan = async (db: Executor, sha256: string, answer: ScanAnswer, now: Instant): Promise<void> => {
  if (answer.state === 'unscanned') return
  const threat = answer.state === 'infected' ? answer.threat : null
  await tables(db)
    .insertInto('files.scan')
    .values({ sha256, state: answer.state, threat, scanned_at: now })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ state: answer.state, threat, scanned_at: now }))
    .execute()
}
/** Marks an upload complete; a second time nothing happens. */
export const finishUpload = async (
  db: Executor,
  uploadId: string,
  sha256: string,
  mediaType: string,
): Promise<void> => {
  await tables(db)
    .updateTable('files.upload')
    .set({ state: 'complete', sha256, media_type: mediaType })
    .where('upload_id', '=', uploadId)
    .where('state', '=', 'open')
    .execute()
  await tables(db).deleteFrom('files.part').where('upload_id', '=', uploadId).execute()
}

export interface BlobRow extends StoredFile {
  readonly threat: string | null
}
export const blobRow = async (db: Executor, sha256: string): Promise<BlobRow | null> => {
  const row = await tables(db)
    .selectFrom('files.blob')
    .leftJoin('files.scan', 'files.scan.sha256', 'files.blob.sha256')
    .select(['files.blob.sha256', 'size_bytes', 'media_type', 'state', 'threat'])
    .where('files.blob.sha256', '=', sha256)
    .executeTakeFirst()
  if (row === undefined) return null
  const scan: ScanState = row.state ?? 'unscanned'
  return { sha256: row.sha256, sizeBytes: row.size_bytes, mediaType: row.media_type, scan, threat: row.threat }
}
export const finishedUpload = async (db: Executor, uploadId: string): Promise<Upload | null> => {
  const row = await tables(db)
    .selectFrom('files.upload')
    .leftJoin('files.scan', 'files.scan.sha256', 'files.upload.sha256')
    .select([
      'upload_id',
      'file_name',
      'size_bytes',
      'uploaded_by',
      'files.upload.sha256',
      'media_type',
      'files.scan.state as scan',
    ])
    .where('upload_id', '=', uploadId)
    .where('files.upload.state', '=', 'complete')
    .executeTakeFirst()
  if (row === undefined || row.sha256 === null || row.media_type === null) return null
  return {
    uploadId: row.upload_id,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    uploadedBy: row.uploaded_by,
    sha256: row.sha256,
    mediaType: row.media_type,
    scan: row.scan ?? 'unscanned',
  }
}
/** Contents that the scanner has not answered for, the oldest first. */
export const unscannedBlobs = async (db: Executor, limit: number): Promise<readonly string[]> => {
  const { rows } = await sql<{ sha256: string }>`
    select blob.sha256 from files.blob as blob
    where not exists (select from files.scan as scan where scan.sha256 = blob.sha256)
    order by blob.stored_at, blob.sha256 limit ${limit}`.execute(db)
  return rows.map((row) => row.sha256)
}
