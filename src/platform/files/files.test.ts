import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, instant } from '../../kernel/time.ts'
import { simulatedClock } from '../clock.ts'
import { newId } from '../identity.ts'
import type { Log } from '../platform.ts'
import { createFiles, type FilesOptions, type FilesService } from './files.ts'
import { folderStore } from './folder-store.ts'

const person = (): Actor => ({ kind: 'person', personId: newId() as PersonId, name: '张三', roles: [] })
const me = person()
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const clock = simulatedClock({ startAt: instant('2026-03-02T01:30:00Z') })
const folder = mkdtempSync(path.join(tmpdir(), 'mingzhu-files-test-'))
const servers: Server[] = []
let base: TestDatabase

beforeAll(async () => {
  base = await testDatabase()
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
afterAll(async () => {
  await base.close()
  rmSync(folder, { recursive: true, force: true })
})

const make = (options: Partial<FilesOptions> = {}): FilesService =>
  createFiles({ db: base.db, clock, log: quiet, folder, ...options })
async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}
const shaOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const png = (): Buffer =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
    Buffer.from('0000000049444154', 'hex'),
    randomBytes(40),
  ])
const sent = async (files: FilesService, fileName: string, bytes: Uint8Array, sha256?: string) => {
  const { uploadId } = await files.startUpload(me, { fileName, sizeBytes: bytes.byteLength, sha256 })
  await files.append(me, uploadId, 0, pieces(bytes))
  return uploadId
}
const upload = async (files: FilesService, fileName: string, bytes: Uint8Array) =>
  files.complete(me, await sent(files, fileName, bytes))
const refusal = (code: string, facts: Record<string, unknown> = {}) => ({
  refusal: { code, facts: expect.objectContaining(facts) },
})
const contentFiles = (): readonly string[] =>
  readdirSync(path.join(folder, 'content'), { recursive: true })
    .map(String)
    .filter((name) => /[0-9a-f]{64}$/.test(name))
const leftovers = (name: 'parts' | 'work'): readonly string[] => {
  try {
    return readdirSync(path.join(folder, name))
  } catch {
    return []
  }
}

describe('an upload', () => {
  it('in pieces gives the content back under its SHA-256, and leaves no scraps', async () => {
    const files = make()
    const bytes = Buffer.concat([png(), randomBytes(300_000)])
    const { uploadId } = await files.startUpload(me, { fileName: '现场照片.png', sizeBytes: bytes.byteLength })
    await files.append(me, uploadId, 0, pieces(bytes.subarray(0, 1000), bytes.subarray(1000, 120_000)))
    expect(await files.status(me, uploadId)).toMatchObject({ offset: 120_000, complete: false })
    await files.append(me, uploadId, 120_000, pieces(bytes.subarray(120_000)))
    const done = await files.complete(me, uploadId)
    expect(done).toMatchObject({
      sha256: shaOf(bytes),
      mediaType: 'image/png',
      fileName: '现场照片.png',
      scan: 'unscanned',
    })
    expect(done.uploadedBy).toBe(me.kind === 'person' ? me.personId : '')
    expect(Buffer.compare(await files.read(done.sha256), bytes)).toBe(0)
    expect(await files.upload(base.db, uploadId)).toEqual(done)
    expect([...leftovers('parts'), ...leftovers('work')]).toEqual([])
  })

  it('whose connection breaks keeps what arrived and goes on from there', async () => {
    const files = make()
    const bytes = Buffer.concat([png(), randomBytes(50_000)])
    const { uploadId } = await files.startUpload(me, { fileName: 'a.png', sizeBytes: bytes.byteLength })
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 20_000)
      throw new Error('ECONNRESET')
    }
    await expect(files.append(me, uploadId, 0, breaking())).rejects.toMatchObject(
      refusal('files.broken', { offset: 20_000 }),
    )
    // A new process knows it too.
    const resumed = make()
    const { offset } = await resumed.status(me, uploadId)
    expect(offset).toBe(20_000)
    await resumed.append(me, uploadId, offset, pieces(bytes.subarray(offset)))
    expect((await resumed.complete(me, uploadId)).sha256).toBe(shaOf(bytes))
  })

  it('gives the same content however it is cut into pieces and wherever the connection breaks', async () => {
    const files = make()
    const cut = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 900 }), breaks: fc.boolean() }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3000 }), cut, async (tail, cuts) => {
        const bytes = Buffer.concat([png(), tail])
        const { uploadId } = await files.startUpload(me, { fileName: 'a.png', sizeBytes: bytes.byteLength })
        const offset = async () => (await files.status(me, uploadId)).offset
        for (const { bytes: count, breaks } of cuts) {
          const start = await offset()
          const piece = bytes.subarray(start, start + count)
          const source = async function* () {
            yield piece
            if (breaks) throw new Error('ECONNRESET')
          }
          await files.append(me, uploadId, start, source()).catch((error: unknown) => {
            expect(error).toMatchObject(refusal('files.broken', { offset: start + piece.byteLength }))
          })
          expect(await offset()).toBe(start + piece.byteLength)
        }
        await files.append(me, uploadId, await offset(), pieces(bytes.subarray(await offset())))
        expect((await files.complete(me, uploadId)).sha256).toBe(shaOf(bytes))
      }),
      { numRuns: 25 },
    )
  })

  it('refuses a piece at another place and says where to go on', async () => {
    const files = make()
    const { uploadId } = await files.startUpload(me, { fileName: 'a.png', sizeBytes: 100 })
    await files.append(me, uploadId, 0, pieces(randomBytes(30)))
    await expect(files.append(me, uploadId, 10, pieces(randomBytes(10)))).rejects.toMatchObject(
      refusal('files.wrong-offset', { offset: 30 }),
    )
    await expect(files.complete(me, uploadId)).rejects.toMatchObject(refusal('files.incomplete', { offset: 30 }))
    await expect(files.append(me, uploadId, 30, pieces(randomBytes(71)))).rejects.toMatchObject(
      refusal('files.too-much', { limit: 70 }),
    )
    expect(await files.status(me, uploadId)).toMatchObject({ offset: 30 })
  })

  it('takes one of two pieces sent to the same place at once, never a mixture', async () => {
    const files = make()
    const [first, second] = [Buffer.concat([png(), randomBytes(5000)]), Buffer.concat([png(), randomBytes(5000)])]
    const { uploadId } = await files.startUpload(me, { fileName: 'a.png', sizeBytes: first.byteLength })
    const results = await Promise.allSettled([
      files.append(me, uploadId, 0, pieces(first)),
      files.append(me, uploadId, 0, pieces(second)),
    ])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const { sha256 } = await files.complete(me, uploadId)
    expect([shaOf(first), shaOf(second)]).toContain(sha256)
  })

  it('completed twice, also at the same time, is the same upload and one content', async () => {
    const files = make()
    const uploadId = await sent(files, 'a.png', png())
    const before = contentFiles().length
    const [first, second] = await Promise.all([files.complete(me, uploadId), files.complete(me, uploadId)])
    expect(second).toEqual(first)
    expect(await files.complete(me, uploadId)).toEqual(first)
    expect(contentFiles().length).toBe(before + 1)
    await expect(files.append(me, uploadId, 0, pieces(png()))).rejects.toMatchObject(refusal('files.upload-done'))
  })

  it('whose content does not have the announced hash is refused and starts again from nothing', async () => {
    const files = make()
    const bytes = png()
    const damaged = Buffer.from(bytes)
    damaged[50] = (damaged[50] ?? 0) ^ 1
    const uploadId = await sent(files, 'a.png', damaged, shaOf(bytes))
    await expect(files.complete(me, uploadId)).rejects.toMatchObject(refusal('files.hash-mismatch'))
    expect(await files.status(me, uploadId)).toMatchObject({ offset: 0 })
    await files.append(me, uploadId, 0, pieces(bytes))
    expect((await files.complete(me, uploadId)).sha256).toBe(shaOf(bytes))
  })

  it('of content that is already there stores nothing again', async () => {
    const files = make()
    const bytes = png()
    const first = await upload(files, 'a.png', bytes)
    const address = path.join(folder, 'content', first.sha256.slice(0, 2), first.sha256.slice(2, 4), first.sha256)
    const { ino } = statSync(address)
    const second = await upload(files, 'b.png', bytes)
    expect(second.sha256).toBe(first.sha256)
    expect(second.uploadId).not.toBe(first.uploadId)
    expect(statSync(address).ino).toBe(ino)
  })

  it('is completed by a second try when the process died between the rename and the row', async () => {
    const inner = folderStore(folder)
    let dies = true
    const files = make({
      content: {
        ...inner,
        adopt: async (sha256, file, sizeBytes) => {
          await inner.adopt(sha256, file, sizeBytes)
          if (dies) throw new Error('killed')
        },
      },
    })
    const bytes = png()
    const uploadId = await sent(files, 'a.png', bytes)
    await expect(files.complete(me, uploadId)).rejects.toThrow('killed')
    expect(await files.upload(base.db, uploadId)).toBeNull()
    await expect(files.read(shaOf(bytes))).rejects.toMatchObject(refusal('files.content-missing'))
    dies = false
    expect((await files.complete(me, uploadId)).sha256).toBe(shaOf(bytes))
    expect(contentFiles().filter((name) => name.endsWith(shaOf(bytes)))).toHaveLength(1)
  })

  it('of another person does not exist for a caller', async () => {
    const files = make()
    const uploadId = await sent(files, 'a.png', png())
    for (const other of [person(), anonymous]) {
      await expect(files.status(other, uploadId)).rejects.toMatchObject(refusal('files.upload-missing'))
      await expect(files.complete(other, uploadId)).rejects.toMatchObject(refusal('files.upload-missing'))
    }
    await expect(files.status(me, 'not-an-id')).rejects.toMatchObject(refusal('files.upload-missing'))
  })

  it('that nobody finishes is thrown away after its time, a finished one stays', async () => {
    const files = make({ keepHours: 2 })
    const finished = await upload(files, 'a.png', png())
    const open = await sent(files, 'b.png', png())
    clock.set(addMs(clock(), 3_600_000))
    await files.housekeep()
    expect(await files.status(me, open)).toMatchObject({ complete: false })
    clock.set(addMs(clock(), 3_600_001))
    expect((await files.housekeep()).expired).toBeGreaterThanOrEqual(1)
    await expect(files.status(me, open)).rejects.toMatchObject(refusal('files.upload-missing'))
    expect(leftovers('parts')).not.toContain(open)
    expect(await files.upload(base.db, finished.uploadId)).not.toBeNull()
  })
})

describe('what may be uploaded', () => {
  const refused = async (fileName: string, sizeBytes: number, actor: Actor = me) =>
    make().startUpload(actor, { fileName, sizeBytes })

  it('empty, too large, executable and unknown files are refused at the start with what to do', async () => {
    await expect(refused('a.pdf', 0)).rejects.toMatchObject(refusal('files.empty', { name: 'a.pdf' }))
    await expect(refused('a.pdf', 201 * 1_048_576)).rejects.toMatchObject(
      refusal('files.too-large', { limit: '200.0 MB' }),
    )
    await expect(refused('a.png', 21 * 1_048_576, anonymous)).rejects.toMatchObject(refusal('files.too-large'))
    await expect(refused('setup.EXE', 10)).rejects.toMatchObject(refusal('files.executable'))
    await expect(refused('a.doc', 10)).rejects.toMatchObject(refusal('files.type-not-accepted', { extension: 'doc' }))
    await expect(refused('../../', 10)).rejects.toMatchObject(refusal('files.bad-name'))
    expect(await refused('..\\..\\etc/图纸<1>.dwg', 10)).toMatchObject({ fileName: '图纸1.dwg' })
  })

  it('a program under the name of a document is refused, and nothing of it stays', async () => {
    const files = make()
    const before = contentFiles().length
    for (const head of ['MZ\x90\0', '#!/bin/sh\n', '\x7fELF']) {
      const uploadId = await sent(files, 'a.pdf', Buffer.concat([Buffer.from(head, 'latin1'), randomBytes(200)]))
      await expect(files.complete(me, uploadId)).rejects.toMatchObject(refusal('files.executable'))
      await expect(files.status(me, uploadId)).rejects.toMatchObject(refusal('files.upload-missing'))
    }
    expect(contentFiles().length).toBe(before)
    expect([...leftovers('work')]).toEqual([])
  })

  it('the content must be what the extension says', async () => {
    const files = make()
    for (const [name, bytes] of [
      ['a.pdf', png()],
      ['a.txt', randomBytes(500)],
      ['a.ifc', Buffer.from("ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('CONFIG_CONTROL_DESIGN'));\nENDSEC;")],
      ['a.txt', Buffer.from('<html><script>alert(1)</script></html>')],
      ['a.csv', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
      ['a.geojson', Buffer.from('{"type":"Nothing"}')],
    ] as const)
      await expect(upload(files, name, bytes), name).rejects.toMatchObject(refusal('files.type-mismatch'))
  })

  it('the kinds of file of the trade are recognised by content', async () => {
    const files = make()
    const shape = Buffer.alloc(120)
    shape.writeUInt32BE(9994, 0)
    shape.writeUInt32LE(1000, 28)
    const dbf = Buffer.alloc(66)
    dbf.set([0x03, 126, 3, 2])
    dbf.writeUInt16LE(65, 8)
    for (const [name, bytes, mediaType] of [
      ['a.pdf', Buffer.from('%PDF-1.7\n%%EOF'), 'application/pdf'],
      [
        'a.ifc',
        Buffer.from("ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\nENDSEC;"),
        'application/x-ifc',
      ],
      ['a.dwg', Buffer.concat([Buffer.from('AC1032'), Buffer.alloc(60)]), 'image/vnd.dwg'],
      ['a.dxf', Buffer.from('999\r\nremark\r\n  0\r\nSECTION\r\n  2\r\nHEADER\r\n'), 'image/vnd.dxf'],
      ['a.geojson', Buffer.from('{"type":"FeatureCollection","features":[]}'), 'application/geo+json'],
      ['a.shp', shape, 'application/x-shapefile'],
      ['a.dbf', dbf, 'application/x-dbf'],
      ['a.prj', Buffer.from('GEOGCS["CGCS2000"]'), 'text/plain'],
      ['a.csv', Buffer.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0x31]), 'text/csv'],
      ['b.txt', Buffer.from('\uFEFF说明：一切正常。'), 'text/plain'],
      ['a.PNG', png(), 'image/png'],
      ['a.bcf', Buffer.from(zipSync({ 'bcf.version': strToU8('<Version VersionId="3.0"/>') })), 'application/zip'],
    ] as const)
      expect(await upload(files, name, bytes), name).toMatchObject({ mediaType, sha256: shaOf(bytes) })
  })
})

/** A daemon that speaks INSTREAM and finds the harmless test pattern of EICAR. */
const fakeClamd = (answer?: string): Promise<{ host: string; port: number; timeoutMs: number }> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      let data = Buffer.alloc(0)
      socket.on('error', () => {})
      socket.on('data', (more) => {
        data = Buffer.concat([data, more])
        const start = 'zINSTREAM\0'.length
        if (data.length < start) return
        const content: Buffer[] = []
        for (let at = start; at + 4 <= data.length; ) {
          const length = data.readUInt32BE(at)
          if (length === 0) {
            const found = Buffer.concat(content).includes('EICAR-STANDARD-ANTIVIRUS-TEST-FILE')
            socket.end(answer ?? (found ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0'))
            return
          }
          content.push(data.subarray(at + 4, at + 4 + length))
          at += 4 + length
        }
      })
    })
    servers.push(server)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0, timeoutMs: 5000 })
    })
  })
const eicar = (): Buffer =>
  Buffer.from(
    `${String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$`}EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*\n${randomBytes(4).toString('hex')}`,
  )

describe('the virus check', () => {
  it('keeps an infected file but never gives it out', async () => {
    const files = make({ clamav: await fakeClamd() })
    const done = await upload(files, '说明.txt', eicar())
    expect(done.scan).toBe('infected')
    const denied = refusal('files.infected', { threat: 'Eicar-Signature' })
    await expect(files.fileReply(done.sha256, '说明.txt')).rejects.toMatchObject(denied)
    await expect(files.read(done.sha256)).rejects.toMatchObject(denied)
    await expect(files.open(done.sha256)).rejects.toMatchObject(denied)
    expect(contentFiles().some((name) => name.endsWith(done.sha256))).toBe(true)
  })

  it('lets a clean file out', async () => {
    const files = make({ clamav: await fakeClamd() })
    const done = await upload(files, 'a.png', png())
    expect(done.scan).toBe('clean')
    expect(await files.fileReply(done.sha256, '照片.png', { inline: true })).toMatchObject({
      fileName: '照片.png',
      inline: true,
    })
  })

  it('is made up later when the scanner could not answer', async () => {
    const unreachable = { host: '127.0.0.1', port: 1, timeoutMs: 2000 }
    const overload = await fakeClamd('INSTREAM size limit exceeded. ERROR\0')
    for (const clamav of [unreachable, overload]) {
      const waiting = make({ clamav, scanFirst: true })
      const done = await upload(waiting, 'b.txt', eicar())
      expect(done.scan).toBe('unscanned')
      await expect(waiting.fileReply(done.sha256, 'b.txt')).rejects.toMatchObject(refusal('files.not-scanned'))
      const later = make({ clamav: await fakeClamd() })
      expect((await later.housekeep()).scanned).toBeGreaterThan(0)
      expect((await later.upload(base.db, done.uploadId))?.scan).toBe('infected')
    }
  })
})

describe('stored content', () => {
  it('that the product made itself is found by its hash, and put twice is stored once', async () => {
    const files = make()
    const bytes = randomBytes(2000)
    const [first, second] = await Promise.all([
      files.put(bytes, 'application/pdf'),
      files.put(bytes, 'application/pdf'),
    ])
    expect(first).toEqual(second)
    expect(await files.stored(first.sha256)).toEqual(first)
    expect(Buffer.compare(await files.read(first.sha256), bytes)).toBe(0)
    const { rows } = await sql`select 1 from files.blob where sha256 = ${first.sha256}`.execute(base.db)
    expect(rows).toHaveLength(1)
  })

  it('that was damaged on the disk is never given out as whole', async () => {
    const files = make()
    const { sha256 } = await files.put(randomBytes(2000), 'application/pdf')
    writeFileSync(path.join(folder, 'content', sha256.slice(0, 2), sha256.slice(2, 4), sha256), randomBytes(2000))
    await expect(files.read(sha256)).rejects.toThrow('damaged')
  })
})
