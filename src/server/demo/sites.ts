/** Opens the building sites of the demo through the endpoints of the product, and lets a day pass on them. */

import { listMetricProfiles, registerDevice } from '../../capabilities/monitoring/contract/devices.ts'
import { bindTracker, registerWorker } from '../../capabilities/monitoring/contract/people.ts'
import {
  addZone,
  openSite,
  setContacts,
  setFloors,
  setWorkingHours,
} from '../../capabilities/monitoring/contract/sites.ts'
import type { DeviceId, DeviceKind, Protocol, SiteId } from '../../capabilities/monitoring/model/report.ts'
import type { OrganisationId, ProjectId } from '../../kernel/identity.ts'
import { addDays, addMs, DAY_MS, localDateOf, msOf } from '../../kernel/time.ts'
import type { Driver } from './driver.ts'
import type { DemoStage } from './load.ts'
import type { DemoSite } from './site-cast.ts'
import { type Devices, reportsBetween } from './site-data.ts'

const OPERATOR = 'inspector'
const MANAGER = 'site'
const MINUTE_MS = 60_000
/** The last stretch of the day is judged by the rules, as if it were now. */
const JUDGED_MS = 40 * MINUTE_MS

const square = ([lon, lat]: readonly [number, number], half: number) => {
  const wide = half / Math.cos((lat * Math.PI) / 180)
  const corner = (x: number, y: number): [number, number] => [lon + x * wide, lat + y * half]
  return {
    type: 'Polygon' as const,
    coordinates: [[corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)]] as [[number, number][]],
  }
}
const numbersOf = (site: DemoSite): readonly string[] => [
  site.station,
  ...(site.crane === null ? [] : [site.crane]),
  site.gate,
  ...site.trackers,
]

const openOne = async (
  driver: Driver,
  site: DemoSite,
  projectId: ProjectId,
  organisations: { readonly contractor: OrganisationId; readonly supervision: OrganisationId },
  profileOf: (model: string) => number,
): Promise<void> => {
  const made = await driver.call(OPERATOR, openSite, {
    body: {
      projectId,
      name: site.name,
      address: site.address,
      department: 'housing',
      contractorId: organisations.contractor,
      supervisionId: organisations.supervision,
      point: [site.point[0], site.point[1]],
      fence: square(site.point, site.halfSideDeg),
    },
  })
  const params = { siteId: made.siteId }
  const hours = { spans: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '20:00' }] }
  const { version } = await driver.call(MANAGER, setWorkingHours, {
    params,
    body: { version: made.version, workingHours: hours },
  })
  const floors = [-1, 1, 2, 3].map((floor) => ({
    floor,
    name: floor < 0 ? `地下${-floor}层` : `${floor}层`,
    elevationM: null,
  }))
  await driver.call(MANAGER, setFloors, { params, body: { version, floors } })
  await driver.call(MANAGER, setContacts, {
    params,
    body: {
      version: version + 1,
      contacts: [
        { rung: 'site', name: '孙立', title: '项目经理', phone: '13800000031' },
        { rung: 'contractor', name: '渝建示范值班', title: '安全部', phone: '02367000001' },
        { rung: 'supervision', name: '正衡示范值班', title: '总监办', phone: '02367000002' },
      ],
    },
  })
  const [lon, lat] = site.point
  const zones = [
    {
      kind: 'danger' as const,
      name: '塔吊回转区',
      at: [lon + site.halfSideDeg * 0.55, lat + site.halfSideDeg * 0.5] as const,
      part: 0.18,
    },
    {
      kind: 'work' as const,
      name: '主体作业区',
      at: [lon - site.halfSideDeg * 0.2, lat - site.halfSideDeg * 0.1] as const,
      part: 0.45,
    },
    {
      kind: 'assembly' as const,
      name: '应急集合点',
      at: [lon - site.halfSideDeg * 0.7, lat - site.halfSideDeg * 0.75] as const,
      part: 0.12,
    },
  ]
  for (const { kind, name, at, part } of zones)
    await driver.call(MANAGER, addZone, {
      params,
      body: { kind, name, floor: null, polygon: square(at, site.halfSideDeg * part) },
    })
  const device = (protocol: Protocol, externalId: string, kind: DeviceKind, name: string, model: string) =>
    driver.call(OPERATOR, registerDevice, {
      body: {
        siteId: made.siteId,
        protocol,
        externalId,
        kind,
        name,
        model: '示范型号',
        profileId: profileOf(model),
        networks: [],
        lon: site.point[0],
        lat: site.point[1],
        floor: null,
      },
    })
  await device('hj212', site.station, 'dust', '1号扬尘噪声监测站', 'dust-station')
  if (site.crane !== null) await device('mqtt', site.crane, 'crane', '1号塔吊', 'tower-crane')
  await device('http', site.gate, 'gate', '大门实名制闸机', 'none')
  const trackers: DeviceId[] = []
  for (const [index, number] of site.trackers.entries())
    trackers.push((await device('jt808', number, 'tracker', `定位安全帽${index + 1}号`, 'none')).deviceId)
  await registerWorkers(driver, made.siteId, site, organisations.contractor, trackers)
}
const registerWorkers = async (
  driver: Driver,
  siteId: SiteId,
  site: DemoSite,
  contractor: OrganisationId,
  trackers: readonly DeviceId[],
): Promise<void> => {
  const first = addDays(localDateOf(driver.now()), -30)
  for (const [index, worker] of site.workers.entries()) {
    // One gate of the district meets somebody whose registration has run out.
    const expired = site.seed === 2 && index === site.workers.length - 1
    const row = await driver.call(MANAGER, registerWorker, {
      params: { siteId },
      body: {
        name: worker.name,
        idNumber: worker.idNumber,
        phone: null,
        workerRef: worker.ref,
        organisationId: contractor,
        team: worker.team,
        trade: worker.trade,
        teamLeader: index === 0,
        certificate: '',
        validFrom: first,
        validTo: expired ? addDays(first, 20) : null,
        informed: true,
      },
    })
    const deviceId = trackers[index]
    if (deviceId !== undefined)
      await driver.call(MANAGER, bindTracker, {
        params: { siteId, registrationId: row.registrationId },
        body: { version: row.version, deviceId },
      })
  }
}

export interface SitesWish {
  readonly sites: readonly DemoSite[]
  readonly organisations: { readonly contractor: OrganisationId; readonly supervision: OrganisationId }
}
/** The last moments of the story: sites are opened, a day is told, its end is judged by the rules. */
export const openSites = async (stage: DemoStage, driver: Driver, wish: SitesWish): Promise<void> => {
  const { platform, capabilities, clock, end } = stage
  const { replay } = capabilities.monitoring
  const projects = await capabilities.projects.reader.publicProjects(platform.db, { limit: 1000 })
  const profiles = (await driver.call(OPERATOR, listMetricProfiles, {})).rows
  const profileOf = (model: string): number => {
    const found = profiles.find((each) => each.model === model && each.latest)
    if (found === undefined) throw new Error(`no metric profile ${model}`)
    return found.profileId
  }
  const told = addMs(end, -JUDGED_MS)
  if (told > clock()) clock.set(told)
  const opened: DemoSite[] = []
  for (const site of wish.sites) {
    const project = projects.find((each) => each.name === site.projectName)
    if (project === undefined) continue
    await openOne(driver, site, project.id, wish.organisations, profileOf)
    opened.push(site)
  }
  await stage.settle()
  const devices: Devices = await replay.devices(platform.db, opened.flatMap(numbersOf))
  const until = msOf(clock())
  const between = (from: number, to: number) => opened.flatMap((site) => [...reportsBetween(site, devices, from, to)])
  await replay.take(between(until - DAY_MS, until), { judge: false })
  for (const minutes of [1, 6, 31]) {
    const next = addMs(clock(), minutes * MINUTE_MS)
    if (next <= end) clock.set(next)
    await replay.rollUp()
  }
  if (end > clock()) clock.set(end)
  await replay.take(between(until, msOf(end)), { judge: true })
  await stage.settle()
}

export interface Pulse {
  readonly stop: () => Promise<void>
}
const BEAT_MS = 30_000
/** Who says nothing else says that it is there, ms. */
const ROUND_MS = 2 * MINUTE_MS
/** Lets the devices of the demo go on speaking while the product runs. */
export const startPulse = (stage: Pick<DemoStage, 'platform' | 'capabilities'>, sites: readonly DemoSite[]): Pulse => {
  const { platform, capabilities } = stage
  const { replay } = capabilities.monitoring
  // Everybody speaks once within this time: at the first beat all are heard.
  let since = msOf(platform.clock()) - ROUND_MS
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const beat = async (): Promise<void> => {
    const devices = await replay.devices(platform.db, sites.flatMap(numbersOf))
    const now = msOf(platform.clock())
    const reports = sites.flatMap((site) => [...reportsBetween(site, devices, since, now)])
    since = now
    if (reports.length > 0) await replay.take(reports, { judge: true })
  }
  const round = (): void => {
    running = beat()
      .catch((error: unknown) => platform.log.warn({ error: String(error) }, 'the demo devices were not heard'))
      .then(() => {
        if (!stopped) timer = setTimeout(round, BEAT_MS)
      })
  }
  round()
  return {
    stop: async () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
  }
}
