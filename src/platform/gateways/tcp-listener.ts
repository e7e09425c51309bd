/** A TCP or TLS port on which devices speak. It bounds connections, silence and bytes, and knows no protocol. */
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import tls from 'node:tls'
import type { Log } from '../platform.ts'
import {
  type ConnectionLimits,
  createDoorman,
  createIntake,
  defaultLimits,
  type GatewayConnection,
  type ListenerState,
  type OnConnection,
} from './connection.ts'

export interface TcpListenerOptions {
  /** 0 = any free port. */
  readonly port: number
  readonly host: string
  readonly onConnection: OnConnection
  readonly limits?: Partial<ConnectionLimits>
  /** Present: TLS. With `ca`, devices must show a certificate that it signed. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string }
  readonly log: Log
}
export interface Listener {
  readonly port: number
  readonly state: () => ListenerState
  /** Takes no new connections, ends the open ones after `graceMs` at the latest. */
  readonly stop: (graceMs?: number) => Promise<void>
}

/** '::ffff:10.0.0.1' is 10.0.0.1. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')

const HANDSHAKE_MS = 10_000

/** Opens the port. Rejects when it cannot be had. */
export const openTcpListener = async (options: TcpListenerOptions): Promise<Listener> => {
  const { log, onConnection } = options
  const limits = { ...defaultLimits, ...options.limits }
  const doorman = createDoorman(limits)
  const open = new Map<number, { readonly socket: Socket; readonly isPaused: () => boolean }>()
  let whenEmpty: (() => void) | null = null
  // Sockets before and during the TLS handshake count too: they are accepted, whatever they say.
  const accepted = new Set<Socket>()
  let lastId = 0
  let stopping = false

  const serve = (socket: Socket, address: string): void => {
    lastId += 1
    const id = lastId
    let reason = 'ended by the device'
    const destroy = (why: string): void => {
      reason = why
      socket.destroy()
    }
    // Answers that one commit sets off leave as one piece.
    let outgoing: Uint8Array[] = []
    const flush = (): void => {
      const pieces = outgoing
      outgoing = []
      const [first] = pieces
      if (first === undefined || socket.destroyed || !socket.writable) return
      socket.write(pieces.length === 1 ? first : Buffer.concat(pieces))
      if (socket.writableLength > limits.outgoingBytes) destroy('does not read what is sent')
    }
    const connection: GatewayConnection = {
      id,
      remoteAddress: address,
      remotePort: socket.remotePort ?? 0,
      send: (bytes) => {
        if (socket.destroyed || !socket.writable) return
        if (outgoing.length === 0) process.nextTick(flush)
        outgoing.push(bytes)
      },
      end: () => {
        flush()
        socket.end()
      },
      destroy,
      isOpen: () => !socket.destroyed && socket.writable,
    }
    socket.setNoDelay(true)
    socket.setTimeout(limits.idleMs, () => {
      // A device that is not being read cannot be blamed for its silence.
      if (open.get(id)?.isPaused() === true) socket.setTimeout(limits.idleMs)
      else destroy('silent for too long')
    })
    socket.on('error', (error) => {
      reason = error.message
    })
    let handler: ReturnType<OnConnection>
    try {
      handler = onConnection(connection)
    } catch (error) {
      log.error({ error: String(error), address }, 'a connection could not be taken')
      socket.destroy()
      return
    }
    const intake = createIntake(
      handler,
      { pause: () => socket.pause(), resume: () => socket.resume(), destroy },
      limits.bufferedBytes,
    )
    open.set(id, { socket, isPaused: intake.isPaused })
    socket.on('data', (bytes: Buffer) => intake.take(bytes))
    socket.once('close', () => {
      open.delete(id)
      try {
        handler.closed?.(reason)
      } catch (error) {
        log.error({ error: String(error), address }, 'the end of a connection was not taken well')
      }
      if (open.size === 0) whenEmpty?.()
    })
  }

  const admit = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress)
    if (stopping || !doorman.enter(address)) {
      socket.destroy()
      return
    }
    accepted.add(socket)
    // A fault before anybody listens to the socket must not end the program.
    socket.on('error', () => undefined)
    socket.once('close', () => {
      accepted.delete(socket)
      doorman.leave(address)
    })
    if (options.tls === undefined) serve(socket, address)
  }
  let server: Server
  if (options.tls === undefined) server = net.createServer({ noDelay: true }, admit)
  else {
    const secure = tls.createServer({
      cert: options.tls.cert,
      key: options.tls.key,
      ...(options.tls.ca === undefined ? {} : { ca: options.tls.ca, requestCert: true, rejectUnauthorized: true }),
      handshakeTimeout: HANDSHAKE_MS,
      minVersion: 'TLSv1.2',
    })
    secure.on('connection', admit)
    secure.on('secureConnection', (socket) => serve(socket, plainAddress(socket.remoteAddress)))
    secure.on('tlsClientError', (_error, socket) => socket.destroy())
    server = secure
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port, host: options.host, backlog: 4096 }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  server.on('error', (error) => log.error({ error: error.message }, 'a listening port has a fault'))
  return {
    port: (server.address() as AddressInfo).port,
    state: () => ({
      connections: doorman.count(),
      refused: doorman.refused(),
      paused: [...open.values()].filter((each) => each.isPaused()).length,
    }),
    stop: async (graceMs = 1_000) => {
      stopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const { socket } of open.values()) socket.end()
      const timer = setTimeout(() => {
        for (const socket of accepted) socket.destroy()
        for (const { socket } of open.values()) socket.destroy()
      }, graceMs)
      await closed
      // The handlers have heard of the end of each connection too.
      if (open.size > 0)
        await new Promise<void>((resolve) => {
          whenEmpty = resolve
        })
      clearTimeout(timer)
    },
  }
}
