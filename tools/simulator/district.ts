/**
 * Makes simulated sites known to a running server, as an operator does: through its public HTTP interface. Dust stations knock
 * first and are claimed; the other devices are registered before they speak. What is there already from an earlier run is used
 * again, with new secrets.
 */
import { randomBytes } from 'node:crypto'
import {
  claimDevice,
  type DeviceRow,
  listDevices,
  listGateways,
  listMetricProfiles,
  listQuarantine,
  registerDevice,
  rotateDeviceSecret,
} from '../../src/capabilities/monitoring/contract/devices.ts'
import { bindTracker, listWorkers, registerWorker } from '../../src/capabilities/monitoring/contract/people.ts'
import {
  addZone,
  listSites,
  openSite,
  type SiteView,
  setFence,
  setWorkingHours,
} from '../../src/capabilities/monitoring/contract/sites.ts'
import type { DeviceId, DeviceKind, Protocol, SiteId } from '../../src/capabilities/monitoring/model/report.ts'
import { listOrganisations } from '../../src/capabilities/people/contract.ts'
import type { ProjectId } from '../../src/kernel/identity.ts'
import { localDateOf } from '../../src/kernel/time.ts'
import { organisations } from '../../src/server/demo/cast.ts'
import { type HttpDriver, HttpRefused } from '../../tests/support/http-driver.ts'
import type { Gateway } from './clients/client.ts'
import { hj212Client } from './clients/hj212.ts'
import { layout, offset, type Place, rectangle } from './life/people.ts'
import type { ProvenCall } from './proven.ts'

export interface SimulatedDevice {
  readonly deviceId: DeviceId
  readonly externalId: string
  readonly secret: string
}
export interface SimulatedWorker {
  readonly name: string
  readonly workerRef: string
  readonly tracker: SimulatedDevice
}
export interface SimulatedSite {
  readonly index: number
  readonly siteId: SiteId
  readonly code: string
  readonly name: string
  readonly middle: Place
  readonly station: SimulatedDevice
  readonly crane: SimulatedDevice
  readonly gate: SimulatedDevice
  readonly camera: SimulatedDevice
  readonly workers: readonly SimulatedWorker[]
}
export interface SiteWish {
  readonly projectId: ProjectId
  readonly name: string
  readonly address: string
  readonly middle: Place
}
export interface Ports {
  readonly host: string
  readonly hj212: number
  readonly jt808: number
  readonly mqtt: number
  readonly sip: number
  readonly sipId: string
}
/** Who acts: an administrator of the demo. */
export const OPERATOR = 'admin'

/** Asks the server where its gateways listen. Throws an Error when one is closed. */
export const portsOf = async (driver: HttpDriver, host: string): Promise<Ports> => {
  const { rows, sipId } = await driver.call(OPERATOR, listGateways, {})
  const port = (protocol: Protocol, transport: string): number => {
    const found = rows.find((each) => each.protocol === protocol && each.transport === transport)
    if (found?.port === undefined || found.port === null)
      throw new Error(`接入端口 ${protocol} 没有开放:${found?.fault ?? '未配置'}。The port of ${protocol} is not open.`)
    return found.port
  }
  return {
    host,
    hj212: port('hj212', 'tcp'),
    jt808: port('jt808', 'tcp'),
    mqtt: port('mqtt', 'tcp'),
    sip: port('gb28181', 'udp'),
    sipId: sipId ?? '',
  }
}
const three = (n: number): string => String(n + 1).padStart(3, '0')
export const numbersOf = (site: number) => ({
  code: `SIM-${three(site)}`,
  station: `500157SIM${three(site).padStart(15, '0')}`,
  crane: `sim-crane-${three(site)}`,
  gate: `sim-gate-${three(site)}`,
  camera: `5001570000132${three(site).padStart(7, '9')}`,
  tracker: (worker: number) => `1390${three(site)}${three(worker).padStart(4, '0')}`,
  worker: (worker: number) => `SIM${three(site)}-${three(worker)}`,
})

const two = (n: number): string => String(n).padStart(2, '0')
/** An invented ID number with a valid check character, another for every worker. Nobody living was born then, and none of the demo. */
const idNumberOf = (site: number, worker: number): string => {
  const n = site * 900 + worker
  const born = `${1901 + (Math.floor(n / 336_000) % 10)}${two(1 + (Math.floor(n / 28_000) % 12))}${two(1 + (Math.floor(n / 1000) % 28))}`
  const digits = `500105${born}${String(n % 1000).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return digits + '10X98765432'.charAt(sum % 11)
}
const surnames = ['张', '王', '李', '赵', '陈', '刘', '杨', '黄', '周', '吴']
const givenNames = ['大勇', '建国', '志强', '小军', '海波', '永福', '明亮', '德贵']
const trades = ['钢筋工', '木工', '混凝土工', '架子工', '塔式起重机司机', '信号司索工']
const nameOf = (site: number, worker: number): string =>
  `${surnames[(site * 3 + worker) % surnames.length]}${givenNames[(site + worker * 5) % givenNames.length]}`

const newSecret = (): string => randomBytes(12).toString('base64url')
/** Protocols whose devices bring a secret of their own. */
const bringsOwn: ReadonlySet<Protocol> = new Set(['hj212', 'gb28181'])

const TOO_MANY = 429
const WAIT_MS = 5_000
/** Waits where the server says that it is too much at once. */
const patient = (driver: HttpDriver): Pick<HttpDriver, 'call'> => ({
  call: async (login, endpoint, input) => {
    for (;;)
      try {
        return await driver.call(login, endpoint, input)
      } catch (cause) {
        if (!(cause instanceof HttpRefused) || cause.problem.status !== TOO_MANY) throw cause
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
      }
  },
})

/** `proven` gives new secrets to devices that are there already; without it there must be none. */
export const settle = async (
  impatient: HttpDriver,
  gateway: Pick<Gateway, 'host' | 'clock'>,
  ports: Ports,
  wishes: readonly SiteWish[],
  workersEach: number,
  proven: ProvenCall | null = null,
): Promise<readonly SimulatedSite[]> => {
  const driver: HttpDriver = { ...impatient, ...patient(impatient) }
  const { rows: profiles } = await driver.call(OPERATOR, listMetricProfiles, {})
  const profileOf = (model: string): number =>
    profiles.find((each) => each.model === model && each.latest)?.profileId ?? 0
  const known = new Map<string, DeviceRow>()
  const learn = async (siteId: SiteId): Promise<void> => {
    const { rows } = await driver.call(OPERATOR, listDevices, { query: { siteId, limit: 200 } })
    for (const row of rows) known.set(`${row.protocol} ${row.externalId}`, row)
  }
  const describing = (siteId: SiteId, kind: DeviceKind, name: string, profile: string, [lon, lat]: Place) => ({
    siteId,
    kind,
    name,
    model: '模拟设备',
    profileId: profileOf(profile),
    networks: [],
    lon,
    lat,
    floor: null,
  })
  type Describing = ReturnType<typeof describing>
  const rotate = async (row: DeviceRow): Promise<SimulatedDevice> => {
    const { deviceId, externalId } = row
    // A helmet gets its code from the platform whenever it registers.
    if (row.protocol === 'jt808') return { deviceId, externalId, secret: '' }
    if (proven === null) throw new Error(`${externalId} is there already, and nobody may give it a new secret`)
    const own = bringsOwn.has(row.protocol) ? newSecret() : null
    const made = await proven(rotateDeviceSecret, {
      params: { deviceId },
      body: { version: row.version, reason: '模拟器重新启动', ...(own === null ? {} : { secret: own }) },
    })
    return { deviceId, externalId, secret: own ?? made.secret ?? '' }
  }
  const device = async (protocol: Protocol, externalId: string, body: Describing): Promise<SimulatedDevice> => {
    const row = known.get(`${protocol} ${externalId}`)
    if (row !== undefined) return rotate(row)
    const made = await driver.call(OPERATOR, registerDevice, { body: { protocol, externalId, ...body } })
    return { deviceId: made.deviceId, externalId, secret: made.secret ?? '' }
  }
  /** A station is delivered with its password; it speaks, is seen, and is claimed. */
  const station = async (externalId: string, body: Describing): Promise<SimulatedDevice> => {
    const row = known.get(`hj212 ${externalId}`)
    if (row !== undefined) return rotate(row)
    const secret = newSecret()
    const client = hj212Client({ ...gateway, port: ports.hj212 }, { mn: externalId, pw: secret })
    await client.upload({ at: gateway.clock(), readings: [{ code: 'a34002', rtd: 60, flag: 'N' }] })
    client.close()
    const quarantineId = await waitingFor(driver, externalId)
    const made = await driver.call(OPERATOR, claimDevice, { params: { quarantineId }, body: { ...body, secret } })
    return { deviceId: made.deviceId, externalId, secret }
  }
  const sites: SimulatedSite[] = []
  for (const [index, wish] of wishes.entries()) {
    const numbers = numbersOf(index)
    const { middle, name } = wish
    const site = await siteOf(driver, wish, numbers.code)
    const { siteId } = site
    await learn(siteId)
    const at = (place: { readonly east: number; readonly north: number }): Place =>
      offset(middle, place.east, place.north)
    const body = (kind: DeviceKind, what: string, profile: string, place: Place) =>
      describing(siteId, kind, what, profile, place)
    const there = new Map(
      (await driver.call(OPERATOR, listWorkers, { params: { siteId }, query: { limit: 100 } })).rows.map((row) => [
        row.workerRef,
        row,
      ]),
    )
    const workers: SimulatedWorker[] = []
    for (let worker = 0; worker < workersEach; worker += 1) {
      const workerName = nameOf(index, worker)
      const workerRef = numbers.worker(worker)
      const tracker = await device(
        'jt808',
        numbers.tracker(worker),
        body('tracker', `安全帽${worker + 1}`, 'none', middle),
      )
      if (!there.has(workerRef)) {
        const { registrationId, version } = await driver.call(OPERATOR, registerWorker, {
          params: { siteId },
          body: {
            name: workerName,
            idNumber: idNumberOf(index, worker),
            phone: null,
            workerRef,
            organisationId: null,
            team: worker % 2 === 0 ? '主体一班' : '主体二班',
            trade: trades[worker % trades.length] ?? '普工',
            teamLeader: worker === 1,
            certificate: '',
            validFrom: localDateOf(driver.now()),
            validTo: null,
            informed: true,
          },
        })
        await driver.call(OPERATOR, bindTracker, {
          params: { siteId, registrationId },
          body: { version, deviceId: tracker.deviceId },
        })
      }
      workers.push({ name: workerName, workerRef, tracker })
    }
    sites.push({
      index,
      siteId,
      code: site.code,
      name,
      middle,
      station: await station(numbers.station, body('dust', '扬尘噪声站', 'dust-station', at(layout.gate))),
      crane: await device('mqtt', numbers.crane, body('crane', '1号塔机', 'tower-crane', at(layout.danger))),
      gate: await device('http', numbers.gate, body('gate', '实名制通道', 'none', at(layout.gate))),
      camera: await device('gb28181', numbers.camera, body('camera', '制高点摄像机', 'none', at(layout.danger))),
      workers,
    })
  }
  return sites
}
const PAUSE_MS = 250
const MOST_LOOKS = 60
/** Gives the row of a stranger once it is written. Throws an Error when it never is. */
export const waitingFor = async (driver: HttpDriver, externalId: string) => {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const page = await driver.call(OPERATOR, listQuarantine, {
      query: { text: externalId, limit: 10, state: 'waiting' },
    })
    const [row] = page.rows
    if (row !== undefined) return row.quarantineId
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(`待认领列表中没有 ${externalId}。${externalId} does not wait in quarantine.`)
}
/** The organisation of the cast that builds or supervises; null where the server does not know it. */
const organisationOf = async (driver: HttpDriver, key: 'contractor' | 'supervision') => {
  const name = organisations.find((each) => each.key === key)?.name ?? ''
  const { rows } = await driver.call(OPERATOR, listOrganisations, { query: { search: name, limit: 10 } })
  return rows.find((row) => row.name === name)?.id ?? null
}
const siteOf = async (driver: HttpDriver, wish: SiteWish, code: string): Promise<Pick<SiteView, 'siteId' | 'code'>> => {
  const { rows } = await driver.call(OPERATOR, listSites, { query: { text: code, limit: 10 } })
  const there = rows.find((row) => row.code === code)
  if (there !== undefined) return there
  const { middle } = wish
  const opened = await driver.call(OPERATOR, openSite, {
    body: {
      projectId: wish.projectId,
      name: wish.name,
      address: wish.address,
      department: 'housing',
      contractorId: await organisationOf(driver, 'contractor'),
      supervisionId: await organisationOf(driver, 'supervision'),
      point: [...middle],
      fence: null,
      code,
    },
  })
  const params = { siteId: opened.siteId }
  const polygonOf = (at: Place, wide: number, high: number) => ({
    type: 'Polygon' as const,
    coordinates: [rectangle(at, wide, high)] as [[number, number][]],
  })
  const fenced = await driver.call(OPERATOR, setFence, {
    params,
    body: { version: opened.version, fence: polygonOf(middle, layout.fence.wide, layout.fence.high) },
  })
  await driver.call(OPERATOR, setWorkingHours, {
    params,
    body: {
      version: fenced.version,
      // Work may go on by night, so that whoever starts the simulation late sees something too.
      workingHours: { spans: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }] },
    },
  })
  const zones = [
    ['danger', '吊装区', layout.danger],
    ['work', '模板作业区', layout.formwork],
    ['work', '钢筋加工区', layout.rebar],
    ['living', '生活区', layout.living],
    ['entrance', '大门', layout.gate],
  ] as const
  for (const [kind, name, { east, north, wide, high }] of zones)
    await driver.call(OPERATOR, addZone, {
      params,
      body: { kind, name, floor: null, polygon: polygonOf(offset(middle, east, north), wide, high) },
    })
  return opened
}
