import { describe, expect, it } from 'vitest'
import { createOnce } from './once.ts'

const later = <T>() => {
  let settle: { resolve: (value: T) => void; reject: (error: Error) => void } | null = null
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, settle: settle as unknown as { resolve: (value: T) => void; reject: (error: Error) => void } }
}

describe('the same thing asked twice', () => {
  it('is one call while it is under way, and what follows happens once', async () => {
    const once = createOnce<{ id: string }>()
    let calls = 0
    const reply = later<{ id: string }>()
    const start = () => {
      calls += 1
      return reply.promise
    }
    const both = [once.run('create', start), once.run('create', start)]
    reply.settle.resolve({ id: 'a' })
    const answers = await Promise.all(both)
    expect(calls).toBe(1)
    expect(answers.map((answer) => once.isFirst(answer))).toEqual([true, false])
  })
  it('is another call once the first was answered, refused or for another input', async () => {
    const once = createOnce<{ n: number }>()
    let n = 0
    const start = async () => {
      n += 1
      return { n }
    }
    const first = await once.run('a', start)
    const second = await once.run('a', start)
    const other = await Promise.all([once.run('a', start), once.run('b', start)])
    expect([first.n, second.n, ...other.map((each) => each.n)]).toEqual([1, 2, 3, 4])
    expect([first, second, ...other].every((reply) => once.isFirst(reply))).toBe(true)
    const refused = later<{ n: number }>()
    const failing = once.run('a', () => refused.promise)
    refused.settle.reject(new Error('no'))
    await expect(failing).rejects.toThrow('no')
    expect((await once.run('a', start)).n).toBe(5)
  })
})
