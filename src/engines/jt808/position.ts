/** The position report of JT/T 808 (body of 0200, item of 0704, part of 0801). Coordinates are WGS-84 and stay so. */
import type { Instant } from '../../kernel/time.ts'
import { bcdInstant, u16, u32 } from './octets.ts'
import type { Dialect, ItemFormat } from './registry.ts'

export type PositionNote =
  | 'no-fix' // the terminal itself says that the position is not fixed
  | 'position-impossible' // beyond the poles or the date line, or exactly 0/0
  | 'time-malformed'
  | 'item-cut' // an additional item is longer than what is left
  | 'item-repeated'
  | 'item-malformed' // a known item of another length, or one that its decoder cannot read

export interface Position {
  /** Degrees, north positive, WGS-84; null together when no position is to be believed. */
  readonly latitude: number | null
  readonly longitude: number | null
  /** Metres above sea level. */
  readonly altitude: number
  /** km/h by satellite. */
  readonly speed: number
  /** Degrees clockwise from north. */
  readonly direction: number
  /** The terminal's time; null when it is none: use the time of reception. */
  readonly at: Instant | null
  readonly acc: boolean
  /** The alarm bits of the standard (ALARMS). */
  readonly alarmBits: number
  readonly statusBits: number
  /** Kilometres by odometer. */
  readonly mileage: number | null
  /** Litres. */
  readonly fuel: number | null
  /** Strength of the mobile network, as the terminal counts it. */
  readonly signal: number | null
  readonly satellites: number | null
  /** What the dialect of the model read from its own items. */
  readonly values: Readonly<Record<string, unknown>>
  /** The items that nobody read, by id. */
  readonly others: ReadonlyMap<number, Uint8Array>
  /** Stored while there was no network and sent later: history, never the cause of a live alarm. */
  readonly buffered: boolean
  readonly notes: readonly PositionNote[]
}

/** Octets before the additional items. */
export const POSITION_LENGTH = 28

/** The bits of the alarm word (JT/T 808-2019 table 24; 2013 the same). */
export const ALARMS: Readonly<Record<number, string>> = {
  0: '紧急报警',
  1: '超速报警',
  2: '疲劳驾驶报警',
  3: '危险驾驶行为报警',
  4: 'GNSS 模块故障',
  5: 'GNSS 天线未接或被剪断',
  6: 'GNSS 天线短路',
  7: '终端主电源欠压',
  8: '终端主电源掉电',
  9: '终端显示器故障',
  10: 'TTS 模块故障',
  11: '摄像头故障',
  12: 'IC 卡模块故障',
  13: '超速预警',
  14: '疲劳驾驶预警',
  18: '当天累计驾驶超时',
  19: '超时停车',
  20: '进出区域',
  21: '进出路线',
  22: '路段行驶时间不足或过长',
  23: '路线偏离报警',
  24: '车辆 VSS 故障',
  25: '车辆油量异常',
  26: '车辆被盗',
  27: '车辆非法点火',
  28: '车辆非法位移',
  29: '碰撞预警',
  30: '侧翻预警',
  31: '非法开门报警',
}

/** Gives the bits that are set, lowest first. */
export const bitsOf = (word: number): readonly number[] =>
  Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => Math.floor(word / 2 ** bit) % 2 === 1)

/** Gives the alarm bits that may raise an alarm now: none of a buffered position. */
export const liveAlarmsOf = (position: Position): readonly number[] =>
  position.buffered ? [] : bitsOf(position.alarmBits)

const MICRODEGREES = 1_000_000
const STANDARD_ITEMS: ItemFormat = { idOctets: 1, lengthOctets: 1 }

const unsignedAt = (bytes: Uint8Array, at: number, width: 1 | 2 | 4): number =>
  width === 1 ? (bytes[at] ?? 0) : width === 2 ? u16(bytes, at) : u32(bytes, at)

/** Reads a position; null when the body is shorter than one. */
export const parsePosition = (body: Uint8Array, buffered: boolean, dialect: Dialect = {}): Position | null => {
  if (body.length < POSITION_LENGTH) return null
  const notes: PositionNote[] = []
  const note = (what: PositionNote): void => {
    if (!notes.includes(what)) notes.push(what)
  }
  const statusBits = u32(body, 4)
  const fixed = (statusBits & 2) !== 0
  const latitude = (u32(body, 8) / MICRODEGREES) * ((statusBits & 4) !== 0 ? -1 : 1)
  const longitude = (u32(body, 12) / MICRODEGREES) * ((statusBits & 8) !== 0 ? -1 : 1)
  const possible = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0)
  if (!fixed) note('no-fix')
  if (!possible) note('position-impossible')
  const at = bcdInstant(body, 22)
  if (at === null) note('time-malformed')

  const found = new Map<number, Uint8Array>()
  const { idOctets, lengthOctets } = dialect.itemFormat ?? STANDARD_ITEMS
  for (let start = POSITION_LENGTH; start < body.length; ) {
    const contentAt = start + idOctets + lengthOctets
    const id = unsignedAt(body, start, idOctets)
    const end = contentAt + unsignedAt(body, start + idOctets, lengthOctets)
    if (contentAt > body.length || end > body.length) {
      note('item-cut')
      break
    }
    if (found.has(id)) note('item-repeated')
    else found.set(id, body.subarray(contentAt, end))
    start = end
  }

  /** Takes a standard item when it has its length. */
  const take = (id: number, width: 1 | 2 | 4): number | null => {
    const item = dialect.items?.has(id) === true ? undefined : found.get(id)
    if (item === undefined) return null
    if (item.length !== width) {
      note('item-malformed')
      return null
    }
    found.delete(id)
    return unsignedAt(item, 0, width)
  }
  const mileage = take(0x01, 4)
  const fuel = take(0x02, 2)
  const signal = take(0x30, 1)
  const satellites = take(0x31, 1)
  const values: Record<string, unknown> = {}
  for (const [id, decode] of dialect.items ?? []) {
    const item = found.get(id)
    if (item === undefined) continue
    const read = decode(item)
    if (read === null) note('item-malformed')
    else {
      found.delete(id)
      Object.assign(values, read)
    }
  }
  return {
    latitude: possible && fixed ? latitude : null,
    longitude: possible && fixed ? longitude : null,
    altitude: u16(body, 16),
    speed: u16(body, 18) / 10,
    direction: u16(body, 20),
    at,
    acc: (statusBits & 1) !== 0,
    alarmBits: u32(body, 0),
    statusBits,
    mileage: mileage === null ? null : mileage / 10,
    fuel: fuel === null ? null : fuel / 10,
    signal,
    satellites,
    values,
    others: found,
    buffered,
    notes,
  }
}
