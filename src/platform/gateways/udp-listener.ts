/** A UDP port on which devices speak, datagram by datagram. */
import dgram from 'node:dgram'
import type { Log } from '../platform.ts'

export interface UdpListenerOptions {
  /** 0 = any free port. */
  readonly port: number
  readonly host: string
  /** Takes one datagram; what it throws or rejects with is logged and the datagram is dropped. */
  readonly receive: (
    bytes: Uint8Array,
    from: { readonly address: string; readonly port: number },
  ) => void | Promise<void>
  /** Datagrams of this process that may be in hand; beyond it they are dropped, and senders repeat them. Default 10 000. */
  readonly inHand?: number
  /** Bytes of a datagram; a longer one is dropped. Default 65 507. */
  readonly datagramBytes?: number
  readonly log: Log
}
export interface UdpListener {
  readonly port: number
  readonly send: (bytes: Uint8Array, to: { readonly address: string; readonly port: number }) => void
  readonly state: () => { readonly received: number; readonly dropped: number; readonly inHand: number }
  readonly stop: () => Promise<void>
}

const LONGEST_DATAGRAM = 65_507
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** Opens the port. Rejects when it cannot be had. */
export const openUdpListener = async (options: UdpListenerOptions): Promise<UdpListener> => {
  const { log } = options
  const most = options.inHand ?? 10_000
  const longest = options.datagramBytes ?? LONGEST_DATAGRAM
  const socket = dgram.createSocket({ type: options.host.includes(':') ? 'udp6' : 'udp4' })
  let received = 0
  let dropped = 0
  let inHand = 0
  let open = true
  const failed = (error: unknown): void => {
    dropped += 1
    log.debug({ error: String(error) }, 'a datagram was not taken')
  }
  socket.on('message', (bytes, { address, port }) => {
    received += 1
    if (inHand >= most || bytes.length > longest) {
      dropped += 1
      return
    }
    try {
      const result = options.receive(bytes, { address: address.replace(/^::ffff:/, ''), port })
      if (result === undefined) return
      inHand += 1
      result.catch(failed).finally(() => {
        inHand -= 1
      })
    } catch (error) {
      failed(error)
    }
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(options.port, options.host, () => {
      socket.removeListener('error', reject)
      resolve()
    })
  })
  socket.on('error', (error) => log.warn({ error: error.message }, 'a datagram port has a fault'))
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER)
  } catch {
    // The system gives less: senders repeat what is lost.
  }
  return {
    port: socket.address().port,
    send: (bytes, to) => {
      if (!open || !(to.port > 0 && to.port < 65_536)) return
      socket.send(bytes, to.port, to.address, (error) => {
        if (error !== null) log.debug({ error: error.message, to: to.address }, 'a datagram was not sent')
      })
    },
    state: () => ({ received, dropped, inHand }),
    stop: () =>
      new Promise((resolve) => {
        open = false
        socket.close(() => resolve())
      }),
  }
}
