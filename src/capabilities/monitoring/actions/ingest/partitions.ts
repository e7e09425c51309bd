/** Sees to it that the partitions are there into which a batch will be written. */
import { system } from '../../../../kernel/actor.ts'
import { instantFromMs, type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { dayOf, dayStretch, daysFrom, monthStretch, type Stretch } from '../../model/telemetry/time.ts'
import { addPartition, lockPartitions, type PartitionedTable } from '../../store/telemetry/partitions.ts'

export interface Partitions {
  /** Makes what is missing for rows of moments (ms); asks the database only about days that it has not seen. */
  readonly ensure: (table: PartitionedTable, rows: readonly { readonly atMs: number }[]) => Promise<void>
  /** Makes those of today and the days ahead. */
  readonly ahead: () => Promise<void>
  /** Forgets what was seen: a partition may have been dropped. */
  readonly forget: () => void
}

export const createPartitions = (platform: Pick<Platform, 'clock' | 'transact'>, daysAhead: number): Partitions => {
  const seen = new Set<string>()
  const make = async (wanted: readonly (readonly [PartitionedTable, Stretch])[]): Promise<void> => {
    const missing = wanted.filter(([table, stretch]) => !seen.has(`${table} ${stretch.name}`))
    if (missing.length === 0) return
    await platform.transact(system('monitoring-ingest'), async (unit) => {
      await lockPartitions(unit.db)
      for (const [table, stretch] of missing) await addPartition(unit.db, table, stretch)
    })
    for (const [table, stretch] of missing) seen.add(`${table} ${stretch.name}`)
  }
  /** Figures by minute of a day may be made as soon as it has reports. */
  const wantedOf = (table: PartitionedTable, day: LocalDate): readonly (readonly [PartitionedTable, Stretch])[] => [
    ...(table === 'rollup_1m' ? [] : [[table, dayStretch(day)] as const]),
    ...(table === 'position' ? [] : [['rollup_1m', monthStretch(day)] as const]),
  ]
  const known = new Set<string>()
  return {
    ensure: async (table, rows) => {
      let last = Number.NaN
      const days = new Set<number>()
      for (const { atMs } of rows) {
        const day = dayOf(atMs)
        if (day === last) continue
        last = day
        if (!known.has(`${table} ${day}`)) days.add(day)
      }
      if (days.size === 0) return
      await make([...days].sort((a, b) => a - b).flatMap((day) => wantedOf(table, localDateOf(instantFromMs(day)))))
      for (const day of days) known.add(`${table} ${day}`)
    },
    ahead: async () => {
      const days = daysFrom(platform.clock(), daysAhead)
      await make(days.flatMap((day) => [...wantedOf('telemetry', day), ...wantedOf('position', day)]))
    },
    forget: () => {
      seen.clear()
      known.clear()
    },
  }
}
