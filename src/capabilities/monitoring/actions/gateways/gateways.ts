/** All gateways of this process: what they share, the ports on which they listen, their start and their end. */
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { GatewayPort, GatewaysConfig } from '../../../../platform/gateways/config.ts'
import type { OnConnection } from '../../../../platform/gateways/connection.ts'
import type { PushRoute } from '../../../../platform/gateways/http-push.ts'
import { type Listener, openTcpListener } from '../../../../platform/gateways/tcp-listener.ts'
import { openUdpListener, type UdpListener } from '../../../../platform/gateways/udp-listener.ts'
import { attachWebSockets, type WebSocketGate, type WebSocketOptions } from '../../../../platform/gateways/websocket.ts'
import type { GatewayState } from '../../contract/devices.ts'
import { bindFingerprint } from '../../store/devices/devices.ts'
import { useNonce } from '../../store/devices/health.ts'
import { insertPicture } from '../../store/devices/pictures.ts'
import { waitingCount } from '../../store/devices/quarantine.ts'
import type { Context } from '../context.ts'
import { createCommands } from './commands.ts'
import { type AdmitPosition, createDeliver, type ReportSink } from './deliver.ts'
import { createGate } from './gate.ts'
import { hj212Connection } from './hj212.ts'
import { type Jt808Tools, jt808Connection } from './jt808.ts'
import { mqttHandler } from './mqtt.ts'
import { createPresence } from './presence.ts'
import { type PushTools, pushRoutes } from './push.ts'
import { createRegistry } from './registry.ts'
import { createSipGateway, type SipGateway } from './sip.ts'

export interface GatewaysOptions {
  readonly context: Context
  readonly config: GatewaysConfig
  /** Name of this process among those that share the database. */
  readonly node: string
  readonly sink: ReportSink
  readonly isFull: (error: unknown) => boolean
  readonly isRefusal: (error: unknown) => boolean
  readonly admitPosition: AdmitPosition
}
/** The server of the pages, on which MQTT over WebSocket is served too. */
export interface PageServer {
  readonly server: Server
  readonly port: number
  readonly addressOf?: WebSocketOptions['addressOf']
}
export interface Gateways {
  readonly pushRoutes: readonly PushRoute[]
  /** Reads the register of devices again, at once. */
  readonly changed: () => Promise<void>
  /** Gives devices what was ordered of them, at once. */
  readonly commanded: () => Promise<void>
  /** Rejects when a port that somebody chose cannot be had; nothing stays open then. */
  readonly start: (pages: PageServer | null) => Promise<void>
  /** Ends all connections and writes what became known of devices. */
  readonly stop: () => Promise<void>
  readonly state: () => readonly GatewayState[]
  readonly counters: ReturnType<typeof createGate>['counters']
  readonly sessions: () => number
  readonly quarantined: () => Promise<number>
  /** Writes at once what became known of devices. */
  readonly flush: () => Promise<void>
  readonly sip: () => SipGateway | null
  readonly sipId: string
}

const WEB_SOCKET_PATH = '/mqtt'

/** A 20-digit id of the platform: centre code, industry 00, type 200 (signalling server), network 0, serial 1. */
export const platformIdOf = (jurisdiction: string): string =>
  `${jurisdiction.replace(/\D/g, '').padEnd(6, '0').slice(0, 6)}00002000000001`

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null

export const createGateways = (options: GatewaysOptions): Gateways => {
  const { context, config } = options
  const { platform } = context
  const { log, clock } = platform
  const failed = (error: unknown): void => log.error({ error: String(error) }, 'a report was not taken')
  const registry = createRegistry(context)
  const presence = createPresence(context, options.node)
  const gate = createGate(context, registry, presence)
  const deliver = createDeliver({ ...options, onFault: failed })
  const commands = createCommands(context)
  const tools: PushTools = {
    registry,
    gate,
    presence,
    deliver,
    clock,
    log,
    randomToken: platform.randomToken,
    failed,
    files: platform.files,
    useNonce: (place, nonce, at) => useNonce(platform.db, place, nonce, at),
  }
  const sipId = config.sip?.id ?? platformIdOf(platform.config.jurisdictionCode)

  type Row = Omit<GatewayState, 'connections' | 'turnedAway'>
  const open: { readonly row: Row; readonly listener: Pick<Listener, 'state'> | null }[] = []
  const closers: (() => Promise<void>)[] = []
  let sip: SipGateway | null = null

  const limits = { connectionsPerAddress: config.connectionsPerAddress }
  /** Whoever sent too much garbage finds the door closed before a byte is read. */
  const guarded =
    (serve: OnConnection): OnConnection =>
    (connection) => {
      if (gate.mayKnock(connection.remoteAddress)) return serve(connection)
      connection.destroy('too much garbage from this address')
      return { receive: () => undefined }
    }
  /** Opens a port; one that nobody chose may be taken by somebody else. */
  const opening = async (
    row: Pick<Row, 'protocol' | 'transport'>,
    wanted: GatewayPort,
    variable: string,
    listen: () => Promise<{ readonly port: number; readonly listener: Pick<Listener, 'state'> | null }>,
  ): Promise<void> => {
    try {
      const { port, listener } = await listen()
      open.push({ row: { ...row, port, fault: null }, listener })
      log.info({ ...row, host: config.host, port }, 'devices may speak here')
    } catch (error) {
      const code = codeOf(error)
      const known = code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL'
      if (wanted.chosen || !known)
        throw new Error(
          `设备接入端口 ${wanted.port} 打不开(${code ?? String(error)}):请停止占用它的程序,或把 ${variable} 设为别的端口或 off。\nThe port ${wanted.port} for devices cannot be had: stop what holds it, or set ${variable} to another port or off.`,
          { cause: error },
        )
      const fault = code === 'EADDRINUSE' ? '端口已被占用' : '无权或无法使用该端口'
      open.push({ row: { ...row, port: null, fault }, listener: null })
      log.warn(
        { ...row, port: wanted.port, code },
        'a port for devices is not available; set its variable to choose another',
      )
    }
  }
  const tcp =
    (port: number, serve: OnConnection, tls?: { readonly cert: string; readonly key: string }) => async () => {
      const listener = await openTcpListener({
        host: config.host,
        port,
        onConnection: guarded(serve),
        limits,
        log,
        ...(tls === undefined ? {} : { tls }),
      })
      closers.push(() => listener.stop())
      return { port: listener.port, listener }
    }
  const openSip = async (wanted: NonNullable<GatewaysConfig['sip']>): Promise<void> => {
    let udp: UdpListener | null = null
    let port = wanted.port
    await opening({ protocol: 'gb28181', transport: 'udp' }, wanted, 'MINGZHU_SIP_PORT', async () => {
      const listener = await openUdpListener({
        host: config.host,
        port,
        receive: (bytes, from) => sip?.datagram(bytes, from),
        log,
      })
      udp = listener
      closers.push(() => listener.stop())
      port = listener.port
      return { port, listener: { state: () => ({ connections: 0, refused: listener.state().dropped, paused: 0 }) } }
    })
    const any = config.host === '0.0.0.0' || config.host === '::'
    const contact = wanted.contact ?? (any ? new URL(platform.config.publicUrl).hostname : config.host)
    const gateway = createSipGateway(tools, { id: sipId, host: contact, port }, (bytes, to) => udp?.send(bytes, to))
    sip = gateway
    closers.push(() => gateway.stop())
    await opening(
      { protocol: 'gb28181', transport: 'tcp' },
      wanted,
      'MINGZHU_SIP_PORT',
      tcp(port, (connection) => gateway.connection(connection)),
    )
  }
  const openAll = async (pages: PageServer | null): Promise<void> => {
    const { hj212, jt808, mqtt, mqttTls } = config
    const bind = async (id: Parameters<typeof bindFingerprint>[1], fingerprint: string): Promise<boolean> => {
      const bound = await bindFingerprint(platform.db, id, fingerprint)
      await registry.refresh()
      return bound
    }
    const keepPicture: Jt808Tools['keepPicture'] = async ({ known: { siteId, deviceId } }, { jpeg, ...about }) => {
      const { sha256 } = await platform.files.put(jpeg, 'image/jpeg')
      await insertPicture(platform.db, { siteId, deviceId, sha256, ...about })
    }
    const serveMqtt: OnConnection = (connection) => mqttHandler({ ...tools, commands }, connection)
    if (hj212 !== null)
      await opening(
        { protocol: 'hj212', transport: 'tcp' },
        hj212,
        'MINGZHU_HJ212_PORT',
        tcp(hj212.port, (connection) => hj212Connection(tools, connection)),
      )
    if (jt808 !== null)
      await opening(
        { protocol: 'jt808', transport: 'tcp' },
        jt808,
        'MINGZHU_JT808_PORT',
        tcp(jt808.port, (connection) => jt808Connection({ ...tools, bind, keepPicture }, connection)),
      )
    if (mqtt !== null)
      await opening({ protocol: 'mqtt', transport: 'tcp' }, mqtt, 'MINGZHU_MQTT_PORT', tcp(mqtt.port, serveMqtt))
    if (mqttTls !== null) {
      const tls = { cert: readFileSync(mqttTls.certFile, 'utf8'), key: readFileSync(mqttTls.keyFile, 'utf8') }
      await opening(
        { protocol: 'mqtt', transport: 'tls' },
        mqttTls,
        'MINGZHU_MQTT_TLS_PORT',
        tcp(mqttTls.port, serveMqtt, tls),
      )
    }
    if (config.sip !== null) await openSip(config.sip)
    if (pages !== null) {
      if (config.mqttWebSocket) openWebSocket(pages, serveMqtt)
      open.push({ row: { protocol: 'http', transport: 'http', port: pages.port, fault: null }, listener: null })
    }
  }
  const openWebSocket = ({ server, port, addressOf }: PageServer, serve: OnConnection): void => {
    const socket: WebSocketGate = attachWebSockets(server, {
      path: WEB_SOCKET_PATH,
      protocols: ['mqtt', 'mqttv3.1'],
      onConnection: guarded(serve),
      limits,
      log,
      ...(addressOf === undefined ? {} : { addressOf }),
    })
    // Nobody answers an upgrade on another path: it is ended here.
    server.on('upgrade', (request, duplex) => {
      if ((request.url ?? '').split('?')[0] !== WEB_SOCKET_PATH) duplex.destroy()
    })
    closers.push(() => socket.stop())
    open.push({ row: { protocol: 'mqtt', transport: 'websocket', port, fault: null }, listener: socket })
  }
  const closeAll = async (): Promise<void> => {
    await Promise.all(closers.splice(0).map((close) => close()))
    open.length = 0
    sip = null
  }
  return {
    pushRoutes: pushRoutes(tools),
    changed: () => registry.refresh(),
    commanded: () => commands.look(),
    start: async (pages) => {
      await registry.start()
      await presence.start()
      commands.start()
      try {
        await openAll(pages)
      } catch (error) {
        await closeAll()
        await commands.stop()
        await registry.stop()
        await presence.stop()
        throw error
      }
    },
    stop: async () => {
      await closeAll()
      gate.stop()
      await commands.stop()
      await registry.stop()
      await presence
        .stop()
        .catch((error: unknown) => log.warn({ error: String(error) }, 'what is known of devices was not written'))
    },
    state: () =>
      open.map(({ row, listener }) => {
        const now = listener?.state()
        return { ...row, connections: now?.connections ?? 0, turnedAway: now?.refused ?? 0 }
      }),
    counters: gate.counters,
    sessions: gate.sessions,
    quarantined: () => waitingCount(platform.db),
    flush: () => presence.flush(),
    sip: () => sip,
    sipId,
  }
}
