/** What a protocol sees of a connection, whatever carries it: TCP, TLS or WebSocket. */

export interface GatewayConnection {
  /** Unique in this process. */
  readonly id: number
  readonly remoteAddress: string
  readonly remotePort: number
  /**
   * Sends bytes. A peer that does not read is disconnected once more than `outgoingBytes` wait for it; after the end
   * nothing is sent.
   */
  readonly send: (bytes: Uint8Array) => void
  /** Sends what waits, then ends. */
  readonly end: () => void
  /** Ends at once. The reason goes to `closed`. */
  readonly destroy: (reason: string) => void
  readonly isOpen: () => boolean
}

export interface ConnectionHandler {
  /**
   * Takes bytes as they came, cut anywhere. While what it returns is pending the bytes count as buffered: beyond the limit
   * nothing more is read from the connection. A rejection ends the connection.
   */
  readonly receive: (bytes: Uint8Array) => void | Promise<void>
  /** Called once, whoever ended it. */
  readonly closed?: (reason: string) => void
}
export type OnConnection = (connection: GatewayConnection) => ConnectionHandler

export interface ConnectionLimits {
  /** Connections in all. */
  readonly connections: number
  /** Connections from one address. */
  readonly connectionsPerAddress: number
  /** A connection on which nothing was received for so long is ended. */
  readonly idleMs: number
  /** Bytes of one connection that are in hand before it is read no further. */
  readonly bufferedBytes: number
  /** Bytes that may wait for a peer to read them. */
  readonly outgoingBytes: number
}
export const defaultLimits: ConnectionLimits = {
  connections: 20_000,
  connectionsPerAddress: 1_000,
  idleMs: 10 * 60_000,
  bufferedBytes: 256 * 1024,
  outgoingBytes: 1024 * 1024,
}

export interface ListenerState {
  readonly connections: number
  /** Connections that were turned away by a limit. */
  readonly refused: number
  readonly paused: number
}

/** Counts connections in all and by address. */
export interface Doorman {
  /** False: a limit is reached. */
  readonly enter: (address: string) => boolean
  readonly leave: (address: string) => void
  readonly count: () => number
  readonly refused: () => number
}
export const createDoorman = (limits: Pick<ConnectionLimits, 'connections' | 'connectionsPerAddress'>): Doorman => {
  const byAddress = new Map<string, number>()
  let all = 0
  let refused = 0
  return {
    enter: (address) => {
      const now = byAddress.get(address) ?? 0
      if (all >= limits.connections || now >= limits.connectionsPerAddress) {
        refused += 1
        return false
      }
      all += 1
      byAddress.set(address, now + 1)
      return true
    },
    leave: (address) => {
      all -= 1
      const left = (byAddress.get(address) ?? 1) - 1
      if (left > 0) byAddress.set(address, left)
      else byAddress.delete(address)
    },
    count: () => all,
    refused: () => refused,
  }
}

/** What a carrier must be able to do for the rules of reading that are the same for all. */
export interface Carrier {
  readonly pause: () => void
  readonly resume: () => void
  readonly destroy: (reason: string) => void
}
/** Hands received bytes to the handler, counts those in hand, and pauses the carrier while there are too many. */
export const createIntake = (
  handler: ConnectionHandler,
  carrier: Carrier,
  bufferedBytes: number,
): { readonly take: (bytes: Uint8Array) => void; readonly isPaused: () => boolean } => {
  let inHand = 0
  let paused = false
  const release = (size: number): void => {
    inHand -= size
    // Half of the limit: so that a busy connection does not stop and go at every piece.
    if (paused && inHand <= bufferedBytes / 2) {
      paused = false
      carrier.resume()
    }
  }
  const failed = (error: unknown): void =>
    carrier.destroy(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  return {
    take: (bytes) => {
      let result: void | Promise<void>
      try {
        result = handler.receive(bytes)
      } catch (error) {
        failed(error)
        return
      }
      if (result === undefined) return
      inHand += bytes.length
      if (!paused && inHand > bufferedBytes) {
        paused = true
        carrier.pause()
      }
      result.then(() => release(bytes.length), failed)
    },
    isPaused: () => paused,
  }
}
