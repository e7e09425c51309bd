/**
 * What the devices of the demo district say: a plain function of place and moment, so that yesterday looks the same whenever
 * it is told. Everything is invented; figures follow the day as on a usual site.
 */
import type { KnownDevice, Report } from '../../capabilities/monitoring/model/report.ts'
import { DAY_MS, instantFromMs } from '../../kernel/time.ts'
import type { DemoSite } from './site-cast.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const SHANGHAI_MS = 8 * HOUR_MS

/** Between 0 and 1, the same for the same numbers (an integer hash after Murmur3's finaliser). */
const dice = (seed: number, n: number): number => {
  let x = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return ((x ^ (x >>> 16)) >>> 0) / 0x1_0000_0000
}
const wave = (hour: number, peak: number): number => Math.cos(((hour - peak) / 24) * 2 * Math.PI)
const hourOf = (ms: number): number => ((ms + SHANGHAI_MS) % DAY_MS) / HOUR_MS
const isAtWork = (hour: number): boolean => hour >= 7 && hour < 18

/** Values of a dust station in the order of its metrics. */
const dustValues = (site: DemoSite, ms: number): Readonly<Record<string, number>> => {
  const [hour, minute] = [hourOf(ms), Math.floor(ms / MINUTE_MS)]
  const roll = (n: number): number => dice(site.seed * 16 + n, minute)
  // Some stretches of work stir up more than others; the dusty site goes beyond its limit by noon.
  const digging = isAtWork(hour) ? 0.4 + 0.6 * dice(site.seed * 16 + 9, Math.floor(ms / (20 * MINUTE_MS))) : 0
  const pm10 = 38 + 14 * wave(hour, 9) + digging * site.dust * (0.85 + 0.3 * roll(1))
  const temperature = 14 + 5 * wave(hour, 15) + 0.4 * roll(2)
  return {
    pm10,
    pm25: pm10 * 0.45 + 4 * roll(3),
    tsp: pm10 * 1.7 + 10 * roll(4),
    noise: (isAtWork(hour) ? 60 + 7 * digging : 43) + 4 * roll(5),
    'wind-speed': Math.max(0.2, 2.2 + 1.4 * wave(hour, 16) + 1.2 * roll(6)),
    'wind-direction': (40 + 30 * wave(hour, 12) + 20 * roll(7) + 360) % 360,
    temperature,
    humidity: 68 - 12 * wave(hour, 15) + 3 * roll(8),
    pressure: 98.6 + 0.2 * wave(hour, 10),
  }
}
const craneValues = (site: DemoSite, ms: number): Readonly<Record<string, number>> => {
  const [hour, minute] = [hourOf(ms), Math.floor(ms / MINUTE_MS)]
  const working = isAtWork(hour)
  const lift = working ? dice(site.seed * 16 + 11, Math.floor(minute / 4)) : 0
  return {
    load: working ? 0.3 + 3.2 * lift : 0,
    moment: working ? 12 + 62 * lift : 3,
    height: 18 + 26 * dice(site.seed * 16 + 12, Math.floor(minute / 6)),
    radius: 8 + 34 * dice(site.seed * 16 + 13, Math.floor(minute / 5)),
    slew: working ? (minute * 23) % 360 : 120,
    'wind-speed': Math.max(0.4, 3.4 + 1.8 * wave(hour, 16) + 1.6 * dice(site.seed * 16 + 14, minute)),
    tilt: 0.1 + 0.2 * dice(site.seed * 16 + 15, minute),
  }
}
const telemetry = (device: KnownDevice, ms: number, said: Readonly<Record<string, number>>): Report => ({
  kind: 'telemetry',
  device,
  at: instantFromMs(ms),
  receivedAt: instantFromMs(ms),
  buffered: false,
  quality: 0,
  values: Float32Array.from(device.metrics.map((metric) => said[metric] ?? Number.NaN)),
})

const beat = (device: KnownDevice, ms: number): Report => {
  const at = instantFromMs(ms)
  return { kind: 'heartbeat', device, at, receivedAt: at, buffered: false }
}

export type Devices = ReadonlyMap<string, KnownDevice>

/** What the devices of a site said after `fromMs` and until `toMs`: stations and cranes by the minute, people as they go. */
export const reportsBetween = (site: DemoSite, devices: Devices, fromMs: number, toMs: number): readonly Report[] => {
  const reports: Report[] = []
  const minutes = (step: number, tell: (ms: number) => void): void => {
    for (let ms = (Math.floor(fromMs / step) + 1) * step; ms <= toMs; ms += step) tell(ms)
  }
  const station = devices.get(site.station)
  if (station !== undefined) minutes(MINUTE_MS, (ms) => reports.push(telemetry(station, ms, dustValues(site, ms))))
  const crane = site.crane === null ? undefined : devices.get(site.crane)
  if (crane !== undefined) minutes(MINUTE_MS, (ms) => reports.push(telemetry(crane, ms, craneValues(site, ms))))
  const gate = devices.get(site.gate)
  if (gate !== undefined) minutes(2 * MINUTE_MS, (ms) => reports.push(beat(gate, ms)))
  const firstDay = Math.floor((fromMs + SHANGHAI_MS) / DAY_MS)
  const lastDay = Math.floor((toMs + SHANGHAI_MS) / DAY_MS)
  if (gate !== undefined)
    for (let day = firstDay; day <= lastDay; day += 1)
      site.workers.forEach((worker, index) => {
        const roll = (n: number): number => dice(site.seed * 64 + index, day * 8 + n)
        if (roll(0) > 0.92) return
        for (const [direction, hour] of [
          ['in', 6.5 + roll(1)],
          ['out', 17.6 + roll(2)],
        ] as const) {
          const ms = Math.floor(day * DAY_MS - SHANGHAI_MS + hour * HOUR_MS)
          if (ms <= fromMs || ms > toMs) continue
          reports.push({
            kind: 'attendance',
            device: gate,
            at: instantFromMs(ms),
            receivedAt: instantFromMs(ms),
            buffered: false,
            workerRef: worker.ref,
            direction,
            method: index % 4 === 0 ? 'card' : 'face',
            photoRef: null,
            eventId: `${worker.ref}-${day}-${direction}`,
          })
        }
      })
  site.trackers.forEach((number, index) => {
    const tracker = devices.get(number)
    if (tracker === undefined) return
    minutes(MINUTE_MS, (ms) => {
      if (!isAtWork(hourOf(ms))) {
        // In its rack by night, a helmet says that it is there.
        if (ms % (2 * MINUTE_MS) === 0) reports.push(beat(tracker, ms))
        return
      }
      const minute = Math.floor(ms / MINUTE_MS)
      const turn = minute / 25 + index * 1.7
      const reach = site.halfSideDeg * 0.7
      reports.push({
        kind: 'position',
        device: tracker,
        at: instantFromMs(ms),
        receivedAt: instantFromMs(ms),
        buffered: false,
        lon:
          site.point[0] +
          reach * Math.cos(turn) * (0.4 + 0.6 * dice(site.seed * 64 + 40 + index, Math.floor(minute / 10))),
        lat: site.point[1] + reach * Math.sin(turn * 0.8) * 0.8,
        floor: null,
        speedMps: 0.6,
        accuracyM: 4,
      })
    })
  })
  return reports.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
