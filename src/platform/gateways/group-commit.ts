/**
 * Collects items and commits them together: one transaction for a thousand items costs little more than one for ten. Each
 * item's promise resolves after the commit that holds it. Items are committed in the order in which they came.
 *
 * While the database is away, batches go to the spool instead, and so does whatever comes until the spool has been read to
 * its end: the order is kept. When an item makes its batch fail, the batch is halved until the item stands alone: the others
 * get through.
 */
import type { Log } from '../platform.ts'
import { type Spool, SpoolFull } from './spool.ts'

/** There is no room for another item: whoever sent it sends it again. Nothing was stored. */
export class Full extends Error {
  override readonly name = 'Full'
}
/** The group commit has been stopped. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export interface Spooling<T, R> {
  readonly spool: Spool
  readonly encode: (items: readonly T[]) => Uint8Array
  /** Throws on what `encode` did not make. */
  readonly decode: (payload: Uint8Array) => readonly T[]
  /** What an item's promise resolves with when the spool has it. */
  readonly result: R
}
export interface GroupCommitOptions<T, R> {
  /** Items of one flush at most. Default 1000. */
  readonly most?: number
  /** How long the first item of a flush waits for others. Default 20 ms. */
  readonly afterMs?: number
  /** Items that may wait, those of the running flush included. Default 20 000. */
  readonly bound?: number
  /** Commits items and gives a result for each, in their order. May be called again with items that it had committed. */
  readonly flush: (items: readonly T[]) => Promise<readonly R[]>
  /** Whether a failure says that the database is away, and nothing of the items. */
  readonly isAway: (error: unknown) => boolean
  /** A flush that takes longer counts as away: it may still be committed later. Default 60 s. */
  readonly flushMs?: number
  /** Asked about an item that fails alone: gives its result when it was kept elsewhere, or throws what its sender gets. */
  readonly onPoison?: (item: T, error: unknown) => Promise<R>
  readonly spooling?: Spooling<T, R>
  /** What a sender gets instead of what went wrong; default: that itself. */
  readonly refusal?: (error: unknown) => unknown
  /** Pause before the database is tried again, doubled up to sixteen times. Default 250 ms. */
  readonly retryMs?: number
  readonly log: Log
}
/** Whoever hands in many items is told of each by a call: a promise for each would cost more than the item. */
export interface Receiver<T, R> {
  readonly done: (entry: { readonly item: T }, result: R) => void
  readonly failed: (entry: { readonly item: T }, error: unknown) => void
}
/** An item on its way; its sender may put more into it, to know it again. */
export interface Entry<T, R> {
  readonly item: T
  readonly receiver: Receiver<T, R>
}
export interface GroupCommit<T, R> {
  /** Resolves when the item is durable. Rejects with `Full`, `Stopped`, or what `onPoison` threw. */
  readonly submit: (item: T) => Promise<R>
  /** The same without a promise: one of the two calls follows, at once where there is no room. */
  readonly push: (entry: Entry<T, R>) => void
  readonly waiting: () => number
  readonly isFull: () => boolean
  readonly isAway: () => boolean
  /** Resolves when nothing waits and the spool is empty, or when stopped. */
  readonly settled: () => Promise<void>
  /** Takes nothing more; resolves when everything taken is committed or spooled. */
  readonly stop: () => Promise<void>
}

/** An item of a batch under way. */
interface Waiting<T, R> {
  readonly entry: Entry<T, R>
  settled: boolean
  /** False for what comes from the spool: nobody waits for it. */
  readonly counted: boolean
}
interface Promised<T, R> extends Entry<T, R> {
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/** Single failures in a batch, without one success, after which the fault is not taken for that of the items. */
const MOST_POISON = 32

interface Tally {
  /** Items committed and items that failed alone. */
  done: number
  poison: number
  /** True: what fails for a reason that is not its own is tried again later, as it was acknowledged already. */
  readonly keep: boolean
}

class Away extends Error {
  override readonly name = 'Away'
}

export const createGroupCommit = <T, R>(options: GroupCommitOptions<T, R>): GroupCommit<T, R> => {
  const { most = 1000, afterMs = 20, bound = 20_000, flushMs = 60_000, retryMs = 250, log, spooling } = options
  const refused = options.refusal ?? ((error: unknown) => error)
  let queue: Entry<T, R>[] = []
  /** Items that are not settled. */
  let pending = 0
  let running = false
  let replaying: Promise<void> | null = null
  let stopping = false
  let away = false
  let timer: NodeJS.Timeout | null = null
  let wakeReplay: (() => void) | null = null
  let idle: (() => void)[] = []

  const isSettled = (): boolean => queue.length === 0 && !running && (spooling?.spool.isEmpty() ?? true)
  const tellIdle = (): void => {
    if (!isSettled() && !(stopping && !running && queue.length === 0)) return
    const told = idle
    idle = []
    for (const tell of told) tell()
  }

  const resolve = (each: Waiting<T, R>, result: R): void => {
    each.settled = true
    if (each.counted) pending -= 1
    try {
      each.entry.receiver.done(each.entry, result)
    } catch (error) {
      log.error({ error: String(error) }, 'the sender of an item could not be told that it is durable')
    }
  }
  const reject = (each: Waiting<T, R>, error: unknown): void => {
    each.settled = true
    if (each.counted) pending -= 1
    try {
      each.entry.receiver.failed(each.entry, each.counted ? refused(error) : error)
    } catch (failure) {
      log.error({ error: String(failure) }, 'the sender of an item could not be told that it was not taken')
    }
  }
  const timed = async (items: readonly T[]): Promise<readonly R[]> => {
    let limit: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, fail) => {
      limit = setTimeout(() => fail(new Away(`the database did not commit within ${flushMs} ms`)), flushMs)
    })
    try {
      return await Promise.race([options.flush(items), late])
    } catch (error) {
      throw error instanceof Away || options.isAway(error) ? new Away(String(error), { cause: error }) : error
    } finally {
      clearTimeout(limit)
    }
  }
  const commit = async (batch: readonly Waiting<T, R>[], tally: Tally): Promise<void> => {
    let failure: unknown
    try {
      const results = await timed(batch.map((each) => each.entry.item))
      if (results.length !== batch.length) throw new Error(`a flush of ${batch.length} gave ${results.length} results`)
      batch.forEach((each, index) => resolve(each, results[index] as R))
      tally.done += batch.length
      return
    } catch (error) {
      if (error instanceof Away) throw error
      failure = error
    }
    const [only] = batch
    if (only === undefined) return
    if (batch.length > 1) {
      if (tally.done === 0 && tally.poison >= MOST_POISON) {
        log.error({ items: batch.length, error: String(failure) }, 'every item fails: the batch is given up')
        if (tally.keep) throw new Away('every item fails', { cause: failure })
        for (const each of batch) reject(each, failure)
        return
      }
      const middle = Math.ceil(batch.length / 2)
      await commit(batch.slice(0, middle), tally)
      await commit(batch.slice(middle), tally)
      return
    }
    tally.poison += 1
    log.warn({ error: String(failure) }, 'one item makes its batch fail and is taken out')
    try {
      if (options.onPoison === undefined) throw failure
      resolve(only, await options.onPoison(only.entry.item, failure))
    } catch (error) {
      if (options.isAway(error)) throw new Away(String(error), { cause: error })
      reject(only, error)
    }
  }

  const toSpool = async (batch: readonly Waiting<T, R>[], { spool, encode, result }: Spooling<T, R>): Promise<void> => {
    try {
      await spool.append(encode(batch.map((each) => each.entry.item)))
      for (const each of batch) resolve(each, result)
    } catch (error) {
      const full = error instanceof SpoolFull
      if (!full) log.error({ error: String(error) }, 'a batch could not be spooled')
      for (const each of batch) reject(each, full ? new Full(error.message, { cause: error }) : error)
    }
  }
  const noteAway = (error: unknown): void => {
    if (!away) log.warn({ error: String(error) }, 'the database is away')
    away = true
  }
  const noteBack = (): void => {
    if (away) log.info({}, 'the database is back')
    away = false
  }
  const process = async (batch: readonly Waiting<T, R>[]): Promise<void> => {
    if (spooling !== undefined && !spooling.spool.isEmpty()) return toSpool(batch, spooling)
    try {
      await commit(batch, { done: 0, poison: 0, keep: false })
      noteBack()
    } catch (error) {
      noteAway(error)
      const rest = batch.filter((each) => !each.settled)
      if (spooling !== undefined) await toSpool(rest, spooling)
      else for (const each of rest) reject(each, new Full('the database is away', { cause: error }))
    }
  }

  const replayBatch = async ({ spool, decode, encode }: Spooling<T, R>): Promise<boolean> => {
    const read = await spool.read()
    if (read === null) return false
    const items: T[] = []
    for (const payload of read.frames) {
      try {
        items.push(...decode(payload))
      } catch (error) {
        log.error({ error: String(error) }, 'a spooled batch cannot be read: it is laid aside')
        await spool.reject(payload)
      }
    }
    const failed: T[] = []
    const receiver: Receiver<T, R> = { done: () => undefined, failed: ({ item }) => void failed.push(item) }
    for (let start = 0; start < items.length; start += most) {
      const batch = items
        .slice(start, start + most)
        .map((item): Waiting<T, R> => ({ entry: { item, receiver }, settled: false, counted: false }))
      await commit(batch, { done: 0, poison: 0, keep: true })
    }
    // They were acknowledged: they are kept, though the database does not take them.
    if (failed.length > 0) await spool.reject(encode(failed))
    await spool.advance(read.next)
    return true
  }
  const replay = async (parts: Spooling<T, R>): Promise<void> => {
    let failures = 0
    while (!stopping) {
      try {
        if (!(await replayBatch(parts))) break
        failures = 0
        noteBack()
      } catch (error) {
        if (error instanceof Away) noteAway(error)
        else log.error({ error: String(error) }, 'the spool cannot be read: trying again')
        const pause = retryMs * 2 ** Math.min(failures, 4)
        failures += 1
        await new Promise<void>((resolve) => {
          const wait = setTimeout(resolve, pause)
          wakeReplay = () => {
            clearTimeout(wait)
            resolve()
          }
        })
        wakeReplay = null
      }
    }
  }
  const startReplay = (): void => {
    if (spooling === undefined || replaying !== null || stopping || spooling.spool.isEmpty()) return
    replaying = replay(spooling).finally(() => {
      replaying = null
      startReplay()
      tellIdle()
    })
  }

  const run = async (): Promise<void> => {
    running = true
    while (queue.length > 0) {
      const batch = queue.slice(0, most).map((entry): Waiting<T, R> => ({ entry, settled: false, counted: true }))
      queue = queue.slice(most)
      await process(batch)
      startReplay()
      if (queue.length < most && !stopping) break
    }
    running = false
    if (queue.length > 0) schedule()
    tellIdle()
  }
  const begin = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (!running) run().catch((error: unknown) => log.error({ error: String(error) }, 'group commit failed'))
  }
  const schedule = (): void => {
    if (running) return
    if (queue.length >= most || stopping) begin()
    else timer ??= setTimeout(begin, afterMs)
  }
  startReplay()

  const push = (entry: Entry<T, R>): void => {
    if (stopping) entry.receiver.failed(entry, refused(new Stopped('no more items are taken')))
    else if (pending >= bound) entry.receiver.failed(entry, refused(new Full(`${bound} items wait`)))
    else {
      pending += 1
      queue.push(entry)
      schedule()
    }
  }
  const promised: Receiver<T, R> = {
    done: (entry, result) => (entry as Promised<T, R>).resolve(result),
    failed: (entry, error) => (entry as Promised<T, R>).reject(error),
  }
  return {
    submit: (item) =>
      new Promise<R>((resolve, reject) => {
        const entry: Promised<T, R> = { item, receiver: promised, resolve, reject }
        push(entry)
      }),
    push,
    waiting: () => pending,
    isFull: () => pending >= bound * 0.8,
    isAway: () => away,
    settled: () => (isSettled() ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    stop: async () => {
      if (!stopping) {
        stopping = true
        wakeReplay?.()
        begin()
      }
      while (running || queue.length > 0) await new Promise<void>((resolve) => idle.push(resolve))
      await replaying
      await spooling?.spool.close()
      tellIdle()
    },
  }
}
