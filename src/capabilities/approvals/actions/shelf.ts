/**
 * The calendars in force, alive: the data files, the notices that were published here, and every version that ever ruled.
 * Asked on every use; a command looks into the database first, so that another process' publication rules at once.
 */
import { addMs, type Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import { type CalendarFile, type CalendarShelf, extendShelf } from '../model/calendar-data.ts'
import { calendarRevision, calendarVersions, publishedFiles } from '../store/calendars.ts'

/** For how long a page may go without looking whether another process published a calendar. */
const LOOK_MS = 2_000

export interface LiveShelf {
  readonly current: () => CalendarShelf
  /** Looks whether something was published, and takes it in. */
  readonly refresh: (db: Database) => Promise<void>
  /** The same, at most every two seconds. */
  readonly refreshSometimes: (db: Database, now: Instant) => Promise<void>
}

export const makeLiveShelf = (base: () => CalendarShelf): LiveShelf => {
  let revision = 0
  let loaded: readonly CalendarFile[] = []
  let snapshots: readonly { readonly version: string; readonly files: readonly CalendarFile[] }[] = []
  let made: { readonly base: CalendarShelf; readonly shelf: CalendarShelf } | null = null
  let looked: Instant | null = null
  const refresh = async (db: Database): Promise<void> => {
    const found = await calendarRevision(db)
    if (found === revision) return
    const files = await publishedFiles(db)
    const versions = await calendarVersions(db)
    loaded = files
    snapshots = versions
    revision = found
    made = null
  }
  return {
    current: () => {
      const below = base()
      if (made === null || made.base !== below) made = { base: below, shelf: extendShelf(below, loaded, snapshots) }
      return made.shelf
    },
    refresh,
    refreshSometimes: async (db, now) => {
      if (looked !== null && looked <= now && now < addMs(looked, LOOK_MS)) return
      looked = now
      await refresh(db)
    },
  }
}
