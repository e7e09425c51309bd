/** Stores content in a folder: written aside, flushed, renamed to its address, and the folder flushed too. */
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { ContentMissing, type ContentStore } from './content-store.ts'

/** Flushes a folder, so that a rename in it survives a power cut. Windows cannot and need not. */
const flushFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
const flushFile = async (file: string): Promise<void> => {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
const sizeOf = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).size
  } catch {
    return null
  }
}
const writeAll = async (handle: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, done)
    done += bytesWritten
  }
}
const opened = (stream: Readable, missing: () => Error): Promise<Readable> =>
  new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream))
    stream.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? missing() : error))
  })

/** Opens a store in a folder; makes the folder when first written to. */
export const folderStore = (root: string): ContentStore => {
  const workFolder = path.join(root, 'work')
  const partFile = (key: string): string => path.join(root, 'parts', key)
  // Two levels of 256 folders keep listings short with millions of files.
  const address = (sha256: string): string => path.join(root, 'content', sha256.slice(0, 2), sha256.slice(2, 4), sha256)

  const settle = async (sha256: string, file: string, sizeBytes: number): Promise<void> => {
    const target = address(sha256)
    if ((await sizeOf(target)) === sizeBytes) {
      await rm(file, { force: true })
      return
    }
    const folder = path.dirname(target)
    await mkdir(folder, { recursive: true })
    await flushFile(file)
    await rename(file, target)
    await flushFolder(folder)
    await flushFolder(path.dirname(folder))
    await flushFolder(path.dirname(path.dirname(folder)))
  }

  return {
    workFolder,
    putPart: async (key, source) => {
      const file = partFile(key)
      await mkdir(path.dirname(file), { recursive: true })
      const handle = await open(file, 'wx')
      let sizeBytes = 0
      let brokenBy: unknown
      try {
        const pieces = source[Symbol.asyncIterator]()
        for (;;) {
          let piece: IteratorResult<Uint8Array>
          try {
            piece = await pieces.next()
          } catch (error) {
            brokenBy = error ?? new Error('the source broke')
            break
          }
          if (piece.done === true) break
          await writeAll(handle, piece.value)
          sizeBytes += piece.value.byteLength
        }
        await handle.sync()
      } finally {
        await handle.close()
      }
      if (sizeBytes === 0) await rm(file, { force: true })
      else await flushFolder(path.dirname(file))
      return brokenBy === undefined ? { sizeBytes } : { sizeBytes, brokenBy }
    },
    openPart: (key) => opened(createReadStream(partFile(key)), () => new ContentMissing(key)),
    removeParts: (uploadId) => rm(partFile(uploadId), { recursive: true, force: true }),
    adopt: settle,
    put: async (sha256, content) => {
      await mkdir(workFolder, { recursive: true })
      const file = path.join(workFolder, `${sha256}.${process.pid}.${process.hrtime.bigint()}`)
      try {
        await writeFile(file, content, { flag: 'wx' })
        await settle(sha256, file, content.byteLength)
      } finally {
        await rm(file, { force: true })
      }
    },
    open: (sha256) => opened(createReadStream(address(sha256)), () => new ContentMissing(sha256)),
  }
}
