/** Devices and pages that speak a byte protocol (MQTT) inside a WebSocket: the same connection as on a TCP port. */
import http, { type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
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
import { plainAddress } from './tcp-listener.ts'

export interface WebSocketOptions {
  /** Path of the request ('/mqtt'); others on the same server are left alone. */
  readonly path: string
  /** Subprotocols that are spoken; a client that offers none of them is turned away. */
  readonly protocols: readonly string[]
  readonly onConnection: OnConnection
  readonly limits?: Partial<ConnectionLimits>
  /** Bytes of one message. Default 1 MiB. */
  readonly messageBytes?: number
  /** Whose address counts, behind a proxy. Default: the peer of the socket. */
  readonly addressOf?: (request: IncomingMessage) => string
  readonly log: Log
}
export interface WebSocketGate {
  readonly state: () => ListenerState
  readonly stop: (graceMs?: number) => Promise<void>
}

const bytesOf = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data

/** Serves WebSockets on a path of an HTTP server that runs already. */
export const attachWebSockets = (server: Server, options: WebSocketOptions): WebSocketGate => {
  const { log, onConnection, protocols } = options
  const limits = { ...defaultLimits, ...options.limits }
  const doorman = createDoorman(limits)
  const addressOf = options.addressOf ?? ((request) => plainAddress(request.socket.remoteAddress))
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.messageBytes ?? 1024 * 1024,
    perMessageDeflate: false,
    handleProtocols: (offered) => protocols.find((each) => offered.has(each)) ?? false,
  })
  const open = new Map<number, { readonly socket: WebSocket; readonly isPaused: () => boolean }>()
  let lastId = 0
  let stopping = false

  const serve = (socket: WebSocket, request: IncomingMessage, address: string): void => {
    lastId += 1
    const id = lastId
    let reason = 'ended by the client'
    const destroy = (why: string): void => {
      reason = why
      socket.terminate()
    }
    const connection: GatewayConnection = {
      id,
      remoteAddress: address,
      remotePort: request.socket.remotePort ?? 0,
      send: (bytes) => {
        if (socket.readyState !== socket.OPEN) return
        socket.send(bytes, { binary: true })
        if (socket.bufferedAmount > limits.outgoingBytes) destroy('does not read what is sent')
      },
      end: () => socket.close(),
      destroy,
      isOpen: () => socket.readyState === socket.OPEN,
    }
    request.socket.setNoDelay(true)
    let idle: NodeJS.Timeout | null = null
    const heard = (): void => {
      if (idle === null) idle = setTimeout(silent, limits.idleMs)
      else idle.refresh()
    }
    const silent = (): void => {
      // A client that is not being read cannot be blamed for its silence.
      if (open.get(id)?.isPaused() === true) heard()
      else destroy('silent for too long')
    }
    heard()
    socket.on('error', (error) => {
      reason = error.message
    })
    let handler: ReturnType<OnConnection>
    try {
      handler = onConnection(connection)
    } catch (error) {
      log.error({ error: String(error), address }, 'a connection could not be taken')
      if (idle !== null) clearTimeout(idle)
      socket.terminate()
      return
    }
    const intake = createIntake(
      handler,
      { pause: () => socket.pause(), resume: () => socket.resume(), destroy },
      limits.bufferedBytes,
    )
    open.set(id, { socket, isPaused: intake.isPaused })
    socket.on('message', (data) => {
      heard()
      intake.take(bytesOf(data))
    })
    socket.once('close', () => {
      if (idle !== null) clearTimeout(idle)
      open.delete(id)
      try {
        handler.closed?.(reason)
      } catch (error) {
        log.error({ error: String(error), address }, 'the end of a connection was not taken well')
      }
    })
  }

  const refuse = (socket: Duplex, status: string): void => {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if ((request.url ?? '').split('?')[0] !== options.path) return
    socket.on('error', () => undefined)
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
    if (!protocols.some((each) => offered.includes(each))) return refuse(socket, '400 Bad Request')
    const address = addressOf(request)
    if (stopping || !doorman.enter(address)) return refuse(socket, '503 Service Unavailable')
    socket.once('close', () => doorman.leave(address))
    sockets.handleUpgrade(request, socket, head, (client) => serve(client, request, address))
  }
  server.on('upgrade', upgrade)
  return {
    state: () => ({
      connections: doorman.count(),
      refused: doorman.refused(),
      paused: [...open.values()].filter((each) => each.isPaused()).length,
    }),
    stop: async (graceMs = 1_000) => {
      stopping = true
      server.removeListener('upgrade', upgrade)
      const ended = [...open.values()].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      )
      for (const { socket } of open.values()) socket.close(1001)
      const timer = setTimeout(() => {
        for (const { socket } of open.values()) socket.terminate()
      }, graceMs)
      await Promise.all(ended)
      clearTimeout(timer)
      sockets.close()
    },
  }
}

/** Serves WebSockets on a port of their own. Rejects when it cannot be had. */
export const openWebSocketListener = async (
  options: WebSocketOptions & { readonly port: number; readonly host: string },
): Promise<WebSocketGate & { readonly port: number }> => {
  const server = http.createServer((_request, reply) => {
    reply.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
  })
  const gate = attachWebSockets(server, options)
  // An upgrade on another path is answered by nobody: end it here.
  server.on('upgrade', (request, socket) => {
    if ((request.url ?? '').split('?')[0] !== options.path) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port, host: options.host }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  server.on('error', (error) => options.log.error({ error: error.message }, 'a WebSocket port has a fault'))
  return {
    ...gate,
    port: (server.address() as AddressInfo).port,
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await gate.stop(graceMs)
      server.closeAllConnections()
      await closed
    },
  }
}
