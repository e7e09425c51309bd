/**
 * Data minimisation: what may be kept of where people are. Only while their site is under construction, within its working
 * hours, inside its fence (个人信息保护法 第六条). Pure.
 */
import { isWithinOrNear, type Rings } from '../geofence.ts'
import type { DeviceKind } from '../report.ts'
import { isWorkingAt, type WorkingHours } from '../sites/hours.ts'
import type { SiteState } from '../sites/words.ts'

/**
 * store: it may be kept · judge: outside of the fence: rules may see that somebody left, nothing is kept · drop: nobody
 * learns of it.
 */
export type Admission = 'store' | 'judge' | 'drop'

/** What decides about the positions of a site. */
export interface Bounds {
  readonly state: SiteState
  readonly fence: Rings | null
  readonly workingHours: WorkingHours | null
}
export interface Sighting {
  readonly kind: DeviceKind
  readonly lon: number
  readonly lat: number
  readonly atMs: number
}
/** Devices that people carry. Of the others (vehicles, cranes) no person's way is known. */
const worn: ReadonlySet<DeviceKind> = new Set(['tracker', 'other'])

/** `site` is null where it is not known. What is not set admits nothing: no fence, no hours, no positions. */
export const admitPosition = (site: Bounds | null, sighting: Sighting, marginM: number): Admission => {
  if (!worn.has(sighting.kind)) return 'store'
  if (site === null || site.state !== 'active' || site.fence === null || site.workingHours === null) return 'drop'
  if (!isWorkingAt(site.workingHours, sighting.atMs)) return 'drop'
  return isWithinOrNear(site.fence, sighting.lon, sighting.lat, marginM) ? 'store' : 'judge'
}
