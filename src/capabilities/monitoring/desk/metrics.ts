/** Names and units of measured values, as the desk shows them. */
import { type Words, words } from '../../../kernel/words.ts'

interface MetricLook {
  readonly name: Words
  readonly unit: string
}
const look = (zh: string, en: string, unit: string): MetricLook => ({ name: words(zh, en), unit })
const looks: Readonly<Record<string, MetricLook>> = {
  pm10: look('PM10', 'PM10', 'μg/m³'),
  pm25: look('PM2.5', 'PM2.5', 'μg/m³'),
  tsp: look('总悬浮颗粒物', 'TSP', 'μg/m³'),
  noise: look('噪声', 'Noise', 'dB(A)'),
  'wind-speed': look('风速', 'Wind speed', 'm/s'),
  'wind-direction': look('风向', 'Wind direction', '°'),
  temperature: look('气温', 'Temperature', '℃'),
  humidity: look('湿度', 'Humidity', '%'),
  pressure: look('气压', 'Pressure', 'kPa'),
  load: look('吊重', 'Load', 't'),
  moment: look('力矩', 'Moment', '%'),
  height: look('高度', 'Height', 'm'),
  radius: look('幅度', 'Radius', 'm'),
  slew: look('回转角', 'Slew', '°'),
  tilt: look('倾角', 'Tilt', '°'),
}
/** The order in which metrics stand in lists. */
export const knownMetrics: readonly string[] = Object.keys(looks)
/** The name of a metric; one that a profile of one's own names keeps its code. */
export const metricName = (metric: string): Words => looks[metric]?.name ?? words(metric, metric)
export const unitOf = (metric: string): string => looks[metric]?.unit ?? ''

/** A value with so many digits as it is worth. */
export const valueText = (value: number | null | undefined): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return '—'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace(/^-0(\.0+)?$/, '0')
}
export const valueWithUnit = (metric: string, value: number | null | undefined): string =>
  value === null || value === undefined ? '—' : `${valueText(value)} ${unitOf(metric)}`.trim()

const winds = ['北', '东北', '东', '东南', '南', '西南', '西', '西北'] as const
const windsEn = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const
/** The name of the direction from which wind blows, in degrees clockwise from north. */
export const windName = (degrees: number): Words => {
  const at = ((Math.round(degrees / 45) % 8) + 8) % 8
  return words(`${winds[at] ?? ''}风`, windsEn[at] ?? '')
}
/** A length of time for people: '3 天', '2 小时', '5 分钟'. */
export const lengthOf = (ms: number): Words => {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 60) return words(`${minutes} 分钟`, `${minutes} min`)
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return words(`${hours} 小时`, `${hours} h`)
  return words(`${Math.floor(hours / 24)} 天`, `${Math.floor(hours / 24)} d`)
}
/** How long ago something was: '刚刚', '5 分钟前'. */
export const agoOf = (ms: number): Words => {
  if (ms < 30_000) return words('刚刚', 'just now')
  const { zh, en } = lengthOf(ms)
  return words(`${zh}前`, `${en} ago`)
}
