import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  above,
  alarmed,
  alarms,
  base,
  closeAlarmStage,
  device,
  ingest,
  MINUTE,
  now,
  only,
  openAlarmStage,
  read,
  rule,
  say,
  site,
  sources,
  submit,
  unregistered,
  window,
} from '../../../../../tests/support/alarms.ts'
import { passage, position, report, retention } from '../../../../../tests/support/telemetry.ts'
import { system } from '../../../../kernel/actor.ts'
import { addMs, DAY_MS, msOf } from '../../../../kernel/time.ts'
import { newId } from '../../../../platform/identity.ts'
import type { DeviceAlarmReport, KnownDevice } from '../../model/report.ts'
import { createRules } from '../../rules-part.ts'
import { raiseAlarm } from '../../store/alarms/alarms.ts'
import { createIngest } from '../ingest/ingest.ts'

beforeAll(openAlarmStage)
afterAll(closeAlarmStage)

describe('an alarm', () => {
  it('is raised with its evidence, once, and ends by itself', async () => {
    const { siteId, one, alarm } = await alarmed()
    expect(alarm).toMatchObject({ active: true, state: 'open', severity: 2, value: 200, limit: 150, unit: 'μg/m³' })
    const view = await read(alarm.alarmId)
    expect(view.evidence.samples.map((each) => each.value)).toEqual([200])
    expect(view.evidence.text).toContain('PM10 200')
    window.test.clock.advance(MINUTE)
    await say(one, 210)
    await say(one, 140, addMs(now(), 1000))
    expect(await alarms(siteId)).toHaveLength(1)
    await say(one, 120, addMs(now(), 2000))
    const over = only(await alarms(siteId))
    expect([over.active, over.endedAt !== null]).toEqual([false, true])
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'alarm', id: alarm.alarmId },
    })
    expect(entries.map((each) => each.kind)).toEqual([
      'monitoring.alarm-raised',
      'monitoring.alarm-told',
      'monitoring.alarm-ended',
    ])
  })
  it('that comes back soon is the same, later another', async () => {
    const { siteId, one } = await alarmed({ reopenMinutes: 10 })
    window.test.clock.advance(MINUTE)
    await say(one, 100)
    window.test.clock.advance(5 * MINUTE)
    await say(one, 200)
    expect(only(await alarms(siteId))).toMatchObject({ active: true, repeats: 1 })
    window.test.clock.advance(MINUTE)
    await say(one, 100)
    window.test.clock.advance(11 * MINUTE)
    await say(one, 200)
    expect((await alarms(siteId)).map((each) => each.active)).toEqual([true, false])
  })
  it('never comes of buffered or old reports', async () => {
    const siteId = await site()
    await rule([siteId], above)
    const one = await device(siteId)
    await submit(
      report(one, addMs(now(), -DAY_MS), [900, 50, 1], { receivedAt: now(), buffered: true }),
      report(one, addMs(now(), -20 * MINUTE), [900, 50, 1], { receivedAt: now() }),
    )
    expect(await alarms(siteId)).toEqual([])
    await say(one, 900)
    expect(await alarms(siteId)).toHaveLength(1)
  })
  it('is one, however many raise it at once on however many connections', async () => {
    const siteId = await site()
    const devices = await Promise.all(Array.from({ length: 50 }, () => device(siteId)))
    const { alarm } = await alarmed()
    const { rows } = await window.test.pool.query('select * from monitoring.alarm where id = $1', [alarm.alarmId])
    const raise = (to: KnownDevice) =>
      window.platform.transact(system('test'), (unit) =>
        raiseAlarm(
          unit.db,
          {
            ...rows[0],
            id: newId<'alarm'>(),
            site_id: siteId,
            device_id: to.deviceId,
            rule_key: 'test.many',
            repeats: 0,
          },
          unit.now,
        ),
      )
    const how = { new: 0, repeated: 0, reopened: 0 }
    let next = 0
    /** Raises as fast as its connection allows; forty of them take turns on the fifty devices. */
    const worker = async (): Promise<void> => {
      while (next < 1500) {
        const to = devices[next % devices.length]
        next += 1
        if (to !== undefined) how[(await raise(to)).how] += 1
      }
    }
    await Promise.all(Array.from({ length: 40 }, worker))
    expect(how).toEqual({ new: 50, repeated: 1450, reopened: 0 })
    const { rows: found } = await window.test.pool.query<{ n: number; repeats: number }>(
      `select count(*)::int as n, sum(repeats)::int as repeats from monitoring.alarm where rule_key = 'test.many'`,
    )
    expect(found).toEqual([{ n: 50, repeats: 1450 }])
  }, 120_000)
  it('is raised once by two processes that get reports of one device in turn', async () => {
    const siteId = await site()
    await rule([siteId], { ...above, forSeconds: 120, maxGapSeconds: 600 })
    const one = await device(siteId)
    const other = createRules(base(), sources)
    const second = await createIngest({
      platform: window.platform,
      retention,
      node: 'second',
      spoolFolder: null,
      afterMs: 1,
      evaluate: other.rules.evaluate,
    })
    try {
      for (let minute = 0; minute < 8; minute += 1) {
        window.test.clock.advance(MINUTE)
        await (minute % 2 === 0 ? ingest : second).submit(report(one, now(), [200, 50, 1]))
      }
      const found = only(await alarms(siteId))
      expect(msOf(found.openedAt) - msOf(found.occurredAt)).toBe(2 * MINUTE)
      window.test.clock.advance(MINUTE)
      await second.submit(report(one, now(), [100, 50, 1]))
      expect(only(await alarms(siteId)).active).toBe(false)
    } finally {
      await second.stop()
    }
  })
  it('is not forgotten when the transaction is rolled back', async () => {
    const siteId = await site()
    await rule([siteId], { ...above, forSeconds: 60 })
    const one = await device(siteId)
    const part2 = createRules(base(), sources)
    const first = report(one, now(), [200, 50, 1])
    const failing = window.platform.transact(system('test'), async (unit) => {
      await part2.rules.evaluate(unit, [first])
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    await window.platform.transact(system('test'), (unit) => part2.rules.evaluate(unit, [first]))
    window.test.clock.advance(MINUTE)
    const next = report(one, now(), [200, 50, 1])
    await window.platform.transact(system('test'), (unit) => part2.rules.evaluate(unit, [next]))
    expect(only(await alarms(siteId)).occurredAt).toBe(first.at)
  })
  it('comes of positions, people and devices too', async () => {
    const siteId = await site()
    await rule([siteId], { kind: 'zone', event: 'enter', zoneKinds: ['danger'] }, { deviceKinds: ['tracker'] })
    await rule([siteId], { kind: 'unregistered' }, { deviceKinds: ['gate'] })
    await rule([siteId], { kind: 'device-alarm', codeSet: 'no-helmet' }, { deviceKinds: ['camera'] })
    const [tracker, gate, camera] = [
      await device(siteId, 'tracker'),
      await device(siteId, 'gate'),
      await device(siteId, 'camera'),
    ]
    unregistered.add('W-e2')
    const helmet: DeviceAlarmReport = {
      kind: 'device-alarm',
      device: camera,
      at: now(),
      receivedAt: now(),
      buffered: false,
      code: 'safetyHelmetDetection',
      severity: 3,
      text: '未戴安全帽',
      active: true,
      eventId: 'h1',
      evidence: { score: 0.9 },
    }
    await submit(position(tracker, now(), 106.7, 29.7), passage(gate, now(), 'e1'), {
      ...helmet,
      code: 'videoloss-of-another-maker',
      eventId: 'h0',
    })
    expect((await alarms(siteId)).filter((each) => each.ruleKey.startsWith('test.'))).toEqual([])
    window.test.clock.advance(MINUTE)
    await submit(position(tracker, now(), 106.55, 29.55), passage(gate, now(), 'e2'), {
      ...helmet,
      at: now(),
      receivedAt: now(),
    })
    const found = (await alarms(siteId)).filter((each) => each.ruleKey.startsWith('test.'))
    expect(found.map((each) => each.text).sort()).toEqual(
      ['设备报警:未戴安全帽', '进入“基坑”', '有未实名登记人员进场(1 人)'].sort(),
    )
    expect(JSON.stringify(await Promise.all(found.map((each) => read(each.alarmId))))).not.toContain('W-e2')
  })
})
