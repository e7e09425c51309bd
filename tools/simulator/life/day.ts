/** The day of a building site: weather of the district, dust and noise by the work that goes on. Pure functions of the moment. */
import { chance, normal, rounded, wander } from '../random.ts'
import { during, type Incident } from './incidents.ts'

export interface World {
  readonly seed: number
  readonly incidents: readonly Incident[]
}
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Hours since midnight in Asia/Shanghai. */
export const hourOf = (ms: number): number => ((ms + 8 * HOUR_MS) % DAY_MS) / HOUR_MS
/** Whole days since 1970 in Asia/Shanghai. */
export const dayOf = (ms: number): number => Math.floor((ms + 8 * HOUR_MS) / DAY_MS)

/** How hard is worked, 0 to 1: from seven, a break at noon, until eighteen; a little by night where concrete is poured. */
export const activity = (world: World, site: number, ms: number): number => {
  const hour = hourOf(ms)
  const ramp = (from: number, to: number): number => Math.max(0, Math.min(1, (hour - from) / (to - from)))
  const morning = ramp(6.5, 7.5) * (1 - ramp(11.5, 12))
  const afternoon = ramp(13.5, 14) * (1 - ramp(17.5, 18.5))
  const pours = chance(world.seed, `pour.${site}`, dayOf(ms)) < 0.1 && (hour >= 18.5 || hour < 6) ? 0.3 : 0
  return Math.min(1, morning + afternoon + pours) * (0.85 + 0.15 * wander(world.seed, `busy.${site}`, ms, 20 * 60_000))
}

export interface Weather {
  readonly windMps: number
  readonly windDeg: number
  readonly temperatureC: number
  readonly humidity: number
  readonly pressureKpa: number
}
/** A gale brings sixteen metres a second. */
const GALE_MPS = 16
export const weatherAt = (world: World, site: number, ms: number): Weather => {
  const { seed } = world
  const sun = Math.sin(((hourOf(ms) - 8) / 24) * 2 * Math.PI)
  const gust = 0.4 * normal(seed, `gust.${site}`, Math.floor(ms / 5000))
  const calm = 2.2 + 1.4 * wander(seed, 'wind', ms, 3 * HOUR_MS) + 0.6 * sun + gust
  const wind = during(world.incidents, 'wind', site, ms) ? GALE_MPS + gust : Math.min(6.5, Math.max(0.1, calm))
  return {
    windMps: rounded(wind, 1),
    windDeg: Math.round((360 + 160 + 120 * wander(seed, 'wind.from', ms, 4 * HOUR_MS)) % 360),
    temperatureC: rounded(14 + 5 * sun + 3 * wander(seed, 'warmth', ms, 12 * HOUR_MS), 1),
    humidity: Math.round(72 - 14 * sun + 8 * wander(seed, 'damp', ms, 6 * HOUR_MS)),
    pressureKpa: rounded(98.2 + 0.5 * wander(seed, 'pressure', ms, 18 * HOUR_MS), 2),
  }
}

export interface Air {
  /** μg/m³ */
  readonly pm10: number
  readonly pm25: number
  readonly tsp: number
  /** dB(A) */
  readonly noise: number
}
export const airAt = (world: World, site: number, ms: number): Air => {
  const { seed } = world
  const work = activity(world, site, ms)
  const background = 42 + 14 * wander(seed, 'haze', ms, 6 * HOUR_MS)
  const own = work * (34 + 14 * wander(seed, `dust.${site}`, ms, 15 * 60_000))
  const unsprayed = during(world.incidents, 'dust', site, ms)
    ? 210 + 40 * wander(seed, `earth.${site}`, ms, 10 * 60_000)
    : 0
  const pm10 = Math.max(8, background + own + unsprayed + 3 * normal(seed, `pm.${site}`, Math.floor(ms / 1000)))
  const noise = 46 + 15 * work + 2.5 * normal(seed, `noise.${site}`, Math.floor(ms / 1000))
  return {
    pm10: Math.round(pm10),
    pm25: Math.round(pm10 * 0.48),
    tsp: Math.round(pm10 * 1.7),
    noise: rounded(Math.max(35, noise), 1),
  }
}
