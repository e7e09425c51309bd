/** Asks a ClamAV daemon about content (clamd's INSTREAM over TCP, man 8 clamd). */
import { connect } from 'node:net'

export interface AntivirusConfig {
  readonly host: string
  /** clamd's usual port is 3310. */
  readonly port: number
  /** Silence after which the daemon counts as unreachable. Default 60 s. */
  readonly timeoutMs?: number
}
export type ScanAnswer =
  | { readonly state: 'clean' }
  | { readonly state: 'infected'; readonly threat: string }
  /** No answer could be had: the daemon is down, or the content is larger than it accepts. */
  | { readonly state: 'unscanned'; readonly reason: string }

const answerOf = (text: string): ScanAnswer => {
  const reply = text.replace(/\0.*$/s, '').replace(/^stream: /, '')
  if (reply === 'OK') return { state: 'clean' }
  if (reply.endsWith(' FOUND')) return { state: 'infected', threat: reply.slice(0, -' FOUND'.length) }
  return { state: 'unscanned', reason: reply === '' ? 'the scanner closed the connection' : reply }
}

/** Sends content to the scanner. Never throws for the scanner's faults: they are `unscanned` with a reason. */
export const scan = (config: AntivirusConfig, content: AsyncIterable<Uint8Array>): Promise<ScanAnswer> =>
  new Promise((resolve) => {
    const socket = connect({ host: config.host, port: config.port })
    let reply = ''
    const end = (answer: ScanAnswer): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(config.timeoutMs ?? 60_000, () => end({ state: 'unscanned', reason: 'the scanner is silent' }))
    socket.on('error', (error) => end(reply === '' ? { state: 'unscanned', reason: error.message } : answerOf(reply)))
    socket.on('close', () => end(answerOf(reply)))
    socket.on('data', (data: Buffer) => {
      reply += data.toString('utf8')
      if (reply.includes('\0')) end(answerOf(reply))
    })
    const write = (bytes: Uint8Array): Promise<void> =>
      new Promise((done) => {
        if (socket.destroyed || socket.write(bytes)) done()
        else {
          const go = (): void => {
            socket.off('drain', go)
            socket.off('close', go)
            done()
          }
          socket.on('drain', go)
          socket.on('close', go)
        }
      })
    const send = async (): Promise<void> => {
      await write(Buffer.from('zINSTREAM\0'))
      for await (const piece of content) {
        if (socket.destroyed) return
        const length = Buffer.alloc(4)
        length.writeUInt32BE(piece.byteLength)
        await write(length)
        await write(piece)
      }
      await write(Buffer.alloc(4))
    }
    socket.once('connect', () => {
      send().catch((error: unknown) =>
        end({ state: 'unscanned', reason: error instanceof Error ? error.message : 'reading failed' }),
      )
    })
  })
