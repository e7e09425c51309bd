/**
 * What tower cranes and construction hoists report, whichever wire format brought it. GB/T 37366-2019 and GB/T 37537-2019
 * name these quantities; their frame tables were not available, and cities and vendors have formats of their own, so formats
 * are codecs around this one model. Null = not reported; nothing is made up.
 */
import type { Instant } from '../../kernel/time.ts'
import { type Words, words } from '../../kernel/words.ts'

/** Alarms of a tower crane as bits; several may be set. */
export const craneAlarms = {
  load: 1,
  moment: 2,
  wind: 4,
  tilt: 8,
  heightLimit: 16,
  radiusLimit: 32,
  slewLimit: 64,
  collision: 128,
  zone: 256,
  driver: 512,
  sensor: 1024,
} as const
export type CraneAlarm = keyof typeof craneAlarms
export const craneAlarmWords: Readonly<Record<CraneAlarm, Words>> = {
  load: words('超载', 'Overload'),
  moment: words('力矩超限', 'Load moment exceeded'),
  wind: words('风速超限', 'Wind too strong'),
  tilt: words('倾角超限', 'Tilt exceeded'),
  heightLimit: words('高度限位', 'Height limit'),
  radiusLimit: words('幅度限位', 'Radius limit'),
  slewLimit: words('回转限位', 'Slewing limit'),
  collision: words('多机碰撞', 'Collision of cranes'),
  zone: words('禁行区域', 'Forbidden zone'),
  driver: words('司机身份未识别', 'Driver not recognised'),
  sensor: words('传感器故障', 'Sensor fault'),
}

/** Alarms of a hoist as bits. */
export const hoistAlarms = {
  load: 1,
  people: 2,
  speed: 4,
  tilt: 8,
  topLimit: 16,
  bottomLimit: 32,
  door: 64,
  wind: 128,
  driver: 256,
  fallArrester: 512,
  sensor: 1024,
} as const
export type HoistAlarm = keyof typeof hoistAlarms
export const hoistAlarmWords: Readonly<Record<HoistAlarm, Words>> = {
  load: words('超载', 'Overload'),
  people: words('超员', 'Too many people'),
  speed: words('超速', 'Too fast'),
  tilt: words('倾角超限', 'Tilt exceeded'),
  topLimit: words('上限位', 'Upper limit'),
  bottomLimit: words('下限位', 'Lower limit'),
  door: words('门未关闭', 'Door open'),
  wind: words('风速超限', 'Wind too strong'),
  driver: words('司机身份未识别', 'Driver not recognised'),
  fallArrester: words('防坠器动作', 'Fall arrester tripped'),
  sensor: words('传感器故障', 'Sensor fault'),
}

export interface CraneReport {
  readonly kind: 'crane'
  readonly craneId: string
  readonly at: Instant
  /** Counts up; (crane, time, seq) names a report. */
  readonly seq: number
  /** Height of the hook above ground, m. */
  readonly heightM: number | null
  /** Radius of the trolley, m. */
  readonly radiusM: number | null
  /** Slewing angle, degrees 0 to 360. */
  readonly slewDeg: number | null
  readonly loadT: number | null
  /** Moment as percent of the permitted one. */
  readonly momentPercent: number | null
  readonly windMps: number | null
  readonly tiltDeg: number | null
  readonly driverId: string | null
  /** Bits of `craneAlarms`. */
  readonly alarms: number
}
export interface HoistReport {
  readonly kind: 'hoist'
  readonly hoistId: string
  readonly at: Instant
  readonly seq: number
  readonly heightM: number | null
  readonly speedMps: number | null
  readonly loadT: number | null
  readonly people: number | null
  readonly windMps: number | null
  readonly tiltDeg: number | null
  readonly driverId: string | null
  /** Bits of `hoistAlarms`. */
  readonly alarms: number
}
export type LiftingReport = CraneReport | HoistReport

type Range = readonly [min: number, max: number]
/** What a quantity can physically be; a value outside is a fault of the sensor and is left out. Wide on purpose (certainty C). */
export const craneRanges: Readonly<Record<string, Range>> = {
  heightM: [-50, 1000],
  radiusM: [0, 120],
  slewDeg: [0, 360],
  loadT: [-1, 300],
  momentPercent: [0, 300],
  windMps: [0, 80],
  tiltDeg: [-45, 45],
  speedMps: [-10, 10],
  people: [0, 60],
}

/** Keeps a value that can be; gives null otherwise. */
export const plausible = (quantity: string, value: number | null | undefined): number | null => {
  const range = craneRanges[quantity]
  if (value === null || value === undefined || range === undefined || !Number.isFinite(value)) return null
  return value >= range[0] && value <= range[1] ? value : null
}

/** The names of the bits that are set. */
export const alarmsOf = <A extends string>(bits: number, table: Readonly<Record<A, number>>): readonly A[] =>
  (Object.keys(table) as A[]).filter((name) => (bits & table[name]) !== 0)
