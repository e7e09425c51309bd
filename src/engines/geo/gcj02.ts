/**
 * GCJ-02, the shifted coordinates of Chinese web maps: only for links to such maps and for showing, never stored.
 * Outside China the shift is nil.
 */
import type { GeographicPosition } from './projection.ts'

const AXIS = 6_378_245
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943

const waves = (x: number): number => 20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)
const latitudeShift = (x: number, y: number): number =>
  -100 +
  2 * x +
  3 * y +
  0.2 * y * y +
  0.1 * x * y +
  0.2 * Math.sqrt(Math.abs(x)) +
  (2 / 3) *
    (waves(x) +
      20 * Math.sin(y * Math.PI) +
      40 * Math.sin((y / 3) * Math.PI) +
      160 * Math.sin((y / 12) * Math.PI) +
      320 * Math.sin((y / 30) * Math.PI))
const longitudeShift = (x: number, y: number): number =>
  300 +
  x +
  2 * y +
  0.1 * x * x +
  0.1 * x * y +
  0.1 * Math.sqrt(Math.abs(x)) +
  (2 / 3) *
    (waves(x) +
      20 * Math.sin(x * Math.PI) +
      40 * Math.sin((x / 3) * Math.PI) +
      150 * Math.sin((x / 12) * Math.PI) +
      300 * Math.sin((x / 30) * Math.PI))

const inChina = ({ longitude, latitude }: GeographicPosition): boolean =>
  longitude >= 72.004 && longitude <= 137.8347 && latitude >= 0.8293 && latitude <= 55.8271

/** From WGS 84 (or CGCS2000) to GCJ-02. */
export const toGcj02 = (position: GeographicPosition): GeographicPosition => {
  if (!inChina(position)) return position
  const x = position.longitude - 105
  const y = position.latitude - 35
  const radians = (position.latitude / 180) * Math.PI
  const w = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2
  const meridian = (AXIS * (1 - ECCENTRICITY_SQUARED)) / (w * Math.sqrt(w))
  const parallel = (AXIS / Math.sqrt(w)) * Math.cos(radians)
  return {
    longitude: position.longitude + ((longitudeShift(x, y) / parallel) * 180) / Math.PI,
    latitude: position.latitude + ((latitudeShift(x, y) / meridian) * 180) / Math.PI,
  }
}

/** From GCJ-02 to WGS 84 by iteration, to better than a millimetre away from the border of the shifted area. */
export const fromGcj02 = (position: GeographicPosition): GeographicPosition => {
  let guess = position
  for (let turn = 0; turn < 10; turn += 1) {
    const there = toGcj02(guess)
    guess = {
      longitude: guess.longitude + position.longitude - there.longitude,
      latitude: guess.latitude + position.latitude - there.latitude,
    }
  }
  return guess
}
