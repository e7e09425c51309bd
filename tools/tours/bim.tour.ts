/**
 * A street under renovation: survey tables and design by resumable upload, a check whose truth is known, conflicts as issues
 * that survive the next version, exchange by BCF, a building in IFC, and the gate of the one window.
 */
import path from 'node:path'
import { register } from '../../src/server/demo/story.ts'
import { httpDriver } from '../../tests/support/http-driver.ts'
import { startServer } from '../../tests/support/running-server.ts'
import { playBuilding } from './bim/building.ts'
import { playCheck } from './bim/checking.ts'
import { playExchange } from './bim/exchange.ts'
import { openPermit, playClosedGate, playOpenGate } from './bim/gate.ts'
import { playImports } from './bim/importing.ts'
import { playPeople } from './bim/people.ts'
import type { Stage } from './bim/stage.ts'
import { makeStreet } from './bim/street.ts'
import { playLastDesign, playVersions } from './bim/versions.ts'
import { actorsOf, demoProject } from './checks.ts'
import type { Tour } from './tour.ts'

export const play = async (tour: Tour): Promise<void> => {
  const server = await startServer({
    env: { MINGZHU_DEMO: 'cast', MINGZHU_CLOCK: 'simulated', MINGZHU_CLOCK_START: '2026-03-02T09:00:00+08:00' },
  })
  try {
    const driver = await httpDriver(server.url)
    const actors = await actorsOf(driver)
    const registered = await register(driver, actors, demoProject('滨江支路雨污分流改造工程'), 1)
    const stage: Stage = {
      tour,
      driver,
      actors,
      url: server.url,
      registered,
      street: makeStreet(),
      folder: path.resolve(import.meta.dirname, '../../../../artifacts/tour-bim'),
    }
    const permit = await openPermit(stage)
    const models = await playImports(stage)
    const found = await playCheck(stage, models)
    await playClosedGate(stage, permit)
    const kept = await playPeople(stage, found)
    await playExchange(stage, models, found, kept)
    await playVersions(stage, models, found, kept)
    await playBuilding(stage)
    await playLastDesign(stage, models, found, kept)
    await playOpenGate(stage, permit)
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
