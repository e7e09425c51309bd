/** Stores content in any S3 bucket (MinIO, Ceph, a cloud). What S3 has acknowledged is durable; one part is one object. */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { S3Config } from '../config.ts'
import { ContentMissing, type ContentStore } from './content-store.ts'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')

/** Opens a store in a bucket, which must exist. The client is loaded when first used. */
export const s3Store = (config: S3Config): ContentStore => {
  const partKey = (key: string): string => `parts/${key}`
  const address = (sha256: string): string => `content/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`
  const Bucket = config.bucket

  const load = async () => {
    const sdk = await import('@aws-sdk/client-s3')
    const client: S3Client = new sdk.S3Client({
      region: config.region,
      // Services that are not Amazon's do not know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials: { accessKeyId: config.accessKey, secretAccessKey: config.secretKey },
      // A service of one's own rarely has a host name for each bucket.
      ...(config.endpoint === null ? {} : { endpoint: config.endpoint, forcePathStyle: true }),
    })
    return { sdk, client }
  }
  let loading: ReturnType<typeof load> | undefined
  const s3 = (): ReturnType<typeof load> => {
    loading ??= load()
    return loading
  }

  const has = async (sha256: string, sizeBytes: number): Promise<boolean> => {
    const { sdk, client } = await s3()
    try {
      const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: address(sha256) }))
      return head.ContentLength === sizeBytes
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  }
  const openKey = async (Key: string, name: string): Promise<Readable> => {
    const { sdk, client } = await s3()
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }))
      if (Body instanceof Readable) return Body
      throw new TypeError('S3 gave no stream')
    } catch (error) {
      if (isMissing(error)) throw new ContentMissing(name)
      throw error
    }
  }

  return {
    workFolder: path.join(tmpdir(), 'mingzhu-files'),
    putPart: async (key, source) => {
      const pieces: Uint8Array[] = []
      let brokenBy: unknown
      try {
        for await (const piece of source) pieces.push(piece)
      } catch (error) {
        brokenBy = error ?? new Error('the source broke')
      }
      const body = Buffer.concat(pieces)
      const { sdk, client } = await s3()
      if (body.byteLength > 0) await client.send(new sdk.PutObjectCommand({ Bucket, Key: partKey(key), Body: body }))
      return brokenBy === undefined ? { sizeBytes: body.byteLength } : { sizeBytes: body.byteLength, brokenBy }
    },
    openPart: (key) => openKey(partKey(key), key),
    removeParts: async (_uploadId, keys) => {
      const { sdk, client } = await s3()
      for (const key of keys) await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: partKey(key) }))
    },
    adopt: async (sha256, file, sizeBytes) => {
      const { sdk, client } = await s3()
      if (!(await has(sha256, sizeBytes)))
        await client.send(
          new sdk.PutObjectCommand({
            Bucket,
            Key: address(sha256),
            Body: createReadStream(file),
            ContentLength: sizeBytes,
          }),
        )
      await rm(file, { force: true })
    },
    put: async (sha256, content) => {
      const { sdk, client } = await s3()
      if (!(await has(sha256, content.byteLength)))
        await client.send(new sdk.PutObjectCommand({ Bucket, Key: address(sha256), Body: content }))
    },
    open: (sha256) => openKey(address(sha256), sha256),
  }
}
