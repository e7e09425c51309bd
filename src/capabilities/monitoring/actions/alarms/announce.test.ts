import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  above,
  alarmed,
  alarms,
  closeAlarmStage,
  code,
  contractorStaff,
  device,
  fire,
  inspector,
  MINUTE,
  manager,
  now,
  only,
  openAlarmStage,
  outsider,
  part,
  read,
  rule,
  START,
  say,
  site,
  supervisionStaff,
  toldOf,
  wait,
  window,
} from '../../../../../tests/support/alarms.ts'
import { openMessages } from '../../../../../tests/support/messages.ts'
import { meaningOfAlarm } from '../../../../engines/gb28181/manscdp/alarm-codes.ts'
import { type Actor, type Person, system } from '../../../../kernel/actor.ts'
import { addMs, instant, msOf } from '../../../../kernel/time.ts'
import * as contract from '../../contract/alarms.ts'
import { readSite, setSiteState } from '../../contract/sites.ts'
import { type SiteId } from '../../model/report.ts'
import { vendorCodesSchema } from '../../model/rules/limits.ts'
import { type SiteState } from '../../model/sites/words.ts'
import { armSilence } from '../rules/timers.ts'

beforeAll(openAlarmStage)
afterAll(closeAlarmStage)

describe('the ladder', () => {
  it('climbs from the site to the district, repeats until somebody acknowledges, then is silent', async () => {
    window.test.clock.set(instant('2026-03-09T01:30:00Z'))
    const { alarm } = await alarmed({ severity: 1 })
    const from = (msOf(now()) - msOf(START)) / MINUTE
    await wait(31)
    expect(await toldOf(alarm.alarmId)).toEqual(
      [
        ['site', 0, from],
        ['site', 1, from + 10],
        ['contractor', 0, from + 10],
        ['site', 2, from + 20],
        ['supervision', 0, from + 20],
        ['site', 3, from + 30],
        ['district', 0, from + 30],
      ].sort((a, b) => Number(a[2]) - Number(b[2]) || 0) as never,
    )
    const view = await read(alarm.alarmId)
    expect(view).toMatchObject({ escalation: 'district', version: alarm.version })
    expect(view.told.map((each) => each.whom)).toEqual(expect.arrayContaining(['示例建工', '示例监理']))
    await window.as(manager).call(contract.acknowledgeAlarm, {
      params: { alarmId: alarm.alarmId },
      body: { version: view.version, note: '' },
    })
    await wait(28)
    expect(await toldOf(alarm.alarmId)).toHaveLength(7)
    expect((await read(alarm.alarmId)).overdue).toBe(false)
    await wait(2)
    expect((await read(alarm.alarmId)).overdue).toBe(true)
  })
  it('stops when the alarm ends by itself or is closed', async () => {
    const { alarm, one } = await alarmed({ severity: 1 })
    window.test.clock.advance(5 * MINUTE)
    await say(one, 100)
    await wait(70)
    expect(await toldOf(alarm.alarmId)).toHaveLength(1)
    expect((await read(alarm.alarmId)).overdue).toBe(false)
  })
  it('waits while the alarm is snoozed, and as long as the site may', async () => {
    const { alarm } = await alarmed({ severity: 2 })
    const params = { alarmId: alarm.alarmId }
    const snooze = (minutes: number, by: Actor, version = alarm.version) =>
      window.as(by).call(contract.snoozeAlarm, { params, body: { version, minutes, reason: '设备检修' } })
    expect(await code(snooze(241, manager))).toBe('snooze-too-long')
    expect(await code(snooze(60, window.supervisor))).toBe('not-for-alarm')
    const severe = (await alarmed({ severity: 1 })).alarm
    expect(
      await code(
        window.as(manager).call(contract.snoozeAlarm, {
          params: { alarmId: severe.alarmId },
          body: { version: severe.version, minutes: 5, reason: '检修' },
        }),
      ),
    ).toBe('snooze-not-for-severe')
    const asleep = await snooze(60, manager)
    const from = (msOf(now()) - msOf(START)) / MINUTE
    await wait(59)
    expect(await toldOf(alarm.alarmId)).toEqual([['site', 0, from]])
    await wait(2)
    expect((await toldOf(alarm.alarmId)).map(([rung, , at]) => [rung, at - from])).toEqual(
      expect.arrayContaining([
        ['contractor', 60],
        ['supervision', 60],
      ]),
    )
    await snooze(0, manager, asleep.version)
    expect((await read(alarm.alarmId)).snoozedUntil).toBeNull()
  })
  it('leaves people in peace by night for what can wait', async () => {
    window.test.clock.set(instant('2026-03-20T15:00:00Z'))
    const { alarm } = await alarmed({ severity: 4 })
    const urgent = (await alarmed({ severity: 1 })).alarm
    expect(await toldOf(alarm.alarmId)).toEqual([])
    expect(await toldOf(urgent.alarmId)).toHaveLength(1)
    window.test.clock.set(instant('2026-03-20T23:59:00Z'))
    await fire()
    expect(await toldOf(alarm.alarmId)).toEqual([])
    window.test.clock.set(instant('2026-03-21T00:00:00Z'))
    await fire()
    expect((await toldOf(alarm.alarmId)).map(([rung]) => rung)).toEqual(['site'])
  })
  it('tells the people of each rung through the message centre', async () => {
    const centre = await openMessages(window)
    const { alarm } = await alarmed({ severity: 1 })
    await wait(31)
    await window.test.react([...window.capabilities, centre.capability])
    const got = async (by: Person) =>
      (await centre.inbox(by)).filter((each) => each.link?.page === 'alarm' && each.link.id === alarm.alarmId)
    expect((await got(manager)).length).toBeGreaterThan(0)
    expect((await got(contractorStaff)).map((each) => each.title.zh)).toEqual([expect.stringContaining('无人确认')])
    expect(await got(supervisionStaff)).toHaveLength(1)
    expect(await got(inspector)).toHaveLength(1)
    expect(await got(outsider)).toEqual([])
  })
})

describe('silence', () => {
  const silent = { kind: 'stale', afterSeconds: 600 } as const
  it('of a device is noticed without any report, told once, and over when it speaks', async () => {
    const siteId = await site()
    await rule([siteId], silent)
    const one = await device(siteId)
    await say(one, 10)
    const from = now()
    await fire()
    await wait(9)
    expect(await alarms(siteId)).toEqual([])
    await wait(2)
    const found = only(await alarms(siteId))
    expect(found).toMatchObject({ active: true, occurredAt: addMs(from, 10 * MINUTE), deviceId: one.deviceId })
    await wait(5)
    expect(await alarms(siteId)).toHaveLength(1)
    await say(one, 10)
    expect(only(await alarms(siteId)).active).toBe(false)
  })
  it('of a device that never spoke counts from its registration; closing begins anew', async () => {
    const siteId = await site()
    await rule([siteId], silent, { severity: 3 })
    await device(siteId)
    await say(await device(await site()), 1)
    await window.platform.transact(system('test'), armSilence)
    await wait(12)
    const found = only(await alarms(siteId))
    await window.as(manager).call(contract.closeAlarm, {
      params: { alarmId: found.alarmId },
      body: { version: found.version, reason: 'device-fault', text: '待安装' },
    })
    await wait(8)
    expect((await alarms(siteId)).filter((each) => each.active)).toEqual([])
    await wait(4)
    expect((await alarms(siteId)).filter((each) => each.active)).toHaveLength(1)
  })
  it('of many devices of a site is one incident; who is left stands for itself', async () => {
    const siteId = await site()
    await rule([siteId], silent)
    const devices = await Promise.all(Array.from({ length: 6 }, () => device(siteId)))
    for (const one of devices) await say(one, 1)
    await wait(12)
    const unfolded = await alarms(siteId, { unfolded: 'true', active: 'true' })
    const incident = only(unfolded)
    expect(incident).toMatchObject({ deviceId: null, ruleKey: 'site.storm', folded: 6 })
    const view = await read(incident.alarmId)
    expect(view.incident.map((each) => each.active)).toEqual(Array.from({ length: 6 }, () => true))
    expect((await toldOf(incident.alarmId)).length).toBeGreaterThan(0)
    for (const each of view.incident) expect(await toldOf(each.alarmId)).toEqual([])
    await window.as(manager).call(contract.acknowledgeAlarm, {
      params: { alarmId: incident.alarmId },
      body: { version: view.version, note: '停电' },
    })
    expect((await read(incident.alarmId)).incident.every((each) => each.state === 'acknowledged')).toBe(true)
    for (const one of devices.slice(0, 3)) await say(one, 1)
    expect((await read(incident.alarmId)).active).toBe(false)
    const left = (await alarms(siteId, { active: 'true' })).map((each) => each.incidentId)
    expect(left).toEqual([null, null, null])
  })
})

const become = async (siteId: SiteId, state: SiteState): Promise<void> => {
  const desk = window.as(inspector)
  const { version } = await desk.call(readSite, { params: { siteId } })
  await desk.call(setSiteState, { params: { siteId }, body: { version, state, reason: '测试状态' } })
  await window.test.react([{ reactions: part.reactions }])
}
const silent = { kind: 'stale', afterSeconds: 600 } as const
const active = async (siteId: SiteId) => (await alarms(siteId)).filter((each) => each.active)

describe('a site that is paused', () => {
  it('is still watched for dust; silence is no alarm there until it goes on', async () => {
    const siteId = await site()
    const quiet = await rule([siteId], silent)
    await rule([siteId], above)
    const [one, other] = [await device(siteId), await device(siteId)]
    await say(one, 10)
    await say(other, 10)
    await wait(12)
    expect((await active(siteId)).map((each) => each.ruleKey)).toEqual([quiet, quiet])
    await become(siteId, 'paused')
    expect(await active(siteId)).toEqual([])
    await wait(30)
    expect(await active(siteId)).toEqual([])
    await say(one, 300)
    expect(only(await active(siteId))).toMatchObject({ value: 300, limit: 150 })
    await say(one, 10)
    await become(siteId, 'active')
    await wait(12)
    expect((await active(siteId)).filter((each) => each.ruleKey === quiet)).toHaveLength(2)
  })
})

describe('a site that has ended', () => {
  it('has no active alarm any more, and nobody is told further of those that were', async () => {
    const siteId = await site()
    await rule([siteId], above, { severity: 1 })
    const one = await device(siteId)
    await say(one, 200)
    const alarm = only(await active(siteId))
    const before = await toldOf(alarm.alarmId)
    await become(siteId, 'ended')
    await wait(70)
    expect(await toldOf(alarm.alarmId)).toEqual(before)
    const view = await read(alarm.alarmId)
    expect([view.active, view.endedAt !== null, view.closedAt]).toEqual([false, true, null])
  })
  it('ends an incident together with the alarms that it holds, and tells nobody of each of them', async () => {
    const siteId = await site()
    await rule([siteId], silent)
    const devices = await Promise.all(Array.from({ length: 6 }, () => device(siteId)))
    for (const each of devices) await say(each, 1)
    await wait(12)
    const incident = only(await alarms(siteId, { unfolded: 'true', active: 'true' }))
    await become(siteId, 'ended')
    expect(await active(siteId)).toEqual([])
    for (const each of (await read(incident.alarmId)).incident) expect(await toldOf(each.alarmId)).toEqual([])
  })
  it('that is opened again raises what lasts', async () => {
    const siteId = await site()
    await rule([siteId], above)
    const one = await device(siteId)
    await say(one, 200)
    await become(siteId, 'ended')
    await become(siteId, 'active')
    window.test.clock.advance(60_000)
    await say(one, 220)
    // It ended a moment ago: it is the same alarm.
    expect(only(await active(siteId))).toMatchObject({ value: 200, repeats: 1 })
  })
})

describe('the codes of makers', () => {
  it('name alarms of GB/T 28181 as the gateway does', () => {
    const { sets } = vendorCodesSchema.parse(
      JSON.parse(readFileSync(join(window.platform.config.dataFolder, 'monitoring', 'vendor-codes.json'), 'utf8')),
    )
    const codes = sets.flatMap((set) => set.codes.flatMap(({ vendor, code }) => (vendor === 'gb28181' ? [code] : [])))
    expect(codes).not.toEqual([])
    for (const code of codes) {
      const [method, type] = code.split('.').map(Number)
      expect(meaningOfAlarm({ method: method ?? null, type: type ?? null, description: '' }).code).toBe(code)
    }
  })
})
