import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Log } from '../platform.ts'
import { createShutdown, shutDownOnSignals } from './shutdown.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('the shutdown', () => {
  it('takes its steps in order and ends with 0', async () => {
    const done: string[] = []
    const codes: number[] = []
    const step = (name: string) => ({ name, run: async () => void done.push(name) })
    await createShutdown({
      log: silent,
      steps: [step('http'), step('jobs'), step('database')],
      exit: (code) => codes.push(code),
    }).begin('test')
    expect([done, codes]).toEqual([['http', 'jobs', 'database'], [0]])
  })
  it('goes on after a step that fails or hangs, and ends with 1', async () => {
    const done: string[] = []
    const codes: number[] = []
    await createShutdown({
      log: silent,
      stepTimeoutMs: 5,
      steps: [
        { name: 'fails', run: async () => Promise.reject(new Error('no')) },
        { name: 'hangs', run: () => new Promise(() => undefined) },
        { name: 'database', run: async () => void done.push('database') },
      ],
      exit: (code) => codes.push(code),
    }).begin('test')
    expect([done, codes]).toEqual([['database'], [1]])
  })
  it('takes a second signal for an echo of the first within a second, and ends at once after it', () => {
    let now = 0
    const codes: number[] = []
    const signals = new EventEmitter()
    const remove = shutDownOnSignals(
      createShutdown({
        log: silent,
        steps: [{ name: 'hangs', run: () => new Promise(() => undefined) }],
        exit: (code) => codes.push(code),
        now: () => now,
      }),
      signals,
    )
    signals.emit('SIGTERM', 'SIGTERM')
    now = 999
    signals.emit('SIGINT', 'SIGINT')
    expect(codes).toEqual([])
    now = 1_000
    signals.emit('SIGINT', 'SIGINT')
    expect(codes).toEqual([130])
    remove()
    expect(signals.listenerCount('SIGTERM')).toBe(0)
  })
})
