/** Devices that speak over real sockets, for tests of the gateways: they wait for what they are told, never for time. */
import net from 'node:net'
import { createSplitter } from '../../src/engines/hj212/frames.ts'
import { type Message, parseSegment, windowAt } from '../../src/engines/hj212/message.ts'
import type { Instant } from '../../src/kernel/time.ts'

export interface Wire {
  readonly send: (...pieces: readonly Uint8Array[]) => void
  /** All that came so far. */
  readonly received: () => Buffer
  /** Waits until what came so far is enough. Rejects when the connection ends before. */
  readonly until: <T>(enough: (received: Buffer) => T | null | false | undefined) => Promise<T>
  readonly closed: Promise<void>
  readonly isClosed: () => boolean
  readonly close: () => void
}
/** Opens a TCP connection, from an address of one's own where wanted ('127.0.0.2'). */
export const openWire = async (port: number, from = '127.0.0.1'): Promise<Wire> => {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress: from })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.setNoDelay(true)
  let received = Buffer.alloc(0)
  let isClosed = false
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const each of waiting) each()
  }
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    look()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      look()
      resolve()
    })
  })
  return {
    send: (...pieces) => {
      for (const piece of pieces) socket.write(piece)
    },
    received: () => received,
    until: (enough) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = enough(received)
          if (found !== null && found !== false && found !== undefined) {
            waiting.delete(check)
            resolve(found)
          } else if (isClosed) {
            waiting.delete(check)
            reject(new Error(`the connection ended after ${received.length} bytes: ${received.toString('latin1')}`))
          }
        }
        waiting.add(check)
        check()
      }),
    closed,
    isClosed: () => isClosed,
    close: () => socket.destroy(),
  }
}
/** The messages of HJ 212 in what came. */
export const messagesIn = (received: Uint8Array, now: Instant): readonly Message[] =>
  createSplitter()
    .feed(received)
    .flatMap((event) => {
      const parsed = event.kind === 'frame' ? parseSegment(event.segment, windowAt(now)) : null
      return parsed?.kind === 'message' ? [parsed.message] : []
    })

/** Random numbers from a seed (mulberry32): 0 <= x < 1. */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
export const garbage = (length: number, seed: number): Uint8Array => {
  const next = seeded(seed)
  return Uint8Array.from({ length }, () => Math.floor(next() * 256))
}
/** Cuts bytes at places that a seed chooses. */
export const cutUp = (bytes: Uint8Array, seed: number): readonly Uint8Array[] => {
  const next = seeded(seed)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + Math.floor(next() * 60))
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}
