import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGroupCommit, Full, type GroupCommit, type GroupCommitOptions, Stopped } from './group-commit.ts'
import { openSpool, type Spool } from './spool.ts'

let folder: string
let spool: Spool
const open: GroupCommit<number, string>[] = []
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'group-'))
  spool = await openSpool({ folder, log })
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop()
  await spool.close()
  rmSync(folder, { recursive: true, force: true })
})
class Gone extends Error {}

/** A store of numbers that can go away, and that some numbers make fail. */
const fakeStore = () => {
  const state = { away: false, stored: [] as number[], flushes: [] as number[][], bad: new Set<number>() }
  const flush = async (items: readonly number[]): Promise<readonly string[]> => {
    state.flushes.push([...items])
    await Promise.resolve()
    if (state.away) throw new Gone('away')
    const bad = items.find((item) => state.bad.has(item))
    if (bad !== undefined) throw new Error(`bad ${bad}`)
    state.stored.push(...items)
    return items.map(() => 'stored')
  }
  return { state, flush }
}
const start = (
  flush: GroupCommitOptions<number, string>['flush'],
  options: Partial<GroupCommitOptions<number, string>> & { readonly spooled?: boolean } = {},
): GroupCommit<number, string> => {
  const { spooled = false, ...rest } = options
  const group = createGroupCommit<number, string>({
    flush,
    isAway: (error) => error instanceof Gone,
    afterMs: 2,
    retryMs: 5,
    log,
    ...(spooled
      ? {
          spooling: {
            spool,
            encode: (items) => Buffer.from(JSON.stringify(items)),
            decode: (payload) => JSON.parse(Buffer.from(payload).toString()) as number[],
            result: 'spooled',
          },
        }
      : {}),
    ...rest,
  })
  open.push(group)
  return group
}
const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index)
const submit = (group: GroupCommit<number, string>, items: readonly number[]) =>
  Promise.all(items.map((item) => group.submit(item)))

describe('group commit', () => {
  it('tells a sender of each item by a call, whatever becomes of it, and goes on when the sender fails', async () => {
    const { state, flush } = fakeStore()
    state.bad.add(2)
    const group = start(flush, { bound: 4, refusal: (error) => (error instanceof Full ? 'full' : error) })
    const told: unknown[] = []
    const receiver = {
      done: ({ item }: { readonly item: number }, result: string) => {
        told.push([item, result])
        if (item === 1) throw new Error('this sender is broken')
      },
      failed: ({ item }: { readonly item: number }, error: unknown) => {
        told.push([item, error instanceof Error ? error.message : error])
      },
    }
    for (const item of [0, 1, 2, 3, 4]) group.push({ item, receiver })
    expect(told).toEqual([[4, 'full']])
    await group.settled()
    expect(told.slice(1)).toEqual([
      [0, 'stored'],
      [1, 'stored'],
      [2, 'bad 2'],
      [3, 'stored'],
    ])
    expect(state.stored).toEqual([0, 1, 3])
    await group.stop()
    group.push({ item: 9, receiver })
    expect(told.at(-1)).toEqual([9, 'no more items are taken'])
  })
  it('commits what comes together in one flush, and at once when the flush is full', async () => {
    const { state, flush } = fakeStore()
    const group = start(flush, { most: 10, afterMs: 1_000_000 })
    await submit(group, numbers(0, 10))
    expect(state.flushes).toEqual([numbers(0, 10)])
    const soon = start(flush, { most: 10 })
    await submit(soon, numbers(10, 3))
    expect(state.flushes.at(-1)).toEqual([10, 11, 12])
  })
  it('resolves no promise before its flush has ended, and keeps the order of all items', async () => {
    const log: string[] = []
    const group = start(
      async (items) => {
        await Promise.resolve()
        log.push(`flush ${items.join()}`)
        return items.map(() => 'stored')
      },
      { most: 2 },
    )
    await Promise.all(
      numbers(0, 5).map(async (item) => {
        await group.submit(item)
        log.push(`ack ${item}`)
      }),
    )
    for (const item of numbers(0, 5)) {
      const flushed = log.findIndex((line) => line.startsWith('flush') && line.includes(String(item)))
      expect(flushed).toBeLessThan(log.indexOf(`ack ${item}`))
    }
    expect(log.filter((line) => line.startsWith('flush'))).toEqual(['flush 0,1', 'flush 2,3', 'flush 4'])
  })
  it('lets all others through when single items fail, and asks about each of those once', async () => {
    const { state, flush } = fakeStore()
    state.bad = new Set([3, 77])
    const asked: number[] = []
    const group = start(flush, {
      onPoison: async (item) => {
        asked.push(item)
        if (item === 77) throw new Error('not kept')
        return 'kept elsewhere'
      },
    })
    const results = await Promise.allSettled(numbers(0, 100).map((item) => group.submit(item)))
    expect(results[3]).toEqual({ status: 'fulfilled', value: 'kept elsewhere' })
    expect(results[77]).toMatchObject({ status: 'rejected', reason: { message: 'not kept' } })
    expect(state.stored).toEqual(numbers(0, 100).filter((item) => item !== 3 && item !== 77))
    expect(asked).toEqual([3, 77])
  })
  it('gives up a batch of which nothing can be stored after a bounded number of tries', async () => {
    const { state, flush } = fakeStore()
    state.bad = new Set(numbers(0, 1000))
    const group = start(flush)
    const results = await Promise.allSettled(numbers(0, 1000).map((item) => group.submit(item)))
    expect(results.every((each) => each.status === 'rejected')).toBe(true)
    expect(state.flushes.length).toBeLessThan(120)
  })
  it('turns away what is more than its bound', async () => {
    const { flush } = fakeStore()
    const group = start(flush, { bound: 5, afterMs: 20 })
    const first = submit(group, numbers(0, 5))
    expect(group.isFull()).toBe(true)
    await expect(group.submit(5)).rejects.toBeInstanceOf(Full)
    await first
    expect(await group.submit(6)).toBe('stored')
  })
  it('takes nothing after stop and ends what it has', async () => {
    const { state, flush } = fakeStore()
    const group = start(flush, { afterMs: 1_000_000 })
    const pending = submit(group, numbers(0, 3))
    await group.stop()
    expect(await pending).toEqual(['stored', 'stored', 'stored'])
    await expect(group.submit(4)).rejects.toBeInstanceOf(Stopped)
    expect(state.stored).toEqual([0, 1, 2])
  })
})

describe('while the database is away', () => {
  it('items are spooled and acknowledged; afterwards all are stored in the order in which they came', async () => {
    const { state, flush } = fakeStore()
    const group = start(flush, { spooled: true, most: 10 })
    await submit(group, numbers(0, 20))
    state.away = true
    expect(new Set(await submit(group, numbers(20, 35)))).toEqual(new Set(['spooled']))
    expect(group.isAway()).toBe(true)
    expect(state.stored).toEqual(numbers(0, 20))
    state.away = false
    await submit(group, numbers(55, 5))
    await group.settled()
    expect(state.stored).toEqual(numbers(0, 60))
    expect(await group.submit(60)).toBe('stored')
    expect(group.isAway()).toBe(false)
  })
  it('and the program ends, the next one stores what was spooled before anything new', async () => {
    const { state, flush } = fakeStore()
    state.away = true
    const group = start(flush, { spooled: true })
    expect(await submit(group, numbers(0, 5))).toEqual(Array(5).fill('spooled'))
    await group.stop()
    spool = await openSpool({ folder, log })
    state.away = false
    const next = start(flush, { spooled: true })
    await submit(next, numbers(5, 5))
    await next.settled()
    expect(state.stored).toEqual(numbers(0, 10))
  })
  it('and the spool is full, items are turned away and nothing of them is acknowledged or stored', async () => {
    await spool.close()
    spool = await openSpool({ folder, log, mostBytes: 60 })
    const { state, flush } = fakeStore()
    state.away = true
    const group = start(flush, { spooled: true, most: 5 })
    expect(await submit(group, numbers(0, 5))).toEqual(Array(5).fill('spooled'))
    const results = await Promise.allSettled(numbers(100, 40).map((item) => group.submit(item)))
    const acked = numbers(100, 40).filter((_item, index) => results[index]?.status === 'fulfilled')
    for (const each of results) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(Full)
    expect(results.filter((each) => each.status === 'rejected').length).toBeGreaterThan(30)
    state.away = false
    await group.settled()
    expect(state.stored).toEqual([...numbers(0, 5), ...acked])
    expect(await group.submit(7)).toBe('stored')
  })
  it('without a spool items are turned away', async () => {
    const { state, flush } = fakeStore()
    state.away = true
    const group = start(flush)
    await expect(group.submit(1)).rejects.toBeInstanceOf(Full)
  })
  it('a spooled item that the database will never take does not hold up the others, and is kept', async () => {
    const { state, flush } = fakeStore()
    state.away = true
    state.bad = new Set([2])
    const group = start(flush, { spooled: true })
    await submit(group, numbers(0, 5))
    state.away = false
    await group.settled()
    expect(state.stored).toEqual([0, 1, 3, 4])
    expect(readFileSync(path.join(folder, 'rejected.log'), 'utf8')).toBe('[2]\n')
  })
  it('and goes away in the middle of a batch that is being halved, what was not stored is spooled', async () => {
    const { state, flush } = fakeStore()
    state.bad = new Set([0])
    let calls = 0
    const group = start(
      async (items) => {
        calls += 1
        if (calls === 4) state.away = true
        return flush(items)
      },
      { spooled: true, onPoison: async () => 'kept elsewhere' },
    )
    const results = await submit(group, numbers(0, 8))
    expect(results[0]).toBe('spooled')
    state.bad.clear()
    state.away = false
    await group.settled()
    expect([...state.stored].sort((a, b) => a - b)).toEqual(numbers(0, 8))
  })
})
