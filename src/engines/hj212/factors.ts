/**
 * What a building site's dust and noise monitor measures: the factor codes of HJ 212-2017 and of older devices, as data.
 *
 * `range` is what the instrument can possibly read, `typical` where the median of a week lies on a working site; both
 * are this project's own judgement to find broken sensors and wrong units, no limits of the law.
 */

export type Unit = 'ug/m3' | 'mg/m3' | 'ng/m3' | 'dB(A)' | 'Cel' | '%' | 'kPa' | 'hPa' | 'Pa' | 'm/s' | 'deg'

export interface Factor {
  readonly code: string
  readonly name: string
  /** The name under which the platform keeps the series, whatever the code. */
  readonly metric: string
  /** The unit in which the platform keeps it, and which devices send unless their model says otherwise. */
  readonly unit: Unit
  readonly range: readonly [number, number]
  readonly typical: readonly [number, number]
}

const dust: Pick<Factor, 'unit' | 'range' | 'typical'> = { unit: 'ug/m3', range: [0, 30_000], typical: [2, 2000] }
const gas: Pick<Factor, 'unit' | 'range' | 'typical'> = { unit: 'ug/m3', range: [0, 10_000], typical: [0.5, 500] }
const level: Pick<Factor, 'unit' | 'range' | 'typical'> = { unit: 'dB(A)', range: [10, 160], typical: [30, 100] }

export const FACTORS: readonly Factor[] = [
  { code: 'a34001', name: '总悬浮颗粒物 TSP', metric: 'tsp', ...dust },
  { code: 'a34002', name: '可吸入颗粒物 PM10', metric: 'pm10', ...dust },
  { code: 'a34004', name: '细颗粒物 PM2.5', metric: 'pm2_5', ...dust },
  { code: 'a34005', name: '亚微米颗粒物 PM1.0', metric: 'pm1', ...dust },
  { code: 'a01001', name: '温度', metric: 'temperature', unit: 'Cel', range: [-50, 80], typical: [-30, 45] },
  { code: 'a01002', name: '湿度', metric: 'humidity', unit: '%', range: [0, 100], typical: [5, 100] },
  { code: 'a01006', name: '气压', metric: 'pressure', unit: 'kPa', range: [45, 115], typical: [50, 108] },
  { code: 'a01007', name: '风速', metric: 'wind-speed', unit: 'm/s', range: [0, 75], typical: [0, 20] },
  { code: 'a01008', name: '风向', metric: 'wind-direction', unit: 'deg', range: [0, 360], typical: [0, 360] },
  { code: 'a21004', name: '二氧化氮', metric: 'no2', ...gas },
  { code: 'a21026', name: '二氧化硫', metric: 'so2', ...gas },
  { code: 'a05024', name: '臭氧', metric: 'o3', ...gas },
  { code: 'a21005', name: '一氧化碳', metric: 'co', unit: 'mg/m3', range: [0, 1000], typical: [0.05, 20] },
  { code: 'LA', name: 'A 计权声级', metric: 'noise', ...level },
  { code: 'Leq', name: '等效连续 A 声级', metric: 'leq', ...level },
  { code: 'L5', name: '累积百分声级 L5', metric: 'l5', ...level },
  { code: 'L10', name: '累积百分声级 L10', metric: 'l10', ...level },
  { code: 'L50', name: '累积百分声级 L50', metric: 'l50', ...level },
  { code: 'L90', name: '累积百分声级 L90', metric: 'l90', ...level },
  { code: 'L95', name: '累积百分声级 L95', metric: 'l95', ...level },
  { code: 'Ld', name: '昼间等效声级', metric: 'ld', ...level },
  { code: 'Ln', name: '夜间等效声级', metric: 'ln', ...level },
  { code: 'Ldn', name: '昼夜等效声级', metric: 'ldn', ...level },
  { code: 'LMx', name: '最大声级', metric: 'lmax', ...level },
  { code: 'LMn', name: '最小声级', metric: 'lmin', ...level },
]

/** Codes that devices send instead, seen in frames of public repositories; they follow no edition of the standard. */
export const ALIASES: Readonly<Record<string, string>> = {
  TSP: 'a34001',
  PM10: 'a34002',
  PM25: 'a34004',
  TEM: 'a01001',
  TEMP: 'a01001',
  RH: 'a01002',
  HUMI: 'a01002',
  WS: 'a01007',
  WD: 'a01008',
  NOIS: 'LA',
  a50001: 'LA',
}

const byCode: ReadonlyMap<string, Factor> = (() => {
  const own = new Map(FACTORS.map((factor) => [factor.code, factor]))
  const all = new Map(own)
  for (const [alias, code] of Object.entries(ALIASES)) {
    const factor = own.get(code)
    if (factor === undefined) throw new RangeError(`alias of an unknown factor: ${code}`)
    all.set(alias, factor)
  }
  return all
})()

/** Finds the factor that a device's code means; the case of the letters must fit. */
export const factorOf = (code: string): Factor | undefined => byCode.get(code)
export const isFactorCode = (code: string): boolean => byCode.has(code)

/** How many of the second unit one of the first is; the two of a pair measure the same quantity. */
const UNIT_FACTORS: Readonly<Record<string, number>> = {
  'mg/m3>ug/m3': 1000,
  'ng/m3>ug/m3': 0.001,
  'ug/m3>mg/m3': 0.001,
  'ng/m3>mg/m3': 0.000_001,
  'hPa>kPa': 0.1,
  'Pa>kPa': 0.001,
}
/** Gives the factor from one unit to another. Throws a RangeError when they do not measure the same quantity. */
export const unitFactor = (from: Unit, to: Unit): number => {
  if (from === to) return 1
  const factor = UNIT_FACTORS[`${from}>${to}`]
  if (factor === undefined) throw new RangeError(`${from} cannot become ${to}`)
  return factor
}

/**
 * Judges from the median of many raw values which unit a device sends: the platform's own when the median is typical in
 * it, another when only that one makes it typical, null when none does or several do. A device whose result is not the
 * unit of its model needs a look.
 */
export const likelyUnit = (factor: Factor, rawMedian: number): Unit | null => {
  const [low, high] = factor.typical
  const fits = (unit: Unit): boolean => {
    const value = rawMedian * unitFactor(unit, factor.unit)
    return value >= low && value <= high
  }
  if (fits(factor.unit)) return factor.unit
  const others = Object.keys(UNIT_FACTORS)
    .map((pair) => pair.split('>') as [Unit, Unit])
    .filter(([, to]) => to === factor.unit)
    .map(([from]) => from)
    .filter(fits)
  return others.length === 1 ? (others[0] ?? null) : null
}
