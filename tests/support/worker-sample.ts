/** A small pure function for the tests of worker threads. */
import { defineRefusal } from '../../src/kernel/refusal.ts'
import type { WorkerContext } from '../../src/platform/jobs/workers.ts'

const negative = defineRefusal('invalid', 'test.negative', { zh: '请填写正数。', en: 'Give a positive number.' })

export const sumOfSquares = (input: { readonly upTo: number }, context: WorkerContext): { readonly sum: number } => {
  if (input.upTo < 0) throw negative()
  let sum = 0
  for (let value = 1; value <= input.upTo; value += 1) {
    sum += value * value
    context.report(value, input.upTo)
  }
  return { sum }
}
export const spinForever = (): never => {
  for (;;) Math.random()
}
