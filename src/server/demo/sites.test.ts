import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import * as people from '../../capabilities/monitoring/contract/people.ts'
import * as contract from '../../capabilities/monitoring/contract/sites.ts'
import type { KnownDevice } from '../../capabilities/monitoring/model/report.ts'
import type { Person } from '../../kernel/actor.ts'
import type { OrganisationId } from '../../kernel/identity.ts'
import { instant, localDate, msOf } from '../../kernel/time.ts'
import { newId } from '../../platform/identity.ts'
import { people as castPeople } from './cast.ts'
import type { Driver } from './driver.ts'
import type { DemoStage } from './load.ts'
import { demoProjects } from './projects.ts'
import { demoSites } from './site-cast.ts'
import { reportsBetween } from './site-data.ts'
import { openSites } from './sites.ts'

const END = instant('2026-03-03T04:00:00Z')
const NAME = '观音桥示例住宅'
let window: Window
let inspector: Person
let manager: Person
let contractor: OrganisationId
let supervision: OrganisationId
beforeAll(async () => {
  window = await openWindow({ startAt: instant('2026-03-03T02:00:00Z') })
  contractor = await window.organisation('示范施工')
  supervision = await window.organisation('示范监理')
  inspector = await window.person('监督甲', { role: 'inspector', department: 'housing' })
  manager = await window.person('现场甲', { role: 'site-manager', organisationId: contractor })
  await window.project()
})
afterAll(() => window.close())

const [first] = demoSites(demoProjects)
const sites = first === undefined ? [] : [{ ...first, projectName: NAME, dust: 260 }]

describe('the cast of the sites', () => {
  it('has five sites on projects under construction, with numbers that no other device has', () => {
    const all = demoSites(demoProjects)
    expect(all.map((each) => each.projectName).every((name) => demoProjects.some((each) => each.name === name))).toBe(
      true,
    )
    expect(all.length).toBe(5)
    const numbers = all.flatMap((each) => [
      each.station,
      each.gate,
      ...each.trackers,
      ...(each.crane === null ? [] : [each.crane]),
    ])
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(new Set(all.flatMap((each) => each.workers.map((worker) => worker.idNumber))).size).toBe(40)
    expect(castPeople.filter((each) => ['site', 'inspector'].includes(each.login)).length).toBe(2)
  })
  it('says the same of the same stretch, told at once or in parts', () => {
    const site = demoSites(demoProjects)[0]
    if (site === undefined) throw new Error('a site was expected')
    const device = (kind: KnownDevice['kind']): KnownDevice => ({
      siteId: newId(),
      deviceId: newId(),
      kind,
      profileId: 1,
      metrics: ['pm10'],
    })
    const devices = new Map([
      [site.station, device('dust')],
      [site.gate, device('gate')],
      ...site.trackers.map((number) => [number, device('tracker')] as const),
    ])
    const [from, middle, to] = [msOf(END) - 86_400_000, msOf(END) - 5_000_001, msOf(END)]
    const whole = reportsBetween(site, devices, from, to)
    const parts = [...reportsBetween(site, devices, from, middle), ...reportsBetween(site, devices, middle, to)]
    expect(parts).toEqual(whole)
    expect(whole.filter((each) => each.kind === 'telemetry').length).toBe(1440)
    // Whoever opens the demo at any hour finds its devices there.
    for (let hour = 0; hour < 24; hour += 1) {
      const at = msOf(END) + hour * 3_600_000 + 1
      const heard = new Set(reportsBetween(site, devices, at - 120_000, at).map((each) => each.device.deviceId))
      expect([hour, heard.size]).toEqual([hour, devices.size])
    }
  })
})

describe('a day on the sites', () => {
  it('is told through the endpoints and the way of all reports: figures, people, an alarm', {
    timeout: 60_000,
  }, async () => {
    const driver: Driver = {
      now: window.platform.clock,
      upload: () => Promise.reject(new Error('nothing is uploaded')),
      call: (login, endpoint, input) =>
        window.as(login === 'inspector' ? inspector : manager).call(endpoint, input as never) as never,
    }
    const stage = {
      platform: window.platform,
      capabilities: { monitoring: window.monitoring, projects: window.projects },
      clock: window.test.clock,
      end: END,
      settle: async () => undefined,
    } as unknown as DemoStage
    const began = performance.now()
    await openSites(stage, driver, { sites, organisations: { contractor, supervision } })
    expect(performance.now() - began).toBeLessThan(30_000)
    const listed = await window.as(inspector).call(contract.listSites, { query: { limit: 10 } })
    const [site] = listed.rows
    if (site === undefined) throw new Error('a site was expected')
    expect(site).toMatchObject({ name: first?.name, devices: { online: 6, total: 6 } })
    expect(site.people).toBeGreaterThan(3)
    expect(site.figures.map((each) => each.metric)).toEqual(['pm10', 'noise', 'wind-speed'])
    expect(site.weather?.temperatureC).toBeGreaterThan(5)
    const params = { siteId: site.siteId }
    const day = await window.as(manager).call(people.attendanceDay, { params, query: { day: localDate('2026-03-02') } })
    expect(day).toMatchObject({ registered: 8, unregistered: 0 })
    const look = await window.as(manager).call(people.beginLook, {
      params,
      body: { purpose: '核对在场人数', registrationId: null, from: null, to: null },
    })
    const { rows } = await window.as(manager).call(people.positionsNow, { params, query: look })
    expect(rows.filter((row) => row.name !== null).length).toBe(3)
    const hours = await window.test.pool.query<{ n: number }>(
      'select count(*)::int as n from monitoring.rollup_1h where site_id = $1',
      [site.siteId],
    )
    expect(hours.rows[0]?.n).toBeGreaterThan(20)
    expect(window.platform.clock()).toBe(END)
  })
})
