/** Ending on SIGTERM: what has begun is finished, nothing is lost, and the next start is quick. */
import { afterAll, expect, test } from 'vitest'
import { submitApplication } from '../../src/capabilities/approvals/contract.ts'
import type { RunningServer } from '../support/running-server.ts'
import { openStage, problemIn, readFileOf, startCast } from './support/stage.ts'

let server: RunningServer
afterAll(() => server.stop())

test('SIGTERM during requests: those under way are finished, the exit code is 0, the next start takes less than 5 seconds', async () => {
  server = await startCast()
  const stage = await openStage(server.url)
  const drafts = []
  for (let count = 0; count < 5; count += 1) drafts.push(await stage.drafted())
  const live = fetch(`${server.url}/api/live`)
    .then(async (reply) => reply.text())
    .catch(() => 'cut')
  const sending = drafts.map(({ registered, file }) =>
    stage.driver
      .call(registered.project.by, submitApplication, {
        params: { applicationId: file.application.applicationId },
        body: { version: file.application.version, declared: true },
      })
      .catch((cause: unknown) => cause),
  )
  // The first answer shows that the server is at work on the others.
  await Promise.race(sending)
  const asked = performance.now()
  server.signal('SIGTERM')
  const answers = await Promise.all(sending)
  expect(`${await server.exited} ${server.output().slice(-1500)}`).toMatch(/^0 /)
  expect(performance.now() - asked).toBeLessThan(12_000)
  await live
  const done = answers.flatMap((answer) => (answer instanceof Error ? [] : [answer]))
  expect(done.length).toBeGreaterThan(0)
  for (const answer of answers)
    if (answer instanceof Error) {
      // A request that came too late is turned away as a whole: by 503, or by a closed door.
      expect(answer.message).toMatch(/ 503 |fetch failed/)
    }
  // The best of three: other work on the machine may slow one of them.
  let best = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 3 && best >= 5_000; tries += 1) {
    if (tries > 0) await server.stop({ keep: true })
    const began = performance.now()
    server = await startCast({ stateFolder: server.stateFolder, env: { MINGZHU_CLOCK_START: stage.driver.now() } })
    best = Math.min(best, performance.now() - began)
  }
  expect(best).toBeLessThan(5_000)
  const again = await openStage(server.url)
  for (const [index, { file }] of drafts.entries()) {
    const now = await readFileOf(again, file)
    const acknowledged = !(answers[index] instanceof Error)
    if (acknowledged) expect(now.application.state).toBe('submitted')
    expect(now.submissions).toHaveLength(now.application.state === 'submitted' ? 1 : 0)
  }
})

test('a server that is ending turns new requests away with a problem or a closed door, never with an error', async () => {
  const stage = await openStage(server.url)
  await stage.drafted()
  server.signal('SIGTERM')
  const statuses: (number | string)[] = []
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await stage.raw(null, 'GET', '/api/journal/key').catch(() => null)
    if (answer === null) break
    statuses.push(answer.status)
    if (answer.status === 503) expect(problemIn(answer).detail).toMatch(/请/)
    else expect(answer.status).toBe(200)
  }
  expect(await server.exited).toBe(0)
})
