/** What goes wrong in the simulated district: planned from the seed, or named by whoever directs it. */
import { chance } from '../random.ts'

/**
 * intrusion: the camera sees somebody climb over · wind: a gale blows and the crane goes on · stranger: somebody without a
 * registration passes the gate · zone: somebody walks into the danger zone · silence: a sensor is lost · dust: earthworks
 * without spraying.
 */
export const incidentKinds = ['intrusion', 'wind', 'stranger', 'zone', 'silence', 'dust'] as const
export type IncidentKind = (typeof incidentKinds)[number]
export interface Incident {
  readonly kind: IncidentKind
  /** Index of the site. */
  readonly site: number
  /** Milliseconds since 1970. */
  readonly fromMs: number
  readonly toMs: number
}
export const incidentWords: Readonly<Record<IncidentKind, string>> = {
  intrusion: '有人翻越围挡,摄像机报警',
  wind: '大风中塔机继续作业',
  stranger: '未实名登记人员刷卡进场',
  zone: '人员走进危险区',
  silence: '监测站断电',
  dust: '土方作业未喷淋,扬尘升高',
}
/** How long after its beginning each is an alarm, at most, in minutes. */
export const alarmWithin: Readonly<Record<IncidentKind, number>> = {
  intrusion: 1,
  wind: 1,
  stranger: 1,
  zone: 1,
  silence: 36,
  dust: 61,
}
const MINUTE_MS = 60_000
/** How long each lasts: long enough for its rule to see it. */
const lasting: Readonly<Record<IncidentKind, number>> = {
  intrusion: 2 * MINUTE_MS,
  wind: 4 * MINUTE_MS,
  stranger: 20 * MINUTE_MS,
  zone: 2 * MINUTE_MS,
  silence: 45 * MINUTE_MS,
  dust: 90 * MINUTE_MS,
}
/** Half a minute after the beginning the first goes wrong, then one of each other kind. */
const FIRST_MS = 30_000
/**
 * Plans `perHour` incidents an hour for so many hours: one of each kind at the beginning, so that whoever watches has something
 * to see, then on sites and of kinds that the seed chooses.
 */
export const planIncidents = (
  seed: number,
  sites: number,
  fromMs: number,
  hours: number,
  perHour: number,
): readonly Incident[] => {
  if (perHour === 0) return []
  const siteOf = (n: number): number => Math.floor(chance(seed, 'incident.site', n) * sites)
  const placed = (kind: IncidentKind, n: number, begin: number): Incident => ({
    kind,
    site: siteOf(n),
    fromMs: begin,
    toMs: begin + lasting[kind],
  })
  const first = incidentKinds.map((kind, n) => placed(kind, n, fromMs + FIRST_MS + n * FIRST_MS))
  const rest = Array.from({ length: Math.max(0, Math.round(hours * perHour) - first.length) }, (_, place) => {
    const n = place + first.length
    const kind = incidentKinds[Math.floor(chance(seed, 'incident.kind', n) * incidentKinds.length)] ?? 'dust'
    return placed(kind, n, fromMs + MINUTE_MS + ((n + chance(seed, 'incident.at', n)) / perHour) * 3_600_000)
  })
  return [...first, ...rest]
}
export const during = (incidents: readonly Incident[], kind: IncidentKind, site: number, ms: number): boolean =>
  incidents.some((each) => each.kind === kind && each.site === site && ms >= each.fromMs && ms < each.toMs)
