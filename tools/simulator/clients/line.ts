/** A TCP connection of a device that is opened again whenever it is needed. */
import net from 'node:net'

export interface Line {
  /** Opens where it is not open. Rejects when nobody listens. */
  readonly open: () => Promise<void>
  readonly isOpen: () => boolean
  readonly send: (...pieces: readonly Uint8Array[]) => void
  readonly close: () => void
}
export const createLine = ({
  host,
  port,
  onOpen,
  onBytes,
  onClose,
}: {
  readonly host: string
  readonly port: number
  /** A new connection: what was half read of the last one is forgotten. */
  readonly onOpen: () => void
  readonly onBytes: (bytes: Uint8Array) => void
  readonly onClose: () => void
}): Line => {
  let socket: net.Socket | null = null
  let opening: Promise<void> | null = null
  const connect = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const made = net.connect({ host, port })
      made.setNoDelay(true)
      made.once('connect', () => {
        socket = made
        onOpen()
        resolve()
      })
      made.on('data', onBytes)
      made.on('error', reject)
      made.once('close', () => {
        if (socket !== made) return
        socket = null
        onClose()
      })
    })
  return {
    open: () => {
      if (socket !== null) return Promise.resolve()
      opening ??= connect().finally(() => {
        opening = null
      })
      return opening
    },
    isOpen: () => socket !== null,
    send: (...pieces) => {
      for (const piece of pieces) socket?.write(piece)
    },
    close: () => socket?.destroy(),
  }
}
