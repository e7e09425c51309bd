/** A running product with a site and its devices, as operators make them; where it is, and which processes it consists of. */
import { listGateways, listMetricProfiles, registerDevice } from '../../src/capabilities/monitoring/contract/devices.ts'
import { openSite } from '../../src/capabilities/monitoring/contract/sites.ts'
import type { DeviceId, DeviceKind, Protocol, SiteId } from '../../src/capabilities/monitoring/model/report.ts'
import { register } from '../../src/server/demo/story.ts'
import { type HttpDriver, httpDriver } from '../../tests/support/http-driver.ts'
import { type RunningServer, startServer } from '../../tests/support/running-server.ts'
import { actorsOf, demoProject } from '../../tools/tours/checks.ts'

export interface Device {
  readonly id: string
  readonly secret: string
  readonly deviceId: DeviceId
}
export interface Running {
  readonly server: RunningServer
  readonly driver: HttpDriver
  readonly port: (protocol: Protocol) => Promise<number>
  readonly siteId: SiteId
  readonly devices: (protocol: Protocol, kind: DeviceKind, profile: string, count: number) => Promise<readonly Device[]>
}
const ADMIN = 'admin'
const environment = (databaseUrl: string | null): Readonly<Record<string, string>> => ({
  MINGZHU_DEMO: 'cast',
  MINGZHU_HJ212_PORT: '0',
  MINGZHU_MQTT_PORT: '0',
  MINGZHU_JT808_PORT: 'off',
  MINGZHU_SIP_PORT: 'off',
  ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
})
export const startAgain = (databaseUrl: string | null, stateFolder: string): Promise<RunningServer> =>
  startServer({ env: environment(databaseUrl), stateFolder })

let serial = 0
export const openDistrict = async (databaseUrl: string | null): Promise<Running> => {
  const server = await startServer({ env: environment(databaseUrl) })
  const driver = await httpDriver(server.url)
  const { projectId } = await register(driver, await actorsOf(driver), demoProject('明江一小扩建工程'), 1)
  const { siteId } = await driver.call(ADMIN, openSite, {
    body: {
      projectId,
      name: '测量工地',
      address: '',
      department: 'housing',
      contractorId: null,
      supervisionId: null,
      point: null,
      fence: null,
    },
  })
  const { rows: profiles } = await driver.call(ADMIN, listMetricProfiles, {})
  return {
    server,
    driver,
    siteId,
    port: async (protocol) => {
      const { rows } = await driver.call(ADMIN, listGateways, {})
      const port = rows.find((each) => each.protocol === protocol && each.transport === 'tcp')?.port
      if (port === undefined || port === null) throw new Error(`${protocol} is not open`)
      return port
    },
    devices: async (protocol, kind, profile, count) => {
      const profileId = profiles.find((each) => each.model === profile && each.latest)?.profileId ?? 0
      const made: Device[] = []
      for (let n = 0; n < count; n += 1) {
        serial += 1
        const id = `500157BEN${String(serial).padStart(15, '0')}`
        const { deviceId, secret } = await driver.call(ADMIN, registerDevice, {
          body: {
            protocol,
            externalId: id,
            siteId,
            kind,
            name: `测量${serial}`,
            model: '',
            profileId,
            networks: [],
            lon: null,
            lat: null,
            floor: null,
          },
        })
        made.push({ id, deviceId, secret: secret ?? '' })
      }
      return made
    },
  }
}
