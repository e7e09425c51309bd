import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Piecewise, uploadFile } from './upload.ts'

const content = new TextEncoder().encode('0123456789abcdefghij0123456789')
const chunkBytes = 8
const file: Piecewise = {
  name: '图纸.pdf',
  size: content.length,
  lastModified: 1,
  slice: (from, to) => new Blob([content.slice(from, to)]),
}

/** A server that keeps pieces; `disturb` may break the line before or after a piece was stored. */
const makeServer = (disturb: (piece: number) => 'none' | 'before' | 'after' | 'refuse') => {
  let stored = new Uint8Array()
  let pieces = 0
  const offsets: number[] = []
  const reply = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })
  const status = () => ({ uploadId: 'u1', offset: stored.length, chunkBytes, complete: false })
  const handle = async (address: string, init: RequestInit): Promise<Response> => {
    if (address.endsWith('/complete'))
      return reply(200, {
        uploadId: 'u1',
        fileName: file.name,
        sizeBytes: stored.length,
        sha256: 'f'.repeat(64),
        scan: 'clean',
      })
    if (init.method !== 'PATCH') return reply(200, status())
    const fate = disturb(pieces)
    pieces += 1
    if (fate === 'before') throw new TypeError('Failed to fetch')
    if (fate === 'refuse') return reply(400, { detail: '文件类型不允许', code: 'files.kind' })
    const offset = Number(new Headers(init.headers).get('upload-offset'))
    offsets.push(offset)
    if (offset !== stored.length) return reply(409, { detail: '位置不符', code: 'files.offset' })
    const piece = new Uint8Array(await (init.body as Blob).arrayBuffer())
    stored = new Uint8Array([...stored, ...piece])
    if (fate === 'after') throw new TypeError('Failed to fetch')
    return reply(200, status())
  }
  return { handle, offsets, text: () => new TextDecoder().decode(stored) }
}
const send = (server: ReturnType<typeof makeServer>, waited: number[] = [], shares: number[] = []) => {
  vi.stubGlobal('fetch', server.handle)
  return uploadFile(file, {
    signal: new AbortController().signal,
    onProgress: (share) => shares.push(share),
    wait: async (ms) => {
      waited.push(ms)
    },
  })
}
const whole = new TextDecoder().decode(content)

describe('resumable upload', () => {
  beforeEach(() => vi.unstubAllGlobals())
  afterEach(() => vi.unstubAllGlobals())

  it('sends the file in pieces of the size the server names, each where the last one ended', async () => {
    const server = makeServer(() => 'none')
    const shares: number[] = []
    const stored = await send(server, [], shares)
    expect(server.text()).toBe(whole)
    expect(server.offsets).toEqual([0, 8, 16, 24])
    expect(stored.sha256).toBe('f'.repeat(64))
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
  })
  it('goes on at the same place when the line breaks before a piece arrives', async () => {
    const server = makeServer((piece) => (piece === 1 ? 'before' : 'none'))
    const waited: number[] = []
    await send(server, waited)
    expect(server.text()).toBe(whole)
    expect(waited).toHaveLength(1)
  })
  it('does not send a piece twice when only its answer was lost', async () => {
    const server = makeServer((piece) => (piece === 2 ? 'after' : 'none'))
    await send(server)
    expect(server.text()).toBe(whole)
    expect(server.offsets).toEqual([0, 8, 16, 24])
  })
  it('waits longer after each failed try and gives up while the line stays broken', async () => {
    const waited: number[] = []
    await expect(
      send(
        makeServer(() => 'before'),
        waited,
      ),
    ).rejects.toMatchObject({ problem: { code: 'desk.offline' } })
    expect(waited.length).toBeGreaterThan(2)
    expect(waited).toEqual([...waited].sort((a, b) => a - b))
    expect(new Set(waited).size).toBe(waited.length)
  })
  it('does not repeat what the server refuses', async () => {
    const waited: number[] = []
    await expect(
      send(
        makeServer(() => 'refuse'),
        waited,
      ),
    ).rejects.toMatchObject({ problem: { code: 'files.kind' } })
    expect(waited).toEqual([])
  })
})
