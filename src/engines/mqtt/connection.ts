/** A connection: bytes in, effects out. Joins the decoder and the session, so that a paused session leaves bytes undecoded. */
import { mqttDecoder } from './codec.ts'
import type { MqttLimits } from './limits.ts'
import { type MqttEffect, type MqttEvent, type MqttSession, mqttSession } from './session.ts'

export interface MqttConnection {
  readonly bytes: (chunk: Uint8Array, nowMs: number) => readonly MqttEffect[]
  /** Everything but packets: what the host decides and when time passes. */
  readonly step: (event: Exclude<MqttEvent, { kind: 'packet' }>, nowMs: number) => readonly MqttEffect[]
  /** Publications that are committed, all at once. */
  readonly committed: (packetIds: readonly number[], nowMs: number) => readonly MqttEffect[]
  readonly session: Omit<MqttSession, 'step'>
  readonly waitingBytes: () => number
}

export const mqttConnection = (limits: MqttLimits, openedMs: number): MqttConnection => {
  const decoder = mqttDecoder(limits)
  const session = mqttSession(limits, openedMs)
  const readable = (): boolean =>
    !session.paused() && session.state() !== 'authenticating' && session.state() !== 'closed'
  const drain = (nowMs: number): readonly MqttEffect[] => {
    const effects: MqttEffect[] = []
    while (readable()) {
      const packet = decoder.next()
      if (packet === null) break
      effects.push(...session.step({ kind: 'packet', packet }, nowMs))
    }
    const broken = decoder.broken()
    if (broken !== null) effects.push(...session.step({ kind: 'broken', why: broken }, nowMs))
    return effects
  }
  return {
    bytes: (chunk, nowMs) => {
      if (session.state() === 'closed') return []
      decoder.push(chunk)
      // A device that goes on sending while it is not read is cut off rather than kept in memory.
      if (!readable() && decoder.waitingBytes() > limits.maxPacketBytes)
        return session.step({ kind: 'broken', why: 'too-large' }, nowMs)
      return drain(nowMs)
    },
    step: (event, nowMs) => {
      const effects = session.step(event, nowMs)
      return [...effects, ...drain(nowMs)]
    },
    committed: (packetIds, nowMs) => {
      const effects: MqttEffect[] = []
      for (const packetId of packetIds) effects.push(...session.step({ kind: 'committed', packetId }, nowMs))
      effects.push(...drain(nowMs))
      return effects
    },
    session: {
      state: session.state,
      deadlineMs: session.deadlineMs,
      paused: session.paused,
      deviceId: session.deviceId,
    },
    waitingBytes: decoder.waitingBytes,
  }
}
