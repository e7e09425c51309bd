/** The only clocks of the product: the one of the machine, and one that tests and demonstrations set by hand. */
import { addMs, type Clock, type Instant, instantFromMs } from '../kernel/time.ts'

let lastMs = Number.NaN
let lastInstant = instantFromMs(0)
/** Many ask within one millisecond: its text is made once. */
export const systemClock: Clock = () => {
  const ms = Date.now()
  if (ms !== lastMs) {
    lastMs = ms
    lastInstant = instantFromMs(ms)
  }
  return lastInstant
}

/** A clock that stands still until it is moved. It is called like any other clock. */
export interface SimulatedClock extends Clock {
  /** Moves the clock to an instant. Throws a RangeError when that is earlier, unless `force` is set. */
  readonly set: (at: Instant, options?: { readonly force?: boolean }) => void
  /** Moves the clock on by milliseconds. Throws a RangeError when they are negative. */
  readonly advance: (ms: number) => void
}

export const simulatedClock = ({ startAt }: { readonly startAt: Instant }): SimulatedClock => {
  let now = startAt
  const set: SimulatedClock['set'] = (at, { force = false } = {}) => {
    if (at < now && !force) throw new RangeError(`a simulated clock runs forward: ${at} is earlier than ${now}`)
    now = at
  }
  return Object.assign((): Instant => now, { set, advance: (ms: number) => set(addMs(now, ms)) })
}
