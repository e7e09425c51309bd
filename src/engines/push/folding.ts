/** Folds repeated posts of one ongoing alarm into its beginning and its end. */

export interface Posted {
  /** What is one alarm: camera, channel and type. */
  readonly key: string
  readonly active: boolean
  /** How often the camera says it posted this alarm; 0 = it does not count. */
  readonly postCount: number
}
export type Phase = 'started' | 'continued' | 'ended'

export interface Folding {
  /** Null: the end of something that had not begun. */
  readonly take: (posted: Posted, nowMs: number) => Phase | null
  /** Alarms that were not posted again: cameras do not always say that one ended. */
  readonly tick: (nowMs: number) => readonly string[]
  readonly open: () => number
}

/** An ongoing alarm is posted about every second; so long a silence means that it ended. */
export const SILENCE_MS = 10_000
const MAX_OPEN = 20_000

export const folding = (silenceMs: number = SILENCE_MS): Folding => {
  const open = new Map<string, { lastMs: number; count: number }>()
  return {
    take: ({ key, active, postCount }, nowMs) => {
      const known = open.get(key)
      if (!active) return open.delete(key) ? 'ended' : null
      const again = known !== undefined && !(postCount === 1 && known.count > 1)
      open.delete(key)
      open.set(key, { lastMs: nowMs, count: postCount })
      for (const oldest of open.keys()) {
        if (open.size <= MAX_OPEN) break
        open.delete(oldest)
      }
      return again ? 'continued' : 'started'
    },
    tick: (nowMs) => {
      const ended: string[] = []
      for (const [key, { lastMs }] of open) {
        if (nowMs - lastMs < silenceMs) break
        open.delete(key)
        ended.push(key)
      }
      return ended
    },
    open: () => open.size,
  }
}
