/** Runs the load generator as a process of its own. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import readline from 'node:readline'
import type { LoadDone, LoadOrder } from './load.ts'

export interface Load {
  /** Lets the devices speak; resolves when all is acknowledged or their connections ended. */
  readonly go: () => Promise<LoadDone>
}
/** Resolves when everything is written and connected. */
export const prepareLoad = async (order: LoadOrder): Promise<Load> => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'load.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.stdin.write(`${JSON.stringify(order)}\n`)
  const first = await lines.next()
  if (first.value !== 'ready') throw new Error('the load generator ended before it was ready')
  return {
    go: async () => {
      child.stdin.write('go\n')
      const { value } = await lines.next()
      if (typeof value !== 'string') throw new Error('the load generator ended without an answer')
      return JSON.parse(value) as LoadDone
    },
  }
}
