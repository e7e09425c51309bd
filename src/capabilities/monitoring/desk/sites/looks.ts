/** How zones, devices and people look on the map of a site. */
import type { DeviceRow } from '../../contract/devices.ts'
import type { SiteView } from '../../contract/sites.ts'
import type { ZoneKind } from '../../model/sites/words.ts'
import type { MapPicture, MapShape } from '../layers-map.tsx'

export const zoneColour: Readonly<Record<ZoneKind, string>> = {
  danger: '#b3261e',
  restricted: '#b26a00',
  work: '#0b4a82',
  material: '#7a5c00',
  living: '#1d6b3a',
  entrance: '#34405c',
  assembly: '#0f6b6b',
}
export const fenceColour = '#0b4a82'
export const deviceColour: Readonly<Record<DeviceRow['connection'], string>> = {
  online: '#1d6b3a',
  silent: '#b3261e',
  never: '#6a737e',
}
/** The fence and the zones of a floor; those of no floor lie on every one. */
export const shapesOf = (site: SiteView, floor: number): readonly MapShape[] => [
  ...(site.fence === null
    ? []
    : [{ id: 'fence', ring: site.fence.coordinates[0], colour: fenceColour, filled: false }]),
  ...site.zones
    .filter((zone) => floor === 0 || zone.floor === null || zone.floor === floor)
    .map((zone) => ({
      id: zone.zoneId,
      ring: zone.polygon.coordinates[0],
      colour: zoneColour[zone.kind],
      filled: true,
    })),
]
const radians = (degrees: number) => (degrees * Math.PI) / 180
/** The corners of a plan: its box turned clockwise about its middle, true in metres and not in degrees. */
export const pictureOf = (
  bounds: readonly [number, number, number, number],
  turnedDeg: number,
  url: string,
): MapPicture => {
  const [west, south, east, north] = bounds
  const lon = (west + east) / 2
  const lat = (south + north) / 2
  const stretch = Math.cos(radians(lat))
  const [sin, cos] = [Math.sin(radians(turnedDeg)), Math.cos(radians(turnedDeg))]
  const turned = (x: number, y: number): [number, number] => {
    const dx = (x - lon) * stretch
    const dy = y - lat
    return [lon + (dx * cos + dy * sin) / stretch, lat + dy * cos - dx * sin]
  }
  return { url, corners: [turned(west, north), turned(east, north), turned(east, south), turned(west, south)] }
}
