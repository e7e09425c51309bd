/**
 * A building site under watch: devices that nobody knows, old data, dust above the limit, a crane in high wind, a person in the
 * danger zone, intruders, a lost sensor, the ladder of those who are told, and a rectification order to its end. Simulated
 * devices speak their own protocols to the real ports of a running server on a simulated clock.
 */
import { randomUUID } from 'node:crypto'
import { register } from '../../src/server/demo/story.ts'
import { httpDriver } from '../../tests/support/http-driver.ts'
import { startServer } from '../../tests/support/running-server.ts'
import { portsOf, settle } from '../simulator/district.ts'
import { actorsOf, demoProject } from './checks.ts'
import { playClimb, playDust, playIntruders, playWind, playZone } from './site/alarms.ts'
import { playDevices } from './site/devices.ts'
import { playOrder } from './site/order.ts'
import { at, openStage } from './site/stage.ts'
import type { Tour } from './tour.ts'

const WORKERS = 3

export const play = async (tour: Tour): Promise<void> => {
  const server = await startServer({
    env: {
      MINGZHU_DEMO: 'cast',
      MINGZHU_CLOCK: 'simulated',
      MINGZHU_CLOCK_START: at('08:00:00'),
      MINGZHU_HJ212_PORT: '0',
      MINGZHU_JT808_PORT: '0',
      MINGZHU_MQTT_PORT: '0',
      MINGZHU_SIP_PORT: '0',
    },
  })
  try {
    const driver = await httpDriver(server.url)
    const project = demoProject('明江一小扩建工程')
    const { projectId } = await register(driver, await actorsOf(driver), project, 1)
    const ports = await portsOf(driver, '127.0.0.1')
    tour.line(`端口 HJ 212 ${ports.hj212} · JT/T 808 ${ports.jt808} · MQTT ${ports.mqtt} · GB/T 28181 ${ports.sip}`)
    const wish = { projectId, name: `${project.name}工地`, address: project.address, middle: project.point }
    const [site] = await settle(driver, { host: ports.host, clock: () => driver.now() }, ports, [wish], WORKERS)
    if (site === undefined) throw new Error('no site was opened')
    const stage = await openStage(tour, driver, server.url, ports, site, () => randomUUID().replaceAll('-', ''))
    try {
      await stage.crew.step(driver.now())
      await playDevices(stage)
      const dust = await playDust(stage)
      await playWind(stage)
      await playZone(stage)
      await playIntruders(stage)
      await playOrder(stage, await playClimb(stage, dust))
      const { sent, outcomes, lost } = stage.crew.tally()
      tour.heading('模拟设备')
      tour.expect(
        `模拟设备的 ${sent} 次上报全部得到应答`,
        sent > 0 && outcomes.stored === sent,
        `${JSON.stringify(outcomes)} ${JSON.stringify(lost)}`,
      )
    } finally {
      await stage.crew.close()
    }
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
