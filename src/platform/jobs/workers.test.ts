import { afterAll, describe, expect, it } from 'vitest'
import type { spinForever, sumOfSquares } from '../../../tests/support/worker-sample.ts'
import { closeWorkers, runInWorker } from './workers.ts'

const sample = new URL('../../../tests/support/worker-sample.ts', import.meta.url)
afterAll(closeWorkers)

describe('work in a thread', () => {
  it('gives the result of the function and its progress', async () => {
    const reports: number[] = []
    const result = await runInWorker<typeof sumOfSquares>(
      sample,
      'sumOfSquares',
      { upTo: 10 },
      { onProgress: (done) => reports.push(done) },
    )
    expect(result).toEqual({ sum: 385 })
    expect(reports).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('brings a refusal back as a refusal', async () => {
    await expect(runInWorker<typeof sumOfSquares>(sample, 'sumOfSquares', { upTo: -1 })).rejects.toMatchObject({
      name: 'Refused',
      refusal: { code: 'test.negative' },
    })
  })

  it('names the function that a module does not have', async () => {
    await expect(runInWorker(sample, 'nothing', {} as never)).rejects.toThrow('exports no function nothing')
  })

  it('ends at once when aborted, even in an endless loop, and the next work runs', async () => {
    const abort = new AbortController()
    const spinning = runInWorker<typeof spinForever>(sample, 'spinForever', undefined, { signal: abort.signal })
    const reason = new Error('no longer wanted')
    setImmediate(() => abort.abort(reason))
    await expect(spinning).rejects.toBe(reason)
    expect(await runInWorker<typeof sumOfSquares>(sample, 'sumOfSquares', { upTo: 3 })).toEqual({ sum: 14 })
  })
})
