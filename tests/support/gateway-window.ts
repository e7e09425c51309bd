/** A window whose gateways are open on free ports: devices speak to it, people claim them. */
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as contract from '../../src/capabilities/monitoring/contract/devices.ts'
import type { DeviceId, Protocol, SiteId } from '../../src/capabilities/monitoring/model/report.ts'
import type { Person } from '../../src/kernel/actor.ts'
import { type GatewaysConfig, noGateways } from '../../src/platform/gateways/config.ts'
import { newId } from '../../src/platform/identity.ts'
import { openWindow } from './window.ts'

/** About the place at which the devices of the tests are; worked day and night. */
const fence = {
  type: 'Polygon',
  coordinates: [
    [
      [106.56, 29.57],
      [106.58, 29.57],
      [106.58, 29.59],
      [106.56, 29.59],
      [106.56, 29.57],
    ],
  ],
}
const hours = { spans: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }] }
const free = { port: 0, chosen: true } as const
export const openGatewayWindow = async (config: Partial<GatewaysConfig> = {}) => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'mingzhu-gateways-'))
  const window = await openWindow({
    monitoring: {
      stateFolder,
      gateways: {
        ...noGateways,
        hj212: free,
        jt808: free,
        mqtt: free,
        sip: { ...free, id: null, contact: null },
        mqttWebSocket: true,
        spoolMegabytes: 64,
        ...config,
      },
    },
  })
  const { monitoring, platform, test } = window
  const server = http.createServer((_request, reply) => reply.writeHead(404).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const inspector: Person = await window.person('监督员', { role: 'inspector', department: 'housing' })
  const projectId = await window.project()
  const siteId = newId<'site'>()
  // Positions are kept inside the fence and within working hours only.
  await test.pool.query(
    `insert into monitoring.site (id, project_id, name, code, fence, working_hours) values ($1, $2, '示例工地', $3, $4, $5)`,
    [siteId, projectId, siteId, JSON.stringify(fence), JSON.stringify(hours)],
  )
  await monitoring.start({ server, port: (server.address() as AddressInfo).port })
  const as = window.as(inspector)
  const profiles = new Map(
    (await as.call(contract.listMetricProfiles, {})).rows
      .filter((each) => each.latest)
      .map((each) => [each.model, each.profileId]),
  )
  const describing = (more: Partial<contract.NewDevice> = {}): contract.NewDevice => ({
    siteId,
    kind: 'dust',
    name: '扬尘',
    model: '',
    profileId: profiles.get('dust-station') ?? 0,
    networks: [],
    lon: null,
    lat: null,
    floor: null,
    ...more,
  })
  const rows = async <T extends object>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> =>
    (await test.pool.query<T>(text, [...values])).rows
  return {
    window,
    platform,
    monitoring,
    inspector,
    projectId,
    siteId: siteId as SiteId,
    as,
    profile: (model: string) => profiles.get(model) ?? 0,
    rows,
    /** Port of a protocol. */
    port: (protocol: Protocol, transport: contract.GatewayState['transport'] = 'tcp'): number => {
      const found = monitoring.gateways
        .state()
        .find((each) => each.protocol === protocol && each.transport === transport)
      if (found?.port === null || found === undefined) throw new Error(`${protocol} over ${transport} is not open`)
      return found.port
    },
    /** Registers a device; gives its secret. */
    register: async (protocol: Protocol, externalId: string, more: Partial<contract.NewDevice> = {}) => {
      const made = await as.call(contract.registerDevice, { body: { protocol, externalId, ...describing(more) } })
      return { deviceId: made.deviceId, secret: made.secret ?? '', settings: made.settings }
    },
    /** The row that waits for a number, once it is written. */
    waiting: async (externalId: string) => {
      await monitoring.gateways.flush()
      const page = await as.call(contract.listQuarantine, { query: { text: externalId, limit: 50, state: 'waiting' } })
      return page.rows
    },
    claim: (quarantineId: contract.QuarantineId, more: Partial<contract.NewDevice> = {}) =>
      as.call(contract.claimDevice, { params: { quarantineId }, body: describing(more) }),
    device: async (deviceId: DeviceId) => {
      await monitoring.gateways.flush()
      return as.call(contract.readDevice, { params: { deviceId } })
    },
    telemetry: (deviceId: DeviceId) =>
      rows<{ at: string; values: number[]; quality: number; buffered: boolean; span_s: number }>(
        'select at, values, quality, buffered, span_s from monitoring.telemetry where device_id = $1 order by at, span_s',
        [deviceId],
      ),
    close: async () => {
      await monitoring.stop()
      await new Promise((resolve) => server.close(resolve))
      await window.close()
      rmSync(stateFolder, { recursive: true, force: true })
    },
  }
}
export type GatewayWindow = Awaited<ReturnType<typeof openGatewayWindow>>
