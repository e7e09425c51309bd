/**
 * A server process for the crash tests: records entries as fast as it can and writes a line for each that was acknowledged
 * ('ack <subject>') and for each checkpoint that it sees ('checkpoint <base64 of the note>'), until it is killed.
 */
import { z } from 'zod'
import { system } from '../../src/kernel/actor.ts'
import { defineEvent } from '../../src/kernel/event.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { createPlatformCore } from '../../src/platform/core.ts'
import { newId } from '../../src/platform/identity.ts'

const noted = defineEvent({
  kind: 'crash.noted',
  version: 1,
  visibility: 'public',
  payload: z.object({ n: z.number() }),
  sentence: '{n}',
})
const [, , stateFolder = ''] = process.argv
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const core = await createPlatformCore({
  stateFolder,
  poolSize: 6,
  origin: 'mingzhu.test/journal',
  clock: systemClock,
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
})
say('ready')
core.onSealed(() => {
  core.proofs.checkpoint().then(
    ({ note }) => say(`checkpoint ${Buffer.from(note).toString('base64')}`),
    () => undefined,
  )
})
const work = async (): Promise<never> => {
  for (let n = 0; ; n += 1) {
    const id = newId()
    try {
      await core.transact(system('crash'), async (unit) => {
        await unit.record(noted, { subject: { kind: 'crash', id }, payload: { n }, personal: { n } })
      })
      say(`ack ${id}`)
    } catch {
      await new Promise((done) => setTimeout(done, 50)) // the server is being started again
    }
  }
}
await Promise.all([work(), work(), work(), work()])
