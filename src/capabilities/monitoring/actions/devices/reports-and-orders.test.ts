import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf } from '../../../../../tests/support/admission.ts'
import {
  above,
  alarms,
  closeAlarmStage,
  contractorStaff,
  device,
  ingest,
  inspector,
  lead,
  manager,
  now,
  only,
  openAlarmStage,
  outsider,
  read,
  rule,
  START,
  say,
  site,
  window,
} from '../../../../../tests/support/alarms.ts'
import { position, report } from '../../../../../tests/support/telemetry.ts'
import { type Actor, anonymous } from '../../../../kernel/actor.ts'
import { addMs, DAY_MS, type Instant } from '../../../../kernel/time.ts'
import { listCommands, setLinks } from '../../contract/commands.ts'
import * as contract from '../../contract/set-aside.ts'
import { type KnownDevice } from '../../model/report.ts'
import { setAsideAdvice, suggestedSkew } from '../../model/telemetry/set-aside.ts'

beforeAll(openAlarmStage)
afterAll(closeAlarmStage)

const HOUR = 3_600_000
const list = async (query: object, by: Actor = inspector) =>
  (await window.as(by).call(contract.listSetAside, { query: { limit: 50, ...query } as never })).rows
const ahead = (to: KnownDevice, count: number, skewMs: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      ingest.submit(report(to, addMs(now(), skewMs + index * 1000), [80 + index, 50, 1], { receivedAt: now() })),
    ),
  )

describe('a report that nobody believes', () => {
  it('is shown by device and reason, with the skew that its clock suggests and what to do', async () => {
    const siteId = await site()
    const [fast, old] = [await device(siteId, 'dust'), await device(siteId, 'tracker')]
    expect(await ahead(fast, 3, 8 * HOUR)).toEqual(['quarantined', 'quarantined', 'quarantined'])
    window.test.clock.advance(60_000)
    await ingest.submit({
      ...position(old, addMs(now(), -60 * DAY_MS), 106.55, 29.55),
      receivedAt: now(),
      buffered: true,
    })
    const rows = await list({ siteId })
    expect(rows.map((row) => [row.deviceId, row.reason, row.reports])).toEqual([
      [old.deviceId, 'too-old', 1],
      [fast.deviceId, 'future', 3],
    ])
    // The time zone was forgotten: eight hours. What is sent again says nothing of the clock.
    expect(rows[1]?.skewMs).toBe(8 * HOUR + 1000)
    expect(rows[0]?.skewMs).toBeNull()
    expect(setAsideAdvice('future', 8 * HOUR).zh).toContain('时区')
    expect(setAsideAdvice('too-old', -20_000 * DAY_MS).zh).toContain('电池')
    expect(await list({ siteId, reason: 'implausible' })).toEqual([])
  })
  it('is read one by one, newest first, page by page; places and people are told nowhere', async () => {
    const siteId = await site()
    const [station, tracker] = [await device(siteId, 'dust'), await device(siteId, 'tracker')]
    await ahead(station, 5, HOUR)
    await ingest.submit({ ...position(tracker, addMs(now(), -90 * DAY_MS), 106.551234, 29.551234), receivedAt: now() })
    const ask = (deviceId: KnownDevice['deviceId'], after?: string) =>
      window.as(inspector).call(contract.listSetAsideReports, {
        params: { deviceId },
        query: { limit: 2, ...(after === undefined ? {} : { after }) } as never,
      })
    const seen: string[] = []
    let after: string | undefined
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask(station.deviceId, after)
      for (const row of page.rows) {
        expect(row).toMatchObject({ kind: 'telemetry', reason: 'future', buffered: false })
        expect(row.values['noise']).toBe(50)
        seen.push(row.saidAt)
      }
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(seen).toEqual([4, 3, 2, 1, 0].map((index) => addMs(now(), HOUR + index * 1000)))
    const where = await ask(tracker.deviceId)
    expect(only(where.rows)).toMatchObject({ kind: 'position', values: {} })
    expect(JSON.stringify(where)).not.toContain('106.55')
  })
  it('lists of devices come page by page', async () => {
    const siteId = await site()
    const devices = await Promise.all(Array.from({ length: 5 }, () => device(siteId, 'dust')))
    for (const each of devices) await ahead(each, 1, 2 * HOUR)
    const seen = new Set<string>()
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask(after)
      for (const row of page.rows) seen.add(row.deviceId)
      after = page.next
    } while (after !== null)
    function ask(cursor: string | null) {
      return window.as(inspector).call(contract.listSetAside, {
        query: { siteId, limit: 2, ...(cursor === null ? {} : { after: cursor }) } as never,
      })
    }
    expect(seen).toEqual(new Set(devices.map((each) => each.deviceId)))
  })
  it('is for the authorities and the own side of its site; strangers find nothing', async () => {
    const siteId = await site()
    const one = await device(siteId, 'dust')
    await ahead(one, 1, HOUR)
    const people = {
      inspector,
      lead,
      supervisor: window.supervisor,
      manager,
      contractor: contractorStaff,
      outsider,
      clerk: window.clerk,
      nobody: anonymous,
    }
    const readers = ['contractor', 'inspector', 'lead', 'manager', 'outsider', 'supervisor']
    expect([...(await admittedOf(window, people, contract.listSetAside, { query: { limit: 5 } }))].sort()).toEqual(
      readers,
    )
    for (const by of [inspector, lead, window.supervisor, manager, contractorStaff])
      expect(await list({ siteId }, by)).toHaveLength(1)
    expect(await list({ siteId }, outsider)).toEqual([])
    const params = { deviceId: one.deviceId }
    const refused = window.as(outsider).call(contract.listSetAsideReports, { params, query: { limit: 5 } as never })
    expect((await window.refusalOf(refused)).code).toBe('monitoring.device-missing')
    const own = await window.as(manager).call(contract.listSetAsideReports, { params, query: { limit: 5 } as never })
    expect(own.rows).toHaveLength(1)
  })
})

describe('the skew that reports suggest', () => {
  const at = (ms: number, buffered = false) => ({ at: addMs(START, ms), receivedAt: START, buffered })
  it('is the median, so that one odd report decides nothing', () => {
    expect(suggestedSkew('future', [at(HOUR), at(9 * HOUR), at(HOUR + 1)])).toBe(HOUR + 1)
  })
  it('is not known of moments that are none, of what was buffered, and of contents that cannot be', () => {
    const nothing = { at: '2026-13-45' as Instant, receivedAt: START, buffered: false }
    expect(suggestedSkew('future', [nothing])).toBeNull()
    expect(suggestedSkew('too-old', [at(-DAY_MS, true)])).toBeNull()
    expect(suggestedSkew('implausible', [at(HOUR)])).toBeNull()
  })
})

describe('a device that is linked to a rule', () => {
  it('sprays when an alarm of it is raised on its site, once, and stops when the alarm is over', async () => {
    const [siteId, elsewhere] = [await site(), await site()]
    const key = await rule([siteId, elsewhere], above)
    const [station, pump, far] = [await device(siteId), await device(siteId), await device(elsewhere)]
    for (const { deviceId } of [pump, far])
      await window.as(inspector).call(setLinks, {
        params: { deviceId },
        body: { links: [{ ruleKey: key, minutes: 15 }] },
      })
    const orders = async (deviceId = pump.deviceId) =>
      (await window.as(inspector).call(listCommands, { params: { deviceId } })).rows.map((row) => [
        row.kind,
        row.amount,
      ])
    const follow = () => window.test.react(window.capabilities)
    await say(station, 200)
    await follow()
    const alarm = only(await alarms(siteId))
    expect(await orders()).toEqual([['spray-on', 15]])
    window.test.clock.advance(60_000)
    await say(station, 300)
    await follow()
    expect(await orders()).toEqual([['spray-on', 15]])
    window.test.clock.advance(60_000)
    await say(station, 50)
    await follow()
    expect(await orders()).toEqual([
      ['spray-off', null],
      ['spray-on', 15],
    ])
    expect((await read(alarm.alarmId)).commands).toMatchObject([
      { kind: 'spray-on', askedBy: null, state: 'waiting' },
      { kind: 'spray-off', askedBy: null },
    ])
    expect(await orders(far.deviceId)).toEqual([])
  })
})
