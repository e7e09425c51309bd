/** The loops of a server process: reactions that follow the journal, and timers that come due. */
import { addMs, type Instant, msOf } from '../../kernel/time.ts'
import type { Platform, Reaction, TimerHandler } from '../platform.ts'
import { followOnce } from './follow.ts'
import { createPause } from './pause.ts'
import { kindsSealed } from './reader.ts'
import { nextTimerAt, runDueTimers } from './timers.ts'

/** Looks by itself this often, should a wake get lost (milliseconds). */
const LOOK_MS = 1_000
/** Listeners that run at once in a process; each holds a connection while it does. */
const AT_ONCE = 3

export interface Runner {
  /** Ends after the work under way. */
  readonly stop: () => Promise<void>
}

/** Tells of newly sealed entries with the newest `seq`; gives the function that ends it. */
export type OnSealed = (listener: (seq: number) => void) => () => void

interface Follower {
  readonly reaction: Reaction
  due: boolean
  retryAt: Instant | null
  running: boolean
}

/** Starts to run reactions until stopped. Several processes may: each listener runs in one of them at a time. */
export const startReactions = (platform: Platform, reactions: readonly Reaction[], onSealed: OnSealed): Runner => {
  const names = new Set(reactions.map((reaction) => reaction.listener))
  if (names.size !== reactions.length) throw new Error('two reactions have the same listener name')
  const followers: readonly Follower[] = reactions.map((reaction) => ({
    reaction,
    due: true,
    retryAt: null,
    running: false,
  }))
  const pause = createPause()
  const abort = new AbortController()
  let sealed = 0
  let seen = 0
  let lookAt = performance.now()

  const run = async (follower: Follower): Promise<void> => {
    follower.running = true
    follower.due = false
    try {
      const { retryAt, busy } = await followOnce(platform, follower.reaction, { signal: abort.signal })
      follower.retryAt = busy ? addMs(platform.clock(), LOOK_MS) : retryAt
    } catch (error) {
      follower.retryAt = addMs(platform.clock(), LOOK_MS)
      platform.log.error(
        { listener: follower.reaction.listener, error: String(error) },
        'a listener could not run and will be tried again',
      )
    } finally {
      follower.running = false
      pause.wake()
    }
  }
  /** Only the listeners of kinds that were just sealed have anything to do. */
  const markDue = async (): Promise<void> => {
    const upTo = sealed
    if (upTo <= seen) return
    try {
      const kinds = seen === 0 ? null : await kindsSealed(platform.db, seen, upTo)
      for (const follower of followers)
        follower.due ||= kinds === null || follower.reaction.kinds.some((kind) => kinds.has(kind))
      seen = upTo
    } catch (error) {
      platform.log.warn({ error: String(error) }, 'the journal could not be looked at and will be again')
    }
  }
  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const now = platform.clock()
      await markDue()
      for (const follower of followers) {
        const ready = follower.due || (follower.retryAt !== null && follower.retryAt <= now)
        if (ready && !follower.running && followers.filter((other) => other.running).length < AT_ONCE)
          void run(follower)
      }
      await pause.wait(LOOK_MS)
      // A process that sleeps through a wake finds the entries here.
      if (performance.now() - lookAt > 30 * LOOK_MS) {
        lookAt = performance.now()
        for (const follower of followers) follower.due = true
      }
    }
    while (followers.some((follower) => follower.running)) await pause.wait(LOOK_MS)
  }
  const forget = onSealed((seq) => {
    sealed = seq
    pause.wake()
  })
  const ended = loop()
  return {
    stop: async () => {
      forget()
      abort.abort()
      pause.wake()
      await ended
    },
  }
}

/** Starts to fire timers until stopped; catches up first on what came due while nobody ran. */
export const startTimers = (platform: Platform, handlers: readonly TimerHandler[]): Runner => {
  const pause = createPause()
  const abort = new AbortController()
  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      let wait = LOOK_MS
      try {
        await runDueTimers(platform, handlers, { signal: abort.signal })
        const next = await nextTimerAt(platform)
        if (next !== null) wait = Math.max(20, Math.min(LOOK_MS, msOf(next) - msOf(platform.clock())))
      } catch (error) {
        platform.log.error({ error: String(error) }, 'timers could not run and will be tried again')
      }
      await pause.wait(wait)
    }
  }
  const ended = loop()
  return {
    stop: async () => {
      abort.abort()
      pause.wake()
      await ended
    },
  }
}
