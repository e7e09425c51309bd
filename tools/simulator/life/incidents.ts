/** What goes wrong in the simulated district: planned from the seed, or named by whoever directs it. */
import { chance } from '../random.ts'

/**
 * dust: earthworks without spraying · wind: a gale blows and the crane goes on · zone: somebody walks into the danger zone ·
 * silence: a sensor is lost.
 */
export const incidentKinds = ['dust', 'wind', 'zone', 'silence'] as const
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
  dust: '土方作业未喷淋,扬尘升高',
  wind: '大风中塔机继续作业',
  zone: '人员走进危险区',
  silence: '监测站断电',
}
const MINUTE_MS = 60_000
/** How long each lasts: long enough for its rule to see it. */
const lasting: Readonly<Record<IncidentKind, number>> = {
  dust: 90 * MINUTE_MS,
  wind: 4 * MINUTE_MS,
  zone: 2 * MINUTE_MS,
  silence: 45 * MINUTE_MS,
}
/** Plans `perHour` incidents an hour for so many hours, on sites and of kinds that the seed chooses. */
export const planIncidents = (
  seed: number,
  sites: number,
  fromMs: number,
  hours: number,
  perHour: number,
): readonly Incident[] =>
  Array.from({ length: Math.round(hours * perHour) }, (_, n) => {
    const kind = incidentKinds[Math.floor(chance(seed, 'incident.kind', n) * incidentKinds.length)] ?? 'dust'
    const begin = fromMs + MINUTE_MS + ((n + chance(seed, 'incident.at', n)) / perHour) * 3_600_000
    return {
      kind,
      site: Math.floor(chance(seed, 'incident.site', n) * sites),
      fromMs: begin,
      toMs: begin + lasting[kind],
    }
  })
export const during = (incidents: readonly Incident[], kind: IncidentKind, site: number, ms: number): boolean =>
  incidents.some((each) => each.kind === kind && each.site === site && ms >= each.fromMs && ms < each.toMs)
