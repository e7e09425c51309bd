/** Workers of a site: when they come and go, and where they walk between its zones. */
import { between, chance } from '../random.ts'
import { dayOf, hourOf, type World } from './day.ts'
import { during } from './incidents.ts'

/** Longitude and latitude in degrees. */
export type Place = readonly [lon: number, lat: number]
/** Metres east and north of the middle of a site, as degrees. */
export const offset = ([lon, lat]: Place, eastM: number, northM: number): Place => [
  lon + eastM / (111_320 * Math.cos((lat * Math.PI) / 180)),
  lat + northM / 110_574,
]
/** A closed ring around a place, metres wide and high. */
export const rectangle = (middle: Place, wide: number, high: number): [number, number][] =>
  [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ].map(([x = 0, y = 0]) => [...offset(middle, (x * wide) / 2, (y * high) / 2)])

/** Where the zones of a site lie, in metres from its middle. */
export const layout = {
  fence: { wide: 180, high: 140 },
  danger: { east: 45, north: 25, wide: 40, high: 40 },
  formwork: { east: -45, north: 30, wide: 50, high: 40 },
  rebar: { east: -40, north: -35, wide: 50, high: 35 },
  living: { east: 50, north: -45, wide: 40, high: 25 },
  gate: { east: 0, north: -65, wide: 16, high: 8 },
} as const
const walks = ['formwork', 'rebar', 'living'] as const

/** Minutes after midnight at which somebody passes the gate on a day: in, out at noon, in, out. */
export const passagesOf = (world: World, site: number, worker: number, day: number): readonly number[] => {
  const late = (name: string, spread: number): number =>
    Math.floor(chance(world.seed, `pass.${site}.${worker}.${name}`, day) * spread)
  return [
    6 * 60 + 30 + late('in', 40),
    11 * 60 + 35 + late('noon', 15),
    13 * 60 + 25 + late('back', 20),
    1065 + late('out', 45),
  ]
}
export const isInside = (world: World, site: number, worker: number, ms: number): boolean => {
  const minute = hourOf(ms) * 60
  return passagesOf(world, site, worker, dayOf(ms)).filter((each) => each <= minute).length % 2 === 1
}

/** Somebody stays so long at a place of work before they go on to the next, and needs so long to walk there, in seconds. */
const STAY_S = 420
const WALK_S = 90
/** Where a worker is. The first worker of a site is the one who walks into the danger zone. */
export const placeAt = (world: World, middle: Place, site: number, worker: number, ms: number): Place => {
  const { seed } = world
  const { danger } = layout
  if (worker === 0 && during(world.incidents, 'zone', site, ms))
    return offset(middle, danger.east + 4 * chance(seed, 'stray', site), danger.north)
  const spot = (n: number): Place => {
    const name = walks[Math.floor(chance(seed, `walk.${site}.${worker}`, n) * walks.length)] ?? 'rebar'
    const { east, north, wide, high } = layout[name]
    const [x, y] = [chance(seed, `x.${site}.${worker}`, n) - 0.5, chance(seed, `y.${site}.${worker}`, n) - 0.5]
    return offset(middle, east + x * wide * 0.8, north + y * high * 0.8)
  }
  const time = ms / 1000 + worker * 61
  const n = Math.floor(time / (STAY_S + WALK_S))
  const part = Math.max(0, (time % (STAY_S + WALK_S)) - STAY_S) / WALK_S
  const [from, to] = [spot(n), spot(n + 1)]
  // Round the danger zone, not through it: by way of the middle.
  if (part === 0) return from
  const [a, b] = part < 0.5 ? [from, middle] : [middle, to]
  const step = part < 0.5 ? part * 2 : part * 2 - 1
  return [between(a[0], b[0], step), between(a[1], b[1], step)]
}
