/** Which connection a device has now: a device that connects again takes its session over (MQTT 3.1.1 section 3.1.4-2). */
export interface Directory<C> {
  /** Notes a connection that was accepted; gives the one that must be told `taken-over`. */
  readonly connected: (deviceId: string, connection: C) => C | null
  /** Notes that a connection is gone. True when the device has no connection now: only then is it offline. */
  readonly gone: (deviceId: string, connection: C) => boolean
  readonly find: (deviceId: string) => C | null
  readonly size: () => number
}

export const directory = <C>(): Directory<C> => {
  const current = new Map<string, C>()
  return {
    connected: (deviceId, connection) => {
      const before = current.get(deviceId) ?? null
      current.set(deviceId, connection)
      return before === connection ? null : before
    },
    gone: (deviceId, connection) => current.get(deviceId) === connection && current.delete(deviceId),
    find: (deviceId) => current.get(deviceId) ?? null,
    size: () => current.size,
  }
}
