/** Bounds of our own MQTT endpoint. A district's device says a few hundred bytes a time; nothing here hinders that. */
export interface MqttLimits {
  /** Bytes of a whole packet; the payload is bounded by it and by `maxPayloadBytes`. */
  readonly maxPacketBytes: number
  readonly maxPayloadBytes: number
  /** Bytes of a CONNECT: a stranger may not make us hold more. */
  readonly maxConnectBytes: number
  /** Publications of a device that wait for their commit; then its connection is read no further. */
  readonly maxInFlight: number
  /** Commands on their way to a device. */
  readonly maxCommands: number
  readonly maxSubscriptions: number
  /** Time for CONNECT to arrive after the connection was made, ms. */
  readonly connectMs: number
  /** Longest keep-alive granted, seconds; also for devices that ask for none. */
  readonly maxKeepaliveSeconds: number
}
export const mqttLimits: MqttLimits = {
  maxPacketBytes: 66 * 1024,
  maxPayloadBytes: 64 * 1024,
  maxConnectBytes: 8 * 1024,
  maxInFlight: 50,
  maxCommands: 20,
  maxSubscriptions: 8,
  connectMs: 10_000,
  maxKeepaliveSeconds: 1200,
}
