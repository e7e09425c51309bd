/** Distance of two places on a sphere: good to half a percent, which is enough for "within five kilometres". */

const EARTH_M = 6_371_008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180
export interface Place {
  readonly lon: number
  readonly lat: number
}
export const metresBetween = (a: Place, b: Place): number => {
  const half =
    Math.sin(radians(b.lat - a.lat) / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)))
}
