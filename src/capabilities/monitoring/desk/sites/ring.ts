/** A ring of corners as text, one a line, and as a polygon. Pure. */
import { type Polygon, polygonSchema } from '../../model/sites/shapes.ts'

export type Corner = readonly [number, number]
const sixDigits = (value: number) => Math.round(value * 1e6) / 1e6

/** The corners of a polygon without the last, which repeats the first. */
export const cornersOf = (polygon: Polygon | null): readonly Corner[] =>
  polygon === null ? [] : polygon.coordinates[0].slice(0, -1)
export const textOf = (corners: readonly Corner[]): string => corners.map(([lon, lat]) => `${lon}, ${lat}`).join('\n')
export interface RingText {
  readonly corners: readonly Corner[]
  /** The lines that are not two numbers, counted from 1. */
  readonly broken: readonly number[]
}
/** Reads 'lon, lat' lines; empty ones are passed over. */
export const readRing = (text: string): RingText => {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }))
  const read = lines
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      const parts = line.split(/[,,\s]+/u).map(Number)
      const [lon, lat] = parts
      const fits =
        parts.length === 2 &&
        lon !== undefined &&
        lat !== undefined &&
        Math.abs(lon) <= 180 &&
        Math.abs(lat) <= 90 &&
        Number.isFinite(lon) &&
        Number.isFinite(lat)
      return { number, corner: fits ? ([sixDigits(lon), sixDigits(lat)] as const) : null }
    })
  return {
    corners: read.flatMap(({ corner }) => (corner === null ? [] : [corner])),
    broken: read.filter(({ corner }) => corner === null).map(({ number }) => number),
  }
}
export const withCorner = (corners: readonly Corner[], at: Corner): readonly Corner[] => [
  ...corners,
  [sixDigits(at[0]), sixDigits(at[1])],
]
/** The polygon of corners; a sentence instead where they make none. */
export const polygonOf = (corners: readonly Corner[]): Polygon | string => {
  const [first] = corners
  if (first === undefined) return '至少需要三个角点'
  const parsed = polygonSchema.safeParse({ type: 'Polygon', coordinates: [[...corners, first]] })
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? '图形不正确')
}
