/** Whether a place lies inside a polygon: an odd number of edges to its east. Sites are small: degrees serve as a plane. */
import type { Zone } from './types.ts'

const crossings = (ring: readonly (readonly [number, number])[], lon: number, lat: number): number => {
  let count = 0
  for (let index = 0, before = ring.length - 1; index < ring.length; before = index, index += 1) {
    const a = ring[index]
    const b = ring[before]
    if (a === undefined || b === undefined || a[1] > lat === b[1] > lat) continue
    if (lon < ((b[0] - a[0]) * (lat - a[1])) / (b[1] - a[1]) + a[0]) count += 1
  }
  return count
}
export const isInside = (zone: Zone, lon: number, lat: number, floor: number | null): boolean => {
  if (zone.floor !== null && floor !== null && zone.floor !== floor) return false
  let count = 0
  for (const ring of zone.polygon) count += crossings(ring, lon, lat)
  return count % 2 === 1
}
