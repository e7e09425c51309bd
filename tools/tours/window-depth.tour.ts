/**
 * The window in depth: what goes otherwise than smoothly. Promises kept and broken, silence, contradictions, pauses across
 * Spring Festival 2026, withdrawal, revocation, parts and conditions, start of work and joint acceptance, through the public
 * HTTP API of a running server on a simulated clock.
 */
import { localDateOf } from '../../src/kernel/time.ts'
import { type HttpDriver, httpDriver } from '../../tests/support/http-driver.ts'
import { type RunningServer, startServer } from '../../tests/support/running-server.ts'
import { actorsOf } from './checks.ts'
import { playAfterwards } from './depth/afterwards.ts'
import { playCompletion } from './depth/completion.ts'
import { playConflict, playExpertReview, playInformation } from './depth/consultation.ts'
import { playDeferral } from './depth/deferral.ts'
import { playCorrections } from './depth/intake.ts'
import { checkEverything } from './depth/ledger.ts'
import { playSilence } from './depth/silence.ts'
import { at, type Stage } from './depth/stage.ts'
import { playWorks } from './depth/works.ts'
import type { Tour } from './tour.ts'

const START = at('2026-01-12', '09:00')

export const play = async (tour: Tour): Promise<void> => {
  const env = (start: string) => ({
    MINGZHU_DEMO: 'cast',
    MINGZHU_CLOCK: 'simulated',
    MINGZHU_CLOCK_START: start,
  })
  let server: RunningServer = await startServer({ env: env(START) })
  try {
    let current = await httpDriver(server.url)
    const driver: HttpDriver = {
      now: () => current.now(),
      call: (login, endpoint, input) => current.call(login, endpoint, input),
      callWithKey: (login, endpoint, input, key) => current.callWithKey(login, endpoint, input, key),
      upload: (login, name, content) => current.upload(login, name, content),
      moveTo: (target) => current.moveTo(target),
      bytes: (login, path) => current.bytes(login, path),
      json: (path) => current.json(path),
    }
    const stage: Stage = {
      tour,
      driver,
      actors: await actorsOf(driver),
      applications: new Set(),
      projects: new Map(),
      sleepUntil: async (target) => {
        const { stateFolder } = server
        await server.stop({ keep: true })
        server = await startServer({ env: env(target), stateFolder })
        current = await httpDriver(server.url)
      },
    }
    tour.line(`模拟时钟 ${localDateOf(driver.now())}`)
    const silent = await playSilence(stage)
    const file = await playCorrections(stage)
    const answered = await playInformation(stage, file)
    const mediated = await playConflict(stage, file, answered)
    await playExpertReview(stage)
    await playDeferral(stage)
    await playAfterwards(stage, file, mediated, silent)
    await playCompletion(stage, await playWorks(stage))
    await checkEverything(stage)
  } catch (cause) {
    const logged = server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    tour.line(`服务器最近的记录:${logged.slice(-5).join('\n') || '无'}`)
    throw cause
  } finally {
    await server.stop()
  }
}
