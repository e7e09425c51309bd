import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContentStore } from './content-store.ts'
import { s3Store } from './s3-store.ts'

/** A bucket in memory that speaks as much of S3 as the store uses. */
const objects = new Map<string, Buffer>()
const puts: string[] = []
let server: Server
let content: ContentStore

beforeAll(async () => {
  server = createServer((request, response) => {
    const key = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').replace('/bucket/', '')
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const found = objects.get(key)
      if (request.method === 'PUT') {
        objects.set(key, Buffer.concat(pieces))
        puts.push(key)
        response.setHeader('etag', '"1"').end()
      } else if (request.method === 'DELETE') {
        objects.delete(key)
        response.writeHead(204).end()
      } else if (found === undefined) {
        response.writeHead(404, { 'content-type': 'application/xml' })
        response.end(request.method === 'HEAD' ? undefined : '<Error><Code>NoSuchKey</Code></Error>')
      } else {
        response.setHeader('content-length', found.length)
        response.end(request.method === 'HEAD' ? undefined : found)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  content = s3Store({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'bucket',
    accessKey: 'test',
    secretKey: 'test-secret',
  })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const bytesOf = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

describe('a store in a bucket', () => {
  it('gives back what was put, under the address of its hash', async () => {
    const bytes = randomBytes(10_000)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await content.put(sha256, bytes)
    await content.put(sha256, bytes)
    expect(Buffer.compare(await bytesOf(await content.open(sha256)), bytes)).toBe(0)
    expect(puts.filter((key) => key.endsWith(sha256))).toEqual([
      `content/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`,
    ])
  })

  it('keeps what arrived of a broken piece and forgets removed parts', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc')
      throw new Error('ECONNRESET')
    }
    const part = await content.putPart('u1/0-x', breaking())
    expect(part).toMatchObject({ sizeBytes: 3, brokenBy: new Error('ECONNRESET') })
    expect((await bytesOf(await content.openPart('u1/0-x'))).toString()).toBe('abc')
    await content.removeParts('u1', ['u1/0-x'])
    await expect(content.openPart('u1/0-x')).rejects.toThrow('no content')
  })

  it('adopts an assembled file', async () => {
    const bytes = randomBytes(200_000)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    mkdirSync(content.workFolder, { recursive: true })
    const file = path.join(content.workFolder, sha256)
    writeFileSync(file, bytes)
    await content.adopt(sha256, file, bytes.byteLength)
    expect(Buffer.compare(await bytesOf(await content.open(sha256)), bytes)).toBe(0)
    await expect(content.open('0'.repeat(64))).rejects.toThrow('no content')
  })
})
