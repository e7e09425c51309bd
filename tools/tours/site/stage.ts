/** A site with its devices on a simulated clock, and what the acts of the tour ask of it. */
import { listAlarms, readAlarm } from '../../../src/capabilities/monitoring/contract/alarms.ts'
import { readSeries } from '../../../src/capabilities/monitoring/contract/telemetry.ts'
import type { DeviceId } from '../../../src/capabilities/monitoring/model/report.ts'
import { addMs, type Instant, instant, msOf } from '../../../src/kernel/time.ts'
import type { HttpDriver } from '../../../tests/support/http-driver.ts'
import { type Crew, gatherCrew, type Pace } from '../../simulator/crew.ts'
import { OPERATOR, type Ports, type SimulatedSite } from '../../simulator/district.ts'
import type { World } from '../../simulator/life/day.ts'
import type { Incident, IncidentKind } from '../../simulator/life/incidents.ts'
import type { Tour } from '../tour.ts'

export const SECOND_MS = 1000
export const MINUTE_MS = 60_000
/** An inspector of the department that supervises the site, and the contractor's manager on it. */
export const OFFICER = 'inspector'
export const MANAGER = 'site'
export const DAY = '2026-03-02'
export const at = (time: string): Instant => instant(`${DAY}T${time}+08:00`)
export const clockText = (moment: Instant | null): string =>
  moment === null ? '—' : new Date(msOf(moment) + 8 * 3_600_000).toISOString().slice(11, 19)

/** The clock is moved by ten minutes at a time: a usual keep-alive would end every connection. */
const KEEPALIVE_S = 1200
/** Everybody speaks at every step of the clock. */
const pace: Pace = { station: 1, crane: 1, tracker: 1, gate: 1, camera: 60_000 }

export interface Stage {
  readonly tour: Tour
  readonly driver: HttpDriver
  readonly url: string
  readonly ports: Ports
  readonly site: SimulatedSite
  readonly crew: Crew
  /** Begins something that goes wrong; gives how it is ended. */
  readonly begin: (kind: IncidentKind) => () => void
  /** Goes to a moment in steps, the devices reporting at each. */
  readonly live: (until: Instant, stepMs: number) => Promise<void>
  /** Goes on in steps until something holds; gives it. Throws an Error when it never does. */
  readonly until: <T>(what: string, look: () => Promise<T | null>, stepMs: number, most: number) => Promise<T>
  readonly alarmsOf: (deviceId: DeviceId, ruleKey?: string) => ReturnType<typeof rowsOf>
  readonly alarm: (alarmId: string) => Promise<Awaited<ReturnType<typeof readOf>>>
  /** Values of PM10 that are stored of a device in a period, in order. */
  readonly pm10: (deviceId: DeviceId, from: Instant, to: Instant) => Promise<readonly number[]>
}
const rowsOf = async (driver: HttpDriver, deviceId: DeviceId, ruleKey?: string) =>
  (
    await driver.call(OFFICER, listAlarms, {
      query: { deviceId, limit: 100, unfolded: false, ...(ruleKey === undefined ? {} : { ruleKey }) },
    })
  ).rows
const readOf = (driver: HttpDriver, alarmId: string) =>
  driver.call(OFFICER, readAlarm, { params: { alarmId: alarmId as never } })

export const openStage = async (
  tour: Tour,
  driver: HttpDriver,
  url: string,
  ports: Ports,
  site: SimulatedSite,
  token: () => string,
): Promise<Stage> => {
  const incidents: Incident[] = []
  const world: World = { seed: 7, incidents }
  const crew = await gatherCrew({ url, ports, clock: () => driver.now(), world, pace, keepalive: KEEPALIVE_S, token }, [
    site,
  ])
  const step = async (moment: Instant): Promise<void> => {
    await driver.moveTo(moment)
    await crew.step(driver.now())
  }
  return {
    tour,
    driver,
    url,
    ports,
    site,
    crew,
    begin: (kind) => {
      const begun = { kind, site: site.index, fromMs: msOf(driver.now()), toMs: Number.POSITIVE_INFINITY }
      incidents.push(begun)
      return () => {
        begun.toMs = msOf(driver.now())
      }
    },
    live: async (until, stepMs) => {
      while (driver.now() < until) {
        const next = addMs(driver.now(), stepMs)
        await step(next < until ? next : until)
      }
    },
    until: async (what, look, stepMs, most) => {
      for (let steps = 0; steps <= most; steps += 1) {
        const found = await look()
        if (found !== null) return found
        await step(addMs(driver.now(), stepMs))
      }
      throw new Error(`after ${most} steps of ${stepMs} ms there is still no ${what}`)
    },
    alarmsOf: (deviceId, ruleKey) => rowsOf(driver, deviceId, ruleKey),
    alarm: (alarmId) => readOf(driver, alarmId),
    pm10: async (deviceId, from, to) => {
      const series = await driver.call(OPERATOR, readSeries, {
        params: { siteId: site.siteId, deviceId },
        query: { from, to, resolution: 'raw', metrics: 'pm10' as never },
      })
      return (series.metrics[0]?.last ?? []).map(Number)
    },
  }
}
