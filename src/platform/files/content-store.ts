/** Where bytes lie: a folder of this machine or an S3 bucket. Whatever a promise here has resolved for survives a power cut. */
import type { Readable } from 'node:stream'

export interface ReceivedPart {
  /** Bytes that are durably stored. */
  readonly sizeBytes: number
  /** Why the source ended early; undefined when it ended by itself. What came before is kept. */
  readonly brokenBy?: unknown
}

export interface ContentStore {
  /** Folder of this machine for assembling files; on the same disk as a folder store. */
  readonly workFolder: string
  /** Keeps what arrives of a source, also when the source breaks. Nothing is kept of an empty one. */
  readonly putPart: (key: string, source: AsyncIterable<Uint8Array>) => Promise<ReceivedPart>
  readonly openPart: (key: string) => Promise<Readable>
  /** Removes everything under an upload. Missing is fine. */
  readonly removeParts: (uploadId: string, keys: readonly string[]) => Promise<void>
  /** Moves a file of the work folder to its address. The same content twice is stored once. */
  readonly adopt: (sha256: string, path: string, sizeBytes: number) => Promise<void>
  readonly put: (sha256: string, content: Uint8Array) => Promise<void>
  /** Throws `ContentMissing` if there is nothing at the address. */
  readonly open: (sha256: string) => Promise<Readable>
}

export class ContentMissing extends Error {
  override readonly name = 'ContentMissing'
  constructor(sha256: string) {
    super(`no content is stored at ${sha256}`)
  }
}
