import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWire } from '../../../../../tests/support/devices.ts'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import { uploadFrames } from '../../../../engines/hj212/build.ts'
import { qnOf } from '../../../../engines/hj212/wall-time.ts'
import { listDevices } from '../../contract/devices.ts'
import { readSite, setSiteState } from '../../contract/sites.ts'
import type { SiteState } from '../../model/sites/words.ts'

let district: GatewayWindow
beforeAll(async () => {
  district = await openGatewayWindow()
})
afterAll(() => district.close())

const become = async (state: SiteState): Promise<void> => {
  const params = { siteId: district.siteId }
  const { version } = await district.as.call(readSite, { params })
  await district.as.call(setSiteState, { params, body: { version, state, reason: '测试状态' } })
}
const connect = (id: string, password: string): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${district.port('mqtt')}`, {
    clientId: id,
    username: id,
    password,
    reconnectPeriod: 0,
  })
let seq = 0
const body = (): string => {
  seq += 1
  return JSON.stringify({ seq, ts: Date.parse(district.platform.clock()) + seq, values: { load: seq } })
}

describe('a site that ends', () => {
  it('cuts its devices off at once and refuses them with the reason; opened again it takes them', async () => {
    const id = 'crane-of-ended-site'
    const { deviceId, secret } = await district.register('mqtt', id, {
      kind: 'crane',
      profileId: district.profile('tower-crane'),
    })
    const client = await connect(id, secret)
    await client.publishAsync(`v1/${id}/telemetry`, body(), { qos: 1 })
    expect(await district.telemetry(deviceId)).toHaveLength(1)
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    await become('ended')
    await closed
    await expect(connect(id, secret)).rejects.toThrow(/[Nn]ot authorized/)
    const device = await district.device(deviceId)
    expect(device).toMatchObject({ state: 'active', siteState: 'ended', refusedLately: 0 })
    expect(device.health.refusals).toMatchObject([{ kind: 'site-ended', count: 1 }])
    expect(device.health.connections[0]?.reason).toBe('site ended')
    // Nobody stole its name.
    const entries = await district.platform.journal.entriesOf(district.platform.db, {
      subject: { kind: 'device', id: deviceId },
    })
    expect(entries.map((each) => each.kind)).not.toContain('monitoring.device-impersonated')

    await become('active')
    const again = await connect(id, secret)
    await again.publishAsync(`v1/${id}/telemetry`, body(), { qos: 1 })
    expect(await district.telemetry(deviceId)).toHaveLength(2)
    await again.endAsync(true)
    const { rows } = await district.as.call(listDevices, { query: { siteId: district.siteId, limit: 10 } })
    expect(rows.map((row) => row.siteState)).toEqual(['active'])
  })
  it('stores nothing of a station that goes on sending, and acknowledges nothing', async () => {
    const mn = '500157ENDED0000000000001'
    const { deviceId, secret } = await district.register('hj212', mn)
    await become('ended')
    const wire = await openWire(district.port('hj212'))
    const at = district.platform.clock()
    wire.send(
      ...uploadFrames({
        mn,
        pw: secret,
        st: '39',
        cn: '2011',
        qn: qnOf(at),
        dataTime: at,
        readings: [{ code: 'a34002', rtd: 66, flag: 'N' }],
        answer: true,
      }),
    )
    const answer = await wire.until((received) => {
      const text = Buffer.from(received).toString('latin1')
      return text.includes('CN=') ? text : null
    })
    expect(answer).toContain('CN=9011')
    expect(answer).not.toContain('CN=9014')
    expect(await district.telemetry(deviceId)).toEqual([])
    expect((await district.device(deviceId)).health.refusals).toMatchObject([{ kind: 'site-ended' }])
    wire.close()
    await become('active')
  })
})
