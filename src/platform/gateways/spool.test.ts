import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSpool, type Spool, type SpoolFiles, SpoolFull, type SpoolOptions } from './spool.ts'

let folder: string
const open: Spool[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'spool-'))
})
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.close()
  rmSync(folder, { recursive: true, force: true })
})
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const start = async (options: Partial<SpoolOptions> = {}): Promise<Spool> => {
  const spool = await openSpool({ folder, log, ...options })
  open.push(spool)
  return spool
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const bytes = (words: string): Uint8Array => Buffer.from(words)
/** Reads to the end, advancing after each read. */
const drain = async (spool: Spool, mostBytes?: number): Promise<string[]> => {
  const found: string[] = []
  for (let read = await spool.read(mostBytes); read !== null; read = await spool.read(mostBytes)) {
    found.push(...read.frames.map(text))
    await spool.advance(read.next)
  }
  return found
}
const segments = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.spool'))
/** A disk that takes so many bytes and is full then. */
const fullAfter = (room: { left: number }): SpoolFiles => ({
  ...fs,
  open: (async (...given: Parameters<typeof fs.open>) => {
    const handle = await fs.open(...given)
    const write = handle.write.bind(handle) as unknown as (
      buffer: Buffer,
      offset: number,
      length: number,
      position: null,
    ) => Promise<{ bytesWritten: number }>
    handle.write = (async (buffer: Buffer, offset: number, length: number) => {
      if (room.left === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      const fits = Math.min(length, room.left)
      room.left -= fits
      return write(buffer, offset, fits, null)
    }) as unknown as typeof handle.write
    const writeFile = handle.writeFile.bind(handle)
    handle.writeFile = (async (...content: Parameters<typeof writeFile>) => {
      if (room.left === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      return writeFile(...content)
    }) as typeof handle.writeFile
    return handle
  }) as typeof fs.open,
})

describe('the spool', () => {
  it('gives back every payload in order, whatever the sizes of segments and reads, also after it was opened again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 0, max: 30 }),
        async (payloads, segmentBytes, readBytes, reopenAfter) => {
          rmSync(folder, { recursive: true, force: true })
          let spool = await openSpool({ folder, log, segmentBytes })
          for (const [index, payload] of payloads.entries()) {
            if (index === reopenAfter) {
              await spool.close()
              spool = await openSpool({ folder, log, segmentBytes })
            }
            await spool.append(payload)
          }
          const found: Uint8Array[] = []
          for (let read = await spool.read(readBytes); read !== null; read = await spool.read(readBytes)) {
            found.push(...read.frames.map((frame) => new Uint8Array(frame)))
            await spool.advance(read.next)
            await spool.close()
            spool = await openSpool({ folder, log, segmentBytes })
          }
          expect(found).toEqual(payloads)
          expect(spool.isEmpty()).toBe(true)
          expect(spool.bytes()).toBe(0)
          expect(segments()).toEqual([])
          await spool.close()
        },
      ),
      { seed: 212, numRuns: 40 },
    )
  })
  it('gives frames again that were read and not advanced over', async () => {
    const spool = await start()
    await spool.append(bytes('a'))
    await spool.append(bytes('b'))
    expect((await spool.read())?.frames.map(text)).toEqual(['a', 'b'])
    await spool.close()
    expect(await drain(await start())).toEqual(['a', 'b'])
  })
  it('keeps its place when it is opened again in the middle of a segment', async () => {
    const spool = await start()
    for (const word of ['one', 'two', 'three']) await spool.append(bytes(word))
    const read = await spool.read(1)
    expect(read?.frames.map(text)).toEqual(['one'])
    await spool.advance(read?.next ?? { segment: 0, offset: 0 })
    await spool.close()
    const again = await start()
    await again.append(bytes('four'))
    expect(await drain(again)).toEqual(['two', 'three', 'four'])
  })
  it('cuts off a tail that was torn anywhere, and goes on', async () => {
    const spool = await start()
    await spool.append(bytes('first'))
    await spool.append(bytes('second'))
    await spool.close()
    const [name = ''] = segments()
    const file = path.join(folder, name)
    const whole = readFileSync(file)
    const kept = 8 + 'first'.length
    for (let length = kept; length < whole.length; length += 1) {
      for (const each of segments()) rmSync(path.join(folder, each))
      writeFileSync(file, whole.subarray(0, length))
      const again = await openSpool({ folder, log })
      await again.append(bytes('third'))
      const read = await again.read(1_000_000)
      expect(read?.frames.map(text)).toEqual(['first'])
      expect(statSync(file).size).toBe(kept)
      await again.close()
    }
  })
  it('does not take garbage at the end of the newest segment for frames', async () => {
    const spool = await start()
    await spool.append(bytes('good'))
    await spool.close()
    appendFileSync(path.join(folder, segments()[0] ?? ''), Buffer.alloc(100, 0xff))
    expect(await drain(await start())).toEqual(['good'])
  })
  it('keeps what stands behind a damaged place of an older segment, for whoever looks into it', async () => {
    const spool = await start({ segmentBytes: 1 })
    for (const word of ['one', 'two', 'three']) await spool.append(bytes(word))
    await spool.close()
    truncateSync(path.join(folder, segments()[1] ?? ''), 9)
    expect(await drain(await start())).toEqual(['one', 'three'])
    expect(readdirSync(folder).some((name) => name.endsWith('.damaged'))).toBe(true)
  })
  it('takes no more than its bound, and takes again once something was read', async () => {
    const spool = await start({ mostBytes: 100, segmentBytes: 40 })
    const payload = Buffer.alloc(32, 7)
    await spool.append(payload)
    await spool.append(payload)
    await expect(spool.append(payload)).rejects.toBeInstanceOf(SpoolFull)
    expect(spool.bytes()).toBe(80)
    const read = await spool.read(1)
    await spool.advance(read?.next ?? { segment: 0, offset: 0 })
    await spool.append(payload)
    expect((await drain(spool)).length).toBe(2)
  })
  it('on a full disk refuses and leaves no half frame; what was taken before and after is whole', async () => {
    const room = { left: 1000 }
    const spool = await start({ files: fullAfter(room) })
    await spool.append(bytes('before'))
    room.left = 20
    await expect(spool.append(Buffer.alloc(500, 1))).rejects.toBeInstanceOf(SpoolFull)
    await expect(spool.append(Buffer.alloc(500, 2))).rejects.toBeInstanceOf(SpoolFull)
    room.left = 1000
    await spool.append(bytes('after'))
    await spool.close()
    expect(await drain(await start())).toEqual(['before', 'after'])
  })
  it('is emptied from a disk on which nothing more can be written, not even how far it was read', async () => {
    const room = { left: 10_000 }
    const spool = await start({ files: fullAfter(room), segmentBytes: 30 })
    const words = ['one', 'two', 'three', 'four', 'five', 'six']
    for (const word of words) await spool.append(bytes(word))
    room.left = 0
    await expect(spool.append(bytes('more'))).rejects.toBeInstanceOf(SpoolFull)
    expect(await drain(spool, 1)).toEqual(words)
    expect([spool.isEmpty(), segments()]).toEqual([true, []])
    room.left = 10_000
    await spool.append(bytes('again'))
    expect(await drain(spool)).toEqual(['again'])
  })
})
