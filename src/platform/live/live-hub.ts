/**
 * Live updates: who follows the journal in a browser. One reader per process takes new sealed entries from the database
 * once and hands them to every connection that may see them; a connection that was away catches up by itself first.
 */
import type { Actor } from '../../kernel/actor.ts'
import type { JournalEntry, Log } from '../platform.ts'

export type MaySee = (actor: Actor, entry: JournalEntry) => boolean | Promise<boolean>
export interface LiveSource {
  /** Calls back after entries were sealed, however often. Gives a function that stops it. */
  readonly subscribe: (onSealed: () => void) => () => void
  /** Sealed entries after a place in the order, at most `limit`, in order. */
  readonly entriesAfter: (seq: number, limit: number) => Promise<readonly JournalEntry[]>
  /** The last place in the order; 0 when nothing is sealed. */
  readonly head: () => Promise<number>
}
/** What a browser gets: that something happened, never what. It then asks the endpoint, which decides anew. */
export interface LiveEvent {
  readonly seq: number
  readonly kind: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly projectId: string | null
}
export interface Follower {
  readonly actor: () => Actor
  readonly send: (event: LiveEvent) => void
  /** Too far behind to catch up: reload everything and go on from here. */
  readonly reset: (seq: number) => void
}
export interface LiveHub {
  /** Begins to follow after `seq` (null = from now on). Gives a function that stops it. */
  readonly follow: (follower: Follower, after: number | null) => Promise<() => void>
  readonly followers: () => number
  readonly close: () => void
}

const PAGE = 500
/** A connection that missed more entries than this reloads instead. */
const MOST_CATCH_UP = 5_000

export const createLiveHub = (source: LiveSource, maySee: MaySee, log: Log): LiveHub => {
  interface Following {
    readonly follower: Follower
    seq: number
    /** Serialises what is sent to one connection. */
    queue: Promise<void>
    open: boolean
  }
  const live = new Set<Following>()
  let head: number | null = null
  let isReading = false
  let isAsked = false
  let closed = false

  const deliver = async (following: Following, entry: JournalEntry): Promise<void> => {
    if (!following.open || entry.seq <= following.seq) return
    following.seq = entry.seq
    if (!(await maySee(following.follower.actor(), entry)) || !following.open) return
    following.follower.send({ seq: entry.seq, kind: entry.kind, subject: entry.subject, projectId: entry.projectId })
  }
  const enqueue = (following: Following, entries: readonly JournalEntry[]): void => {
    following.queue = following.queue
      .then(async () => {
        for (const entry of entries) await deliver(following, entry)
      })
      .catch((error: unknown) => log.error({ err: error }, 'a live update could not be delivered'))
  }
  /** Takes what is new and hands it out; calls that come meanwhile make it look once more. */
  const read = async (): Promise<void> => {
    isAsked = true
    if (isReading) return
    isReading = true
    try {
      while (isAsked && !closed) {
        isAsked = false
        if (live.size === 0) {
          head = null
          continue
        }
        head ??= await source.head()
        for (let page = await source.entriesAfter(head, PAGE); page.length > 0; ) {
          head = page.at(-1)?.seq ?? head
          for (const following of live) enqueue(following, page)
          page = page.length < PAGE ? [] : await source.entriesAfter(head, PAGE)
        }
      }
    } catch (error) {
      log.error({ err: error }, 'new journal entries could not be read for live updates')
    } finally {
      isReading = false
    }
  }
  const unsubscribe = source.subscribe(() => void read())

  /** Brings one connection to where the others are. It is among the followers already, so nothing is missed meanwhile. */
  const catchUp = async (following: Following, from: number): Promise<void> => {
    const last = await source.head()
    if (last - from > MOST_CATCH_UP || from > last) {
      following.seq = last
      following.follower.reset(last)
      return
    }
    for (let seq = from; following.open; ) {
      const page = await source.entriesAfter(seq, PAGE)
      for (const entry of page) await deliver(following, entry)
      seq = page.at(-1)?.seq ?? seq
      if (page.length < PAGE) return
    }
  }

  return {
    follow: async (follower, after) => {
      const last = await source.head()
      const start = after ?? last
      // Shared by all: never taken from what a browser claims to have seen.
      head ??= last
      const following: Following = { follower, seq: start, queue: Promise.resolve(), open: true }
      // The catching up stands first in the queue: whatever is sealed meanwhile is delivered behind it.
      following.queue = catchUp(following, start).catch((error: unknown) =>
        log.error({ err: error }, 'a live connection could not catch up'),
      )
      live.add(following)
      await following.queue
      void read()
      return () => {
        following.open = false
        live.delete(following)
      }
    },
    followers: () => live.size,
    close: () => {
      closed = true
      unsubscribe()
      for (const following of live) following.open = false
      live.clear()
    },
  }
}
