/** Moving the simulated clock by hand: only wired where the product runs on simulated time (demonstrations, journeys). */
import { z } from 'zod'
import { holds } from '../kernel/actor.ts'
import { endpoint } from '../kernel/endpoint.ts'
import { defineRefusal } from '../kernel/refusal.ts'
import {
  addMs,
  DAY_MS,
  type Instant,
  instantSchema,
  type LocalDate,
  localDateOf,
  localDateSchema,
} from '../kernel/time.ts'
import type { SimulatedClock } from './clock.ts'
import { type Call, type Route, route } from './platform.ts'

const reply = z.object({ now: instantSchema, today: localDateSchema })
const shown = (now: Instant): { now: Instant; today: LocalDate } => ({ now, today: localDateOf(now) })

export const readClock = endpoint({
  id: 'simulation.read-clock',
  method: 'GET',
  path: '/api/simulation/clock',
  summary: '演示时间 · The simulated time',
  access: 'public',
  reply,
})
export const moveClock = endpoint({
  id: 'simulation.move-clock',
  method: 'POST',
  path: '/api/simulation/clock',
  summary: '调整演示时间 · Move the simulated time forward',
  access: 'public',
  body: z
    .object({
      /** Either the new moment, or how far to move. */
      now: instantSchema.optional(),
      advanceDays: z.number().int().min(0).max(3660).optional(),
      advanceHours: z.number().int().min(0).max(240).optional(),
      advanceMinutes: z.number().int().min(0).max(14_400).optional(),
    })
    .refine(
      (body) =>
        (body.now === undefined) !==
        (body.advanceDays === undefined && body.advanceHours === undefined && body.advanceMinutes === undefined),
      { error: '请填写 now,或填写 advanceDays、advanceHours、advanceMinutes,二者选一。' },
    ),
  reply,
})

const backwards = defineRefusal('invalid', 'simulation.backwards', {
  zh: '演示时间只能向后调整。请填写晚于 {now} 的时刻。',
  en: 'The simulated time only moves forward: give a moment after {now}.',
})
const notHere = defineRefusal('forbidden', 'simulation.not-permitted', {
  zh: '只有系统管理员或在服务器本机才能调整演示时间。',
  en: 'Only an administrator, or somebody on the server itself, may move the simulated time.',
})
const mayMove = (call: Call): boolean =>
  holds(call.actor, 'administrator') || /^(127\.|::1$|::ffff:127\.)/.test(call.ipAddress)

export interface SimulationOptions {
  readonly clock: SimulatedClock
  /** Seals, lets reactions run and fires timers until nothing is left to do. */
  readonly settle: () => Promise<void>
  /** When the next open timer comes due, or null: the clock stops there on its way, so that no timer fires late. */
  readonly nextTimer?: () => Promise<Instant | null>
  /** Waits for a timer that somebody else is firing at this moment. */
  readonly timerUnderway?: () => Promise<void>
}

/** So often a due timer is looked at again before it counts as failed. */
const MOST_TRIES = 10

/** Routes to read and move the simulated clock; the move answers when everything it set off is done. */
export const simulationRoutes = ({ clock, settle, nextTimer, timerUnderway }: SimulationOptions): readonly Route[] => {
  /** The next open timer; one that is due already is given time to be fired by whoever has it in hand. */
  const openTimer = async (): Promise<Instant | null> => {
    let next = (await nextTimer?.()) ?? null
    for (let tries = 0; next !== null && next <= clock() && tries < MOST_TRIES; tries += 1) {
      await timerUnderway?.()
      await settle()
      next = (await nextTimer?.()) ?? null
    }
    return next
  }
  const moveTo = async (target: Instant): Promise<void> => {
    await settle()
    for (let next = await openTimer(); next !== null && next < target; next = await openTimer()) {
      // A timer that is due already and still open has failed: it must not hold the clock.
      if (next <= clock()) break
      clock.set(next)
      await settle()
    }
    clock.set(target)
    await settle()
    await openTimer()
  }
  let last: Promise<unknown> = Promise.resolve()
  /** One move after another: two at once would fire timers twice as far. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }
  return [
    route(readClock, async () => shown(clock())),
    route(moveClock, (call, { body }) => {
      if (!mayMove(call)) throw notHere()
      return inTurn(async () => {
        const { now, advanceDays = 0, advanceHours = 0, advanceMinutes = 0 } = body
        const target = now ?? addMs(clock(), advanceDays * DAY_MS + advanceHours * 3_600_000 + advanceMinutes * 60_000)
        if (target < clock()) throw backwards({ now: clock() })
        await moveTo(target)
        return shown(clock())
      })
    }),
  ]
}
