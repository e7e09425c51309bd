/**
 * Our MQTT endpoint over TCP, TLS and WebSocket: the engine keeps the protocol, the gate decides about the device, PUBACK
 * follows the commit. A payload that is not what its topic wants is acknowledged, counted and shown as a fault of the device,
 * until the next of its kind is read: sent again it would be the same.
 */
import { encodeMqtt } from '../../../../engines/mqtt/codec.ts'
import { mqttConnection } from '../../../../engines/mqtt/connection.ts'
import { mqttLimits } from '../../../../engines/mqtt/limits.ts'
import { readAttrs, readCommandAck, readEvent } from '../../../../engines/mqtt/payload.ts'
import type { CloseReason, MqttEffect } from '../../../../engines/mqtt/session.ts'
import { type PayloadKind, whyUnreadable } from '../../../../engines/mqtt/unreadable.ts'
import { type Instant, msOf } from '../../../../kernel/time.ts'
import type { ConnectionHandler, GatewayConnection } from '../../../../platform/gateways/connection.ts'
import type { Report } from '../../model/report.ts'
import type { Commands } from './commands.ts'
import type { Link } from './gate.ts'
import { mqttTelemetry } from './mqtt-telemetry.ts'
import type { GateDevice } from './registry.ts'
import { eventReport } from './reports.ts'
import { linkOf, type Tools } from './tools.ts'

const TICK_MS = 5_000
const strange: ReadonlySet<CloseReason> = new Set([
  'protocol',
  'bad-client-id',
  'forbidden-topic',
  'too-large',
  'no-connect',
])

type Publication = Extract<MqttEffect, { kind: 'publication' }>

export interface MqttTools extends Tools {
  readonly commands: Commands
}

export const mqttHandler = (tools: MqttTools, connection: GatewayConnection): ConnectionHandler => {
  const { gate, clock, presence, deliver } = tools
  /** Why we end the connection, where the device is told no more than that it is over. */
  let ending: string | null = null
  const link: Link = {
    ...linkOf(connection),
    close: (reason) => {
      ending = reason
      run(protocol.step({ kind: 'taken-over' }, now()))
    },
  }
  const now = (): number => msOf(clock())
  const protocol = mqttConnection(mqttLimits, now())
  let device: GateDevice | null = null
  /** Takes the device off those that take orders. */
  let detach = (): void => undefined

  const unreadable = (known: GateDevice, kind: PayloadKind, why: string): void => {
    gate.strike('mqtt', link.address, known)
    presence.fault(known, `unreadable-${kind}`, `报文未入库:${why}`, clock())
  }
  const readable = (known: GateDevice, kind: PayloadKind): void => {
    if (presence.hasFaults(known)) presence.fault(known, `unreadable-${kind}`, null, clock())
  }

  const authenticate = (deviceId: string, username: string | null, password: Uint8Array | null): void => {
    const secret = password === null ? '' : new TextDecoder().decode(password)
    const admission = gate.admit(
      { protocol: 'mqtt', externalId: deviceId, address: link.address, sample: `CONNECT ${deviceId}` },
      link,
      (known) => ((username === null || username === deviceId) && known.isSecret(secret) ? null : 'wrong-secret'),
    )
    const admitted = admission.kind === 'known' && gate.enter(admission.device, link)
    if (admitted) device = admission.device
    run(protocol.step({ kind: 'authenticated', verdict: admitted ? 'yes' : 'no' }, now()))
  }
  const reportsOf = (
    known: GateDevice,
    { publication, payload }: Publication,
    at: Instant,
  ): readonly Report[] | null => {
    switch (publication.kind) {
      case 'event': {
        const event = readEvent(payload, msOf(at))
        if (event === null) return null
        const report = eventReport(known, { ...event, at: event.clockReplaced ? null : event.at }, at)
        return report === null ? null : [report]
      }
      case 'attrs': {
        const attrs = readAttrs(payload)
        if (attrs === null) return null
        for (const [name, value] of Object.entries(attrs))
          if (name.startsWith('fault.'))
            presence.fault(known, name.slice(6), value === false || value === null ? null : String(value), at)
        return [{ kind: 'heartbeat', device: known.known, at, receivedAt: at, buffered: false }]
      }
      default:
        return [{ kind: 'heartbeat', device: known.known, at, receivedAt: at, buffered: false }]
    }
  }
  const publish = async (effect: Publication): Promise<void> => {
    const known = device === null ? null : tools.registry.byId(device.known.deviceId)
    if (known === null) return
    const reports = reportsOf(known, effect, clock())
    if (effect.publication.kind === 'command-ack') {
      const answer = readCommandAck(effect.payload)
      if (answer === null)
        unreadable(known, 'command-ack', whyUnreadable('command-ack', effect.payload) ?? '报文格式不符合要求')
      else await tools.commands.answered(known.known.deviceId, effect.publication.commandId, answer)
    }
    const { kind } = effect.publication
    if (reports === null && kind !== 'command-ack')
      unreadable(known, kind, whyUnreadable(kind, effect.payload) ?? '通行或定位事件的附加数据不完整')
    else if (reports !== null && kind !== 'command-ack') readable(known, kind)
    gate.heard(known, link, reports?.length ?? 0)
    const wanted = (): boolean => connection.isOpen()
    const [first] = reports ?? []
    const failed =
      reports?.length === 1 && first !== undefined
        ? (await deliver.deliver(first, wanted)) === 'failed'
        : (await Promise.all((reports ?? []).map((report) => deliver.deliver(report, wanted)))).includes('failed')
    const { packetId } = effect
    if (packetId === null) return
    run(protocol.step({ kind: failed ? 'failed' : 'committed', packetId }, now()))
  }
  /** Reports among the bytes in hand. */
  let heardReports = 0
  const noteHeard = (): void => {
    if (device !== null && (heardReports > 0 || connection.isOpen())) gate.heard(device, link, heardReports)
    heardReports = 0
  }
  const telemetry = mqttTelemetry(tools, connection, {
    settled: (packetIds) => {
      run(protocol.committed(packetIds, now()))
      noteHeard()
    },
    failed: (packetId) => run(protocol.step({ kind: 'failed', packetId }, now())),
    unreadable: (known, why) => unreadable(known, 'telemetry', why),
    readable: (known) => readable(known, 'telemetry'),
  })
  const pending = new Set<Promise<void>>()
  /** Those that the bytes in hand began. */
  let begun: Promise<void>[] = []
  const takeTelemetry = ({ payload, packetId }: Publication): void => {
    const known = device === null ? null : tools.registry.byId(device.known.deviceId)
    if (known === null) return
    heardReports += telemetry.take(known, payload, packetId)
  }
  const run = (effects: readonly MqttEffect[]): void => {
    for (const effect of effects)
      switch (effect.kind) {
        case 'send':
          connection.send(encodeMqtt(effect.packet, effect.version))
          break
        case 'authenticate':
          authenticate(effect.deviceId, effect.username, effect.password)
          break
        case 'publication': {
          if (effect.publication.kind === 'telemetry') {
            takeTelemetry(effect)
            break
          }
          const work: Promise<void> = publish(effect).then(
            () => void pending.delete(work),
            (error: unknown) => {
              pending.delete(work)
              tools.failed(error)
            },
          )
          pending.add(work)
          begun.push(work)
          break
        }
        case 'ready-for-commands':
          if (device !== null) {
            detach()
            detach = tools.commands.attach(device.known.deviceId, (commandId, payload) =>
              run(protocol.step({ kind: 'command', commandId, payload }, now())),
            )
          }
          break
        case 'command-received':
          if (device !== null) tools.commands.received(device.known.deviceId, effect.commandId)
          break
        case 'command-kept':
          tools.commands.kept([effect.commandId])
          break
        case 'close':
          detach()
          tools.commands.kept(effect.unacknowledged)
          if (strange.has(effect.because)) gate.strike('mqtt', link.address, device)
          gate.left(link, ending ?? effect.because)
          connection.end()
          break
        default:
          break
      }
  }
  const timer = setInterval(() => run(protocol.step({ kind: 'tick' }, now())), TICK_MS)
  timer.unref()
  return {
    receive: (bytes) => {
      begun = []
      telemetry.begin()
      run(protocol.bytes(bytes, now()))
      noteHeard()
      // What is in hand counts as buffered: the connection is not read on while too much of it waits for its commit. Bytes
      // that a paused session leaves undecoded are in hand until all that it waits for is done.
      const isPaused = protocol.session.paused()
      const waited = [...(isPaused ? pending : begun), ...telemetry.end(isPaused)]
      return waited.length < 2 ? waited[0] : Promise.all(waited).then(() => undefined)
    },
    closed: (reason) => {
      clearInterval(timer)
      detach()
      run(protocol.step({ kind: 'lost' }, now()))
      gate.left(link, reason)
    },
  }
}
