/** A tower crane at work: it lifts, turns, trolleys out, lowers and comes back, and stands still in wind and by night. */
import { between, chance, normal, rounded } from '../random.ts'
import { activity, type World, weatherAt } from './day.ts'
import { during } from './incidents.ts'

export interface CraneFigures {
  readonly load: number
  readonly moment: number
  readonly height: number
  readonly radius: number
  readonly slew: number
  readonly windMps: number
  readonly tilt: number
}
/** One lift and the way back, in seconds. */
const CYCLE_S = 300
const RATED_TM = 100
/** Drivers stop of themselves at this wind. */
const STOP_MPS = 10.8

const easy = (part: number): number => part * part * (3 - 2 * part)
const leg = (at: number, from: number, to: number): number => easy(Math.max(0, Math.min(1, (at - from) / (to - from))))

export const craneAt = (world: World, site: number, ms: number): CraneFigures => {
  const { seed } = world
  const { windMps } = weatherAt(world, site, ms)
  const reckless = during(world.incidents, 'wind', site, ms)
  const works = reckless || (windMps < STOP_MPS && activity(world, site, ms) > 0.3)
  const cycle = Math.floor(ms / 1000 / CYCLE_S)
  const at = (ms / 1000) % CYCLE_S
  const pick = (name: string, from: number, to: number): number =>
    between(from, to, chance(seed, `crane.${site}.${name}`, cycle))
  const [pickUp, setDown] = [pick('from', 0, 120), pick('to', 150, 330)]
  const [near, far] = [pick('near', 8, 14), pick('far', 18, 32)]
  const weight = pick('load', 0.6, 2.4)
  // hooked until the middle of the cycle, empty on the way back
  const out = leg(at, 40, 130) - leg(at, 180, 270)
  const parked = { load: 0, moment: 2, height: 38, radius: 10, slew: 160, windMps, tilt: 0.1 }
  if (!works) return parked
  const loaded = at > 15 && at < 160
  const radius = between(near, far, out)
  return {
    load: rounded(loaded ? weight : 0, 2),
    moment: rounded(((loaded ? weight : 0.1) * radius * 100) / RATED_TM + 2, 1),
    height: rounded(between(4, 36, leg(at, 10, 60) - leg(at, 120, 160) + leg(at, 165, 190) - leg(at, 260, 298)), 1),
    radius: rounded(radius, 1),
    slew: rounded(between(pickUp, setDown, out), 1),
    windMps,
    tilt: rounded(0.2 + 0.05 * normal(seed, `tilt.${site}`, Math.floor(ms / 5000)), 2),
  }
}
