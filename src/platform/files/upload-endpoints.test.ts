import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { systemClock } from '../clock.ts'
import { answerError } from '../http/refusal-reply.ts'
import { newId } from '../identity.ts'
import { createFiles, type FilesService } from './files.ts'
import { uploadPlugin } from './upload-endpoints.ts'

const me: Actor = { kind: 'person', personId: newId() as PersonId, name: '李四', roles: [] }
const folder = mkdtempSync(path.join(tmpdir(), 'mingzhu-upload-test-'))
let base: TestDatabase
let files: FilesService
let app: FastifyInstance
let port = 0

beforeAll(async () => {
  base = await testDatabase()
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  files = createFiles({ db: base.db, clock: systemClock, log: quiet, folder })
  app = fastify()
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  await app.register(uploadPlugin({ files, authenticate: async () => me }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
afterAll(async () => {
  await app.close()
  await base.close()
  rmSync(folder, { recursive: true, force: true })
})

const patch = (uploadId: string, offset: string | null, body: Uint8Array) =>
  fetch(`http://127.0.0.1:${port}/api/uploads/${uploadId}`, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/offset+octet-stream',
      ...(offset === null ? {} : { 'upload-offset': offset }),
    },
    body: body as Uint8Array<ArrayBuffer>,
  })

describe('sending pieces over HTTP', () => {
  it('a piece is answered with the place of the next one', async () => {
    const bytes = Buffer.from(`说明${randomBytes(40_000).toString('hex')}`)
    const { uploadId } = await files.startUpload(me, { fileName: 'a.txt', sizeBytes: bytes.byteLength })
    const reply = await patch(uploadId, '0', bytes)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('upload-offset')).toBe(String(bytes.byteLength))
    expect(await reply.json()).toMatchObject({ uploadId, offset: bytes.byteLength })
    expect(await files.complete(me, uploadId)).toMatchObject({ mediaType: 'text/plain' })
  })

  it('a wrong place is a conflict that names the right one, in header and sentence', async () => {
    const { uploadId } = await files.startUpload(me, { fileName: 'a.txt', sizeBytes: 100 })
    await patch(uploadId, '0', Buffer.from('1234567'))
    const reply = await patch(uploadId, '3', Buffer.from('x'))
    expect(reply.status).toBe(409)
    expect(reply.headers.get('upload-offset')).toBe('7')
    expect(await reply.json()).toMatchObject({ code: 'files.wrong-offset', detail: expect.stringContaining('7 字节') })
    expect((await patch(uploadId, null, Buffer.from('x'))).status).toBe(400)
  })

  it('a connection cut in the middle of a piece loses nothing that the server has taken', async () => {
    const text = Buffer.from('一二三四五六七八九十'.repeat(3000))
    const { uploadId } = await files.startUpload(me, { fileName: 'a.txt', sizeBytes: text.byteLength })
    const socket = connect(port, '127.0.0.1')
    const gone = new Promise((resolve) => socket.on('close', resolve))
    socket.write(
      `PATCH /api/uploads/${uploadId} HTTP/1.1\r\nhost: x\r\nupload-offset: 0\r\n` +
        `content-type: application/offset+octet-stream\r\ncontent-length: ${text.byteLength}\r\n\r\n`,
    )
    socket.write(text.subarray(0, 30_000), () => socket.end())
    socket.resume()
    await gone
    let offset = 0
    await expect
      .poll(async () => {
        offset = (await files.status(me, uploadId)).offset
        return offset
      })
      .toBe(30_000)
    expect((await patch(uploadId, String(offset), text.subarray(offset))).status).toBe(200)
    const { sha256 } = await files.complete(me, uploadId)
    expect(Buffer.compare(await files.read(sha256), text)).toBe(0)
  })
})
