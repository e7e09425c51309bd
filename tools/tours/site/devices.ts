/** How devices come to be known, and what is kept of what they say: once, and when it is old without alarm. */
import {
  claimDevice,
  listDevices,
  listMetricProfiles,
  listQuarantine,
  readDevice,
  setDeviceState,
} from '../../../src/capabilities/monitoring/contract/devices.ts'
import { addMs, msOf } from '../../../src/kernel/time.ts'
import { hj212Client } from '../../simulator/clients/hj212.ts'
import { OPERATOR, waitingFor } from '../../simulator/district.ts'
import { MINUTE_MS, OFFICER, type Stage } from './stage.ts'

const MN = '500157TOUR00000000000001'
const PASSWORD = 'tour-4711'

export const playDevices = async ({ tour, driver, ports, site, pm10, alarmsOf }: Stage): Promise<void> => {
  tour.heading('未登记设备:先隔离,认领后才入库')
  const { rows: own } = await driver.call(OPERATOR, listDevices, { query: { siteId: site.siteId, limit: 200 } })
  const protocols = new Set(own.map((row) => row.protocol))
  tour.expect(
    `工地设备通过公开接口登记或认领,五种协议都有(${own.length} 台)`,
    protocols.size === 5 && own.length === 4 + site.workers.length,
    [...protocols].join('、'),
  )
  const station = hj212Client(
    { host: ports.host, port: ports.hj212, clock: () => driver.now() },
    { mn: MN, pw: PASSWORD },
  )
  const reading = (value: number) => [{ code: 'a34002', rtd: value, flag: 'N' }]
  const now = driver.now()
  const first = { at: now, readings: reading(66), qn: station.nextQn() }
  const stranger = await station.upload(first)
  tour.expect('未登记的 MN 得到"MN错误"的应答,不得到入库应答', stranger === 'unknown', stranger)
  const quarantineId = await waitingFor(driver, MN)
  const { rows: waiting } = await driver.call(OFFICER, listQuarantine, {
    query: { text: MN, limit: 10, state: 'waiting' },
  })
  const row = waiting[0]
  tour.line(`待认领 ${row?.externalId ?? ''},来自 ${row?.address ?? ''},样本 ${row?.sample ?? ''}`)
  tour.expect(
    '待认领列表有它,样本里没有密码和数值',
    waiting.length === 1 && row?.sample.includes(PASSWORD) === false && !row.sample.includes('66'),
    row?.sample,
  )
  const { rows: profiles } = await driver.call(OPERATOR, listMetricProfiles, {})
  const { deviceId } = await driver.call(OPERATOR, claimDevice, {
    params: { quarantineId },
    body: {
      siteId: site.siteId,
      kind: 'dust',
      name: '补充扬尘站',
      model: '',
      profileId: profiles.find((each) => each.model === 'dust-station' && each.latest)?.profileId ?? 0,
      networks: [],
      lon: null,
      lat: null,
      floor: null,
      secret: PASSWORD,
    },
  })
  const before = await pm10(deviceId, addMs(now, -MINUTE_MS), addMs(now, MINUTE_MS))
  const claimed = await station.upload(first)
  const after = await pm10(deviceId, addMs(now, -MINUTE_MS), addMs(now, MINUTE_MS))
  tour.expect(
    '认领前什么也没有入库;认领后同一连接的下一帧入库并得到应答',
    before.length === 0 && claimed === 'stored' && after.join() === '66',
    `${before.join()} / ${claimed} / ${after.join()}`,
  )

  tour.heading('重发:应答每一次,只存一次')
  const again = [
    await station.upload(first),
    await station.upload(first),
    await station.upload({ ...first, readings: reading(99) }),
  ]
  const kept = await pm10(deviceId, addMs(now, -MINUTE_MS), addMs(now, MINUTE_MS))
  tour.expect(
    '同一时刻的上报再发三次,都得到应答,库里仍是第一次的一条',
    again.every((outcome) => outcome === 'stored') && kept.join() === '66',
    `${again.join()} / ${kept.join()}`,
  )

  tour.heading('断网补传:补进曲线,不触发实时报警')
  const hourBegin = addMs(now, -2 * 60 * MINUTE_MS)
  const old = Array.from({ length: 12 }, (_, n) => addMs(hourBegin, n * 5 * MINUTE_MS))
  const stored = await Promise.all(old.map((moment) => station.upload({ at: moment, readings: reading(900) })))
  const filled = await pm10(deviceId, hourBegin, addMs(hourBegin, 60 * MINUTE_MS - 1))
  tour.expect(
    `两小时前的 ${old.length} 条超标数据补传入库`,
    stored.every((outcome) => outcome === 'stored') && filled.filter((value) => value === 900).length === old.length,
    `${stored.join()} ${filled.length}`,
  )
  const alarms = await alarmsOf(deviceId)
  tour.expect('补传的旧数据没有引起报警', alarms.length === 0, alarms.map((each) => each.ruleKey).join('、'))
  const { health, version } = await driver.call(OPERATOR, readDevice, { params: { deviceId } })
  tour.line(`设备自报 ${health.reports} 条,时钟偏差 ${health.clockSkewMs ?? 0} ms,登记版本 ${version}`)

  tour.heading('假冒:知道编号但密码不对')
  const thief = hj212Client(
    { host: ports.host, port: ports.hj212, clock: () => driver.now() },
    { mn: MN, pw: '000000' },
  )
  const refused = await thief.upload({ at: addMs(now, 1000), readings: reading(1) })
  const untouched = await pm10(deviceId, addMs(now, -MINUTE_MS), addMs(now, MINUTE_MS))
  tour.expect(
    '密码错误的上报被拒绝,不入库',
    refused !== 'stored' && untouched.join() === '66',
    `${refused} ${untouched.join()}`,
  )
  thief.close()
  station.close()
  await driver.call(OPERATOR, setDeviceState, {
    params: { deviceId },
    body: { version, state: 'disabled', reason: '演练结束,停用' },
  })
  tour.line(`停用补充扬尘站(${Math.round((msOf(driver.now()) - msOf(now)) / MINUTE_MS)} 分钟模拟时间)`)
}
