/** What telemetry needs besides its reports: partitions ahead, figures of minutes, hours and days, and an end. */
import { system } from '../../../../kernel/actor.ts'
import { addDays, addMs, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { horizonsOf, type Retention } from '../../model/telemetry/retention.ts'
import { dayStretch, monthStretch } from '../../model/telemetry/time.ts'
import {
  dropPartition,
  forgetOld,
  hasMarksBefore,
  lockPartitions,
  type PartitionedTable,
  partitionsOf,
} from '../../store/telemetry/partitions.ts'
import { type RolledUp, rollUpLevel, rollUpMinutes, tryRollUpLock } from '../../store/telemetry/rollup.ts'
import { createPartitions } from './partitions.ts'

const ACTOR = system('monitoring-upkeep')
/** Rows of marks in one transaction; each holds those of up to a thousand reports. */
const MARKS_AT_ONCE = 64
/** An hour is made again at most so often while its minutes change; a day likewise. */
const HOUR_DUE_MS = 5 * 60_000
const DAY_DUE_MS = 30 * 60_000
/** Pause between two looks for marks that are due. */
const PERIOD_MS = 5_000
/** Pause between two looks for partitions to make or drop. */
const PARTITIONS_MS = 10 * 60_000

export interface Upkeep {
  /** Makes the partitions of today and the days ahead: before the first report is taken. */
  readonly prepare: () => Promise<void>
  /** Makes all figures that are due by the clock; gives how many rows of figures were written. */
  readonly rollUp: () => Promise<number>
  /** Drops what is kept no longer; gives the names of the partitions dropped. */
  readonly dropOld: () => Promise<readonly string[]>
  /** Does all of it from time to time, until `stop`. */
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export const createUpkeep = (platform: Platform, retention: Retention): Upkeep => {
  const { log } = platform
  const partitions = createPartitions(platform, retention.daysAhead)

  const rollUpOnce = (level: 'minute' | 'hour' | 'day'): Promise<RolledUp | null> =>
    platform.transact(ACTOR, async (unit) => {
      if (!(await tryRollUpLock(unit.db))) return null
      return level === 'minute'
        ? rollUpMinutes(unit.db, unit.now, addMs(unit.now, HOUR_DUE_MS), MARKS_AT_ONCE)
        : rollUpLevel(unit.db, level, unit.now, addMs(unit.now, DAY_DUE_MS), MARKS_AT_ONCE)
    })
  const rollUp = async (): Promise<number> => {
    let made = 0
    for (const level of ['minute', 'hour', 'day'] as const)
      for (;;) {
        const done = await rollUpOnce(level)
        // Another process is at it: it does what there is to do.
        if (done === null) return made
        made += done.made
        if (done.marks < MARKS_AT_ONCE) break
      }
    return made
  }

  const dropOld = async (): Promise<readonly string[]> => {
    const today = localDateOf(platform.clock())
    const horizons = horizonsOf(retention, today)
    const raw = dayStretch(horizons.raw)
    const kept: readonly (readonly [PartitionedTable, string])[] = [
      // Minutes of a day that are not made yet would be lost with it.
      ...((await hasMarksBefore(platform.db, raw.from)) ? [] : [['telemetry', raw.name] as const]),
      ['position', dayStretch(horizons.positions).name],
      ['rollup_1m', monthStretch(horizons.minutes).name],
    ]
    const dropped: string[] = []
    for (const [table, first] of kept)
      for (const name of await partitionsOf(platform.db, table)) {
        if (name >= first) continue
        await platform.transact(ACTOR, async (unit) => {
          await lockPartitions(unit.db)
          await dropPartition(unit.db, table, name)
        })
        dropped.push(`${table}_${name}`)
      }
    if (dropped.length > 0) log.info({ dropped }, 'telemetry whose time is over was dropped')
    const quarantined = startOfDay(addDays(today, -retention.quarantined.days))
    await platform.transact(ACTOR, (unit) => forgetOld(unit.db, quarantined, startOfDay(horizons.minutes)))
    return dropped
  }

  const loops: { readonly stop: () => Promise<void> }[] = []
  /** Runs work again and again with a pause between; a failure is logged and the next round comes all the same. */
  const repeat = (what: string, pauseMs: number, work: () => Promise<unknown>): void => {
    let timer: NodeJS.Timeout | null = null
    let running: Promise<void> = Promise.resolve()
    let stopped = false
    const round = (): void => {
      running = work()
        .then(
          () => undefined,
          (error: unknown) => log.warn({ error: String(error) }, `${what} failed and is tried again`),
        )
        .then(() => {
          if (!stopped) timer = setTimeout(round, pauseMs)
        })
    }
    timer = setTimeout(round, pauseMs)
    loops.push({
      stop: async () => {
        stopped = true
        if (timer !== null) clearTimeout(timer)
        await running
      },
    })
  }
  return {
    prepare: partitions.ahead,
    rollUp,
    dropOld,
    start: () => {
      repeat('making figures of telemetry', PERIOD_MS, rollUp)
      repeat('upkeep of partitions', PARTITIONS_MS, async () => {
        await partitions.ahead()
        await dropOld()
      })
    },
    stop: async () => {
      await Promise.all(loops.splice(0).map((loop) => loop.stop()))
    },
  }
}
