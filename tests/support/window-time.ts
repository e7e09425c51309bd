/** The clock of the world as commands: days pass, and the timers fire in time or late. */
import { DAY_MS } from '../../src/kernel/time.ts'
import type { Planner } from './window-aims.ts'
import * as model from './window-model.ts'
import type { Acting, Real } from './window-real.ts'

const LAST_DAY = '2027-06-30'
const nobody = (real: Real): Acting => {
  const [first] = real.people
  if (first === undefined) throw new Error('nobody is there')
  return first
}
/** Days pass, over weekends and feasts alike; the timers fire afterwards, or much later. */
const pass =
  (days: readonly number[], fires: boolean): Planner =>
  (world, real, dice) => {
    if (real.today() >= LAST_DAY) return null
    const { window } = real
    return {
      who: nobody(real),
      expect: 'done',
      call: async () => {
        window.test.clock.advance((days[dice.option % days.length] ?? 0) * DAY_MS + (dice.target % 600) * 60_000)
        if (fires) await window.fireTimers()
      },
      effect: () => {
        if (fires) model.passTime(world, real.today(), window.calendars().current, real.intakeDays, real.factsOf)
      },
    }
  }

export const timeCommands: Readonly<Record<string, Planner>> = {
  days: pass([1, 1, 1, 1, 2, 3, 8], true),
  sleep: pass([0, 0, 1, 3], false),
  wake: pass([0], true),
}
