/**
 * GB/T 28181 over UDP and TCP: the engine keeps registrations, catalogues and answers; what must not be lost is answered 200
 * after its commit. Cameras behind a recorder are found by its catalogue and wait to be claimed like other strangers.
 */
import { ha1Of, parseCredentials } from '../../../../engines/gb28181/digest.ts'
import { isCameraId, parseGbId } from '../../../../engines/gb28181/ids.ts'
import { meaningOfAlarm } from '../../../../engines/gb28181/manscdp/alarm-codes.ts'
import type { AlarmNotify, CatalogItem, MobilePosition } from '../../../../engines/gb28181/manscdp/message.ts'
import { registrarDefaults } from '../../../../engines/gb28181/registration.ts'
import { type SipEffect, type SipFact, type SipServer, sipServer } from '../../../../engines/gb28181/server.ts'
import { speakerOf } from '../../../../engines/gb28181/sip/headers.ts'
import { encodeSip, headerOf, type Route, routeText, type SipMessage } from '../../../../engines/gb28181/sip/message.ts'
import { parseSipDatagram, sipStream } from '../../../../engines/gb28181/sip/parse.ts'
import { replyTo } from '../../../../engines/gb28181/sip/reply.ts'
import { type Instant, msOf } from '../../../../kernel/time.ts'
import type { ConnectionHandler, GatewayConnection } from '../../../../platform/gateways/connection.ts'
import { timingOf } from '../../model/devices/clock.ts'
import type { Report } from '../../model/report.ts'
import type { Link } from './gate.ts'
import type { GateDevice } from './registry.ts'
import type { Tools } from './tools.ts'

export interface SipSetup {
  /** The platform's own id, 20 digits. */
  readonly id: string
  readonly host: string
  readonly port: number
}
export interface SipGateway {
  readonly datagram: (bytes: Uint8Array, from: { readonly address: string; readonly port: number }) => void
  readonly connection: (connection: GatewayConnection) => ConnectionHandler
  readonly stop: () => Promise<void>
  /** For those who ask for streams. */
  readonly server: SipServer
  readonly run: (effects: readonly SipEffect[]) => void
}

const TICK_MS = 250
/** A recorder is asked for its channels so often while it is there, in ms: cameras are added and fail. */
const CATALOG_MS = 600_000
const DOMAIN_DIGITS = 10
const METHOD_FAULT = 6

export const createSipGateway = (
  tools: Tools,
  setup: SipSetup,
  sendDatagram: (bytes: Uint8Array, to: { readonly address: string; readonly port: number }) => void,
): SipGateway => {
  const { registry, gate, presence, clock, deliver } = tools
  const domain = setup.id.slice(0, DOMAIN_DIGITS)
  const now = (): number => msOf(clock())
  const token = (): string => tools.randomToken(16).replace(/[-_]/g, 'x')
  const proofs = new WeakMap<GateDevice, string>()
  const links = new Map<string, Link>()
  const sockets = new Map<string, GatewayConnection>()
  /** Devices whose secret was changed or that were disabled: they must register again before they are heard. */
  const mustProve = new Set<string>()
  const pending = new Set<Promise<void>>()
  /** Of each recorder that is there: the channels that its last catalogue called on, and when it was asked. */
  const channels = new Map<string, { readonly on: ReadonlySet<string>; readonly askedMs: number }>()

  const found = (id: string): GateDevice | null => registry.find('gb28181', id)
  const server = sipServer({
    local: { id: setup.id, domain, host: setup.host, port: setup.port },
    registrar: { ...registrarDefaults, realm: domain },
    token,
    account: (deviceId) => {
      const device = found(deviceId)
      const secret = device === null || device.state === 'disabled' ? null : device.secret()
      if (device === null || secret === null) return null
      const ha1 = proofs.get(device) ?? ha1Of(deviceId, domain, secret)
      proofs.set(device, ha1)
      return { deviceId, ha1 }
    },
  })
  const later = (work: Promise<void>): void => {
    const done: Promise<void> = work.catch(tools.failed).finally(() => pending.delete(done))
    pending.add(done)
  }
  const send = (route: Route, message: SipMessage): void => {
    const bytes = encodeSip(message)
    if (route.transport === 'udp') sendDatagram(bytes, { address: route.host, port: route.port })
    else sockets.get(routeText(route))?.send(bytes)
  }
  const store = async (report: Report, ticket: string): Promise<void> => {
    const durable = await deliver.deliver(report, () => true)
    run(durable === 'failed' ? server.failed(ticket, now()) : server.committed(ticket, now()))
  }
  /** The channel of which a device speaks, where that is known and stands behind it; else the device itself. */
  const speakerAbout = (from: string, channel: string): GateDevice | null => {
    const device = found(from)
    const behind = channel === from ? null : found(channel)
    return behind !== null && device !== null && behind.parentId === device.known.deviceId && behind.state === 'active'
      ? behind
      : device
  }
  const said = (device: GateDevice, at: Instant | null) => {
    const receivedAt = clock()
    const timing = timingOf(at, receivedAt)
    return { device: device.known, at: timing.at, receivedAt, buffered: timing.buffered }
  }
  const alarmed = (from: string, alarm: AlarmNotify, ticket: string): void => {
    const device = speakerAbout(from, alarm.deviceId)
    if (device === null) return run(server.failed(ticket, now()))
    const meaning = meaningOfAlarm(alarm)
    const text = alarm.description === '' ? meaning.words.zh : alarm.description
    if (alarm.method === METHOD_FAULT) presence.fault(device, meaning.code, text, clock())
    later(
      store(
        {
          kind: 'device-alarm',
          ...said(device, alarm.at),
          code: meaning.code,
          severity: alarm.priority,
          text,
          active: true,
          eventId: `${alarm.deviceId}:${alarm.at ?? ''}:${alarm.sn}`,
          evidence: { method: alarm.method, type: alarm.type, lon: alarm.longitude, lat: alarm.latitude },
        },
        ticket,
      ),
    )
  }
  const moved = (from: string, position: MobilePosition, ticket: string): void => {
    const device = speakerAbout(from, position.deviceId)
    if (device === null) return run(server.failed(ticket, now()))
    const { longitude, latitude, speedKmh } = position
    later(
      store(
        {
          kind: 'position',
          ...said(device, position.at),
          lon: longitude,
          lat: latitude,
          floor: null,
          speedMps: speedKmh === null ? null : speedKmh / 3.6,
          accuracyM: null,
        },
        ticket,
      ),
    )
  }
  const listed = (deviceId: string, items: readonly CatalogItem[]): void => {
    const recorder = found(deviceId)
    if (recorder === null) return
    const address = links.get(deviceId)?.address ?? ''
    const on = new Set(items.flatMap((item) => (item.status === 'on' ? [item.deviceId] : [])))
    channels.set(deviceId, { on, askedMs: channels.get(deviceId)?.askedMs ?? now() })
    for (const item of items) {
      const id = parseGbId(item.deviceId)
      if (id === null || item.deviceId === deviceId || !isCameraId(id)) continue
      const camera = found(item.deviceId)
      if (camera === null)
        presence.knocked(
          {
            protocol: 'gb28181',
            externalId: item.deviceId,
            address,
            kindHint: 'camera',
            nameHint: item.name,
            modelHint: [item.manufacturer, item.model].filter((part) => part !== null).join(' '),
            parentId: recorder.known.deviceId,
            sample: `Catalog ${item.name} ${item.address ?? ''}`,
          },
          clock(),
        )
      else if (camera.parentId === recorder.known.deviceId) {
        if (item.status === 'on') presence.seen(camera, clock(), address)
        presence.fault(camera, 'channel-off', item.status === 'off' ? '通道离线' : null, clock())
      }
    }
  }
  /** The recorder is there, and so are the channels that it called on. */
  const hearChannels = (deviceId: string, address: string): void => {
    const known = channels.get(deviceId)
    if (known === undefined) return
    for (const channel of known.on) {
      const camera = speakerAbout(deviceId, channel)
      if (camera !== null && camera.externalId === channel) presence.seen(camera, clock(), address)
    }
    if (now() - known.askedMs < CATALOG_MS) return
    channels.set(deviceId, { ...known, askedMs: now() })
    run(server.query('Catalog', deviceId, now()))
  }
  const registered = (deviceId: string, route: Route, refresh: boolean): void => {
    const device = found(deviceId)
    if (device === null) return
    mustProve.delete(deviceId)
    const before = links.get(deviceId)
    if (before === undefined || before.address !== route.host || !refresh) {
      const link: Link = {
        address: route.host,
        isOpen: () => links.get(deviceId) === link && server.registration(deviceId)?.online === true,
        close: () => {
          if (links.get(deviceId) === link) mustProve.add(deviceId)
        },
      }
      links.set(deviceId, link)
      channels.set(deviceId, { on: new Set(), askedMs: now() })
      gate.enter(device, link)
      run([
        ...server.query('DeviceInfo', deviceId, now()),
        ...server.query('Catalog', deviceId, now()),
        ...server.subscribe(deviceId, now()),
      ])
    } else gate.heard(device, before)
  }
  const ended = (deviceId: string, reason: string): void => {
    const link = links.get(deviceId)
    links.delete(deviceId)
    channels.delete(deviceId)
    if (link !== undefined) gate.left(link, reason)
  }
  const learnt = (fact: SipFact): void => {
    switch (fact.kind) {
      case 'registered':
        return registered(fact.deviceId, fact.route, fact.refresh)
      case 'unregistered':
        return ended(fact.deviceId, 'logged out')
      case 'offline':
        return ended(fact.deviceId, fact.because)
      case 'bad-credentials': {
        const device = found(fact.deviceId)
        if (device !== null) gate.refuse(device, 'wrong-secret', fact.route.host)
        return undefined
      }
      case 'quarantined': {
        const id = parseGbId(fact.deviceId)
        gate.admit(
          {
            protocol: 'gb28181',
            externalId: fact.deviceId,
            address: fact.route.host,
            kindHint: id !== null && isCameraId(id) ? 'camera' : null,
            sample: `REGISTER ${fact.deviceId}`,
          },
          { address: fact.route.host },
        )
        return undefined
      }
      case 'heartbeat': {
        const device = found(fact.deviceId)
        if (device === null) return undefined
        const address = links.get(fact.deviceId)?.address ?? ''
        gate.heard(device, { address })
        hearChannels(fact.deviceId, address)
        for (const channel of fact.faulty) {
          const camera = speakerAbout(fact.deviceId, channel)
          if (camera !== null) presence.fault(camera, 'channel-faulty', '设备上报通道故障', clock())
        }
        const at = clock()
        const beat: Report = { kind: 'heartbeat', device: device.known, at, receivedAt: at, buffered: false }
        later(deliver.deliver(beat, () => false).then(() => undefined))
        return undefined
      }
      case 'alarm':
        return alarmed(fact.from, fact.alarm, fact.ticket)
      case 'position':
        return moved(fact.from, fact.position, fact.ticket)
      case 'catalog':
        return listed(fact.deviceId, fact.items)
      case 'device-status': {
        const device = found(fact.from)
        const at = clock()
        if (device !== null && fact.status.deviceTime !== null)
          presence.clock(device, msOf(fact.status.deviceTime) - msOf(at), at)
        if (device !== null) presence.fault(device, 'status', fact.status.working === false ? '设备自检异常' : null, at)
        return undefined
      }
      default:
        return undefined
    }
  }
  const run = (effects: readonly SipEffect[]): void => {
    for (const effect of effects)
      if (effect.kind === 'send') send(effect.route, effect.message)
      else learnt(effect.fact)
  }
  /** What must be refused before the engine believes it: an address out of range, a second connection under the name. */
  const forbidden = (message: SipMessage, route: Route): boolean => {
    if (message.kind !== 'request') return false
    const id = speakerOf(message)
    const device = id === null ? null : found(id)
    if (id === null || device === null) return false
    if (device.state === 'disabled') {
      gate.turnAway(device, route.host)
      return true
    }
    if (mustProve.has(id) && message.method !== 'REGISTER') return true
    if (!device.mayComeFrom(route.host)) {
      gate.refuse(device, 'wrong-address', route.host)
      return true
    }
    const proves = message.method === 'REGISTER' && parseCredentials(headerOf(message, 'Authorization')) !== null
    if (proves && gate.clashes(device, route.host)) {
      gate.refuse(device, 'second-connection', route.host)
      return true
    }
    return false
  }
  const take = (message: SipMessage, route: Route): void => {
    if (message.kind === 'request' && forbidden(message, route)) {
      send(route, replyTo(message, 403, { toTag: token(), from: route }))
      return
    }
    run(server.receive(message, route, now()))
  }
  const timer = setInterval(() => run(server.tick(now())), TICK_MS)
  timer.unref()
  return {
    datagram: (bytes, from) => {
      if (!gate.mayKnock(from.address)) return
      // A NAT is kept open by short datagrams without content.
      if (bytes.length <= 4) return
      const message = parseSipDatagram(bytes)
      if (message === null) gate.strike('gb28181', from.address)
      else take(message, { transport: 'udp', host: from.address, port: from.port })
    },
    connection: (connection) => {
      const route: Route = { transport: 'tcp', host: connection.remoteAddress, port: connection.remotePort }
      sockets.set(routeText(route), connection)
      const stream = sipStream()
      return {
        receive: (bytes) => {
          for (const message of stream.push(bytes)) take(message, route)
          if (stream.broken()) {
            gate.strike('gb28181', connection.remoteAddress)
            connection.end()
          }
          return pending.size === 0 ? undefined : Promise.all(pending).then(() => undefined)
        },
        closed: () => {
          sockets.delete(routeText(route))
        },
      }
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(pending)
    },
    server,
    run,
  }
}
