/**
 * What goes wrong on the site and who learns of it: dust, wind at the crane, a person in the danger zone, intruders, a lost
 * sensor.
 */

import { listMessages, type MessageView } from '../../../src/capabilities/messages/contract.ts'
import {
  type AlarmRow,
  type AlarmView,
  acknowledgeAlarm,
} from '../../../src/capabilities/monitoring/contract/alarms.ts'
import { readDevice } from '../../../src/capabilities/monitoring/contract/devices.ts'
import { readLatest } from '../../../src/capabilities/monitoring/contract/telemetry.ts'
import type { DeviceId } from '../../../src/capabilities/monitoring/model/report.ts'
import { addMs, type Instant, msOf, wallClock } from '../../../src/kernel/time.ts'
import { OPERATOR } from '../../simulator/district.ts'
import { at, clockText, MANAGER, MINUTE_MS, OFFICER, SECOND_MS, type Stage } from './stage.ts'

/** Looks for the newest word of a device, which is written some seconds after it was heard, in ms and times. */
const LOOK_MS = 500
const MOST_LOOKS = 12
/**
 * When the newest report of a device was stored: of measurements by their row, of positions and passages by the time at which
 * the device was heard last.
 */
const storedOf = async ({ driver, site }: Stage, deviceId: DeviceId, since: Instant): Promise<Instant | null> => {
  const { rows } = await driver.call(OPERATOR, readLatest, { query: { siteId: site.siteId } })
  const latest = rows.find((row) => row.deviceId === deviceId)
  if (latest !== undefined) return latest.receivedAt
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const { health } = await driver.call(OPERATOR, readDevice, { params: { deviceId } })
    if (health.lastSeenAt !== null && health.lastSeenAt >= since) return health.lastSeenAt
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return null
}
/** Prints an alarm and who was told of it. */
const printAlarm = ({ tour }: Stage, alarm: AlarmView): void => {
  tour.line(`报警 ${alarm.ruleName.zh}(${alarm.severity} 级):${alarm.text}`)
  for (const told of alarm.told)
    tour.line(
      `已通知 ${clockText(told.at)} ${told.rung}${told.repeat === 0 ? '' : `(第 ${told.repeat} 次提醒)`}:${told.whom}`,
    )
}
/** Prints what every incident is measured by: when the device said it, when that was stored, when it was an alarm, who was told. */
const printIncident = async (stage: Stage, alarm: AlarmView): Promise<void> => {
  const stored = alarm.deviceId === null ? null : await storedOf(stage, alarm.deviceId, alarm.occurredAt)
  printAlarm(stage, alarm)
  stage.tour.line(
    `设备时间 ${clockText(alarm.occurredAt)} · 入库 ${clockText(stored)} · 报警时间 ${clockText(alarm.openedAt)} · 处置期限 ${alarm.deadlineAt === null ? '—' : wallClock(alarm.deadlineAt)}`,
  )
  stage.tour.expect(
    '现场在报警的同一时刻得到通知',
    alarm.told.some((told) => told.rung === 'site' && told.at === alarm.openedAt),
    JSON.stringify(alarm.told),
  )
}
const active = (rows: readonly AlarmRow[]): readonly AlarmRow[] => rows.filter((row) => row.active)
const inbox = async ({ driver }: Stage, login: string): Promise<readonly MessageView[]> =>
  (await driver.call(login, listMessages, { query: { limit: 100 } })).rows

/** Dust above the limit for more than an hour; gives the alarm. */
export const playDust = async (stage: Stage): Promise<AlarmView> => {
  const { tour, driver, site, live, alarmsOf } = stage
  const { deviceId } = site.station
  tour.heading('扬尘超标:小时均值、证据、通知')
  const spray = stage.begin('dust')
  await live(at('08:55:00'), 5 * MINUTE_MS)
  tour.expect('一小时没有过完,不下结论', active(await alarmsOf(deviceId)).length === 0)
  const row = await stage.until(
    'alarm of dust',
    async () => active(await alarmsOf(deviceId, 'dust.pm10-hour-alarm'))[0] ?? null,
    MINUTE_MS,
    10,
  )
  const alarm = await stage.alarm(row.alarmId)
  await printIncident(stage, alarm)
  const { evidence } = alarm
  tour.expect(
    '报警写明测得值、限值和依据',
    evidence.value !== null && evidence.limit === 200 && evidence.value > 200 && evidence.source !== null,
    JSON.stringify({ value: evidence.value, limit: evidence.limit }),
  )
  tour.expect(
    '限值未经本区确认的,报警标明待核',
    alarm.unverified ===
      (evidence.source?.certainty === 'D' || evidence.source?.certainty === 'E' || evidence.source?.certainty === 'X'),
    `${alarm.unverified} ${evidence.source?.certainty ?? ''}`,
  )
  await live(addMs(driver.now(), 20 * MINUTE_MS), 5 * MINUTE_MS)
  const same = active(await alarmsOf(deviceId, 'dust.pm10-hour-alarm'))
  tour.expect('继续超标,同一设备同一规则仍只有一条未了报警', same.length === 1 && same[0]?.alarmId === alarm.alarmId)
  spray()
  await playPublic(stage)
  return alarm
}
/** What residents see, while the dust is above the limit. */
const playPublic = async ({ tour, site, url }: Stage): Promise<void> => {
  tour.heading('公开页:扬尘对照限值')
  const page = await (await fetch(`${url}/sites/${site.code}`)).text()
  tour.expect('公开页显示 PM10 最新值并标明超过限值', page.includes('PM10') && page.includes('超过限值'))
  tour.expect('公开页写明限值 200 和待核', /限值[^<]*200/.test(page) && page.includes('限值待核'))
  const names = [...site.workers.map((worker) => worker.name), ...site.workers.map((worker) => worker.workerRef)]
  tour.expect(
    '公开页没有任何工人',
    names.every((name) => !page.includes(name)),
  )
}

export const playWind = async (stage: Stage): Promise<void> => {
  const { tour, driver, site, alarmsOf, live } = stage
  const { deviceId } = site.crane
  tour.heading('大风中塔机仍在作业')
  const calm = stage.begin('wind')
  const began = driver.now()
  const row = await stage.until(
    'alarm of the crane',
    async () => active(await alarmsOf(deviceId, 'crane.wind-moving'))[0] ?? null,
    5 * SECOND_MS,
    30,
  )
  const alarm = await stage.alarm(row.alarmId)
  await printIncident(stage, alarm)
  tour.expect(
    '风速超过停止作业的限值且塔机在动,一分钟内成为一级报警',
    alarm.severity === 1 && msOf(alarm.openedAt) - msOf(began) <= MINUTE_MS && (alarm.evidence.value ?? 0) > 10,
    `${clockText(began)} ${clockText(alarm.openedAt)} ${alarm.evidence.value}`,
  )
  calm()
  await live(addMs(driver.now(), 4 * MINUTE_MS), 40 * SECOND_MS)
  const over = await stage.alarm(row.alarmId)
  tour.expect('风停后报警自行结束', over.endedAt !== null && !over.active, over.state)
}

export const playZone = async (stage: Stage): Promise<void> => {
  const { tour, driver, site, alarmsOf, live } = stage
  const [worker] = site.workers
  if (worker === undefined) throw new Error('the site has no workers')
  tour.heading('人员走进危险区')
  const back = stage.begin('zone')
  const began = driver.now()
  const row = await stage.until(
    'alarm of the zone',
    async () => active(await alarmsOf(worker.tracker.deviceId, 'people.danger-zone'))[0] ?? null,
    5 * SECOND_MS,
    20,
  )
  const alarm = await stage.alarm(row.alarmId)
  await printIncident(stage, alarm)
  tour.expect(
    '进入危险区半分钟内报警,说明是哪个区域',
    msOf(alarm.openedAt) - msOf(began) <= 30 * SECOND_MS && JSON.stringify(alarm.evidence).includes('吊装区'),
    JSON.stringify(alarm.evidence.more),
  )
  tour.expect('报警里没有工人姓名', !JSON.stringify(alarm).includes(worker.name))
  back()
  await live(addMs(driver.now(), MINUTE_MS), 15 * SECOND_MS)
  tour.expect('离开后报警自行结束', (await stage.alarm(row.alarmId)).endedAt !== null)
}

/** The camera sees somebody climb over, and somebody without a registration passes the gate. */
export const playIntruders = async (stage: Stage): Promise<void> => {
  const { tour, driver, site, alarmsOf, live } = stage
  tour.heading('摄像机报警:有人翻越围挡')
  const gone = stage.begin('intrusion')
  const seen = await stage.until(
    'alarm of the camera',
    async () => active(await alarmsOf(site.camera.deviceId, 'camera.intrusion'))[0] ?? null,
    MINUTE_MS,
    5,
  )
  const intrusion = await stage.alarm(seen.alarmId)
  await printIncident(stage, intrusion)
  tour.expect(
    '国标视频报警(方式 5、类型 6)在报警台成为区域入侵报警',
    intrusion.evidence.more['code'] === '5.6' && intrusion.deviceId === site.camera.deviceId,
    JSON.stringify(intrusion.evidence.more),
  )
  gone()

  tour.heading('未实名登记人员进场')
  const left = stage.begin('stranger')
  const row = await stage.until(
    'alarm of the gate',
    async () => active(await alarmsOf(site.gate.deviceId, 'people.unregistered'))[0] ?? null,
    15 * SECOND_MS,
    10,
  )
  const stranger = await stage.alarm(row.alarmId)
  await printIncident(stage, stranger)
  left()
  await live(addMs(driver.now(), 2 * MINUTE_MS), 30 * SECOND_MS)
  tour.expect('该人员离场后报警自行结束', (await stage.alarm(row.alarmId)).endedAt !== null)
}

/** The sensor is lost while the alarm of dust climbs unattended; then somebody takes it up. */
export const playClimb = async (stage: Stage, dust: AlarmView): Promise<AlarmView> => {
  const { tour, driver, site, alarmsOf, live } = stage
  const { deviceId } = site.station
  tour.heading('监测站断电;扬尘报警无人确认,逐级上报')
  const repaired = stage.begin('silence')
  const since = driver.now()
  const row = await stage.until(
    'alarm of silence',
    async () => active(await alarmsOf(deviceId, 'dust.no-data'))[0] ?? null,
    5 * MINUTE_MS,
    10,
  )
  const silence = await stage.alarm(row.alarmId)
  await printIncident(stage, silence)
  const minutes = (msOf(silence.openedAt) - msOf(since)) / MINUTE_MS
  tour.expect('没有数据三十分钟后报警,其他设备不受影响', minutes >= 25 && minutes <= 36, String(minutes))
  await live(addMs(driver.now(), 10 * MINUTE_MS), 5 * MINUTE_MS)
  repaired()
  await live(addMs(driver.now(), 5 * MINUTE_MS), 5 * MINUTE_MS)
  tour.expect('恢复供电后中断报警自行结束', (await stage.alarm(row.alarmId)).endedAt !== null)
  await live(addMs(dust.openedAt, 121 * MINUTE_MS), 10 * MINUTE_MS)
  const climbed = await stage.alarm(dust.alarmId)
  printAlarm(stage, climbed)
  const firstTold = (rung: string): number | null => {
    const told = climbed.told.find((each) => each.rung === rung && each.repeat === 0)
    return told === undefined ? null : Math.round((msOf(told.at) - msOf(climbed.openedAt)) / MINUTE_MS)
  }
  const rungs = ['site', 'contractor', 'supervision', 'district'].map(firstTold)
  tour.expect('按时限逐级通知:现场 0、施工 30、监理 60、区级 120 分钟', rungs.join() === '0,30,60,120', rungs.join())
  tour.expect(
    '无人确认期间反复提醒现场',
    climbed.told.some((told) => told.rung === 'site' && told.repeat > 0),
  )
  const messagesOf = async (login: string): Promise<readonly MessageView[]> =>
    (await inbox(stage, login)).filter((message) => message.kind === 'monitoring.alarm-told')
  for (const [login, who] of [
    [MANAGER, '项目现场负责人'],
    [OFFICER, '区级监督检查人员'],
  ] as const) {
    const messages = await messagesOf(login)
    for (const message of messages.slice(0, 1)) tour.line(`消息 ${message.title.zh}`)
    tour.expect(`${who}收到消息`, messages.length > 0, String(messages.length))
  }
  tour.expect('仍只有一条未了的扬尘报警', active(await alarmsOf(deviceId, 'dust.pm10-hour-alarm')).length === 1)
  const taken = await driver.call(OFFICER, acknowledgeAlarm, {
    params: { alarmId: climbed.alarmId },
    body: { version: climbed.version, note: '已通知现场' },
  })
  await live(addMs(driver.now(), 31 * MINUTE_MS), 10 * MINUTE_MS)
  const quiet = await stage.alarm(dust.alarmId)
  tour.expect(
    '有人确认后不再提醒',
    quiet.told.length === taken.told.length && taken.state === 'acknowledged',
    taken.state,
  )
  return quiet
}
