/** A site boundary as people type it: one corner a line, 'longitude, latitude'; the ring closes itself. Pure. */
import type { Boundary, LonLat } from '../contract.ts'

/** Gives the corners of a boundary as text, without the closing one. */
export const cornersText = (boundary: Boundary | null): string =>
  boundary === null
    ? ''
    : boundary.coordinates[0]
        .slice(0, -1)
        .map(([lon, lat]) => `${lon}, ${lat}`)
        .join('\n')

/** Reads corners: null = left empty, 'unreadable' = a line is not two numbers in range, or fewer than three corners. */
export const boundaryOfCorners = (text: string): Boundary | null | 'unreadable' => {
  const lines = text.split(/[\n;\uff1b]+/).filter((line) => line.trim() !== '')
  if (lines.length === 0) return null
  const ring: LonLat[] = []
  for (const line of lines) {
    const parts = line.trim().split(/[\s,\uff0c\u3001]+/)
    const [lon, lat] = parts.map(Number)
    if (parts.length !== 2 || lon === undefined || lat === undefined) return 'unreadable'
    if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return 'unreadable'
    ring.push([lon, lat])
  }
  const [first, last] = [ring[0], ring.at(-1)]
  if (first === undefined || last === undefined) return 'unreadable'
  const closed = first[0] === last[0] && first[1] === last[1]
  if (!closed) ring.push(first)
  return ring.length < 4 ? 'unreadable' : { type: 'Polygon', coordinates: [ring] }
}
