/** Resumable upload: begin, pieces, finish. A broken line costs one piece, not the file. */
import { z } from 'zod'
import { newKey, tabStore } from './browser.ts'
import { commonHeaders, send } from './call.ts'
import { problemFrom } from './problem.ts'

const statusSchema = z.object({
  uploadId: z.string(),
  offset: z.number(),
  chunkBytes: z.number(),
  complete: z.boolean(),
})
type Status = z.infer<typeof statusSchema>
const storedSchema = z.object({
  uploadId: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  scan: z.enum(['unscanned', 'clean', 'infected']),
})
export type StoredUpload = z.infer<typeof storedSchema>

/** What is needed of a file; a `File` of the browser has it all. */
export interface Piecewise {
  readonly name: string
  readonly size: number
  readonly lastModified: number
  readonly slice: (from: number, to: number) => Blob
}
export interface UploadHooks {
  /** Share sent, 0 to 1. */
  readonly onProgress: (share: number) => void
  /** Called when the line broke and the same place is tried again. */
  readonly onWaiting?: (waiting: boolean) => void
  readonly signal: AbortSignal
  /** Waits between tries; tests give their own. */
  readonly wait?: (ms: number) => Promise<void>
}

const tries = 6
const firstWaitMs = 500
const sleep = (ms: number) => new Promise<void>((resolve) => window.setTimeout(resolve, ms))
const rememberedAs = (file: Piecewise) => `mingzhu.upload:${file.name}:${file.size}:${file.lastModified}`

const json = { 'content-type': 'application/json' }
const statusOf = async (response: Response): Promise<Status> => statusSchema.parse(await response.json())

const begin = async (file: Piecewise, signal: AbortSignal): Promise<Status> =>
  statusOf(
    await send('/api/uploads', {
      method: 'POST',
      headers: { ...commonHeaders(), ...json, 'idempotency-key': newKey() },
      body: JSON.stringify({ fileName: file.name, sizeBytes: file.size, purpose: 'material' }),
      signal,
    }),
  )
const ask = async (uploadId: string, signal: AbortSignal): Promise<Status> =>
  statusOf(await send(`/api/uploads/${uploadId}`, { headers: commonHeaders(), signal }))

/** Goes on with an upload that this tab began earlier, or begins anew. */
const beginOrResume = async (file: Piecewise, signal: AbortSignal): Promise<Status> => {
  const known = tabStore.read(rememberedAs(file))
  if (known !== null) {
    try {
      const status = await ask(known, signal)
      if (!status.complete) return status
    } catch (error) {
      if (problemFrom(error).status === 0) throw error
    }
    tabStore.remove(rememberedAs(file))
  }
  const status = await begin(file, signal)
  tabStore.write(rememberedAs(file), status.uploadId)
  return status
}

const sendPiece = async (file: Piecewise, status: Status, signal: AbortSignal): Promise<Status> =>
  statusOf(
    await send(`/api/uploads/${status.uploadId}`, {
      method: 'PATCH',
      headers: {
        ...commonHeaders(),
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(status.offset),
      },
      body: file.slice(status.offset, Math.min(status.offset + status.chunkBytes, file.size)),
      signal,
    }),
  )

/** Worth another try: no answer, an overloaded server, or a place that differs from the server's. */
const isPassing = (status: number): boolean => status === 0 || status === 409 || status === 429 || status >= 500

/** Uploads a file. Throws `CallFailed` when the server refuses it (size, kind, virus) or the line stays broken. */
export const uploadFile = async (file: Piecewise, hooks: UploadHooks): Promise<StoredUpload> => {
  const wait = hooks.wait ?? sleep
  let status = await beginOrResume(file, hooks.signal)
  let failed = 0
  while (status.offset < file.size) {
    hooks.onProgress(status.offset / file.size)
    try {
      status = failed === 0 ? status : await ask(status.uploadId, hooks.signal)
      if (status.offset < file.size) status = await sendPiece(file, status, hooks.signal)
      if (failed > 0) hooks.onWaiting?.(false)
      failed = 0
    } catch (error) {
      failed += 1
      if (hooks.signal.aborted || failed >= tries || !isPassing(problemFrom(error).status)) throw error
      hooks.onWaiting?.(true)
      await wait(firstWaitMs * 2 ** (failed - 1))
    }
  }
  hooks.onProgress(1)
  const done = await send(`/api/uploads/${status.uploadId}/complete`, {
    method: 'POST',
    headers: commonHeaders(),
    signal: hooks.signal,
  })
  tabStore.remove(rememberedAs(file))
  return storedSchema.parse(await done.json())
}
